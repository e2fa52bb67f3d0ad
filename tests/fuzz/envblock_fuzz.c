#include <string.h>

#include "env/environ.h"
#include "env/inherit.h"
#include "fuzz/claims.h"

/*
 * The first byte holds the rules. Then come the inherited entries, each up to a NUL, up to a 0xff
 * byte; what follows is the block.
 */

#define BLOCK_MAX_HERE 2048
#define INHERITED_MAX 64

static struct environ_plan plan;
static const char *out[ENVIRON_MAX + 1];
static char *inherited[INHERITED_MAX + 1];

/* What the launcher must never take, by the manual and not by the checker. */
static void
check_entry(struct span name, struct span value)
{
	const struct span entry = span_of(name.p);
	fuzz_check(name.n > 0 && name.p[name.n] == '=', "an entry has a name and '='");
	fuzz_check(!span_starts_with(name, SPAN("LD_")), "no name of the dynamic loader's");
	fuzz_check(!span_eq(name, SPAN("GLIBC_TUNABLES")), "nor of glibc's");
	fuzz_check(entry.n == name.n + 1 + value.n, "an entry is a string");
}

/* What was accepted, put into a new block entry by entry, is the same block. */
static void
check_round_trip(struct span block)
{
	static char text[BLOCK_MAX_HERE];
	struct buf b = BUF(text);
	struct err e = { 0 };
	for (size_t i = 0; i < plan.loaded.count; i++) {
		const struct span name = plan.loaded.entry[i].name;
		const struct span value = plan.loaded.entry[i].value;
		check_entry(name, value);
		fuzz_check(envblock_put(&b, name, value, &e), "what is checked can be put");
		fuzz_check(envblock_find(&plan.loaded, name) == i, "an entry is found by its name");
		fuzz_check(i == 0 || span_compare(plan.loaded.entry[i - 1].name, name) < 0,
			"the names ascend");
	}
	fuzz_check(span_eq(buf_span(&b), block), "put and check are of one mind");
}

static void
check_refusal(const struct err *e)
{
	fuzz_check_error(e);
	fuzz_check(e->kind == ERR_REFUSED || e->kind == ERR_LIMIT, "the kind of the error");
}

/* A name and a value of any bytes: what can be put is a good block, what cannot leaves nothing. */
static void
check_put(struct span name, struct span value)
{
	static char text[BLOCK_MAX_HERE];
	struct buf b = BUF(text);
	struct err e = { 0 };
	if (envblock_put(&b, name, value, &e)) {
		fuzz_check(b.len == name.n + value.n + 2, "byte for byte");
		fuzz_check(envblock_read(buf_span(&b), &plan.loaded, &e), "what is put is good");
		return;
	}
	fuzz_check(b.len == 0, "what is refused leaves nothing");
	check_refusal(&e);
}

static size_t
index_in(const char *const *array, const char *entry)
{
	size_t i = 0;
	while (array[i] != NULL && array[i] != entry)
		i++;
	return i;
}

/* The first of a name counts, as for getenv(3); NULL when there is none. */
static const char *
find(const char *const *array, struct span name)
{
	for (; *array != NULL; array++) {
		struct span entry = span_of(*array);
		if (span_eq(envblock_name(entry), name) && name.n < entry.n)
			return *array;
	}
	return NULL;
}

static void
check_loaded(const struct environment_rules *rules)
{
	for (size_t i = 0; i < plan.loaded.count; i++) {
		const struct span name = plan.loaded.entry[i].name;
		const char *found = find(out, name);
		bool is_given = out[index_in(out, name.p)] != NULL;
		bool is_wanted =
			plan.fate[i] == ENVIRON_ADDED || plan.fate[i] == ENVIRON_OVERWRITES;
		fuzz_check(is_given == is_wanted, "a loaded variable has its fate");
		fuzz_check(!is_given || found == name.p, "no inherited one hides it");
		fuzz_check(is_given || !rules->pristine || rules->strict ||
				   inherit_is_kept(rules, name),
			"--pristine keeps it");
	}
}

static void
check_inherited(const struct environment_rules *rules)
{
	size_t last = 0;
	for (size_t i = 0; inherited[i] != NULL; i++) {
		size_t at = index_in(out, inherited[i]);
		bool is_given = out[at] != NULL;
		const bool is_kept = inherit_is_kept(rules, envblock_name(span_of(inherited[i])));
		fuzz_check(!is_given || !rules->pristine || is_kept, "--pristine inherits nothing");
		fuzz_check(
			is_given || !is_kept || strchr(inherited[i], '=') == NULL, "--keep keeps");
		fuzz_check(!is_given || at >= last, "the inherited ones keep their order");
		last = is_given ? at : last;
		struct span entry = span_of(inherited[i]);
		bool is_filled =
			plan.loaded.count != envblock_find(&plan.loaded, envblock_name(entry));
		if (is_given || rules->pristine || span_find(entry, '=') == entry.n)
			continue;
		fuzz_check(is_filled || span_starts_with(entry, SPAN("UNSET")),
			"what is not overwritten stays");
	}
}

/* Whether every name is inherited or one that a parameter can become. */
static bool
has_good_names(const struct environment_rules *rules)
{
	for (size_t i = 0; i < plan.loaded.count; i++) {
		const struct span name = plan.loaded.entry[i].name;
		if (span_alnum(name, "_.-") < name.n &&
			(inherit_is_unset(rules, name) ||
				find((const char *const *)inherited, name) == NULL))
			return false;
	}
	return true;
}

static void
check_merge(const struct environment_rules *rules, struct span block)
{
	struct err e = { 0 };
	bool is_good = envblock_read(block, &plan.loaded, &e) && has_good_names(rules);
	if (!environ_decide(inherited, rules, block, &plan, &e)) {
		check_refusal(&e);
		fuzz_check(!is_good || rules->strict, "a good block fails for --strict alone");
		return;
	}
	fuzz_check(is_good, "a bad block is never merged");
	fuzz_check(environ_build(inherited, rules, &plan, out, &e), "what is decided is built");
	check_round_trip(block);
	check_loaded(rules);
	check_inherited(rules);
}

/* Takes the inherited entries off *rest, which is what follows the 0xff then. */
static void
read_inherited(char *text, struct span *rest)
{
	const struct span entries = fuzz_part(rest, (char)0xff);
	size_t count = 0;
	memcpy(text, entries.p, entries.n);
	text[entries.n] = '\0';
	for (size_t at = 0; at < entries.n && count < INHERITED_MAX; at += strlen(text + at) + 1)
		inherited[count++] = text + at;
	inherited[count] = NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[BLOCK_MAX_HERE + 1];
	if (size == 0 || size > BLOCK_MAX_HERE)
		return 0;
	const struct environment_rules rules = {
		.pristine = (data[0] & 1) != 0,
		.no_clobber = (data[0] & 2) != 0,
		.strict = (data[0] & 4) != 0,
		.references = (data[0] & 8) != 0,
		.strict_value = "chamberme",
		.keep = { .name = { SPAN("KEPT*") }, .count = (data[0] & 16) != 0 },
		.unset = { .name = { SPAN("UNSET*") }, .count = 1 },
	};
	struct span rest = span_skip(fuzz_input(data, size), 1);
	read_inherited(text, &rest);
	check_merge(&rules, rest);
	const struct span name = fuzz_part(&rest, '\n');
	check_put(name, rest);
	return 0;
}
