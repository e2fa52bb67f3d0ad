#include <string.h>

#include "fuzz/fuzz.h"
#include "http/response.h"

/*
 * The last two bytes of the input are not sent: the first of them is the seed of the cuts, the
 * second says whether it is the answer to CONNECT (1) and whether the connection ends (2).
 */
static struct http_response whole;
static struct http_response pieces;

struct outcome {
	bool ok;
	size_t taken;
	struct err e;
};

static void
feed(struct http_response *r, struct span bytes, struct outcome *o)
{
	size_t taken = 0;
	if (!o->ok)
		return;
	o->ok = http_response_feed(r, bytes, &taken, &o->e);
	fuzz_check(taken <= bytes.n, "no more is taken than there is");
	fuzz_check(!o->ok || taken == bytes.n || http_response_is_done(r),
		"only what follows an answer is left");
	o->taken += taken;
}

static void
feed_whole(struct span wire, bool is_connect, bool closes, struct outcome *o)
{
	*o = (struct outcome){ .ok = true };
	http_response_init(&whole, is_connect);
	feed(&whole, wire, o);
	if (o->ok && closes)
		o->ok = http_response_close(&whole, &o->e);
}

/* Pieces of 0 to 15 bytes, their sizes drawn from seed; of one byte each when it is 0. */
static void
feed_pieces(struct span wire, bool is_connect, bool closes, unsigned seed, struct outcome *o)
{
	bool is_bytewise = seed == 0;
	*o = (struct outcome){ .ok = true };
	http_response_init(&pieces, is_connect);
	while (wire.n > 0) {
		seed = seed * 1103515245 + 12345;
		size_t n = is_bytewise ? 1 : seed >> 16 & 15;
		if (n > wire.n)
			n = wire.n;
		feed(&pieces, (struct span){ wire.p, n }, o);
		wire = span_skip(wire, n);
	}
	if (o->ok && closes)
		o->ok = http_response_close(&pieces, &o->e);
}

static void
check_same(const struct outcome *a, const struct outcome *b)
{
	fuzz_check(a->ok == b->ok, "cuts do not change the verdict");
	if (!a->ok) {
		fuzz_check(a->e.kind == b->e.kind && strcmp(a->e.text, b->e.text) == 0,
			"cuts do not change the error");
		return;
	}
	fuzz_check(a->taken == b->taken, "cuts do not change where the answer ends");
	fuzz_check(whole.state == pieces.state, "cuts do not change the state");
	fuzz_check(whole.status == pieces.status, "cuts do not change the status");
	fuzz_check(whole.keep_alive == pieces.keep_alive, "cuts do not change keep_alive");
	fuzz_check(span_eq(http_response_body(&whole), http_response_body(&pieces)),
		"cuts do not change the body");
	fuzz_check(span_eq((struct span){ whole.head, whole.head_len },
			   (struct span){ pieces.head, pieces.head_len }),
		"cuts do not change the fields");
}

static void
check_answer(size_t size, const struct outcome *o)
{
	fuzz_check(whole.body_len <= size, "a body is not larger than what arrived");
	if (!http_response_is_done(&whole))
		return;
	fuzz_check(whole.status >= 200 && whole.status <= 999, "the status is final");
	fuzz_check(!whole.keep_alive || o->taken == size, "junk ends the connection");
	struct span type = http_response_field(&whole, SPAN("Content-Type"));
	fuzz_check(span_find(type, '\n') == type.n, "a field is one line");
	fuzz_check(span_eq(type, span_trim(type)), "a value has no blanks around it");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct span wire = { (const char *)data, size - 2 };
	unsigned seed = data[size - 2];
	bool is_connect = (data[size - 1] & 1) != 0;
	bool closes = (data[size - 1] & 2) != 0;

	struct outcome one;
	struct outcome many;
	feed_whole(wire, is_connect, closes, &one);
	feed_pieces(wire, is_connect, closes, seed, &many);
	check_same(&one, &many);
	if (one.ok)
		check_answer(wire.n, &one);
	return 0;
}
