#include "ctl/format/character.h"
#include "ctl/format/write.h"

/* What an editor does not show, or shows as a blank; YAML forbids some of it. */
static bool
is_invisible(uint32_t code)
{
	return character_is_control(code) || code == 0xa0 || code == 0xad ||
	       (code >= 0x2000 && code <= 0x200f) || (code >= 0x2028 && code <= 0x202f) ||
	       (code >= 0x205f && code <= 0x206f) || code == 0x3000 || code == 0xfeff ||
	       code == 0xfffe || code == 0xffff;
}

/* As strconv.Quote of Go, whose escapes are all YAML's too. */
static void
put_quoted_character(struct text *out, const struct character *c)
{
	if (character_put_named(out, c, SPAN("\"\\\a\b\f\n\r\t\v"), "\"\\abfnrtv"))
		return;
	if (c->code < 0x20 || c->code == 0x7f)
		text_printf(out, "\\x%02x", (unsigned)c->code);
	else if (is_invisible(c->code))
		character_put_escape(out, c->code);
	else
		text_put(out, c->bytes);
}

static void
put_quoted(struct text *out, struct span s)
{
	struct character c;
	text_put_char(out, '"');
	while (character_take(&s, &c))
		put_quoted_character(out, &c);
	text_put_char(out, '"');
}

/* Without the line break that ends it: the pair's. */
static void
put_block(struct text *out, struct span s)
{
	struct span line;
	text_put_str(out, "|");
	if (!span_ends_with(s, SPAN("\n")))
		text_put_char(out, '-');
	else if (span_ends_with(s, SPAN("\n\n")))
		text_put_char(out, '+');
	if (span_ends_with(s, SPAN("\n")))
		s.n--;
	while (span_split(&s, '\n', &line)) {
		const bool is_empty_end = line.n == 0 && s.p == NULL;
		text_put_str(out, is_empty_end ? "\n" : "\n  ");
		text_put(out, line);
	}
}

static void
put_scalar(struct text *out, struct span s, bool is_key)
{
	const bool has_lines = span_find(s, '\n') < s.n;
	if (yaml_needs_quotes(s) || (is_key && has_lines))
		put_quoted(out, s);
	else if (has_lines)
		put_block(out, s);
	else
		text_put(out, s);
}

bool
yaml_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	if (!character_check(sorted, "YAML", e))
		return false;
	for (size_t i = 0; i < sorted->count; i++) {
		put_scalar(out, sorted->pair[i].key, true);
		text_put_str(out, ": ");
		put_scalar(out, sorted->pair[i].value, false);
		text_put_char(out, '\n');
	}
	if (sorted->count == 0)
		text_put_str(out, "{}\n");
	return true;
}
