#ifndef UNIT_CTL_FORMAT_SAMPLE_H
#define UNIT_CTL_FORMAT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/format/format.h"

/* What the tests of the formats share: a list of pairs, a file or an error. */

struct sample {
	struct span key;
	struct span value;
	const char *file;
};

#define SAMPLE(key, value, file)                                             \
	{                                                                    \
		{ key, sizeof(key) - 1 }, { value, sizeof(value) - 1 }, file \
	}
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Compares text with all its bytes, and shows them. */
static inline void
assert_text(struct span found, const char *wanted)
{
	if (!span_eq(found, span_of(wanted)))
		fail_msg("\n%.*s\nwhere this is wanted:\n%s", (int)found.n, found.p, wanted);
}

/* The file of one pair. */
static inline struct span
written(const char *format, struct span key, struct span value)
{
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	pairs_add(&pairs, key, value);
	if (!format_find(span_of(format))->write(&pairs, &out, &e))
		fail_msg("%s", e.text);
	return text_span(&out);
}

/* The error of one pair that the format cannot hold; it shows no value. */
static inline void
assert_not_written(const char *format, struct span key, struct span value, const char *message)
{
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	pairs_add(&pairs, SPAN("A"), SPAN("fine"));
	pairs_add(&pairs, key, value);
	assert_false(format_find(span_of(format))->write(&pairs, &out, &e));
	assert_string_equal(e.text, message);
	assert_int_equal(err_exit_code(&e), EXIT_REFUSED);
}

static inline void
assert_samples(const char *format, const struct sample *sample, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_text(written(format, sample[i].key, sample[i].value), sample[i].file);
}

/* What a file holds, as "key=value;" for each pair. */
static inline struct span
held(enum format_file kind, struct span text)
{
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	/* Memory of exactly its size, so that a sanitizer sees what is read beyond it. */
	char *copy = malloc(text.n > 0 ? text.n : 1);
	memcpy(copy, text.p, text.n);
	if (!format_read(kind, (struct span){ copy, text.n }, &pairs, &e))
		text_printf(&out, "%s", e.text);
	for (size_t i = 0; e.kind == ERR_NONE && i < pairs.count; i++) {
		text_put(&out, pairs.pair[i].key);
		text_put_char(&out, '=');
		text_put(&out, pairs.pair[i].value);
		text_put_char(&out, ';');
	}
	free(copy);
	return text_span(&out);
}

/* A file, and what held() makes of it: its pairs or its error. */
struct file_sample {
	struct span file;
	const char *held;
};

#define FILE_SAMPLE(file, held)                  \
	{                                        \
		{ file, sizeof(file) - 1 }, held \
	}

static inline void
assert_files(enum format_file kind, const struct file_sample *sample, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_text(held(kind, sample[i].file), sample[i].held);
}

#endif
