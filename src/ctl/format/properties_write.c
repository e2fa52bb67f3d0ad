#include "ctl/format/character.h"
#include "ctl/format/write.h"

/*
 * As java.util.Properties.load reads it. Beyond what chamber escapes: '=' in a key, '#' and '!'
 * that begin one, and blanks that begin a value, all of which Java reads otherwise; and every
 * character that is not ASCII, because Java reads a stream as ISO-8859-1 and a Reader as UTF-8
 * (chamber writes UTF-8 up to U+00FF and '?' above U+FFFF).
 */
static void
put_character(struct text *out, const struct character *c)
{
	if (character_put_named(out, c, SPAN("\\\f\n\r\t"), "\\fnrt"))
		return;
	if (c->code >= 0x80 || c->code == 0)
		character_put_escape(out, c->code);
	else
		text_put(out, c->bytes);
}

static void
put_key(struct text *out, struct span key)
{
	struct character c;
	for (size_t i = 0; character_take(&key, &c); i++) {
		const bool is_comment = i == 0 && (c.code == '#' || c.code == '!');
		if (is_comment || c.code == ' ' || c.code == ':' || c.code == '=')
			text_put_char(out, '\\');
		put_character(out, &c);
	}
}

static void
put_value(struct text *out, struct span value)
{
	struct character c;
	for (size_t i = 0; character_take(&value, &c); i++) {
		/* Only the first: those after it are not at the beginning any more. */
		if (i == 0 && c.code == ' ')
			text_put_char(out, '\\');
		put_character(out, &c);
	}
}

bool
properties_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	if (!character_check(sorted, "java-properties", e))
		return false;
	for (size_t i = 0; i < sorted->count; i++) {
		put_key(out, sorted->pair[i].key);
		text_put_str(out, " = ");
		put_value(out, sorted->pair[i].value);
		text_put_char(out, '\n');
	}
	return true;
}
