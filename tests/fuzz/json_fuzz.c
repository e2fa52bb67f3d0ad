#include <string.h>

#include "fuzz/claims.h"
#include "json/json.h"
#include "json/jsonlint.h"

static struct json_doc doc;

/* A member is found by its own name, unless the name stands there twice or the value is null. */
static void
check_member(struct json_value object, struct json_value name, struct json_value value)
{
	char text[256];
	struct buf b = BUF(text);
	json_unescape(name, &b);
	/* buf_str() needs room for its NUL. */
	if (b.overflow || b.len == b.cap || span_find(buf_span(&b), '\0') < b.len)
		return;

	struct json_value again;
	struct err e = { 0 };
	if (!json_member(object, buf_str(&b), json_type(value), &again, &e)) {
		fuzz_check(span_ends_with(span_of(e.text), SPAN(": given twice")),
			"a member has its own type");
		return;
	}
	bool found = again.doc != NULL;
	fuzz_check(found == (json_type(value) != JSON_NULL), "a member is found by its name");
	fuzz_check(!found || again.index == value.index, "it is that member");
}

/* Visits what v holds; returns the number of its values and names. */
static int
check_container(struct json_value v)
{
	struct json_value name = { 0 };
	struct json_value value;
	const char *behind = json_raw(v).p;
	bool is_object = json_type(v) == JSON_OBJECT;
	int count = 0;
	int at = 0;
	while (json_next(v, &at, &name, &value)) {
		fuzz_check(
			value.index > v.index && value.index < doc.count, "the cursor is inside");
		fuzz_check(fuzz_lies_in(json_raw(value), json_raw(v)),
			"a value lies in its container");
		fuzz_check(json_raw(value).p > behind, "values come in the order of the text");
		behind = json_raw(value).p + json_raw(value).n;
		if (is_object) {
			fuzz_check(json_type(name) == JSON_STRING, "a name is a string");
			check_member(v, name, value);
		}
		count += is_object ? 2 : 1;
	}
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = fuzz_input(data, size);
	struct json_value root;
	struct err e = { 0 };
	if (size > 4096)
		return 0;
	bool linted = jsonlint(text, &e);
	fuzz_check(json_parse(&doc, text, &root, &e) == linted, "jsmn takes what lint accepts");
	if (!linted)
		return 0;

	int visited = 1;
	for (int i = 0; i < doc.count; i++) {
		struct json_value v = { &doc, i };
		fuzz_check(fuzz_lies_in(json_raw(v), text), "a value lies in the text");
		if (json_type(v) == JSON_ARRAY || json_type(v) == JSON_OBJECT)
			visited += check_container(v);
	}
	fuzz_check(visited == doc.count, "every value and name is visited once");
	return 0;
}
