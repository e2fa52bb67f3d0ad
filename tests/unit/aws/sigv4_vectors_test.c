#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/hash.h"
#include "aws/sigv4.h"
#include "aws/time.h"
#include "base/fdio.h"

/* The suite of AWS: one folder a case. Given by SIGV4_VECTORS, else looked for here. */
#define VECTORS_DEFAULT "../shared/sigv4/v4"
#define VECTORS_CASES 38

#define QUERY_PARAMETERS_MAX 16
#define FIELDS_MAX 32

/* One case, read into memory. */
struct vector {
	char context_text[4096];
	char request_text[4096];
	char path_text[1024];
	char query_text[1024];
	char stamp_text[TIME_STAMP_LEN];
	char digest_text[2 * HASH_SHA256_SIZE];
	char joined_text[1024];

	struct credentials credentials;
	struct sigv4_scope scope;
	bool normalize;
	struct http_field field[FIELDS_MAX];
	struct buf joined;
	struct sigv4_request request;
};

static const char *vectors;

static struct span
read_text(const char *name, const char *file, char *text, size_t size)
{
	char path[1024];
	struct buf p = BUF(path);
	struct buf b = { .p = text, .cap = size };
	struct err e = { 0 };
	buf_printf(&p, "%s/%s/%s", vectors, name, file);
	if (!fdio_read_file(buf_str(&p), &b, &e))
		fail_msg("%s", e.text);
	return buf_span(&b);
}

/* The text after the first occurrence of what; fails the test where there is none. */
static struct span
text_after(struct span text, struct span what)
{
	while (text.n > 0 && !span_starts_with(text, what))
		text = span_skip(text, 1);
	assert_true(text.n > 0);
	return span_skip(text, what.n);
}

static bool
has(struct span text, const char *what)
{
	while (text.n > 0 && !span_starts_with(text, span_of(what)))
		text = span_skip(text, 1);
	return text.n > 0;
}

/* context.json is flat text of the suite's own making, so a member is found by its name. */
static struct span
context_string(struct span context, const char *member)
{
	char quoted[64];
	struct buf b = BUF(quoted);
	buf_printf(&b, "\"%s\":", member);
	if (!has(context, buf_str(&b)))
		return (struct span){ 0 };
	struct span s = text_after(text_after(context, buf_span(&b)), SPAN("\""));
	return (struct span){ s.p, span_find(s, '"') };
}

static bool
context_flag(struct span context, const char *member)
{
	char quoted[64];
	struct buf b = BUF(quoted);
	buf_printf(&b, "\"%s\": true", member);
	return has(context, buf_str(&b));
}

static void
read_context(struct vector *v, struct span context)
{
	v->credentials.access_key_id.bytes = context_string(context, "access_key_id");
	v->credentials.secret_access_key.bytes = context_string(context, "secret_access_key");
	v->credentials.session_token.bytes = context_string(context, "token");
	v->scope.region = context_string(context, "region");
	v->scope.service = context_string(context, "service");
	int64_t seconds;
	struct buf stamp = BUF(v->stamp_text);
	assert_true(time_parse_rfc3339(context_string(context, "timestamp"), &seconds));
	time_put_stamp(&stamp, seconds);
	v->scope.stamp = buf_span(&stamp);
	v->normalize = context_flag(context, "normalize");
}

/* Orders by name, then by value: "Param=" comes before "Param-3=". */
static int
compare_parameters(struct span a, struct span b)
{
	size_t a_name = span_find(a, '=');
	size_t b_name = span_find(b, '=');
	int order = span_compare((struct span){ a.p, a_name }, (struct span){ b.p, b_name });
	return order != 0 ? order : span_compare(a, b);
}

/* Queries of the suite are encoded, but for bytes above 0x7f. */
static void
put_parameter(struct buf *b, struct span parameter)
{
	for (size_t i = 0; i < parameter.n; i++) {
		unsigned byte = (unsigned char)parameter.p[i];
		const char digit[] = "0123456789ABCDEF";
		if (byte < 0x80)
			buf_put_char(b, parameter.p[i]);
		else
			buf_printf(b, "%%%c%c", digit[byte >> 4], digit[byte & 15]);
	}
	if (span_find(parameter, '=') == parameter.n)
		buf_put_char(b, '=');
}

static struct span
canonical_query(struct vector *v, struct span query)
{
	struct span parameter[QUERY_PARAMETERS_MAX];
	size_t count = 0;
	struct span word = { 0 };
	while (span_word(&query, "&", &word)) {
		assert_true(count < QUERY_PARAMETERS_MAX);
		size_t at = count++;
		while (at > 0 && compare_parameters(word, parameter[at - 1]) < 0) {
			parameter[at] = parameter[at - 1];
			at--;
		}
		parameter[at] = word;
	}
	struct buf b = BUF(v->query_text);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_char(&b, '&');
		put_parameter(&b, parameter[i]);
	}
	assert_false(b.overflow);
	return buf_span(&b);
}

static void
read_request_line(struct vector *v, struct span line)
{
	assert_true(span_ends_with(line, SPAN(" HTTP/1.1")));
	line.n -= sizeof(" HTTP/1.1") - 1;
	v->request.method = (struct span){ line.p, span_find(line, ' ') };
	struct span target = span_skip(line, v->request.method.n + 1);
	struct span path = { target.p, span_find(target, '?') };
	struct span query = span_skip(target, path.n < target.n ? path.n + 1 : path.n);

	struct buf b = BUF(v->path_text);
	if (v->normalize)
		sigv4_put_path(&b, path);
	else
		sigv4_put_encoded(&b, path.n > 0 ? path : SPAN("/"), SIGV4_UNRESERVED "/");
	assert_false(b.overflow);
	v->request.path = buf_span(&b);
	v->request.query = canonical_query(v, query);
}

