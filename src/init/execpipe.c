#include "init/execpipe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* SIGRTMAX as the kernel counts: real-time signals are queued, so no other one can swallow it. */
#define NOTICE 64

bool
execpipe_open(struct execpipe *p, struct err *e)
{
	int ends[2];
	/* The call itself: the C library's has a second way for kernels without it. */
	if (syscall(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_sys(e, ERR_FINAL, errno, "make a pipe to the launcher");
	*p = (struct execpipe){ ends[0], ends[1], false };
	return true;
}

static void
stop_looking(struct execpipe *p)
{
	close(p->read_fd);
	p->read_fd = -1;
}

/* The call itself: the C library's fcntl(3) knows every command. */
static bool
set(int fd, int command, long value)
{
	return syscall(SYS_fcntl, fd, command, value) == 0;
}

void
execpipe_watch(struct execpipe *p)
{
	/* The write end is closed last: so there is a signal also for an execve before that. */
	p->is_silent = !set(p->read_fd, F_SETSIG, NOTICE) || !set(p->read_fd, F_SETOWN, getpid()) ||
		       !set(p->read_fd, F_SETFL, O_NONBLOCK | O_ASYNC);
	/* As long as we hold it too, the pipe never ends. */
	if (close(p->write_fd) != 0)
		stop_looking(p);
	p->write_fd = -1;
}

void
execpipe_tell(const struct execpipe *p)
{
	/* Should it fail, the launcher's code counts as the command's. */
	ssize_t n;
	do {
		n = write(p->write_fd, "", 1);
	} while (n < 0 && errno == EINTR);
}

enum execpipe_news
execpipe_look(struct execpipe *p)
{
	char byte;
	if (p->read_fd < 0)
		return EXECPIPE_EXECUTED;
	ssize_t n = read(p->read_fd, &byte, sizeof(byte));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return EXECPIPE_NOTHING;
	/* A pipe that cannot be read says nothing, and a launcher as a rule gets to its execve. */
	stop_looking(p);
	return n == 1 ? EXECPIPE_RETURNED : EXECPIPE_EXECUTED;
}

bool
execpipe_is_notice(int signo, const siginfo_t *info)
{
	/* The kernel alone has codes above 0, and SI_KERNEL says that its queue was full. Such a
	 * notice may come after the pipe was looked at, and it would end the command. */
	return (signo == NOTICE && info->si_code > 0) ||
	       (signo == SIGIO && info->si_code == SI_KERNEL);
}
