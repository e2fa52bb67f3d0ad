#include "ctl/base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/base/stop.h"
#include "ctl/base/text.h"

/* As many symbolic links as the kernel follows (path_resolution(7)). */
#define LINKS_MAX 40

/* Where the content goes. */
struct place {
	struct text path;
	int fd; /* that is open already: of /dev/stdout, /dev/fd/63; else -1 */
	bool is_device; /* or a FIFO: it is there, and not a regular file */
};

/* Signals that are held back while a file is written, or that a write itself would send us. */
struct guard {
	sigset_t own;
	sigset_t before;
};

static void
begin(struct guard *g, bool holds_stops)
{
	sigemptyset(&g->own);
	sigaddset(&g->own, SIGPIPE);
	sigaddset(&g->own, SIGXFSZ);
	sigset_t set = g->own;
	if (holds_stops) {
		sigaddset(&set, SIGINT);
		sigaddset(&set, SIGTERM);
		sigaddset(&set, SIGHUP);
		sigaddset(&set, SIGQUIT);
	}
	sigprocmask(SIG_BLOCK, &set, &g->before);
}

static void
end(const struct guard *g)
{
	/* The failed write has reported what these two would. */
	while (sigtimedwait(&g->own, NULL, &(struct timespec){ 0 }) > 0)
		;
	sigprocmask(SIG_SETMASK, &g->before, NULL);
}

/* A place that is wrong stays wrong; most other failures pass. */
static enum err_kind
kind_of(int number)
{
	static const int wrong[] = { EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, ELOOP,
		ENAMETOOLONG, EBADF, EINVAL, ENXIO };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (wrong[i] == number)
			return ERR_USAGE;
	}
	return ERR_FINAL;
}

static bool
fail(struct err *e, const char *doing)
{
	const int number = errno;
	return err_sys(e, kind_of(number), number, "%s", doing);
}

static bool
write_all(int fd, struct span s, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, -1);
		else if (n < 0 && errno != EINTR)
			return fail(e, "write");
		else if (n > 0)
			s = span_skip(s, (size_t)n);
	}
	return true;
}

static bool
write_stream(int fd, struct span content, struct err *e)
{
	struct guard g;
	begin(&g, false);
	bool ok = write_all(fd, content, e);
	end(&g);
	return ok;
}

static bool
write_device(const char *path, struct span content, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fail(e, "open");
	bool ok = write_stream(fd, content, e);
	close(fd);
	return ok;
}

/* The number of a descriptor that the path names, -1 for another path. */
static int
descriptor_of(struct span path)
{
	static const struct span folder[] = { { "/dev/fd/", 8 }, { "/proc/self/fd/", 14 } };
	uint64_t number;
	if (span_eq(path, SPAN("/dev/stdout")))
		return STDOUT_FILENO;
	if (span_eq(path, SPAN("/dev/stderr")))
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(folder) / sizeof(*folder); i++) {
		if (span_starts_with(path, folder[i]) &&
			span_u64(span_skip(path, folder[i].n), INT_MAX, &number))
			return (int)number;
	}
	return -1;
}

/* The path's folder with its slash, empty for a name alone; points into the path. */
static struct span
folder_of(struct span path)
{
	while (path.n > 0 && path.p[path.n - 1] != '/')
		path.n--;
	return path;
}

/* Replaces a symbolic link by what it points to. *is_link: there was one. */
static bool
follow(struct text *path, bool *is_link, struct err *e)
{
	char *target = memory_get(PATH_MAX);
	const ssize_t n = readlink(text_str(path), target, PATH_MAX);
	*is_link = n >= 0;
	if (n < 0)
		return errno == EINVAL || errno == ENOENT || fail(e, "read the symbolic link");
	path->n = *target == '/' ? 0 : folder_of(text_span(path)).n;
	text_put(path, (struct span){ target, (size_t)n });
	return true;
}

/*
 * What is at the end of the symbolic links, if any; nothing need be there. Each is looked at by
 * stat(2) first, so that the kernel judges it (protected_symlinks).
 */
static bool
find_place(const char *path, struct place *p, struct err *e)
{
	*p = (struct place){ .fd = -1 };
	text_put_str(&p->path, path);
	bool is_link = true;
	for (int links = 0; is_link; links++) {
		struct stat is = { 0 };
		if (links > LINKS_MAX)
			return err_set(e, ERR_USAGE, "too many symbolic links");
		p->fd = descriptor_of(text_span(&p->path));
		if (p->fd >= 0)
			return true;
		const bool is_there = stat(text_str(&p->path), &is) == 0;
		if (!is_there && errno != ENOENT)
			return fail(e, "look it up");
		if (is_there && S_ISDIR(is.st_mode))
			return err_set(e, ERR_USAGE, "it is a directory");
		p->is_device = is_there && !S_ISREG(is.st_mode);
		if (p->is_device)
			return true;
		if (!follow(&p->path, &is_link, e))
			return false;
	}
	return true;
}

/* A name that nobody has, beside the file: only there it can take the file's name at once. */
static bool
name_beside(struct text *path, struct text *name, struct err *e)
{
	uint64_t random;
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return fail(e, "random numbers");
	text_put(name, folder_of(text_span(path)));
	text_put_str(name, ".antechamberctl-");
	for (int i = 0; i < 8; i++)
		text_printf(name, "%02x", (unsigned)(random >> (8 * i) & 0xff));
	return true;
}

static bool
fill(int fd, struct span content, struct err *e)
{
	/* The process's umask may allow less, a default ACL more. */
	if (fchmod(fd, 0600) != 0)
		return fail(e, "set the mode");
	if (!write_all(fd, content, e))
		return false;
	return fsync(fd) == 0 || fail(e, "write to the disk");
}

static bool
make_and_rename(const char *name, const char *path, struct span content, struct err *e)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		fail(e, "create a new file in its folder");
		return err_hint(e,
			"a file is replaced by a new one beside it; where that cannot be, "
			"redirect standard output");
	}
	bool ok = fill(fd, content, e);
	close(fd);
	/* Of the signals that are held back: the process ends when they are no longer. */
	if (ok && stop_is_pending())
		ok = err_set(e, ERR_FINAL, "interrupted; nothing was changed");
	if (ok && rename(name, path) != 0) {
		ok = fail(e, "replace it");
		err_hint(e, "redirect standard output to it");
	}
	if (!ok)
		unlink(name);
	return ok;
}

static bool
replace_file(struct text *path, struct span content, struct err *e)
{
	struct text name = { 0 };
	struct guard g;
	if (!name_beside(path, &name, e))
		return false;
	begin(&g, true);
	bool ok = make_and_rename(text_str(&name), text_str(path), content, e);
	end(&g);
	return ok;
}

static bool
write_place(struct place *p, struct span content, struct err *e)
{
	if (p->fd >= 0)
		return write_stream(p->fd, content, e);
	if (p->is_device)
		return write_device(text_str(&p->path), content, e);
	return replace_file(&p->path, content, e);
}

bool
outfile_write(const char *path, struct span content, struct err *e)
{
	struct place p;
	struct quoted q;
	if (path == NULL || strcmp(path, "-") == 0)
		return outfile_print(content, e);
	return (find_place(path, &p, e) && write_place(&p, content, e)) ||
	       err_ctx(e, "%s", quote(&q, span_of(path)));
}

bool
outfile_print(struct span content, struct err *e)
{
	return write_stream(STDOUT_FILENO, content, e) || err_ctx(e, "standard output");
}
