#include "net/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/syscall.h>
#include <unistd.h>

int
dial_socket(int family, int type)
{
	return (int)syscall(SYS_socket, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

bool
dial_start(const struct sockaddr_storage *to, socklen_t size, int *fd, struct err *e)
{
	*fd = dial_socket(to->ss_family, SOCK_STREAM);
	if (*fd < 0)
		return err_sys(e, ERR_TRANSIENT, errno, "socket");

	const int on = 1;
	/* Without it the exchange is slower, not wrong. */
	(void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));

	if (connect(*fd, (const struct sockaddr *)to, size) == 0 || errno == EINPROGRESS ||
		errno == EINTR)
		return true;
	int reason = errno;
	close(*fd);
	*fd = -1;
	return err_number(e, ERR_TRANSIENT, reason);
}

bool
dial_finish(int fd, struct err *e)
{
	int reason = 0;
	socklen_t size = sizeof(reason);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size) != 0)
		reason = errno;
	if (reason != 0)
		return err_number(e, ERR_TRANSIENT, reason);
	return true;
}

static enum dial_io
judge(ssize_t result, const char *what, size_t *n, struct err *e)
{
	if (result >= 0) {
		*n = (size_t)result;
		return DIAL_MOVED;
	}
	if (errno == EAGAIN || errno == EINTR)
		return DIAL_BLOCKED;
	err_sys(e, ERR_TRANSIENT, errno, "%s", what);
	return DIAL_FAILED;
}

enum dial_io
dial_send(int fd, struct span bytes, size_t *n, struct err *e)
{
	return judge(send(fd, bytes.p, bytes.n, MSG_NOSIGNAL), "send", n, e);
}

enum dial_io
dial_receive(int fd, char *to, size_t cap, size_t *n, struct err *e)
{
	enum dial_io io = judge(recv(fd, to, cap, 0), "receive", n, e);
	return io == DIAL_MOVED && *n == 0 ? DIAL_END : io;
}
