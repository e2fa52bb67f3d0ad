#include "ctl/format/character.h"
#include "ctl/format/write.h"

/* As Go's encoding/json: <, > and & are escaped, so that the text may be put into a page. */
static void
put_character(struct text *out, const struct character *c)
{
	if (character_put_named(out, c, SPAN("\"\\\b\f\n\r\t"), "\"\\bfnrt"))
		return;
	if (c->code < 0x20 || c->code == '<' || c->code == '>' || c->code == '&' ||
		c->code == 0x2028 || c->code == 0x2029)
		character_put_escape(out, c->code);
	else
		text_put(out, c->bytes);
}

static void
put_string(struct text *out, struct span s)
{
	struct character c;
	text_put_char(out, '"');
	while (character_take(&s, &c))
		put_character(out, &c);
	text_put_char(out, '"');
}

/* chamber replaces what is not UTF-8 by U+FFFD; here it is an error, because nothing is lost. */
bool
json_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	if (!character_check(sorted, "JSON", e))
		return false;
	text_put_char(out, '{');
	for (size_t i = 0; i < sorted->count; i++) {
		if (i > 0)
			text_put_char(out, ',');
		put_string(out, sorted->pair[i].key);
		text_put_char(out, ':');
		put_string(out, sorted->pair[i].value);
	}
	text_put_str(out, "}\n");
	return true;
}
