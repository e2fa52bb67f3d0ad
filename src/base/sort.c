#include "base/sort.h"

/* Moves the member at root down until none of its children belongs after it. */
static void
sift_down(const struct sort_array *array, size_t root, size_t count)
{
	for (;;) {
		size_t child = 2 * root + 1;
		if (child >= count)
			return;
		if (child + 1 < count && array->comes_before(array->items, child, child + 1))
			child++;
		if (!array->comes_before(array->items, root, child))
			return;
		array->swap(array->items, root, child);
		root = child;
	}
}

void
sort(const struct sort_array *array, size_t count)
{
	for (size_t root = count / 2; root > 0; root--)
		sift_down(array, root - 1, count);
	for (size_t left = count; left > 1; left--) {
		array->swap(array->items, 0, left - 1);
		sift_down(array, 0, left - 1);
	}
}
