#include "aws/xml.h"

#include "json/utf8.h"

static const struct {
	char escape[7];
	char c;
} entities[] = {
	{ "&lt;", '<' },
	{ "&gt;", '>' },
	{ "&amp;", '&' },
	{ "&quot;", '"' },
	{ "&apos;", '\'' },
};
#define ENTITY_COUNT (sizeof(entities) / sizeof(*entities))

/* Takes the text before the tag, and the tag itself, off *rest. */
static bool
take_before(struct span *rest, const char *opening, const char *name, struct span *before)
{
	char text[64];
	struct buf tag = BUF(text);
	buf_printf(&tag, "%s%s>", opening, name);
	for (size_t i = 0; i + tag.len <= rest->n && !tag.overflow; i++) {
		struct span at = span_skip(*rest, i);
		if (span_starts_with(at, buf_span(&tag))) {
			*before = (struct span){ rest->p, i };
			*rest = span_skip(at, tag.len);
			return true;
		}
	}
	return false;
}

/* Takes "&#65;" or "&#x41;" off *text. */
static bool
take_number(struct span *text, struct buf *b)
{
	static const struct span begin = { "&#", 2 };
	if (!span_starts_with(*text, begin))
		return false;
	struct span rest = span_skip(*text, begin.n);
	const bool is_hex = span_starts_with(rest, SPAN("x"));
	rest = span_skip(rest, is_hex);
	const struct span digits = { rest.p, span_find(rest, ';') };
	uint64_t code;
	const bool is_number = is_hex ? digits.n > 0 && span_hex(digits, 6, &code) == digits.n
				      : span_u64(digits, 0x10ffff, &code);
	if (!is_number || digits.n == rest.n || code == 0 || code > 0x10ffff ||
		(code >= 0xd800 && code <= 0xdfff))
		return false;
	utf8_put(b, (uint32_t)code);
	*text = span_skip(rest, digits.n + 1);
	return true;
}

/* Takes a character, or the reference to one, off *text. */
static bool
take_character(struct span *text, struct buf *b)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		const struct span escape = span_of(entities[i].escape);
		if (!span_starts_with(*text, escape))
			continue;
		buf_put_char(b, entities[i].c);
		*text = span_skip(*text, escape.n);
		return true;
	}
	if (text->p[0] == '&')
		return take_number(text, b);
	buf_put_char(b, text->p[0]);
	*text = span_skip(*text, 1);
	return true;
}

bool
xml_put_text(struct buf *b, struct span xml, const char *name)
{
	struct span text;
	size_t start = b->len;
	if (!take_before(&xml, "<", name, &text) || !take_before(&xml, "</", name, &text) ||
		span_find(text, '<') < text.n)
		return false;
	while (text.n > 0) {
		if (!take_character(&text, b)) {
			b->len = start;
			return false;
		}
	}
	return true;
}

bool
xml_is(struct span body)
{
	struct span word;
	return span_word(&body, " \t\r\n", &word) && word.p[0] == '<';
}
