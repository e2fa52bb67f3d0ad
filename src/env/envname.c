#include "env/envname.h"

bool
envname_fits_part(struct span part)
{
	return part.n > 0 && span_alnum(part, "_.-") == part.n;
}

bool
envname_fits_parameter(struct span name)
{
	struct span part;
	span_split(&name, '/', &part);
	/* There is nothing before the first slash. */
	bool fits = part.n == 0 && name.p != NULL;
	while (fits && span_split(&name, '/', &part))
		fits = envname_fits_part(part);
	return fits;
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
	if (c == '/')
		return '_';
	if (mode == ENV_NAMES_KEEP)
		return c;
	if (c == '-' || (mode == ENV_NAMES_POSIX && !ascii_is_alnum(c)))
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
