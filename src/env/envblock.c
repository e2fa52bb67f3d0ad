#include "env/envblock.h"

#include "base/quote.h"

/* ld.so(8): what it obeys could run code in the command, so no parameter may set it. */
static bool
is_obeyed_by_loader(struct span name)
{
	return span_starts_with(name, SPAN("LD_")) || span_eq(name, SPAN("GLIBC_TUNABLES"));
}

static bool
refuse(struct span name, const char *why, struct err *e)
{
	struct quoted_long q;
	return err_set(e, ERR_REFUSED, "variable %s: %s", quote_name(&q, name), why);
}

static bool
check_name(struct span name, struct err *e)
{
	if (name.n == 0)
		return err_set(e, ERR_REFUSED, "a variable has no name");
	if (span_find(name, '=') < name.n)
		return refuse(name, "its name holds '='", e);
	if (span_find(name, '\0') < name.n)
		return refuse(name, "its name holds NUL", e);
	if (is_obeyed_by_loader(name)) {
		refuse(name, "the dynamic loader obeys it", e);
		return err_hint(
			e, "rename the parameter: LD_* and GLIBC_TUNABLES are never loaded");
	}
	return true;
}

static bool
check_size(struct span name, size_t value_size, struct err *e)
{
	struct quoted_long q;
	size_t others = name.n + 2; /* '=' and NUL */
	if (name.n < ENV_STRING_MAX - 2 && value_size <= ENV_STRING_MAX - others)
		return true;
	return err_set(e, ERR_LIMIT,
		"variable %s: %zu bytes with its name, the kernel takes at most %d",
		quote_name(&q, name), value_size + others, ENV_STRING_MAX);
}

bool
envblock_put(struct buf *block, struct span name, struct span value, struct err *e)
{
	struct quoted_long q;
	if (!check_name(name, e) || !check_size(name, value.n, e))
		return false;
	if (span_find(value, '\0') < value.n)
		return refuse(name, "its value holds NUL", e);
	if (block->cap - block->len < name.n + value.n + 2)
		return err_set(e, ERR_LIMIT,
			"variable %s: all variables together take more than %zu bytes",
			quote_name(&q, name), block->cap);
	buf_put(block, name);
	buf_put_char(block, '=');
	buf_put(block, value);
	buf_put_char(block, '\0');
	return true;
}

struct span
envblock_name(struct span entry)
{
	return (struct span){ entry.p, span_find(entry, '=') };
}

/* Takes the next entry off *rest, without its NUL; false at the end. */
static bool
next_entry(struct span *rest, struct span *entry)
{
	if (rest->n == 0)
		return false;
	*entry = (struct span){ rest->p, span_find(*rest, '\0') };
	*rest = span_skip(*rest, entry->n + 1);
	return true;
}

static bool
add(struct envblock_list *list, struct span entry, struct err *e)
{
	const struct span name = envblock_name(entry);
	if (list->count == ENVIRON_MAX)
		return err_set(e, ERR_LIMIT, "more than %d variables", ENVIRON_MAX);
	if (name.n == entry.n)
		return err_set(e, ERR_REFUSED, "entry %zu is not a variable: it has no '='",
			list->count + 1);
	const struct span value = span_skip(entry, name.n + 1);
	if (!check_name(name, e) || !check_size(name, value.n, e))
		return false;
	if (list->count > 0) {
		const int order = span_compare(list->entry[list->count - 1].name, name);
		if (order >= 0)
			return refuse(name, order == 0 ? "given twice" : "out of order", e);
	}
	list->entry[list->count++] = (struct envblock_entry){ name, value };
	return true;
}

bool
envblock_read(struct span block, struct envblock_list *list, struct err *e)
{
	struct span entry;
	list->count = 0;
	if (block.n > 0 && block.p[block.n - 1] != '\0')
		return err_set(e, ERR_REFUSED, "the last variable is not complete");
	while (next_entry(&block, &entry)) {
		if (!add(list, entry, e))
			return false;
	}
	return true;
}

size_t
envblock_find(const struct envblock_list *list, struct span name)
{
	size_t from = 0;
	size_t to = list->count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const int order = span_compare(list->entry[middle].name, name);
		if (order == 0)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return list->count;
}

bool
envblock_check_new_name(struct span name, struct err *e)
{
	if (span_alnum(name, "_.-") == name.n)
		return true;
	return refuse(name, "not inherited, and its name is not made of A-Z a-z 0-9 _ . -", e);
}
