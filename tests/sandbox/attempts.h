#ifndef TESTS_SANDBOX_ATTEMPTS_H
#define TESTS_SANDBOX_ATTEMPTS_H

#include <stddef.h>

/* How a system call ended. */
enum outcome {
	WORKS,
	REFUSED, /* EPERM: the filter */
	DENIED, /* EACCES: Landlock */
	KILLED, /* SIGSYS: the filter's list of what is never allowed */
	ABORTED, /* SIGABRT */
	FAULTED, /* SIGSEGV */
	OTHER, /* another error: the kernel has looked at the call */
	/* Only expected, never found: */
	FENCED, /* DENIED, but WORKS where Landlock does not know ports */
	LET_IN, /* WORKS or OTHER */
	FOREIGN, /* KILLED, but FAULTED on a kernel that knows no such calls */
	UNKNOWN, /* depends on the kernel and on who asks */
};

struct attempt {
	const char *name;
	long (*run)(void); /* at least 0: it worked; -1: errno says why */
	enum outcome free; /* without the jail, so that a failure in it says something */
	enum outcome resolve;
	enum outcome talk;
};

extern const struct attempt attempts[];
extern const size_t attempts_count;

/* What the attempts work on: open before the jail is entered. */
struct attempt_things {
	int block; /* a memfd */
	int tcp; /* connected to a peer that sends back what it gets */
	int udp; /* bound, on loopback */
	int pipe[2];
	int stream; /* a socket that nobody reads */
	unsigned short port; /* of that peer on 127.0.0.1 */
	unsigned short other_port; /* listened at there too, but not planned */
};
extern struct attempt_things things;

#endif
