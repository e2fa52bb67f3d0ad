#include "init/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/resident.h"

int
terminal_open(void)
{
	const int flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
	/* Not open(2), which would write errno: in the launcher that is a page more of its own. */
	int tty = (int)resident_call(SYS_openat, AT_FDCWD, (long)"/dev/tty", flags, 0);
	if (tty >= 0)
		return tty;
	if (tty == -ENXIO)
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The kernel tells the foreground of one's own controlling terminal only. */
		if (tcgetpgrp(fd) >= 0)
			return (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);
	}
	return -1;
}

bool
terminal_pass(int tty, pid_t from, pid_t to)
{
	return tcgetpgrp(tty) == from && tcsetpgrp(tty, to) == 0;
}

static void
do_nothing(int signo)
{
	(void)signo;
}

/*
 * PID 1 sleeps until the command's image is here (init/child.h), so a Ctrl-Z that stopped us
 * between the mask and the exec would stop it too, for ever. execve(2) takes a handler away again;
 * one that is ignored stays so. The only handler of this program: it lives for one system call.
 */
static void
refuse_stops(void)
{
	static const int stops[] = { SIGTSTP, SIGTTIN, SIGTTOU };
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++) {
		struct sigaction ours = { .sa_handler = do_nothing };
		struct sigaction old = { 0 };
		sigaction(stops[i], NULL, &old);
		if (old.sa_handler == SIG_DFL)
			sigaction(stops[i], &ours, NULL);
	}
}

void
terminal_become_job(void)
{
	pid_t before = getpgrp();
	/* Fails for a session leader only, which a process just forked is not. */
	setpgid(0, 0);
	int tty = terminal_open();
	if (tty < 0)
		return;
	terminal_pass(tty, before, getpgrp());
	close(tty);
	refuse_stops();
}
