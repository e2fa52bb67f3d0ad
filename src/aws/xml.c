#include "aws/xml.h"

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

bool
xml_put_text(struct buf *b, struct span xml, const char *name)
{
	struct span text;
	size_t start = b->len;
	if (!take_before(&xml, "<", name, &text) || !take_before(&xml, "</", name, &text) ||
		span_find(text, '<') < text.n)
		return false;
	while (text.n > 0) {
		size_t i = 0;
		while (i < ENTITY_COUNT && !span_starts_with(text, span_of(entities[i].escape)))
			i++;
		if (i == ENTITY_COUNT && text.p[0] == '&') {
			b->len = start;
			return false;
		}
		buf_put_char(b, i < ENTITY_COUNT ? entities[i].c : text.p[0]);
		text = span_skip(text, i < ENTITY_COUNT ? span_of(entities[i].escape).n : 1);
	}
	return true;
}

bool
xml_is(struct span body)
{
	struct span word;
	return span_word(&body, " \t\r\n", &word) && word.p[0] == '<';
}
