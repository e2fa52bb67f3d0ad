#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/quote.h"

bool
fdio_write_all(int fd, struct span s, const char *what, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_FINAL, errno, "write %s", what);
		s = span_skip(s, (size_t)n);
	}
	return true;
}

/* One read into what room b has; *end is set at the end of the file. False sets errno. */
static bool
read_some(int fd, struct buf *b, bool *end)
{
	ssize_t n;
	do {
		n = read(fd, b->p + b->len, b->cap - b->len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return false;
	*end = n == 0;
	b->len += (size_t)n;
	return true;
}

/* Whether the file ends where b is full. False sets errno. */
static bool
look_for_end(int fd, bool *end)
{
	char spare;
	struct buf one = { .p = &spare, .cap = 1 };
	return read_some(fd, &one, end);
}

bool
fdio_read_file(const char *path, struct buf *b, struct err *e)
{
	struct quoted q;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_sys(e, ERR_USAGE, errno, "open %s", quote(&q, span_of(path)));

	bool ok = true;
	bool end = false;
	while (ok && !end && b->len < b->cap)
		ok = read_some(fd, b, &end);
	if (ok && !end)
		ok = look_for_end(fd, &end);
	if (!ok)
		err_sys(e, ERR_USAGE, errno, "read %s", quote(&q, span_of(path)));
	else if (!end)
		ok = err_set(e, ERR_LIMIT, "%s: larger than %zu bytes, the most that is read",
			quote(&q, span_of(path)), b->cap);
	close(fd);
	return ok;
}
