#include <string.h>

#include "aws/credentials.h"
#include "aws/time.h"
#include "aws/xml.h"
#include "fuzz/claims.h"

static struct secret_list secrets;

/*
 * The first byte says what the rest is: 'c' a container's or machine's credentials in JSON, 's'
 * STS's answer in XML or JSON, 't' a moment.
 */

#define INPUT_MAX 4096

/* Small, so that credentials which do not fit are found. */
static char arena_bytes[512];
static struct json_doc doc;

static bool
same(const struct credentials *a, const struct credentials *b)
{
	return span_eq(a->access_key_id.bytes, b->access_key_id.bytes) &&
	       span_eq(a->secret_access_key.bytes, b->secret_access_key.bytes) &&
	       span_eq(a->session_token.bytes, b->session_token.bytes);
}

static void
put_element(struct buf *b, const char *name, struct span value)
{
	buf_printf(b, "<%s>", name);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '<')
			buf_put_str(b, "&lt;");
		else if (value.p[i] == '&')
			buf_put_str(b, "&amp;");
		else
			buf_put_char(b, value.p[i]);
	}
	buf_printf(b, "</%s>", name);
}

/* Credentials that are written as XML are read back as they were. */
static void
check_xml(const struct credentials *c)
{
	static char text[8 * sizeof(arena_bytes)];
	static char bytes[sizeof(arena_bytes)];
	struct buf xml = BUF(text);
	struct buf arena = BUF(bytes);
	struct credentials again = { 0 };
	struct err e = { 0 };
	put_element(&xml, "SessionToken", c->session_token.bytes);
	put_element(&xml, "SecretAccessKey", c->secret_access_key.bytes);
	put_element(&xml, "AccessKeyId", c->access_key_id.bytes);
	bool ok = credential_read_sts(buf_span(&xml), &doc, &arena, &again, &e);
	fuzz_check(ok == (c->session_token.bytes.n > 0), "STS gives a session token");
	fuzz_check(!ok || same(c, &again), "the round trip through XML");
}

static char scratch_bytes[HTTP_BODY_MAX];

/* The same with JSON, whose strings are UTF-8. */
static void
check_json(const struct credentials *c)
{
	static char text[8 * sizeof(arena_bytes)];
	static char bytes[sizeof(arena_bytes)];
	struct buf json = BUF(text);
	struct buf arena = BUF(bytes);
	struct json_value root;
	struct credentials again = { 0 };
	struct err e = { 0 };
	buf_put_str(&json, "{\"Token\":");
	json_put_string(&json, c->session_token.bytes);
	buf_put_str(&json, ",\"SecretAccessKey\":");
	json_put_string(&json, c->secret_access_key.bytes);
	buf_put_str(&json, ",\"AccessKeyId\":");
	json_put_string(&json, c->access_key_id.bytes);
	buf_put_str(&json, "}");
	if (!json_parse(&doc, buf_span(&json), &root, &e))
		return;
	struct buf scratch = BUF(scratch_bytes);
	fuzz_check(credential_read_json(root, &scratch, &arena, &again, &e),
		"written credentials are read");
	fuzz_check(same(c, &again) && again.expires == 0, "the round trip through JSON");
}

static void
check_credentials(const struct credentials *c, const struct buf *arena)
{
	struct span all = buf_span(arena);
	fuzz_check(c->access_key_id.bytes.n > 0, "there is a key's id");
	fuzz_check(c->secret_access_key.bytes.n > 0, "there is a key");
	fuzz_check(fuzz_lies_in(c->access_key_id.bytes, all), "the id lies in the arena");
	fuzz_check(fuzz_lies_in(c->secret_access_key.bytes, all), "the key lies in the arena");
	fuzz_check(fuzz_lies_in(c->session_token.bytes, all), "the token lies in the arena");
	const struct secret part[] = { c->access_key_id, c->secret_access_key, c->session_token };
	size_t kept = 0;
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		kept += part[i].bytes.n >= SECRET_LEAST ? 1 : 0;
	fuzz_check(secret_mark() == kept, "all of it is secret");
	check_xml(c);
	check_json(c);
}

static void
check_refusal(const struct err *e)
{
	fuzz_check_error(e);
	fuzz_check(e->kind == ERR_TRANSIENT || e->kind == ERR_LIMIT || e->kind == ERR_REFUSED,
		"the kind of the error");
	/* Only the endpoint's own refusal is quoted. */
	fuzz_check(e->kind == ERR_REFUSED || !fuzz_contains(span_of(e->text), FUZZ_SECRET),
		"a message shows no part of the answer");
}

