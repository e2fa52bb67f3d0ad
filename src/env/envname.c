#include "env/envname.h"

bool
envname_fits_part(struct span part)
{
	for (size_t i = 0; i < part.n; i++) {
		char c = part.p[i];
		if (!ascii_is_alnum(c) && c != '_' && c != '.' && c != '-')
			return false;
	}
	return part.n > 0;
}

bool
envname_fits_parameter(struct span name)
{
	struct span part = { 0 };
	if (name.n == 0 || name.p[0] != '/')
		return false;
	struct span rest = span_skip(name, 1);
	while (span_split(&rest, '/', &part)) {
		if (!envname_fits_part(part))
			return false;
	}
	return true;
}

bool
envname_below(struct span name, struct span path, struct span *rest)
{
	if (!span_starts_with(name, path) || name.n == path.n)
		return false;
	*rest = span_skip(name, path.n);
	return true;
}

static char
map(char c, enum env_names mode)
{
	bool is_posix = false;
	switch (mode) {
	case ENV_NAMES_KEEP:
		return c == '/' ? '_' : c;
	case ENV_NAMES_POSIX:
		is_posix = true;
		break;
	case ENV_NAMES_CHAMBER:
		break;
	}
	if (c == '/' || c == '-' || (is_posix && !ascii_is_alnum(c)))
		return '_';
	return ascii_upper(c);
}

void
envname_put(struct buf *b, struct span rest, enum env_names mode)
{
	if (mode == ENV_NAMES_POSIX && rest.n > 0 && ascii_is_digit(rest.p[0]))
		buf_put_char(b, '_');
	for (size_t i = 0; i < rest.n; i++)
		buf_put_char(b, map(rest.p[i], mode));
}
