#include "ctl/base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/span.h"

#define CHUNK 65536

/* A terminal keeps as much of a line, and drops what follows without a sign (termios(3)). */
#define TERMINAL_LINE_MAX 4095

struct input {
	int fd;
	bool is_terminal;
	struct quoted name; /* for messages */
};

static bool
open_input(struct input *in, const char *path, struct err *e)
{
	*in = (struct input){ .fd = STDIN_FILENO, .name = { "standard input" } };
	if (strcmp(path, "-") != 0) {
		quote(&in->name, span_of(path));
		in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (in->fd < 0)
			return err_sys(e, ERR_USAGE, errno, "open %s", in->name.text);
	}
	in->is_terminal = isatty(in->fd) == 1;
	return true;
}

static void
close_input(const struct input *in)
{
	if (in->fd != STDIN_FILENO)
		close(in->fd);
}

/* Appends what read(2) returns, at most that many bytes; *n is 0 at the end. */
static bool
read_some(const struct input *in, size_t most, struct text *out, size_t *n, struct err *e)
{
	struct buf room = text_room(out, most);
	ssize_t got = -1;
	errno = EINTR;
	while (got < 0 && (errno == EINTR || errno == EAGAIN)) {
		struct pollfd fd = { in->fd, POLLIN, 0 };
		/* Somebody else may have made it non-blocking. */
		if (errno == EAGAIN)
			poll(&fd, 1, -1);
		got = read(in->fd, room.p, most);
	}
	if (got < 0)
		return err_sys(e, ERR_USAGE, errno, "read %s", in->name.text);
	*n = room.len = (size_t)got;
	text_wrote(out, &room);
	return true;
}

/* Whether the terminal may have dropped a part of a line. */
static bool
is_cut(const struct input *in, struct span s)
{
	struct span line;
	while (in->is_terminal && span_split(&s, '\n', &line)) {
		if (line.n >= TERMINAL_LINE_MAX)
			return true;
	}
	return false;
}

/* Whether what was read since the offset is all right; nothing of it stays if not. */
static bool
check(const struct input *in, size_t most, struct text *out, size_t offset, struct err *e)
{
	if (out->n - offset > most) {
		err_set(e, ERR_LIMIT, "%s: longer than %zu bytes, the most that is read",
			in->name.text, most);
	} else if (is_cut(in, span_skip(text_span(out), offset))) {
		err_set(e, ERR_LIMIT, "%s: a terminal cuts lines of more than %d bytes",
			in->name.text, TERMINAL_LINE_MAX);
		err_hint(e, "use a file or a pipe");
	} else {
		return true;
	}
	out->n = offset;
	return false;
}

bool
input_read(const char *path, size_t most, struct text *out, struct err *e)
{
	struct input in;
	const size_t offset = out->n;
	size_t n = 1;
	bool ok = true;
	if (!open_input(&in, path, e))
		return false;
	if (in.is_terminal)
		log_info("reading %s, a terminal: Ctrl-D on a line of its own ends it",
			in.name.text);
	while (ok && n > 0 && out->n - offset <= most)
		ok = read_some(&in, CHUNK, out, &n, e);
	close_input(&in);
	if (!ok)
		out->n = offset;
	return ok && check(&in, most, out, offset, e);
}

static bool
ends_line(const struct text *out, size_t offset)
{
	return out->n > offset && out->p[out->n - 1] == '\n';
}

bool
input_read_line(const char *path, size_t most, struct text *out, struct err *e)
{
	struct input in;
	const size_t offset = out->n;
	size_t n = 1;
	bool ok = true;
	if (!open_input(&in, path, e))
		return false;
	/* Byte by byte: what follows the line is not ours to take. */
	while (ok && n > 0 && out->n - offset <= most && !ends_line(out, offset))
		ok = read_some(&in, 1, out, &n, e);
	close_input(&in);
	if (!ok)
		out->n = offset;
	else if (ends_line(out, offset))
		out->n--;
	return ok && check(&in, most, out, offset, e);
}
