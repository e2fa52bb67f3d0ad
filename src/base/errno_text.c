#include "base/errno_text.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The wording of POSIX, which people know and search for. */
#define TEXTS(X)                                           \
	/* files */                                        \
	X(EPERM, "Operation not permitted")                \
	X(ENOENT, "No such file or directory")             \
	X(EACCES, "Permission denied")                     \
	X(EBADF, "Bad file descriptor")                    \
	X(EBUSY, "Resource busy")                          \
	X(EDQUOT, "Quota exceeded")                        \
	X(EEXIST, "File exists")                           \
	X(EFBIG, "File too large")                         \
	X(EINVAL, "Invalid argument")                      \
	X(EIO, "I/O error")                                \
	X(EISDIR, "Is a directory")                        \
	X(ELOOP, "Symbolic link loop")                     \
	X(EMLINK, "Too many links")                        \
	X(EMFILE, "No file descriptors available")         \
	X(ENAMETOOLONG, "Filename too long")               \
	X(ENFILE, "Too many open files in system")         \
	X(ENODEV, "No such device")                        \
	X(ENOSPC, "No space left on device")               \
	X(ENOTDIR, "Not a directory")                      \
	X(ENXIO, "No such device or address")              \
	X(EOVERFLOW, "Value too large for data type")      \
	X(EROFS, "Read-only file system")                  \
	X(ESTALE, "Stale file handle")                     \
	X(ETXTBSY, "Text file busy")                       \
	/* processes */                                    \
	X(E2BIG, "Argument list too long")                 \
	X(EAGAIN, "Resource temporarily unavailable")      \
	X(ECHILD, "No child process")                      \
	X(EFAULT, "Bad address")                           \
	X(EINTR, "Interrupted system call")                \
	X(ELIBBAD, "Accessing a corrupted shared library") \
	X(ENOEXEC, "Exec format error")                    \
	X(ENOMEM, "Out of memory")                         \
	X(ENOSYS, "Function not implemented")              \
	X(ESRCH, "No such process")                        \
	/* sockets */                                      \
	X(EADDRINUSE, "Address in use")                    \
	X(EADDRNOTAVAIL, "Address not available")          \
	X(EAFNOSUPPORT, "Address family not supported")    \
	X(ECONNABORTED, "Connection aborted")              \
	X(ECONNREFUSED, "Connection refused")              \
	X(ECONNRESET, "Connection reset by peer")          \
	X(EHOSTDOWN, "Host is down")                       \
	X(EHOSTUNREACH, "Host is unreachable")             \
	X(ENETDOWN, "Network is down")                     \
	X(ENETUNREACH, "Network unreachable")              \
	X(ENOBUFS, "No buffer space available")            \
	X(ENOTCONN, "Socket not connected")                \
	X(EOPNOTSUPP, "Not supported")                     \
	X(EPIPE, "Broken pipe")                            \
	X(EPROTO, "Protocol error")                        \
	X(EPROTONOSUPPORT, "Protocol not supported")       \
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
