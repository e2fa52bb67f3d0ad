#ifndef FUZZ_CLAIMS_H
#define FUZZ_CLAIMS_H

#include "base/err.h"
#include "base/span.h"
#include "fuzz/fuzz.h"
#include "json/utf8.h"

/* What several targets need. */

/* Stands in the dictionaries where a secret would. */
#define FUZZ_SECRET SPAN("s3cret-value")

/* The input as a span. */
static inline struct span
fuzz_input(const uint8_t *data, size_t size)
{
	return (struct span){ (const char *)data, size };
}

/* Takes what stands before the separator off *rest, all of it where there is none. */
static inline struct span
fuzz_part(struct span *rest, char separator)
{
	struct span part = { rest->p, span_find(*rest, separator) };
	*rest = span_skip(*rest, part.n < rest->n ? part.n + 1 : part.n);
	return part;
}

static inline bool
fuzz_lies_in(struct span inner, struct span outer)
{
	return inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n;
}

static inline bool
fuzz_contains(struct span s, struct span part)
{
	for (size_t i = 0; i + part.n <= s.n; i++) {
		if (span_starts_with(span_skip(s, i), part))
			return true;
	}
	return false;
}

static inline bool
fuzz_is_utf8(struct span s)
{
	while (s.n > 0) {
		size_t length = utf8_length(s);
		if (length == 0)
			return false;
		s = span_skip(s, length);
	}
	return true;
}

static inline void
fuzz_check_printable(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		fuzz_check(s.p[i] >= ' ' && s.p[i] <= '~', "a message is printable");
}

/* An error has a kind and says something that can be printed. */
static inline void
fuzz_check_error(const struct err *e)
{
	fuzz_check(e->kind != ERR_NONE, "an error has a kind");
	fuzz_check(e->text[0] != '\0', "an error has a text");
	fuzz_check_printable(span_of(e->text));
	fuzz_check_printable(span_of(e->hint));
}

/* A message about a URL shows nothing of what stands before its last '@'. */
static inline void
fuzz_check_user_hidden(struct span url, const struct err *e)
{
	size_t behind = url.n;
	while (behind > 0 && url.p[behind - 1] != '@')
		behind--;
	fuzz_check(!fuzz_contains(span_of(e->text), FUZZ_SECRET) ||
			   fuzz_contains(span_skip(url, behind), FUZZ_SECRET),
		"a message shows no user and no password");
}

#endif
