#ifndef FUZZ_CTL_FORMAT_H
#define FUZZ_CTL_FORMAT_H

#include "ctl/format/format.h"
#include "fuzz/claims.h"
#include "fuzz/ctl_memory.h"

/* What holds for each reader of antechamberctl and the writer of its format. */

#define FUZZ_FILE_MAX 4096

static inline bool
fuzz_is_text(struct span s)
{
	return fuzz_is_utf8(s) && span_find(s, '\0') == s.n;
}

static inline void
fuzz_check_pairs(const struct pairs *pairs)
{
	struct pairs sorted = { 0 };
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *p = &pairs->pair[i];
		fuzz_check(p->key.n > 0, "no key is empty");
		fuzz_check(fuzz_is_text(p->key) && fuzz_is_text(p->value), "all is text");
		pairs_add(&sorted, p->key, p->value);
	}
	pairs_sort(&sorted);
	for (size_t i = 1; i < sorted.count; i++)
		fuzz_check(!span_eq(sorted.pair[i - 1].key, sorted.pair[i].key), "keys differ");
}

/* What was written is read back: the values always, and the keys unless they became names. */
static inline void
fuzz_check_round_trip(enum format_file kind, const char *name, const struct pairs *pairs)
{
	struct text file = { 0 };
	struct pairs again = { 0 };
	struct err e = { 0 };
	struct span keys[2];
	if (kind == FORMAT_FILE_DOTENV && shell_names_clash(pairs, false, &keys[0], &keys[1]))
		return;
	if (!format_find(span_of(name))->write(pairs, &file, &e)) {
		fuzz_check(kind == FORMAT_FILE_DOTENV, "text can be written");
		return;
	}
	if (kind == FORMAT_FILE_DOTENV && pairs->count == 0)
		return;
	fuzz_check(format_read(kind, text_span(&file), &again, &e), "what is written is read");
	fuzz_check(again.count == pairs->count, "all of it");
	for (size_t i = 0; i < again.count; i++) {
		fuzz_check(span_eq(again.pair[i].value, pairs->pair[i].value), "a value");
		fuzz_check(kind == FORMAT_FILE_DOTENV ||
				   span_eq(again.pair[i].key, pairs->pair[i].key),
			"a key");
	}
}

/* The input is a file, and a value. */
static inline void
fuzz_format(enum format_file kind, const char *name, struct span input)
{
	struct pairs pairs = { 0 };
	struct pairs one = { 0 };
	struct err e = { 0 };
	if (format_read(kind, input, &pairs, &e)) {
		fuzz_check_pairs(&pairs);
		fuzz_check_round_trip(kind, name, &pairs);
	} else {
		fuzz_check_error(&e);
		fuzz_check(e.kind == ERR_USAGE || e.kind == ERR_LIMIT, "the kind of the error");
	}
	if (fuzz_is_text(input)) {
		pairs_add(&one, SPAN("KEY"), input);
		fuzz_check_round_trip(kind, name, &one);
	}
	fuzz_free_all();
}

#endif
