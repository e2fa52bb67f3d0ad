#include "base/quote.h"
#include "ctl/format/character.h"
#include "ctl/format/name.h"
#include "ctl/format/write.h"

/* What a value may hold between double quotes: all but the end of every C string. */
static bool
check_value(const struct pair *pair, struct err *e)
{
	struct quoted_long q;
	return span_find(pair->value, '\0') == pair->value.n ||
	       err_set(e, ERR_USAGE,
		       "key %s: the value contains a NUL byte, which no variable can hold",
		       quote_name(&q, pair->key));
}

/* As chamber: a backslash before those that a shell looks at, and no line breaks. */
static void
put_double_quoted(struct text *out, struct span value)
{
	text_put_char(out, '"');
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (character_is_in(c, SPAN("\\\n\r\"$`")))
			text_put_char(out, '\\');
		text_put_char(out, c == '\n' ? 'n' : c == '\r' ? 'r' : c);
	}
	text_put_char(out, '"');
}

/* As shellescape.Quote: bare where a shell changes nothing, else in single quotes. */
static void
put_shell_word(struct text *out, struct span value)
{
	if (value.n > 0 && span_alnum(value, "_@%+=:,./-") == value.n) {
		text_put(out, value);
		return;
	}
	text_put_char(out, '\'');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'')
			text_put_str(out, "'\"'\"'");
		else
			text_put_char(out, value.p[i]);
	}
	text_put_char(out, '\'');
}

static bool
put_variable(struct text *out, const struct pair *pair, struct shell_style style, struct err *e)
{
	if (!name_put_checked(out, pair->key, style.preserves_case, e) || !check_value(pair, e))
		return false;
	text_put_char(out, '=');
	if (style.escapes_strings)
		put_double_quoted(out, pair->value);
	else
		put_shell_word(out, pair->value);
	text_put_char(out, '\n');
	return true;
}

bool
shell_write(const struct pairs *sorted, struct shell_style style, struct text *out, struct err *e)
{
	for (size_t i = 0; i < sorted->count; i++) {
		text_put_str(out, "export ");
		if (!put_variable(out, &sorted->pair[i], style, e))
			return false;
	}
	return true;
}

bool
dotenv_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	const struct shell_style style = { .escapes_strings = true };
	for (size_t i = 0; i < sorted->count; i++) {
		if (!put_variable(out, &sorted->pair[i], style, e))
			return false;
	}
	return true;
}
