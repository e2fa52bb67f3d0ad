#include <string.h>

#include "base/buf.h"
#include "fuzz/claims.h"
#include "json/jsonlint.h"

#define TEXT_MAX 4096

/* A message tells a place in the text and never shows a byte of it. */
static void
check_message(const struct err *e, size_t size)
{
	struct span text = span_of(e->text);
	struct span prefix = e->kind == ERR_LIMIT ? SPAN("JSON: byte ") : SPAN("not JSON: byte ");
	fuzz_check(e->kind == ERR_LIMIT || e->kind == ERR_TRANSIENT, "the kind of the error");
	fuzz_check(span_starts_with(text, prefix), "the beginning of the message");
	text = span_skip(text, prefix.n);
	uint64_t place;
	struct span number = { text.p, span_find(text, ':') };
	fuzz_check(span_u64(number, size + 1, &place) && place > 0, "the place is in the text");
}

/* A value between before and behind is JSON, too, unless that makes it too deep. */
static void
check_inside(struct span text, const char *before, const char *behind)
{
	static char copy[TEXT_MAX + 32];
	struct buf b = BUF(copy);
	struct err e = { 0 };
	buf_put_str(&b, before);
	buf_put(&b, text);
	buf_put_str(&b, behind);
	fuzz_check(jsonlint(buf_span(&b), &e) || e.kind == ERR_LIMIT,
		"a value is one inside an array or object, too");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct err e = { 0 };
	if (size > TEXT_MAX)
		return 0;
	if (!jsonlint(text, &e)) {
		check_message(&e, size);
		return 0;
	}
	fuzz_check(fuzz_is_utf8(text), "JSON is UTF-8");
	fuzz_check(span_find(text, '\0') == text.n, "JSON has no NUL");
	check_inside(text, " ", "\r\n\t ");
	check_inside(text, "[", "]");
	check_inside(text, "[0,", ",\"\"]");
	check_inside(text, "{\"a\":", "}");
	return 0;
}
