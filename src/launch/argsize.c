#include "launch/argsize.h"

#include <string.h>

#include "base/quote.h"

#define ROOM_MAX ((size_t)6 * 1024 * 1024)
#define ROOM_MIN ((size_t)128 * 1024)
#define STRING_PAGES 32

static size_t
room(size_t stack_limit)
{
	size_t quarter = stack_limit / 4;
	if (quarter > ROOM_MAX)
		return ROOM_MAX;
	return quarter < ROOM_MIN ? ROOM_MIN : quarter;
}

/* Adds the strings of one array and their pointers to *sum. */
static void
add_array(char *const *array, size_t *count, size_t *sum)
{
	for (*count = 0; array[*count] != NULL; ++*count)
		*sum += strlen(array[*count]) + 1 + sizeof(char *);
}

static bool
check_strings(char *const *argv, char *const *envp, size_t most, struct err *e)
{
	struct quoted q;
	for (size_t i = 0; argv[i] != NULL; i++) {
		if (strlen(argv[i]) >= most)
			return err_set(e, ERR_LIMIT,
				"argument %zu: %zu bytes, the kernel takes at most %zu", i,
				strlen(argv[i]) + 1, most);
	}
	for (; *envp != NULL; envp++) {
		struct span entry = span_of(*envp);
		struct span name = { entry.p, span_find(entry, '=') };
		if (entry.n >= most)
			return err_set(e, ERR_LIMIT,
				"variable %s: %zu bytes with its name, the kernel takes at most "
				"%zu",
				quote(&q, name.n < entry.n ? name : SPAN("without a name")),
				entry.n + 1, most);
	}
	return true;
}

bool
argsize_check(const char *path, char *const *argv, char *const *envp,
	const struct argsize_terms *terms, struct err *e)
{
	size_t words;
	size_t variables;
	size_t strings = strlen(path) + 1;
	if (!check_strings(argv, envp, STRING_PAGES * terms->page_size, e))
		return false;
	const size_t most = room(terms->stack_limit);
	add_array(argv, &words, &strings);
	add_array(envp, &variables, &strings);
	if (strings <= most)
		return true;
	err_set(e, ERR_LIMIT,
		"%zu arguments and %zu variables: %zu bytes, the kernel takes at most %zu", words,
		variables, strings, most);
	return err_hint(e,
		"load fewer parameters, or raise the stack limit (ulimit -s): the kernel takes "
		"a quarter of it, up to 6 MiB");
}
