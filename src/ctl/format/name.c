#include "ctl/format/name.h"

#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/format/format.h"

/* isspace() of the C locale. */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_space(s.p[0]))
		s = span_skip(s, 1);
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

void
name_put(struct text *t, struct span key, bool preserves_case)
{
	key = trim(key);
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];
		if (c == '-' || c == '.' || is_space(c))
			c = '_';
		text_put_char(t, preserves_case ? c : ascii_upper(c));
	}
}

bool
name_put_checked(struct text *t, struct span key, bool preserves_case, struct err *e)
{
	struct quoted_long q;
	const size_t start = t->n;
	name_put(t, key, preserves_case);
	const struct span name = span_skip(text_span(t), start);
	if (name.n == 0 || span_alnum(name, "_") != name.n)
		return err_set(e, ERR_USAGE,
			"key %s: contains characters that the name of a variable may not have",
			quote_name(&q, key));
	if (ascii_is_digit(name.p[0]))
		return err_set(e, ERR_USAGE,
			"key %s: the name of a variable must begin with a letter or an underscore",
			quote_name(&q, key));
	return true;
}

bool
name_clash(struct pairs *names, struct span *first, struct span *second)
{
	pairs_sort(names);
	for (size_t i = 1; i < names->count; i++) {
		if (!span_eq(names->pair[i - 1].key, names->pair[i].key))
			continue;
		*first = names->pair[i - 1].value;
		*second = names->pair[i].value;
		return true;
	}
	return false;
}

bool
shell_names_clash(
	const struct pairs *pairs, bool preserves_case, struct span *first, struct span *second)
{
	struct pairs names = { 0 };
	struct text t = { 0 };
	for (size_t i = 0; i < pairs->count; i++) {
		text_clear(&t);
		name_put(&t, pairs->pair[i].key, preserves_case);
		pairs_add(&names, memory_copy(text_span(&t)), pairs->pair[i].key);
	}
	return name_clash(&names, first, second);
}
