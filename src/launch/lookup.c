#include "launch/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/quote.h"

#define STANDARD_PATH "/usr/local/bin:/bin:/usr/bin"

/* 0 when the file seems to be executable, else an errno value. */
static int
judge(const char *path)
{
	struct stat st;
	/* The call itself: the C library's brings a kilobyte for kernels without it. */
	if (syscall(SYS_newfstatat, AT_FDCWD, path, &st, 0) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return access(path, X_OK) == 0 ? 0 : errno;
}

static bool
is_absence(int number)
{
	/* No file has a name that is too long. */
	return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG;
}

static bool
refuse(int number, struct span path, struct err *e)
{
	struct quoted q;
	enum err_kind kind = is_absence(number) ? ERR_NOT_FOUND : ERR_NOT_EXECUTABLE;
	err_sys(e, kind, number, "run %s", quote(&q, path));
	if (number == EACCES)
		err_hint(e,
			"the file needs execute permission, its directories search permission, and "
			"its file system no noexec");
	return false;
}

static bool
is_executable(const char *path, struct err *e)
{
	int number = judge(path);
	return number == 0 || refuse(number, span_of(path), e);
}

/*
 * Writes "directory/name"; the empty directory is the working directory (POSIX, 8.3 PATH). False
 * when it is longer than any path can be.
 */
static bool
put_path(struct buf *out, struct span directory, struct span name)
{
	out->len = 0;
	out->overflow = false;
	buf_put(out, directory);
	if (directory.n > 0)
		buf_put_char(out, '/');
	buf_put(out, name);
	return buf_str(out)[0] != '\0';
}

static bool
lookup_along(struct span path, struct span name, struct buf *out, struct err *e)
{
	struct quoted q;
	struct quoted path_q;
	struct span whole = path;
	struct span directory;
	bool was_refused = false;
	while (span_split(&path, ':', &directory)) {
		int number = put_path(out, directory, name) ? judge(out->p) : ENAMETOOLONG;
		if (number == 0)
			return true;
		/* execvp(3) goes on after a file that may not be executed, and reports it last. */
		if (!is_absence(number) && number != EISDIR && !was_refused) {
			refuse(number, buf_span(out), e);
			was_refused = true;
		}
	}
	if (was_refused)
		return false;
	err_set(e, ERR_NOT_FOUND, "run %s: not found in PATH %s", quote(&q, name),
		quote(&path_q, whole));
	return err_hint(e, "write its full path, or set PATH");
}

const char *
lookup_command(const char *path, const char *name, struct buf *out, struct err *e)
{
	const struct span wanted = span_of(name);
	const struct span along = path == NULL ? SPAN(STANDARD_PATH) : span_of(path);
	if (wanted.n == 0)
		err_set(e, ERR_NOT_FOUND, "run \"\": the command's name is empty");
	else if (span_find(wanted, '/') == wanted.n)
		return lookup_along(along, wanted, out, e) ? out->p : NULL;
	else if (is_executable(name, e))
		return name;
	return NULL;
}
