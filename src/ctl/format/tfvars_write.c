#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/format/character.h"
#include "ctl/format/name.h"
#include "ctl/format/write.h"

#define PREFIX SPAN("tf_var_")

/*
 * A quoted template of HCL. chamber writes dotenv's escapes, of which "\$" and "\`" are errors to
 * Terraform, and leaves "${" and "%{" as the beginning of an expression. HCL has the escapes below,
 * and doubles the character before the brace.
 */
static void
put_character(struct text *out, const struct character *c, struct span rest)
{
	if (character_put_named(out, c, SPAN("\\\"\n\r\t"), "\\\"nrt"))
		return;
	if (character_is_control(c->code))
		character_put_escape(out, c->code);
	else
		text_put(out, c->bytes);
	if ((c->code == '$' || c->code == '%') && span_starts_with(rest, SPAN("{")))
		text_put(out, c->bytes);
}

static void
put_value(struct text *out, struct span value)
{
	struct character c;
	text_put_char(out, '"');
	while (character_take(&value, &c))
		put_character(out, &c, value);
	text_put_str(out, "\"\n");
}

static bool
put_assignment(struct text *out, const struct pair *pair, struct pairs *names, struct err *e)
{
	struct span key = pair->key;
	if (span_starts_with(key, PREFIX))
		key = span_skip(key, PREFIX.n);
	const size_t start = out->n;
	if (!name_put_checked(out, key, true, e))
		return false;
	pairs_add(names, memory_copy(span_skip(text_span(out), start)), pair->key);
	text_put_str(out, " = ");
	put_value(out, pair->value);
	return true;
}

/* Terraform refuses a file that sets one variable twice, which chamber writes for a-b and a_b. */
bool
tfvars_write(const struct pairs *sorted, struct text *out, struct err *e)
{
	struct pairs names = { 0 };
	struct span first;
	struct span second;
	struct quoted_long q[2];
	if (!character_check(sorted, "tfvars", e))
		return false;
	for (size_t i = 0; i < sorted->count; i++) {
		if (!put_assignment(out, &sorted->pair[i], &names, e))
			return false;
	}
	return !name_clash(&names, &first, &second) ||
	       err_set(e, ERR_USAGE, "keys %s and %s: both become the same variable of Terraform",
		       quote_name(&q[0], first), quote_name(&q[1], second));
}
