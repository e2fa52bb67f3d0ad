/*
 * A command that gives its init endless news, and ends with 5 when a SIGTERM comes:
 *
 *	feeder traced N		N orphans that have themselves traced and stopped, again and again
 *	feeder chains N		N chains of orphans, each process of which makes the next and ends
 *	feeder signals N	N processes that send the init a SIGHUP, again and again
 *
 * They ignore SIGTERM. "ready" is written when they are under way.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

static void
be_traced(void)
{
	for (;;) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGWINCH);
	}
}

static void
be_a_chain(void)
{
	for (;;) {
		pid_t next = fork();
		if (next > 0)
			_exit(0);
		if (next < 0)
			usleep(1000);
	}
}

static void
send_signals(pid_t init)
{
	for (;;)
		kill(init, SIGHUP);
}

/* An orphan of the init. */
static void
start(const char *what, pid_t init)
{
	if (fork() != 0)
		return;
	if (fork() != 0)
		_exit(0);
	while (getppid() != init)
		usleep(100);
	signal(SIGTERM, SIG_IGN);
	if (strcmp(what, "traced") == 0)
		be_traced();
	if (strcmp(what, "chains") == 0)
		be_a_chain();
	send_signals(init);
}

int
main(int argc, char **argv)
{
	sigset_t term;
	int signo;
	if (argc < 3)
		return 98;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	signal(SIGHUP, SIG_IGN);
	for (int i = atoi(argv[2]); i > 0; i--)
		start(argv[1], getppid());
	usleep(300000);
	if (write(STDOUT_FILENO, "ready\n", 6) < 0)
		return 97;
	sigwait(&term, &signo);
	return 5;
}
