#include "fetch/attempts.h"

#include <sys/random.h>

#include "base/buf.h"
#include "base/log.h"

void
attempts_init(struct attempts *a, unsigned max)
{
	a->max = max;
	a->retry = (struct retry_state){ 0 };
}

unsigned
attempts_number(const struct attempts *a)
{
	return a->retry.retries + 1;
}

/* For the jitter only: as long as the kernel has no random bits (early boot), waits are longest. */
static uint32_t
random_bits(void)
{
	uint32_t bits = UINT32_MAX;
	(void)!getrandom(&bits, sizeof(bits), GRND_NONBLOCK);
	return bits;
}

/* Waits that somebody may notice are worth a warning. */
static enum log_level
level_of(clock_ms delay_ms)
{
	return delay_ms > 1000 ? LOG_WARNING : LOG_DEBUG;
}

bool
attempts_next(
	struct attempts *a, const char *doing, int64_t hint_ms, struct err *e, clock_ms *delay_ms)
{
	struct seconds s;
	const struct log_field reason = { "reason", span_of(e->text) };
	const struct retry_failure failure = { e->kind, a->max, hint_ms, random_bits() };
	const unsigned number = attempts_number(a);
	if (!retry_next(&a->retry, &failure, delay_ms))
		return err_is_retryable(e) && number > 1 &&
		       err_ctx(e, "gave up after %u attempts", number);
	log_event(level_of(*delay_ms), &reason, 1, "%s: waiting %s before attempt %u of %u: %s",
		doing, seconds(&s, *delay_ms), attempts_number(a), a->max, e->text);
	return true;
}

clock_ms
attempts_succeeded(struct attempts *a, const char *doing)
{
	struct seconds s;
	/* Without a system call where nothing was throttled. */
	uint32_t random = a->retry.throttle_ms > 0 ? random_bits() : 0;
	clock_ms delay_ms = retry_succeeded(&a->retry, random);
	if (delay_ms > 0)
		log_at(level_of(delay_ms),
			"%s: waiting %s before the next request: earlier ones were throttled",
			doing, seconds(&s, delay_ms));
	return delay_ms;
}

const char *
seconds(struct seconds *s, clock_ms ms)
{
	struct buf b = BUF(s->text);
	unsigned long long whole = (unsigned long long)ms / 1000;
	unsigned long long rest = (unsigned long long)ms % 1000;
	/* A short time is said in full. */
	if (ms < 100)
		buf_printf(&b, "0.%llu%llu%llu s", rest / 100, rest / 10 % 10, rest % 10);
	else
		buf_printf(&b, "%llu.%llu s", whole, rest / 100);
	return buf_str(&b);
}
