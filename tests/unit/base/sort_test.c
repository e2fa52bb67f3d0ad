#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sort.h"

#define MOST 16384

static unsigned items[MOST];
static size_t comparisons;

static bool
comes_before(const void *array, size_t a, size_t b)
{
	const unsigned *number = array;
	comparisons++;
	return number[a] < number[b];
}

static void
swap(void *array, size_t a, size_t b)
{
	unsigned *number = array;
	unsigned kept = number[a];
	number[a] = number[b];
	number[b] = kept;
}

static size_t
log2_of(size_t n)
{
	size_t result = 0;
	while (n > 1) {
		n = (n + 1) / 2;
		result++;
	}
	return result;
}

/* The orders that make other ways of sorting slow. */
static unsigned
nth(unsigned shape, unsigned i, unsigned count)
{
	switch (shape) {
	case 0:
		return i;
	case 1:
		return count - i;
	case 2:
		return 7;
	case 3:
		return i * 2654435761u;
	case 4:
		return i < count / 2 ? i : count - i;
	}
	return i % 3;
}

static void
test_sort(void **state)
{
	(void)state;
	static const unsigned counts[] = { 0, 1, 2, 3, 4, 5, 17, 1000, MOST };
	for (unsigned shape = 0; shape < 6; shape++) {
		for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
			const unsigned count = counts[c];
			uint64_t sum = 0;
			for (unsigned i = 0; i < count; i++) {
				items[i] = nth(shape, i, count);
				sum += items[i];
			}
			comparisons = 0;
			sort(&(struct sort_array){ items, comes_before, swap }, count);
			assert_true(comparisons <= 2 * count * log2_of(count));
			for (unsigned i = 0; i < count; i++) {
				assert_true(i == 0 || items[i - 1] <= items[i]);
				sum -= items[i];
			}
			assert_int_equal(sum, 0);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
