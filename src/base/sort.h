#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>

/* What the caller knows of its array, whose members are named by their index. */
struct sort_array {
	void *items;
	bool (*comes_before)(const void *items, size_t a, size_t b);
	void (*swap)(void *items, size_t a, size_t b);
};

/*
 * Sorts in place, by at most 2 n log2(n) comparisons whatever the order was: heap sort, without
 * recursion or memory. Not stable: where that matters comes_before has to decide every pair.
 */
void sort(const struct sort_array *array, size_t count);

#endif
