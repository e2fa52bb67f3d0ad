#include "init/job.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "init/signals.h"
#include "init/terminal.h"

static bool
is_gone(pid_t group)
{
	return group > 0 && kill(-group, 0) < 0 && errno == ESRCH;
}

/* A command that was stopped for using the terminal gets it when it is ours, or nobody's. */
static bool
take_terminal(const struct job *job, int tty)
{
	pid_t now = tcgetpgrp(tty);
	return (now == job->own || is_gone(now)) && tcsetpgrp(tty, job->command) == 0;
}

/* Stops us as a shell expects it. False: it was of no effect. */
static bool
stop_with_shell(const struct job *job, int tty, int signo)
{
	/* The kernel lets no signal stop PID 1; its group may reach out of the namespace. */
	if (job->is_pid1 || job->own <= 0)
		return false;
	terminal_pass(tty, job->command, job->own);
	bool stopped = signals_stop_group(signo);
	terminal_pass(tty, job->own, job->command);
	return stopped;
}

void
job_suspend(const struct job *job, int signo, bool asked)
{
	int tty = terminal_open();
	if (tty < 0)
		return;
	bool goes_on = (signo != SIGTSTP && take_terminal(job, tty)) ||
		       stop_with_shell(job, tty, signo) || (signo == SIGTSTP && !asked);
	close(tty);
	if (goes_on)
		kill(-job->command, SIGCONT);
}

void
job_continue(const struct job *job)
{
	if (job->own <= 0)
		return;
	int tty = terminal_open();
	if (tty < 0)
		return;
	terminal_pass(tty, job->own, job->command);
	close(tty);
}

void
job_end(const struct job *job)
{
	if (job->is_pid1 || job->own <= 0)
		return;
	int tty = terminal_open();
	if (tty < 0)
		return;
	terminal_pass(tty, job->command, job->own);
	close(tty);
}
