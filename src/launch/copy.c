#include "launch/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/pages.h"
#include "base/quote.h"

/* What one sendfile(2) is asked for; every kernel takes more. */
#define PIECE ((size_t)1 << 20)

/* This executable: by /proc, or where there is none by the name it was run by. */
static int
open_self(struct err *e)
{
	struct quoted q;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	/* An address from the kernel (getauxval(3)), or 0. */
	const char *name = (const char *)(uintptr_t)getauxval(AT_EXECFN);
	if (name != NULL)
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err_sys(e, ERR_USAGE, errno, "open this executable %s",
			quote(&q, name == NULL ? SPAN("/proc/self/exe") : span_of(name)));
	return fd;
}

/*
 * "DIRECTORY/.antechamber.0123456789abcdef": in the directory of path, so that rename(2) needs no
 * other file system; a name of its own, because that of path may be as long as a name can be.
 */
static bool
put_temporary(struct buf *b, const char *path, struct err *e)
{
	struct quoted q;
	uint8_t random[8] = { 0 };
	struct span directory = span_of(path);
	while (directory.n > 0 && directory.p[directory.n - 1] != '/')
		directory.n--;
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return err_sys(e, ERR_FINAL, errno, "name a temporary file");
	buf_put(b, directory);
	buf_put_str(b, ".antechamber.");
	for (size_t i = 0; i < sizeof(random); i++)
		buf_printf(b, "%02x", (unsigned)random[i]);
	if (b->overflow || b->len == b->cap)
		return err_set(e, ERR_LIMIT, "%s: the path has more than %d bytes",
			quote(&q, span_of(path)), PATH_MAX);
	return true;
}

static bool
write_copy(int self, int out, const char *temporary, struct err *e)
{
	struct quoted q;
	ssize_t n;
	do {
		n = sendfile(out, self, NULL, PIECE);
	} while (n > 0 || (n < 0 && errno == EINTR));
	/* The mode whatever the umask is; on the disk before it has its name. Not fchmod(3), which
	 * has a second way by /proc, for descriptors that only name a file. */
	if (n < 0 || syscall(SYS_fchmod, out, 0755) != 0 || fsync(out) != 0)
		return err_sys(e, ERR_USAGE, errno, "write %s", quote(&q, span_of(temporary)));
	return true;
}

static bool
name_copy(const char *temporary, const char *path, struct err *e)
{
	struct quoted q;
	return rename(temporary, path) == 0 ||
	       err_sys(e, ERR_USAGE, errno, "write %s", quote(&q, span_of(path)));
}

/*
 * A rename would also replace what is not a file: a device or a pipe (/dev/stdout is not a way to a
 * file), and a link to a directory.
 */
static bool
check_target(const char *path, struct err *e)
{
	struct quoted q;
	struct stat st;
	if (syscall(SYS_newfstatat, AT_FDCWD, path, &st, 0) != 0 || S_ISREG(st.st_mode))
		return true;
	quote(&q, span_of(path));
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "write %s: not a regular file", q.text);
	err_sys(e, ERR_USAGE, EISDIR, "write %s", q.text);
	return err_hint(e, "name the file in that directory: %s/antechamber", q.text);
}

static bool
copy_to(int self, const char *path, struct err *e)
{
	struct quoted q;
	char *text = pages_map(PATH_MAX, "no room for the name of a temporary file", e);
	struct buf name = { .p = text, .cap = PATH_MAX };
	if (text == NULL || !check_target(path, e) || !put_temporary(&name, path, e))
		return false;
	const char *temporary = buf_str(&name);
	int out = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0700);
	if (out < 0)
		return err_sys(e, ERR_USAGE, errno, "create %s", quote(&q, buf_span(&name)));

	bool ok = write_copy(self, out, temporary, e);
	close(out);
	ok = ok && name_copy(temporary, path, e);
	if (!ok)
		unlink(temporary);
	return ok;
}

int
copy_run(const char *path)
{
	struct err e;
	int self = open_self(&e);
	bool ok = self >= 0 && copy_to(self, path, &e);
	if (self >= 0)
		close(self);
	if (ok)
		return 0;
	err_ctx(&e, "copy");
	log_error(&e);
	return err_exit_code(&e);
}
