#include "ctl/format/character.h"

#include "base/quote.h"
#include "json/utf8.h"

bool
character_take(struct span *rest, struct character *c)
{
	/* The bits of the code point that the first byte holds, by the length of the sequence. */
	static const uint8_t first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	if (rest->n == 0)
		return false;
	const size_t length = utf8_length(*rest);
	if (length == 0) {
		*c = (struct character){ CHARACTER_NONE, { rest->p, 1 } };
	} else {
		uint32_t code = (uint8_t)rest->p[0] & first_bits[length];
		for (size_t i = 1; i < length; i++)
			code = code << 6 | ((uint8_t)rest->p[i] & 0x3f);
		*c = (struct character){ code, { rest->p, length } };
	}
	*rest = span_skip(*rest, c->bytes.n);
	return true;
}

void
character_put(struct text *t, uint32_t code)
{
	char bytes[4];
	struct buf b = BUF(bytes);
	utf8_put(&b, code);
	text_put(t, buf_span(&b));
}

static void
put_unit(struct text *t, uint32_t unit)
{
	text_printf(t, "\\u%02x%02x", (unsigned)(unit >> 8), (unsigned)(unit & 0xff));
}

void
character_put_escape(struct text *t, uint32_t code)
{
	if (code <= 0xffff) {
		put_unit(t, code);
		return;
	}
	put_unit(t, 0xd800 + ((code - 0x10000) >> 10));
	put_unit(t, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

bool
character_put_named(
	struct text *t, const struct character *c, struct span chars, const char *letters)
{
	if (c->bytes.n != 1 || !character_is_in(c->bytes.p[0], chars))
		return false;
	text_put_char(t, '\\');
	text_put_char(t, letters[span_find(chars, c->bytes.p[0])]);
	return true;
}

bool
character_is_in(char c, struct span chars)
{
	return span_find(chars, c) < chars.n;
}

bool
character_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool
character_is_text(struct span s)
{
	struct character c;
	while (character_take(&s, &c)) {
		if (c.code == CHARACTER_NONE)
			return false;
	}
	return true;
}

bool
character_check(const struct pairs *pairs, const char *format, struct err *e)
{
	struct quoted_long q;
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *p = &pairs->pair[i];
		if (!character_is_text(p->key))
			return err_set(e, ERR_USAGE, "key %s: the key is not UTF-8, which %s needs",
				quote_name(&q, p->key), format);
		if (!character_is_text(p->value))
			return err_set(e, ERR_USAGE,
				"key %s: the value is not UTF-8, which %s needs",
				quote_name(&q, p->key), format);
	}
	return true;
}
