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

static ssize_t
read_some(int fd, char *p, size_t most)
{
	ssize_t n;
	do {
		n = read(fd, p, most);
	} while (n < 0 && errno == EINTR);
	return n;
}

bool
fdio_read_all(int fd, const char *what, enum err_kind kind, struct buf *b, struct err *e)
{
	ssize_t n;
	do {
		n = read_some(fd, b->p + b->len, b->cap - b->len);
		b->len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	/* Nothing is read where b is full, so the end of the file is still to be seen. */
	char spare;
	if (n == 0 && b->len == b->cap)
		n = read_some(fd, &spare, sizeof(spare));
	if (n < 0)
		err_sys(e, kind, errno, "read %s", what);
	else if (n > 0)
		err_set(e, ERR_LIMIT, "%s: larger than %zu bytes, the most that is read", what,
			b->cap);
	return n == 0;
}

/* The fetcher has neither, so the reason alone would mislead. */
static bool
hint_at_descriptors(struct span path, struct err *e)
{
	if (span_starts_with(path, SPAN("/dev/")) || span_starts_with(path, SPAN("/proc/")))
		err_hint(e, "stdin and inherited descriptors cannot be read: name a file");
	return false;
}

bool
fdio_read_file(const char *path, struct buf *b, struct err *e)
{
	struct quoted q;
	const struct span name = span_of(path);
	quote(&q, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		err_sys(e, ERR_USAGE, errno, "open %s", q.text);
	bool ok = fd >= 0 && fdio_read_all(fd, q.text, ERR_USAGE, b, e);
	if (fd >= 0)
		close(fd);
	return ok || hint_at_descriptors(name, e);
}
