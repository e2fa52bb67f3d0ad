#include <string.h>

#include "aws/failure.h"
#include "aws/retry.h"
#include "base/secret.h"
#include "fuzz/claims.h"

static struct secret_list secrets;

/*
 * An answer that is an error: its status, x-amzn-ErrorType, x-amz-retry-after and Date, each up to
 * a 0xff byte, then the body. It is put together as HTTP and read from there. The body's first
 * bytes are the random ones of the retries too.
 */

#define SEPARATOR ((char)0xff)
#define INPUT_MAX 4096
#define ATTEMPTS_MAX 10
#define NOW INT64_C(1785585600) /* 2026-08-01T12:00:00Z */

static struct http_response response;
static struct failure failure;
static struct json_doc scratch;

static bool
receive(struct span rest)
{
	static const char *const between[] = { "HTTP/1.1 ",
		" \r\nx-amzn-ErrorType: ", "\r\nx-amz-retry-after: ", "\r\nDate: " };
	static char text[2 * INPUT_MAX];
	struct buf b = BUF(text);
	size_t taken;
	struct err e = { 0 };
	for (size_t i = 0; i < sizeof(between) / sizeof(*between); i++) {
		buf_put_str(&b, between[i]);
		buf_put(&b, fuzz_part(&rest, SEPARATOR));
	}
	buf_put_str(&b, "\r\n\r\n");
	buf_put(&b, rest);
	http_response_init(&response, false);
	return http_response_feed(&response, buf_span(&b), &taken, &e) &&
	       (http_response_is_done(&response) || http_response_close(&response, &e));
}

static void
check_failure(const struct failure *f, struct err *e)
{
	size_t length = strnlen(f->code, sizeof(f->code));
	struct span text = { f->text, sizeof(f->text) };
	fuzz_check(length < sizeof(f->code), "a code ends");
	fuzz_check(memchr(f->code, ':', length) == NULL, "a code ends before a colon");
	fuzz_check(fuzz_lies_in(f->message, text), "the message lies in the failure");
	fuzz_check(f->message.n <= http_response_body(&response).n, "no longer than the body");

	fuzz_check(!failure_err(f, response.status, e), "a failure is an error");
	fuzz_check_error(e);
	fuzz_check(e->kind == retry_classify(response.status, span_of(f->code)), "its class");
	fuzz_check(e->kind == ERR_REFUSED || e->kind == ERR_TRANSIENT || e->kind == ERR_THROTTLED ||
			   e->kind == ERR_FINAL,
		"the kind of the error");
	fuzz_check(!fuzz_contains(span_of(e->text), FUZZ_SECRET), "a message shows no secret");
}

/* What the standard retry mode promises of one delay. */
static void
check_delay(int64_t delay_ms, int64_t hint_ms)
{
	fuzz_check(delay_ms >= 0 && delay_ms <= RETRY_DELAY_MAX_MS + RETRY_HINT_EXTRA_MS,
		"a delay is in its range");
	fuzz_check(delay_ms >= (hint_ms < RETRY_HINT_EXTRA_MS ? hint_ms : RETRY_HINT_EXTRA_MS),
		"the server's hint counts up to five seconds");
}

/* Fails again and again in the same way, and comes through in the end. */
static void
check_retries(enum err_kind kind)
{
	struct span body = http_response_body(&response);
	struct retry_failure f = { .kind = kind, .attempts_max = ATTEMPTS_MAX };
	struct retry_state request = { 0 };
	int64_t delay_ms;
	unsigned retries = 0;
	if (body.n >= sizeof(f.random))
		memcpy(&f.random, body.p, sizeof(f.random));
	f.hint_ms = retry_parse_hint(http_response_field(&response, SPAN("x-amz-retry-after")));
	fuzz_check(f.hint_ms >= RETRY_NO_HINT, "a hint has its range");

	while (retry_next(&request, &f, &delay_ms)) {
		check_delay(delay_ms, f.hint_ms);
		retries++;
	}
	bool again = kind == ERR_TRANSIENT || kind == ERR_THROTTLED;
	fuzz_check(retries == (again ? ATTEMPTS_MAX - 1 : 0), "as often as allowed");
	retry_succeeded(&request, 0);
	fuzz_check(!again || retry_next(&request, &f, &delay_ms), "a request begins anew");
}

static void
check_clock(struct span code)
{
	struct span date = http_response_field(&response, SPAN("Date"));
	int64_t offset;
	int64_t second;
	if (!retry_clock_skew(code, date, NOW, &offset))
		return;
	fuzz_check(offset < -240 || offset > 240, "less than four minutes are no skew");
	fuzz_check(!retry_clock_skew(code, date, NOW + offset, &second) && second == 0,
		"a clock that was set is right");
	fuzz_check(!retry_is_expired_token(code), "one cause at a time");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	if (size > INPUT_MAX || !receive(fuzz_input(data, size)))
		return 0;
	secret_keep(FUZZ_SECRET);
	failure_read(&failure, &response, &scratch);
	check_failure(&failure, &e);
	check_retries(e.kind);
	check_clock(span_of(failure.code));
	secret_use(&secrets);
	return 0;
}
