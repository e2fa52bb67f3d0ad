#include "env/envblock.h"

#include <string.h>

#include "base/bulk.h"
#include "base/quote.h"

/* ENVIRON_MAX entries are numbered from 1 in 16 bits. */
_Static_assert(ENVIRON_MAX < UINT16_MAX, "an entry's number does not fit");
_Static_assert((ENVIRON_MAX & (ENVIRON_MAX - 1)) == 0, "the slots are no power of two");

/* ld.so(8): what it obeys could run code in the command, whoever wrote the parameter. */
static bool
is_obeyed_by_loader(struct span name)
{
	return span_starts_with(name, SPAN("LD_")) || span_eq(name, SPAN("GLIBC_TUNABLES"));
}

static bool
refuse(struct span name, const char *why, struct err *e)
{
	struct quoted q;
	return err_set(e, ERR_REFUSED, "variable %s: %s", quote(&q, name), why);
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
		return err_hint(e, "rename the parameter; what starts with LD_ is never loaded");
	}
	return true;
}

static bool
check_size(struct span name, size_t value_size, struct err *e)
{
	struct quoted q;
	size_t others = name.n + 2; /* '=' and NUL */
	if (name.n < ENV_STRING_MAX - 2 && value_size <= ENV_STRING_MAX - others)
		return true;
	return err_set(e, ERR_LIMIT,
		"variable %s: %zu bytes with its name, the kernel takes at most %d",
		quote(&q, name), value_size + others, ENV_STRING_MAX);
}

bool
envblock_put(struct buf *block, struct span name, struct span value, struct err *e)
{
	struct quoted q;
	if (!check_name(name, e) || !check_size(name, value.n, e))
		return false;
	if (span_find(value, '\0') < value.n)
		return refuse(name, "its value holds NUL", e);
	if (block->cap - block->len < name.n + value.n + 2)
		return err_set(e, ERR_LIMIT,
			"variable %s: all variables together take more than %zu bytes",
			quote(&q, name), block->cap);
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

bool
envblock_next(struct span *rest, struct span *entry)
{
	if (rest->n == 0)
		return false;
	*entry = (struct span){ rest->p, span_find(*rest, '\0') };
	*rest = span_skip(*rest, entry->n + 1);
	return true;
}

/* FNV-1a. A fetcher that makes names collide costs its own start some time, and nothing else. */
static size_t
hash(struct span name)
{
	uint32_t h = 2166136261;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619;
	return h ^ h >> 16;
}

/* The slot where the name stands, or the free one where it would. */
static size_t
probe(const struct envblock_index *index, struct span name)
{
	size_t i = hash(name) & (index->slots - 1);
	while (index->slot[i] != 0 &&
		!span_eq(envblock_name(index->entry[index->slot[i] - 1]), name))
		i = (i + 1) & (index->slots - 1);
	return i;
}

size_t
envblock_find(const struct envblock_index *index, struct span name)
{
	size_t number = index->slot[probe(index, name)];
	return number == 0 ? index->count : number - 1;
}

static bool
add(struct envblock_index *index, struct span entry, struct err *e)
{
	struct span name = envblock_name(entry);
	if (name.n == entry.n)
		return err_set(e, ERR_REFUSED, "entry %zu is no variable: it has no '='",
			index->count + 1);
	if (!check_name(name, e) || !check_size(name, entry.n - name.n - 1, e))
		return false;
	size_t slot = probe(index, name);
	if (index->slot[slot] != 0)
		return refuse(name, "given twice", e);
	index->entry[index->count++] = entry;
	index->slot[slot] = (uint16_t)index->count;
	return true;
}

static size_t
count_entries(struct span block)
{
	size_t count = 0;
	struct span entry;
	while (envblock_next(&block, &entry))
		count++;
	return count;
}

bool
envblock_index(struct span block, struct envblock_index *index, struct err *e)
{
	if (block.n > 0 && block.p[block.n - 1] != '\0')
		return err_set(e, ERR_REFUSED, "the last variable is not complete");
	size_t count = count_entries(block);
	if (count > ENVIRON_MAX)
		return err_set(
			e, ERR_LIMIT, "%zu variables, at most %d are taken", count, ENVIRON_MAX);

	index->count = 0;
	index->slots = 2;
	while (index->slots < 2 * count)
		index->slots *= 2;
	memset(index->slot, 0, index->slots * sizeof(*index->slot));
	struct span entry;
	while (envblock_next(&block, &entry)) {
		if (!add(index, entry, e))
			return false;
	}
	return true;
}

bool
envblock_check(struct span block, struct err *e)
{
	BULK static struct envblock_index index;
	return envblock_index(block, &index, e);
}
