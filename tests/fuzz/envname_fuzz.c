#include <string.h>

#include "base/buf.h"
#include "env/envname.h"
#include "fuzz/claims.h"

/*
 * The first byte chooses the mode. What follows, up to a 0xff byte, is the path of a service; the
 * rest is a parameter's name.
 */

#define NAME_MAX_HERE 4096

/* chamber's rule, written a second time: one or more of '/' and [A-Za-z0-9_.-]+. */
static bool
fits(struct span name)
{
	static const char others[] = "_.-";
	bool is_inside = false;
	if (name.n == 0 || name.p[0] != '/')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '/' && i > 0 && !is_inside)
			return false;
		is_inside = name.p[i] != '/';
		if (is_inside && !ascii_is_alnum(name.p[i]) &&
			memchr(others, name.p[i], sizeof(others) - 1) == NULL)
			return false;
	}
	return is_inside;
}

static struct span
map(struct span name, enum env_names mode, char *text)
{
	struct buf b = { .p = text, .cap = NAME_MAX_HERE + 1 };
	envname_put(&b, name, mode);
	fuzz_check(!b.overflow, "a variable's name is longer by one byte at most");
	return buf_span(&b);
}

static bool
is_posix(struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_upper = c >= 'A' && c <= 'Z';
		if (!is_upper && c != '_' && (i == 0 || !ascii_is_digit(c)))
			return false;
	}
	return true;
}

/* What chamber makes of one byte. */
static char
as_chamber_does(char c)
{
	if (c == '-' || c == '/')
		return '_';
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static void
check_mapped(struct span name, struct span variable, enum env_names mode)
{
	const size_t added = variable.n - name.n;
	fuzz_check(added == 0 || (mode == ENV_NAMES_POSIX && added == 1), "what is added");
	fuzz_check(span_find(variable, '/') == variable.n, "no slash is left");
	if (mode == ENV_NAMES_POSIX) {
		fuzz_check(is_posix(variable), "a POSIX name");
		fuzz_check(
			added == (name.n > 0 && ascii_is_digit(name.p[0])), "'_' before a digit");
		return;
	}
	for (size_t i = 0; i < name.n; i++) {
		char kept = name.p[i] == '/' ? '_' : name.p[i];
		char wanted = mode == ENV_NAMES_KEEP ? kept : as_chamber_does(name.p[i]);
		fuzz_check(variable.p[i] == wanted, "each byte by its rule");
	}
}

static void
check_name(struct span name, enum env_names mode)
{
	static char text[NAME_MAX_HERE + 1];
	static char again[NAME_MAX_HERE + 1];
	const struct span variable = map(name, mode, text);
	check_mapped(name, variable, mode);
	if (variable.n <= NAME_MAX_HERE)
		fuzz_check(span_eq(map(variable, mode, again), variable), "mapping twice is once");
}

static void
check_below(struct span name, struct span path)
{
	struct span rest = { NULL, 0 };
	bool is_below = name.n > path.n && memcmp(name.p, path.p, path.n) == 0;
	fuzz_check(envname_below(name, path, &rest) == is_below, "what stands below a path");
	fuzz_check(!is_below || (rest.p == name.p + path.n && rest.n == name.n - path.n),
		"the rest is what follows the path");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > NAME_MAX_HERE)
		return 0;
	const enum env_names mode = (enum env_names)(data[0] % 3);
	struct span name = span_skip(fuzz_input(data, size), 1);
	const struct span path = fuzz_part(&name, (char)0xff);
	fuzz_check(envname_fits_parameter(name) == fits(name), "chamber's rule");
	fuzz_check(!envname_fits_part(name) || span_find(name, '/') == name.n, "a part");
	check_name(name, mode);
	check_below(name, path);
	return 0;
}
