/*
 * What src/aws/retry.c makes of throttling, in virtual time; nothing else of a start is here.
 *
 *	fleet crowd STARTS PAGES RATE BURST ATTEMPTS TIMEOUT SEED
 *
 * Many starts at once against one rate limit. RATE is the requests a second that the store lets
 * through, BURST what its token bucket holds. A TIMEOUT of 0 is none. Prints: starts that
 * succeeded, requests, seconds until the last of them had its last page, seconds until half of all
 * starts had it (0: never), the most attempts that one request took.
 *
 *	fleet lone RULE STARTS PAGES SHARE SEED
 *
 * Starts that others throttle: each request is rejected by chance, in SHARE of all cases. RULE is
 * "antechamber" or "standard" (the standard retry mode of AWS's SDKs, without a limit of attempts).
 * Prints the median and the 99th percentile of the seconds that a start waits.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int
crowd(char **word)
{
	static struct fleet f;
	f.starts = (unsigned)atoi(word[0]);
	f.pages = (unsigned)atoi(word[1]);
	f.store.rate = atof(word[2]);
	f.store.burst = f.store.tokens = atof(word[3]);
	f.attempts = (unsigned)atoi(word[4]);
	f.timeout = atof(word[5]);
	state = strtoull(word[6], NULL, 10);
	if (f.starts < 1 || f.starts > STARTS_MAX)
		return 100;
	run(&f);
	printf("%u %u %.2f %.2f %u\n", f.succeeded, f.requests, f.last, f.half, f.most_attempts);
	return 0;
}

/* A random part of a second, doubled with each retry of a request, at most 20 s. */
static double
standard_delay(unsigned retries)
{
	double most = retries < 5 ? 1 << retries : 20;
	return most * random_bits() / UINT32_MAX;
}

static double
our_delay(struct retry_state *r)
{
	const struct retry_failure failure = { ERR_THROTTLED, UINT32_MAX, RETRY_NO_HINT,
		random_bits() };
	int64_t delay_ms = 0;
	retry_next(r, &failure, &delay_ms);
	return (double)delay_ms / 1000;
}

/* Seconds that one start waits, round trips left out. */
static double
wait_alone(int is_standard, unsigned pages, double share)
{
	struct retry_state retry = { 0 };
	double waited = 0;
	for (unsigned page = 0; page < pages; page++) {
		double pause = 0;
		for (unsigned n = 0; random_bits() < share * UINT32_MAX; n++)
			waited += is_standard ? standard_delay(n) : our_delay(&retry);
		if (!is_standard)
			pause = (double)retry_succeeded(&retry, random_bits()) / 1000;
		if (page + 1 < pages)
			waited += pause;
	}
	return waited;
}

static int
by_size(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;
	return (left > right) - (left < right);
}

static int
lone(char **word)
{
	static double waited[STARTS_MAX];
	int is_standard = !strcmp(word[0], "standard");
	unsigned starts = (unsigned)atoi(word[1]);
	unsigned pages = (unsigned)atoi(word[2]);
	double share = atof(word[3]);
	state = strtoull(word[4], NULL, 10);
	if (starts < 1 || starts > STARTS_MAX || share < 0 || share > 0.99)
		return 100;
	for (unsigned i = 0; i < starts; i++)
		waited[i] = wait_alone(is_standard, pages, share);
	qsort(waited, starts, sizeof(*waited), by_size);
	printf("%.2f %.2f\n", waited[starts / 2], waited[starts * 99 / 100]);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 9 && !strcmp(argv[1], "crowd"))
		return crowd(argv + 2);
	if (argc == 7 && !strcmp(argv[1], "lone"))
		return lone(argv + 2);
	fprintf(stderr, "fleet: crowd STARTS PAGES RATE BURST ATTEMPTS TIMEOUT SEED | "
			"lone RULE STARTS PAGES SHARE SEED\n");
	return 100;
}
