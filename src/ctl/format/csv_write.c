#include "ctl/format/character.h"
#include "ctl/format/write.h"

/* unicode.IsSpace of Go. */
static bool
is_space(uint32_t code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85 || code == 0xa0 ||
	       code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
	       code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/*
 * As Go's encoding/csv: also what begins with a blank, which some readers remove, and "\.", which
 * ends the data for PostgreSQL.
 */
static bool
needs_quotes(struct span field, char separator)
{
	if (span_eq(field, SPAN("\\.")))
		return true;
	for (size_t i = 0; i < field.n; i++) {
		char c = field.p[i];
		if (c == separator || c == '"' || c == '\n' || c == '\r')
			return true;
	}
	struct character first;
	return character_take(&field, &first) && is_space(first.code);
}

static void
put_field(struct text *out, struct span field, char separator)
{
	if (!needs_quotes(field, separator)) {
		text_put(out, field);
		return;
	}
	text_put_char(out, '"');
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] == '"')
			text_put_char(out, '"');
		text_put_char(out, field.p[i]);
	}
	text_put_char(out, '"');
}

static bool
write_separated(const struct pairs *sorted, char separator, struct text *out)
{
	for (size_t i = 0; i < sorted->count; i++) {
		put_field(out, sorted->pair[i].key, separator);
		text_put_char(out, separator);
		put_field(out, sorted->pair[i].value, separator);
		text_put_char(out, '\n');
	}
	return true;
}

/* These two hold any bytes. */
bool
csv_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	(void)e;
	return write_separated(sorted, ',', out);
}

bool
tsv_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	(void)e;
	return write_separated(sorted, '\t', out);
}
