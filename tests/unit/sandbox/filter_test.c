#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf.h"

#define FOREIGN 1u
#define YES 2u
#define ALSO 3u
#define NO 4u

static struct bpf_call
call_of(int32_t nr, uint64_t first, uint64_t second)
{
	return (struct bpf_call){ .nr = nr, .arch = KERNEL_ARCH, .args = { first, second } };
}

static void
test_no_lines(void **state)
{
	(void)state;
	struct filter f;
	filter_begin(&f, FOREIGN);
	filter_end(&f, NO);

	struct bpf_call call = call_of(7, 0, 0);
	assert_int_equal(bpf_run(&f, &call), NO);
	call.arch = KERNEL_ARCH ^ 1;
	assert_int_equal(bpf_run(&f, &call), FOREIGN);
	call.arch = 0x40000003; /* i386, whose calls have other numbers */
	assert_int_equal(bpf_run(&f, &call), FOREIGN);
}

static void
test_x32(void **state)
{
	(void)state;
	struct filter f;
	filter_begin(&f, FOREIGN);
	filter_line(&f, KERNEL_X32 | 7, NULL, 0, YES);
	filter_end(&f, NO);

	struct bpf_call call = call_of(KERNEL_X32 | 7, 0, 0);
#ifdef __x86_64__
	assert_int_equal(bpf_run(&f, &call), FOREIGN);
	call.nr = -1;
	assert_int_equal(bpf_run(&f, &call), FOREIGN);
#endif
	call.nr = KERNEL_X32 - 1;
	assert_int_equal(bpf_run(&f, &call), NO);
}

static void
test_first_line_that_fits_decides(void **state)
{
	(void)state;
	const struct filter_check both[] = { { UINT32_MAX, 5, 0 }, { ~3u, 8, 1 } };
	struct filter f;
	filter_begin(&f, FOREIGN);
	filter_line(&f, 7, both, 2, YES);
	filter_line(&f, 7, both, 1, ALSO);
	filter_line(&f, 9, NULL, 0, YES);
	filter_line(&f, 9, NULL, 0, ALSO);
	filter_end(&f, NO);

	static const struct {
		int32_t nr;
		uint64_t first;
		uint64_t second;
		uint32_t verdict;
	} rows[] = {
		{ 7, 5, 8, YES },
		{ 7, 5, 11, YES },
		{ 7, 5, 12, ALSO },
		{ 7, 5, 0, ALSO },
		{ 7, 4, 8, NO },
		{ 7, 0xffffffff00000005, 8, YES }, /* the kernel takes an int of it too */
		{ 7, 0x500000000, 8, NO },
		{ 9, 0, 0, YES },
		{ 8, 5, 8, NO },
		{ 0, 5, 8, NO },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bpf_call call = call_of(rows[i].nr, rows[i].first, rows[i].second);
		assert_int_equal(bpf_run(&f, &call), rows[i].verdict);
	}
}

/* A check of each argument, so that a wrong offset shows. */
static void
test_every_argument(void **state)
{
	(void)state;
	for (uint8_t n = 0; n < 6; n++) {
		const struct filter_check check = { UINT32_MAX, 100, n };
		struct filter f;
		filter_begin(&f, FOREIGN);
		filter_line(&f, 1, &check, 1, YES);
		filter_end(&f, NO);
		for (uint8_t at = 0; at < 6; at++) {
			struct bpf_call call = call_of(1, 0, 0);
			call.args[at] = 100;
			assert_int_equal(bpf_run(&f, &call), at == n ? YES : NO);
		}
	}
}

static void
test_overflow_is_told(void **state)
{
	(void)state;
	struct filter f;
	filter_begin(&f, FOREIGN);
	while (f.count < FILTER_MAX - 1)
		filter_end(&f, NO);
	filter_end(&f, NO);
	assert_false(f.overflow);
	filter_end(&f, NO);
	assert_true(f.overflow);
	assert_int_equal(f.count, FILTER_MAX);
	filter_begin(&f, FOREIGN);
	assert_false(f.overflow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_x32),
		cmocka_unit_test(test_first_line_that_fits_decides),
		cmocka_unit_test(test_every_argument),
		cmocka_unit_test(test_overflow_is_told),
	};
	return cmocka_run_group_tests_name("sandbox/filter", tests, NULL, NULL);
}
