#include "ctl/profile/environment.h"

#include "base/span.h"
#include "ctl/base/memory.h"
#include "ctl/base/text.h"

static bool
is_variable(const char *string, const char *name)
{
	const struct span all = span_of(string);
	const struct span before = { all.p, span_find(all, '=') };
	return before.n < all.n && span_eq(before, span_of(name));
}

char **
environment_with(char *const *environ, const char *name, const char *value)
{
	size_t count = 0;
	while (environ[count] != NULL)
		count++;
	char **copy = memory_get((count + 2) * sizeof(*copy));
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_variable(environ[i], name))
			copy[kept++] = environ[i];
	}
	if (value != NULL) {
		struct text string = { 0 };
		text_printf(&string, "%s=%s", name, value);
		text_str(&string);
		copy[kept] = string.p;
	}
	return copy;
}
