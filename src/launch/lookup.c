#include "launch/lookup.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/quote.h"
#include "launch/execute.h"

/* The first bytes of an executable: linkers put an ELF file's headers and its interpreter there. */
#define HEAD_MAX 1024

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
			"the file and its directories must have execute permission, and their file "
			"system must not be mounted noexec");
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

union head {
	Elf64_Ehdr elf;
	char bytes[HEAD_MAX + 1];
};

/* As load_script() of the kernel does: the first word after #!, on the same line. */
static const char *
script_interpreter(union head *h)
{
	struct span rest = span_of(h->bytes + 2);
	struct span line;
	struct span word;
	span_split(&rest, '\n', &line);
	if (!span_word(&line, " \t", &word))
		return NULL;
	h->bytes[word.p - h->bytes + (ptrdiff_t)word.n] = '\0';
	return word.p;
}

static const char *
elf_interpreter(const union head *h)
{
	Elf64_Phdr part;
	size_t at = h->elf.e_phoff;
	for (unsigned i = 0; i < h->elf.e_phnum && at <= HEAD_MAX - sizeof(part); i++) {
		memcpy(&part, h->bytes + at, sizeof(part));
		if (part.p_type == PT_INTERP && part.p_offset < HEAD_MAX)
			return h->bytes + part.p_offset;
		at += sizeof(part);
	}
	return NULL;
}

/* As the kernel distinguishes a text, executable only with a #! line, from other formats. */
static bool
is_text(const char *bytes)
{
	for (int i = 0; i < 4; i++) {
		const char c = bytes[i];
		if ((c < ' ' && c != '\t' && c != '\n') || c > '~')
			return false;
	}
	return true;
}

/* 0, or the errno value that execve(2) would have. */
static int
judge_head(union head *h)
{
	const struct span bytes = { h->bytes, 5 };
	const char *interpreter;
	if (span_starts_with(bytes, SPAN("#!"))) {
		interpreter = script_interpreter(h);
		return interpreter == NULL ? ENOEXEC : judge(interpreter);
	}
	if (!span_starts_with(bytes, SPAN("\177ELF\2")))
		return is_text(h->bytes) ? ENOEXEC : 0;
	interpreter = elf_interpreter(h);
	return interpreter == NULL ? 0 : judge(interpreter);
}

bool
lookup_interpreter(const char *path, struct err *e)
{
	union head h = { .bytes = "" };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	ssize_t n = read(fd, h.bytes, HEAD_MAX);
	close(fd);
	int number = n < 0 ? 0 : judge_head(&h);
	return number == 0 || execute_explain(number, path, e);
}
