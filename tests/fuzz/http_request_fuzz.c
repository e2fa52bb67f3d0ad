#include "fuzz/claims.h"
#include "http/request.h"

/* The input: method, target, a field's name and value, each up to a 0xff byte, then the body. */
#define SEPARATOR ((char)0xff)

static size_t
count(struct span s, char c)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* Whatever the caller was made to ask for, it is one request with one field and its body. */
static void
check_request(struct span text, struct span body)
{
	fuzz_check(span_ends_with(text, body), "the body stands at the end");
	struct span head = { text.p, text.n - body.n };
	size_t lines = count(head, '\n');
	fuzz_check(span_ends_with(head, SPAN("\r\n\r\n")), "a blank line ends the head");
	fuzz_check(lines == 3 || lines == 4, "a request line, one field, perhaps a length");
	fuzz_check(count(head, '\r') == lines, "no bare CR");
	fuzz_check(count(head, '\0') == 0, "no NUL");
	struct span line = { head.p, span_find(head, '\r') };
	fuzz_check(count(line, ' ') == 2, "the request line has three parts");
	fuzz_check(span_ends_with(line, SPAN(" HTTP/1.1")), "the request line has a version");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[8192];
	struct span rest = fuzz_input(data, size);
	struct http_field field;
	struct http_request r = { .field = &field, .field_count = 1 };
	r.method = fuzz_part(&rest, SEPARATOR);
	r.target = fuzz_part(&rest, SEPARATOR);
	field.name = fuzz_part(&rest, SEPARATOR);
	field.value = fuzz_part(&rest, SEPARATOR);
	r.body = rest;

	struct buf b = BUF(text);
	struct err e = { 0 };
	if (http_request_write(&b, &r, &e))
		check_request(buf_span(&b), r.body);
	else
		fuzz_check(e.kind == ERR_USAGE || (e.kind == ERR_LIMIT && b.overflow),
			"the kind of the error");
	return 0;
}
