#include "unit/base/compares.h"

#include "base/span.h"

static size_t count;

void
compares_begin(void)
{
	count = 0;
}

size_t
compares_count(void)
{
	return count;
}

/* Made by the linker: the functions themselves. */
int __real_span_compare(struct span a, struct span b);
bool __real_span_eq(struct span a, struct span b);
bool __real_span_starts_with(struct span s, struct span prefix);
int __wrap_span_compare(struct span a, struct span b);
bool __wrap_span_eq(struct span a, struct span b);
bool __wrap_span_starts_with(struct span s, struct span prefix);

int
__wrap_span_compare(struct span a, struct span b)
{
	count++;
	return __real_span_compare(a, b);
}

bool
__wrap_span_eq(struct span a, struct span b)
{
	count++;
	return __real_span_eq(a, b);
}

bool
__wrap_span_starts_with(struct span s, struct span prefix)
{
	count++;
	return __real_span_starts_with(s, prefix);
}
