#include "base/errno_text.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The wording of POSIX, which people know and search for. */
#define TEXTS(X)                                        \
	/* files */                                     \
	X(EPERM, "Operation not permitted")             \
	X(ENOENT, "No such file or directory")          \
	X(EACCES, "Permission denied")                  \
	X(EBADF, "Bad file descriptor")                 \
	X(EDQUOT, "Quota exceeded")                     \
	X(EFBIG, "File too large")                      \
	X(EINVAL, "Invalid argument")                   \
	X(EIO, "I/O error")                             \
	X(EISDIR, "Is a directory")                     \
	X(ELOOP, "Symbolic link loop")                  \
	X(EMFILE, "No file descriptors available")      \
	X(ENAMETOOLONG, "Filename too long")            \
	X(ENOSPC, "No space left on device")            \
	X(ENOTDIR, "Not a directory")                   \
	X(EROFS, "Read-only file system")               \
	X(ETXTBSY, "Text file busy")                    \
	/* processes */                                 \
	X(E2BIG, "Argument list too long")              \
	X(EAGAIN, "Resource temporarily unavailable")   \
	X(ENOEXEC, "Exec format error")                 \
	X(ENOMEM, "Out of memory")                      \
	X(ENOSYS, "Function not implemented")           \
	X(ESRCH, "No such process")                     \
	/* sockets */                                   \
	X(EADDRNOTAVAIL, "Address not available")       \
	X(EAFNOSUPPORT, "Address family not supported") \
	X(ECONNREFUSED, "Connection refused")           \
	X(ECONNRESET, "Connection reset by peer")       \
	X(EHOSTUNREACH, "Host is unreachable")          \
	X(ENETUNREACH, "Network unreachable")           \
	X(EOPNOTSUPP, "Not supported")                  \
	X(EPIPE, "Broken pipe")                         \
	X(ETIMEDOUT, "Operation timed out")

#define NUMBER(number, text) number,
#define TEXT(number, text) text "\0"

/* One after the other, each with its NUL: an array of pointers would need relocations. */
static const uint8_t numbers[] = { TEXTS(NUMBER) };
static const char texts[] = TEXTS(TEXT);

const char *
errno_text(int number)
{
	static char other[sizeof("error -2147483648")];
	const char *text = texts;
	for (size_t i = 0; i < sizeof(numbers); i++) {
		if (numbers[i] == number)
			return text;
		text += span_of(text).n + 1;
	}
	struct buf b = BUF(other);
	buf_printf(&b, "error %d", number);
	return buf_str(&b);
}
