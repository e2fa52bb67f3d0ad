#include <string.h>

#include "fuzz/claims.h"
#include "json/json.h"

#define BYTES_MAX 4096

static struct json_doc doc;

/* Writes bytes as a string, reads it back and compares. */
static void
check_round_trip(struct span bytes)
{
	static char text[6 * BYTES_MAX + 2];
	static char back[BYTES_MAX];
	struct buf written = BUF(text);
	struct buf read = BUF(back);
	struct json_value v;
	struct err e = { 0 };
	json_put_string(&written, bytes);
	fuzz_check(!written.overflow, "a string grows to six times its size at most");
	bool ok = json_parse(&doc, buf_span(&written), &v, &e);
	fuzz_check(ok == fuzz_is_utf8(bytes), "a written string is JSON when it is UTF-8");
	if (!ok)
		return;
	fuzz_check(json_type(v) == JSON_STRING, "a written string is a string");
	json_unescape(v, &read);
	fuzz_check(!read.overflow && span_eq(buf_span(&read), bytes), "the round trip");
	fuzz_check(json_string_is(v, bytes), "a string is what it unescapes to");
}

/* Takes bytes for what stands between the quotes of a string. */
static void
check_escaped(struct span bytes)
{
	static char text[BYTES_MAX + 2];
	static char back[BYTES_MAX];
	struct buf quoted = BUF(text);
	struct buf read = BUF(back);
	struct json_value v;
	struct err e = { 0 };
	buf_put_char(&quoted, '"');
	buf_put(&quoted, bytes);
	buf_put_char(&quoted, '"');
	if (!json_parse(&doc, buf_span(&quoted), &v, &e))
		return;
	fuzz_check(span_eq(json_raw(v), bytes), "the raw text stands between the quotes");
	json_unescape(v, &read);
	fuzz_check(!read.overflow, "unescaping makes nothing longer");
	fuzz_check(fuzz_is_utf8(buf_span(&read)), "an unescaped string is UTF-8");
	fuzz_check(json_string_is(v, buf_span(&read)), "a string is what it unescapes to");
	check_round_trip(buf_span(&read));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };
	if (size > BYTES_MAX)
		return 0;
	check_round_trip(bytes);
	check_escaped(bytes);
	return 0;
}