static void
read_container(struct span text)
{
	struct buf arena = BUF(arena_bytes);
	struct json_value root;
	struct json_value code;
	struct json_value expiration;
	struct credentials c = { 0 };
	struct err e = { 0 };
	if (!json_parse(&doc, text, &root, &e))
		return;
	struct buf scratch = BUF(scratch_bytes);
	if (!credential_read_json(root, &scratch, &arena, &c, &e)) {
		check_refusal(&e);
		return;
	}
	fuzz_check(json_member(root, "Code", JSON_STRING, &code, &e) &&
			   (code.doc == NULL || json_string_is(code, SPAN("Success"))),
		"the Code says Success where there is one");
	fuzz_check(json_member(root, "Expiration", JSON_STRING, &expiration, &e) &&
			   (expiration.doc != NULL || c.expires == 0),
		"without Expiration they last");
	check_credentials(&c, &arena);
}

static void
read_sts(struct span body)
{
	struct buf arena = BUF(arena_bytes);
	struct credentials c = { 0 };
	struct err e = { 0 };
	if (!credential_read_sts(body, &doc, &arena, &c, &e)) {
		check_refusal(&e);
		fuzz_check(e.kind != ERR_REFUSED, "the status refuses, not the body");
		return;
	}
	fuzz_check(c.session_token.bytes.n > 0, "there is a session token");
	check_credentials(&c, &arena);
}

static void
read_element(struct span body)
{
	char text[64] = "before";
	struct buf b = { .p = text, .cap = sizeof(text), .len = SPAN("before").n };
	bool ok = xml_put_text(&b, body, "Message");
	fuzz_check(span_starts_with(buf_span(&b), SPAN("before")), "it appends");
	fuzz_check(ok || b.len == SPAN("before").n, "where there is none nothing is appended");
}

/* The stamp of a moment, dressed as RFC 3339; false when it is outside the years 0 to 9999. */
static bool
dress(int64_t seconds, struct buf *dressed)
{
	static const char form[] = "0123-45-67T90:12:34Z";
	char stamp[TIME_STAMP_LEN];
	struct buf b = BUF(stamp);
	size_t at = 0;
	fuzz_check(seconds > TIME_MIN - 86400 && seconds <= TIME_MAX + 86400, "years 0 to 9999");
	time_put_stamp(&b, seconds);
	fuzz_check(b.len == TIME_STAMP_LEN, "a stamp has its length");
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		buf_put_char(dressed, form[i] == '-' || form[i] == ':' ? form[i] : stamp[at++]);
	return seconds >= TIME_MIN && seconds <= TIME_MAX;
}

static bool
is_leap_second(struct span time)
{
	return span_ends_with((struct span){ time.p, 8 }, SPAN(":60"));
}

/* A moment that is written as a stamp is read back, and is what was written at first. */
static void
read_moment(struct span text)
{
	char bytes[32];
	struct buf b = BUF(bytes);
	int64_t seconds = 0;
	int64_t again;
	bool is_http = time_parse_http(text, &seconds);
	bool is_rfc3339 = time_parse_rfc3339(text, &seconds);
	fuzz_check(!is_http || !is_rfc3339, "no text has both forms");
	if ((!is_http && !is_rfc3339) || !dress(seconds, &b))
		return;
	struct span dressed = buf_span(&b);
	fuzz_check(time_parse_rfc3339(dressed, &again), "a stamp is a moment");
	fuzz_check(again == seconds, "the same moment");

	/* "2026-08-01T12:00:00Z" and "Sat, 01 Aug 2026 12:00:00 GMT" */
	struct span time = span_skip(text, is_http ? 17 : 11);
	if (is_leap_second(time))
		return;
	if (is_rfc3339 && text.n == dressed.n)
		fuzz_check(span_eq_nocase(text, dressed), "the same date and time");
	if (is_http)
		fuzz_check(memcmp(text.p + 5, dressed.p + 8, 2) == 0 &&
				   memcmp(text.p + 12, dressed.p, 4) == 0 &&
				   memcmp(time.p, dressed.p + 11, 8) == 0,
			"the same day, year and time");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = fuzz_input(data, size);
	if (size == 0 || size > INPUT_MAX)
		return 0;
	text = span_skip(text, 1);
	if (data[0] == 'c')
		read_container(text);
	if (data[0] == 't')
		read_moment(text);
	if (data[0] == 's') {
		read_sts(text);
		read_element(text);
	}
	secret_use(&secrets);
	return 0;
}