/* As strcasecmp(3), which is what the order of lower-cased names is. */
static int
compare_names(struct span a, struct span b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int order = (unsigned char)ascii_lower(a.p[i]) - (unsigned char)ascii_lower(b.p[i]);
		if (order != 0)
			return order;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

/* "a" and "b" become "a,b"; the blanks around both do not count. */
static struct span
join(struct vector *v, struct span a, struct span b)
{
	size_t start = v->joined.len;
	buf_put(&v->joined, span_trim(a));
	buf_put_char(&v->joined, ',');
	buf_put(&v->joined, span_trim(b));
	assert_false(v->joined.overflow);
	return span_skip(buf_span(&v->joined), start);
}

/*
 * Puts a field where the signer wants it: in the order of the names, and the values of a name that
 * is there already joined, which no request of the program needs.
 */
static void
add_field(struct vector *v, struct span name, struct span value)
{
	unsigned at = v->request.field_count;
	while (at > 0 && compare_names(name, v->field[at - 1].name) < 0)
		at--;
	if (at > 0 && compare_names(name, v->field[at - 1].name) == 0) {
		v->field[at - 1].value = join(v, v->field[at - 1].value, value);
		return;
	}
	assert_true(v->request.field_count < FIELDS_MAX);
	for (unsigned i = v->request.field_count++; i > at; i--)
		v->field[i] = v->field[i - 1];
	v->field[at] = (struct http_field){ name, value };
}

/* Continuation lines are made one line here: a sender never makes them (RFC 9112 section 5.2). */
static void
unfold(char *text, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (text[i] == '\n' && text[i + 1] == ' ')
			text[i] = ' ';
	}
}

static void
read_request(struct vector *v, struct span text)
{
	struct span line = { 0 };
	unfold(v->request_text, text.n);
	assert_true(span_split(&text, '\n', &line));
	read_request_line(v, line);
	while (span_split(&text, '\n', &line) && line.n > 0) {
		size_t colon = span_find(line, ':');
		assert_true(colon < line.n);
		add_field(v, (struct span){ line.p, colon }, span_skip(line, colon + 1));
	}
	v->request.payload = text.p == NULL ? SPAN("") : text;
	v->request.field = v->field;
}

/* What a client adds by the suite's rules, and signs; a token may be left out on purpose. */
static void
add_own_fields(struct vector *v, struct span context)
{
	add_field(v, SPAN("X-Amz-Date"), v->scope.stamp);

	struct span token = v->credentials.session_token.bytes;
	if (token.n > 0 && !context_flag(context, "omit_session_token"))
		add_field(v, SPAN("X-Amz-Security-Token"), token);

	if (context_flag(context, "sign_body")) {
		struct buf b = BUF(v->digest_text);
		struct hash_sha256 digest;
		hash_sha256(v->request.payload, &digest);
		hash_put_hex(&b, &digest);
		add_field(v, SPAN("x-amz-content-sha256"), buf_span(&b));
	}
}

static void
assert_span(const char *name, struct span got, struct span want)
{
	if (!span_eq(got, want))
		fail_msg("%s: got\n%.*s\nwant\n%.*s", name, (int)got.n, got.p, (int)want.n, want.p);
}

static void
check_vector(const char *name)
{
	static struct vector v;
	char want[8192];
	char got[16384];
	struct err e = { 0 };
	memset(&v, 0, sizeof(v));
	v.joined = BUF(v.joined_text);

	struct span context =
		read_text(name, "context.json", v.context_text, sizeof(v.context_text));
	read_context(&v, context);
	read_request(&v, read_text(name, "request.txt", v.request_text, sizeof(v.request_text)));
	add_own_fields(&v, context);

	struct buf canonical = BUF(got);
	sigv4_put_canonical_request(&canonical, &v.request);
	assert_span(name, buf_span(&canonical),
		read_text(name, "header-canonical-request.txt", want, sizeof(want)));

	char sts_text[512];
	struct buf sts = BUF(sts_text);
	sigv4_put_string_to_sign(&sts, &v.scope, buf_span(&canonical));
	assert_span(name, buf_span(&sts),
		read_text(name, "header-string-to-sign.txt", want, sizeof(want)));

	struct buf b = BUF(got);
	assert_true(sigv4_put_authorization(&b, &v.credentials, &v.scope, &v.request, &e));
	struct span signature = read_text(name, "header-signature.txt", want, sizeof(want));
	assert_true(span_ends_with(buf_span(&b), signature));

	struct span sent = read_text(name, "header-signed-request.txt", want, sizeof(want));
	struct span line = text_after(sent, SPAN("\nAuthorization:"));
	line.n = span_find(line, '\n');
	assert_span(name, buf_span(&b), line);
}

static void
test_vectors(void **state)
{
	(void)state;
	vectors = getenv("SIGV4_VECTORS");
	if (vectors == NULL || *vectors == '\0')
		vectors = VECTORS_DEFAULT;
	DIR *dir = opendir(vectors);
	if (dir == NULL) {
		print_message(
			"no vectors at %s: set SIGV4_VECTORS to the suite's folder\n", vectors);
		skip();
	}
	unsigned count = 0;
	for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		check_vector(entry->d_name);
		count++;
	}
	closedir(dir);
	assert_int_equal(count, VECTORS_CASES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
