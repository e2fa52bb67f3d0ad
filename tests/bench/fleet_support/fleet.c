/*
 * Many starts at once against one rate limit, in virtual time: src/aws/retry.c decides when each of
 * them comes back, and nothing else of a start is here.
 *
 *	fleet STARTS PAGES RATE BURST ATTEMPTS TIMEOUT SEED
 *
 * RATE is the requests a second that the store lets through, BURST what its token bucket holds. A
 * TIMEOUT of 0 is none. Prints: starts that succeeded, requests, seconds until the last of them had
 * its last page, seconds until half of all starts had it (0: never), the most attempts that one
 * request took.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/retry.h"

#define STARTS_MAX 10000

/* Connection, handshake and credentials before the first request, in round trips. */
#define ROUND_TRIPS_BEFORE 3

struct start {
	unsigned pages; /* received */
	struct retry_state retry;
};

/* A request reaches the store. */
struct arrival {
	double at;
	unsigned start;
};

struct store {
	double rate;
	double burst;
	double tokens;
	double at; /* when tokens was right */
};

struct fleet {
	unsigned starts;
	unsigned pages;
	unsigned attempts;
	double timeout;
	struct store store;
	struct start start[STARTS_MAX];
	struct arrival heap[STARTS_MAX]; /* one for each start that is not done */
	unsigned waiting;
	/* What comes of it. */
	unsigned succeeded;
	unsigned requests;
	unsigned most_attempts;
	double last;
	double half;
};

static uint64_t state;

/* splitmix64: the same run for the same seed, everywhere. */
static uint32_t
random_bits(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

/* 20 to 50 ms, the server's work included. */
static double
round_trip(void)
{
	return 0.020 + 0.030 * random_bits() / UINT32_MAX;
}

static void
push(struct fleet *f, double at, unsigned start)
{
	unsigned i = f->waiting++;
	for (; i > 0 && f->heap[(i - 1) / 2].at > at; i = (i - 1) / 2)
		f->heap[i] = f->heap[(i - 1) / 2];
	f->heap[i] = (struct arrival){ at, start };
}

static struct arrival
pop(struct fleet *f)
{
	const struct arrival first = f->heap[0];
	const struct arrival last = f->heap[--f->waiting];
	unsigned i = 0;
	for (unsigned child = 1; child < f->waiting; child = 2 * i + 1) {
		if (child + 1 < f->waiting && f->heap[child + 1].at < f->heap[child].at)
			child++;
		if (f->heap[child].at >= last.at)
			break;
		f->heap[i] = f->heap[child];
		i = child;
	}
	f->heap[i] = last;
	return first;
}

static int
lets_through(struct store *s, double now)
{
	s->tokens += (now - s->at) * s->rate;
	if (s->tokens > s->burst)
		s->tokens = s->burst;
	s->at = now;
	if (s->tokens < 1)
		return 0;
	s->tokens -= 1;
	return 1;
}

static void
take_page(struct fleet *f, struct start *s, double now, unsigned index)
{
	double pause = (double)retry_succeeded(&s->retry, random_bits()) / 1000;
	double response = now + round_trip() / 2;
	if (++s->pages < f->pages) {
		push(f, response + pause + round_trip() / 2, index);
		return;
	}
	f->last = response > f->last ? response : f->last;
	if (++f->succeeded == (f->starts + 1) / 2)
		f->half = response;
}

static void
be_throttled(struct fleet *f, struct start *s, double now, unsigned index)
{
	const struct retry_failure failure = { ERR_THROTTLED, f->attempts, RETRY_NO_HINT,
		random_bits() };
	int64_t delay_ms;
	if (retry_next(&s->retry, &failure, &delay_ms))
		push(f, now + round_trip() + (double)delay_ms / 1000, index);
}

static void
run(struct fleet *f)
{
	for (unsigned i = 0; i < f->starts; i++)
		push(f, (ROUND_TRIPS_BEFORE + 0.5) * round_trip(), i);
	while (f->waiting > 0) {
		const struct arrival a = pop(f);
		struct start *s = &f->start[a.start];
		if (f->timeout > 0 && a.at > f->timeout)
			continue;
		f->requests++;
		if (s->retry.retries + 1 > f->most_attempts)
			f->most_attempts = s->retry.retries + 1;
		if (lets_through(&f->store, a.at))
			take_page(f, s, a.at, a.start);
		else
			be_throttled(f, s, a.at, a.start);
	}
}

int
main(int argc, char **argv)
{
	static struct fleet f;
	if (argc != 8 || atoi(argv[1]) < 1 || atoi(argv[1]) > STARTS_MAX) {
		fprintf(stderr, "fleet: STARTS PAGES RATE BURST ATTEMPTS TIMEOUT SEED\n");
		return 100;
	}
	f.starts = (unsigned)atoi(argv[1]);
	f.pages = (unsigned)atoi(argv[2]);
	f.store.rate = atof(argv[3]);
	f.store.burst = f.store.tokens = atof(argv[4]);
	f.attempts = (unsigned)atoi(argv[5]);
	f.timeout = atof(argv[6]);
	state = strtoull(argv[7], NULL, 10);
	run(&f);
	printf("%u %u %.2f %.2f %u\n", f.succeeded, f.requests, f.last, f.half, f.most_attempts);
	return 0;
}
