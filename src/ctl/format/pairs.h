#ifndef CTL_FORMAT_PAIRS_H
#define CTL_FORMAT_PAIRS_H

#include <stddef.h>

#include "base/span.h"

/* Keys and values, as files hold them and as services are written. */

struct pair {
	struct span key; /* the last part of a parameter's name, its case kept */
	struct span value;
};

/* A list that grows; begins as all zeros. */
struct pairs {
	struct pair *pair;
	size_t count;
	size_t cap;
};

/* Appends a pair. Both spans are borrowed. */
void pairs_add(struct pairs *p, struct span key, struct span value);

/* Sorts by key, bytewise; pairs of the same key keep their order. */
void pairs_sort(struct pairs *p);

/* The first pair of that key, in any order; NULL: there is none. */
struct pair *pairs_find(const struct pairs *p, struct span key);

#endif
