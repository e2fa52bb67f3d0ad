#include "json/utf8.h"

/* RFC 3629 section 3: what the first byte looks like, and the first code point that needs it. */
static const struct {
	uint8_t mask;
	uint8_t lead;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};
#define FORMS (sizeof(forms) / sizeof(*forms))

static bool
is_scalar_value(uint32_t code)
{
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

size_t
utf8_length(struct span s)
{
	if (s.n == 0)
		return 0;
	uint8_t first = (uint8_t)s.p[0];
	size_t form = 0;
	while (form < FORMS && (first & forms[form].mask) != forms[form].lead)
		form++;
	if (form == FORMS || s.n < form + 1)
		return 0;

	uint32_t code = first & (uint8_t)~forms[form].mask;
	for (size_t i = 1; i <= form; i++) {
		uint8_t byte = (uint8_t)s.p[i];
		if ((byte & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (byte & 0x3f);
	}
	return code >= forms[form].least && is_scalar_value(code) ? form + 1 : 0;
}

void
utf8_put(struct buf *b, uint32_t code)
{
	size_t form = 0;
	while (form + 1 < FORMS && code >= forms[form + 1].least)
		form++;

	char bytes[FORMS];
	for (size_t i = form; i > 0; i--) {
		bytes[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	bytes[0] = (char)(forms[form].lead | code);
	buf_put(b, (struct span){ bytes, form + 1 });
}
