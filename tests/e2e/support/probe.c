/*
 * The command that antechamber starts in the tests. Static and without a need of /proc, so that it
 * runs in a scratch container too. It writes what it was given into DIR, then does what it is told:
 *
 *	probe DIR [exit N | pause | hold | term N]
 *
 * DIR/environ and DIR/args hold NUL-ended strings, DIR/fds the open descriptors (one a line),
 * DIR/ids pid and ppid; DIR/started appears last. "pause" waits for a signal, "hold" ignores TERM;
 * "term" ends with N when a SIGTERM that it sends to its parent comes back, and leaves a child.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int dir;

static FILE *
create(const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL) {
		perror(name);
		_exit(99);
	}
	return f;
}

static void
write_strings(const char *name, char **strings)
{
	FILE *f = create(name);
	for (; *strings != NULL; strings++)
		fwrite(*strings, 1, strlen(*strings) + 1, f);
	fclose(f);
}

/* The parent may lose a signal, so another one is sent. */
static int
term_comes_back(void)
{
	const struct timespec patience = { .tv_nsec = 250 * 1000 * 1000 };
	sigset_t term;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	for (int i = 0; i < 40; i++) {
		kill(getppid(), SIGTERM);
		if (sigtimedwait(&term, NULL, &patience) == SIGTERM)
			return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static int open_fds[1024];
	int count = 0;
	for (int fd = 0; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			open_fds[count++] = fd;
	if (argc < 2)
		return 99;
	dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		perror(argv[1]);
		return 99;
	}
	write_strings("environ", environ);
	write_strings("args", argv);
	FILE *f = create("fds");
	for (int i = 0; i < count; i++)
		fprintf(f, "%d\n", open_fds[i]);
	fclose(f);
	f = create("ids");
	fprintf(f, "%d %d\n", (int)getpid(), (int)getppid());
	fclose(f);
	const char *verb = argc > 2 ? argv[2] : "exit";
	if (strcmp(verb, "hold") == 0)
		signal(SIGTERM, SIG_IGN);
	fclose(create("started"));
	if (strcmp(verb, "exit") == 0)
		return argc > 3 ? atoi(argv[3]) : 0;
	if (strcmp(verb, "term") == 0 && fork() != 0)
		return argc > 3 && term_comes_back() ? atoi(argv[3]) : 99;
	for (;;)
		pause();
}
