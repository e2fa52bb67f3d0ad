#include "aws/xml.h"

static const struct {
	struct span escape;
	char c;
} entities[] = {
	{ { "&lt;", 4 }, '<' },
	{ { "&gt;", 4 }, '>' },
	{ { "&amp;", 5 }, '&' },
	{ { "&quot;", 6 }, '"' },
	{ { "&apos;", 6 }, '\'' },
};
#define ENTITY_COUNT (sizeof(entities) / sizeof(*entities))

static size_t
find(struct span haystack, struct span needle)
{
	for (size_t i = 0; i + needle.n <= haystack.n; i++) {
		if (span_starts_with(span_skip(haystack, i), needle))
			return i;
	}
	return haystack.n;
}

/* What stands between <name> and </name>. */
static bool
element(struct span xml, const char *name, struct span *text)
{
	char tag[64];
	struct buf open = BUF(tag);
	buf_printf(&open, "<%s>", name);
	size_t start = find(xml, buf_span(&open));
	if (open.overflow || start == xml.n)
		return false;
	*text = span_skip(xml, start + open.len);

	struct buf close = BUF(tag);
	buf_printf(&close, "</%s>", name);
	size_t end = find(*text, buf_span(&close));
	if (close.overflow || end == text->n)
		return false;
	text->n = end;
	return true;
}

bool
xml_put_text(struct buf *b, struct span xml, const char *name)
{
	struct span text;
	if (!element(xml, name, &text) || span_find(text, '<') < text.n)
		return false;
	while (text.n > 0) {
		size_t i = 0;
		while (i < ENTITY_COUNT && !span_starts_with(text, entities[i].escape))
			i++;
		if (i == ENTITY_COUNT && text.p[0] == '&')
			return false;
		buf_put_char(b, i < ENTITY_COUNT ? entities[i].c : text.p[0]);
		text = span_skip(text, i < ENTITY_COUNT ? entities[i].escape.n : 1);
	}
	return true;
}

bool
xml_is(struct span body)
{
	struct span word;
	return span_word(&body, " \t\r\n", &word) && word.p[0] == '<';
}
