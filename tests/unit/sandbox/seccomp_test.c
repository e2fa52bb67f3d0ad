#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf.h"
#include "calls.h"
#include "sandbox/seccomp.h"

static struct filter programs[2];

static int
setup(void **state)
{
	(void)state;
	return seccomp_program(STAGE_RESOLVE, SELF, &programs[STAGE_RESOLVE]) &&
			       seccomp_program(STAGE_TALK, SELF, &programs[STAGE_TALK])
		       ? 0
		       : -1;
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct bpf_call call = { .nr = (int32_t)rows[i].nr, .arch = KERNEL_ARCH };
		memcpy(call.args, rows[i].args, sizeof(call.args));
		uint32_t resolve = bpf_run(&programs[STAGE_RESOLVE], &call);
		uint32_t talk = bpf_run(&programs[STAGE_TALK], &call);
		if (resolve != kernel_verdict[rows[i].resolve] ||
			talk != kernel_verdict[rows[i].talk])
			fail_msg("row %zu, call %u: %08x, %08x", i, rows[i].nr, resolve, talk);
	}
}

/* Whether a row says so of this call in this stage. */
static bool
has_row(uint32_t nr, size_t stage, enum verdict verdict)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].nr == nr &&
			(stage == STAGE_TALK ? rows[i].talk : rows[i].resolve) == verdict)
			return true;
	return false;
}

/*
 * A verdict must be that of some row of the call; a call without rows fails, and so may one that
 * works with other arguments.
 */
static bool
is_expected(uint32_t nr, size_t stage, uint32_t verdict)
{
	bool works = has_row(nr, stage, WORKS);
	bool dies = has_row(nr, stage, DIES);
	if (verdict == kernel_verdict[WORKS])
		return works;
	if (verdict == kernel_verdict[DIES])
		return dies;
	return verdict == kernel_verdict[FAILS] && (works || !dies || has_row(nr, stage, FAILS));
}

/* The arguments that open most: zeros, ones, our own number, small numbers. */
static void
test_every_number(void **state)
{
	(void)state;
	static const uint64_t words[] = { 0, 1, 2, 3, UINT64_MAX, SELF, OTHER, PATH, HERE };
	for (uint32_t nr = 0; nr < 512; nr++)
		for (size_t w = 0; w < 2 * sizeof(words) / sizeof(*words); w++) {
			struct bpf_call call = { .nr = (int32_t)nr, .arch = KERNEL_ARCH };
			for (size_t a = 0; a < 6; a++)
				call.args[a] = words[w / 2];
			uint32_t verdict = bpf_run(&programs[w % 2], &call);
			if (!is_expected(nr, w % 2, verdict))
				fail_msg("call %u: %08x in stage %zu", nr, verdict, w % 2);
		}
}

/* Nothing is allowed in the second stage that is not allowed in the first. */
static void
test_talk_is_less_than_resolve(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].talk == WORKS)
			assert_int_equal(rows[i].resolve, WORKS);
	assert_true(programs[STAGE_TALK].count < programs[STAGE_RESOLVE].count);
}

/* i386 has other numbers and x32 the same ones with a bit: both end the process. */
static void
test_other_architectures(void **state)
{
	(void)state;
	for (uint32_t nr = 0; nr < 512; nr++)
		for (size_t stage = 0; stage < 2; stage++) {
			struct bpf_call call = { .nr = (int32_t)nr, .arch = 0x40000003 };
			assert_int_equal(bpf_run(&programs[stage], &call), kernel_verdict[DIES]);
#ifdef __x86_64__
			call.arch = KERNEL_ARCH;
			call.nr = (int32_t)(KERNEL_X32 | nr);
			assert_int_equal(bpf_run(&programs[stage], &call), kernel_verdict[DIES]);
#endif
		}
}

/* Room is left for a line or two before the program must grow. */
static void
test_program_fits(void **state)
{
	(void)state;
	assert_false(programs[STAGE_RESOLVE].overflow);
	assert_true(programs[STAGE_RESOLVE].count <= FILTER_MAX - 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_number),
		cmocka_unit_test(test_talk_is_less_than_resolve),
		cmocka_unit_test(test_other_architectures),
		cmocka_unit_test(test_program_fits),
	};
	return cmocka_run_group_tests_name("sandbox/seccomp", tests, setup, NULL);
}
