#include "init/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int
terminal_open(void)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty >= 0)
		return tty;
	if (errno == ENXIO)
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* Fails for every terminal but the process's controlling one. */
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

void
terminal_become_job(pid_t before)
{
	/* Fails for a session leader only, which a process just forked is not. */
	setpgid(0, 0);
	int tty = terminal_open();
	if (tty < 0)
		return;
	terminal_pass(tty, before, getpgrp());
	close(tty);
}
