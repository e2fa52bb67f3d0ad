#include "init/leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/span.h"

/* Reads of the list of children, of at most 1 KiB each: some 4,000 children. */
#define READS_MAX 32

static void
terminate(pid_t target)
{
	kill(target, SIGTERM);
	kill(target, SIGCONT);
}

/* The mounted /proc may be of another PID namespace, whose numbers are not our children's. */
static bool
is_child(pid_t pid)
{
	siginfo_t info;
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* One word of the list of children; the command's group has been told as a group. */
static void
terminate_listed(struct span word, pid_t command)
{
	uint64_t pid = 0;
	if (span_u64(word, INT32_MAX, &pid) && is_child((pid_t)pid) &&
		getpgid((pid_t)pid) != command)
		terminate((pid_t)pid);
}

/*
 * Our children, as the kernel lists them: decimal numbers, each followed by a blank. Without /proc
 * the orphans of other groups get no TERM, but are still waited for; so do those after the bound,
 * because the list may grow as fast as it is read.
 */
static void
terminate_children(pid_t command)
{
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	char text[1024];
	size_t kept = 0; /* bytes of a number that the last read cut */
	for (int reads = 0; reads < READS_MAX; reads++) {
		ssize_t n = read(fd, text + kept, sizeof(text) - kept);
		if (n <= 0)
			break;
		struct span unread = { text, kept + (size_t)n };
		struct span word;
		while (unread.n > span_find(unread, ' ') && span_split(&unread, ' ', &word))
			terminate_listed(word, command);
		for (kept = 0; kept < unread.n; kept++)
			text[kept] = unread.p[kept];
	}
	close(fd);
}

void
leftovers_terminate(enum leftovers_reach reach, pid_t command)
{
	switch (reach) {
	case LEFTOVERS_NAMESPACE:
		terminate(-1);
		break;
	case LEFTOVERS_CHILDREN:
		terminate(-command);
		terminate_children(command);
		break;
	case LEFTOVERS_GROUP:
		terminate(-command);
		break;
	}
}

bool
leftovers_has_group(pid_t command)
{
	return kill(-command, 0) == 0 || errno == EPERM;
}
