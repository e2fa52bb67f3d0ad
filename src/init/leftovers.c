#include "init/leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/span.h"

static void
terminate(pid_t target)
{
	kill(target, SIGTERM);
	kill(target, SIGCONT);
}

/* Whatever PID namespace the mounted /proc speaks of: a wrong number is no child of ours. */
static bool
is_child(pid_t pid)
{
	siginfo_t info;
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* One word of the list of children; members of the command's group were told with the group. */
static void
terminate_listed(struct span word, pid_t app)
{
	uint64_t pid = 0;
	if (span_u64(word, INT32_MAX, &pid) && is_child((pid_t)pid) && getpgid((pid_t)pid) != app)
		terminate((pid_t)pid);
}

/*
 * Our children, as the kernel lists them: decimal numbers, each followed by a blank. Without /proc
 * the orphans of other groups get no TERM, but are still waited for.
 */
static void
terminate_children(pid_t app)
{
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	char text[1024];
	size_t kept = 0; /* bytes of a number that the last read cut */
	ssize_t n;
	while ((n = read(fd, text + kept, sizeof(text) - kept)) > 0) {
		struct span rest = { text, kept + (size_t)n };
		struct span word;
		while (rest.n > span_find(rest, ' ') && span_split(&rest, ' ', &word))
			terminate_listed(word, app);
		for (kept = 0; kept < rest.n; kept++)
			text[kept] = rest.p[kept];
	}
	close(fd);
}

void
leftovers_terminate(enum leftovers_reach reach, pid_t app)
{
	switch (reach) {
	case LEFTOVERS_NAMESPACE:
		terminate(-1);
		break;
	case LEFTOVERS_CHILDREN:
		terminate(-app);
		terminate_children(app);
		break;
	case LEFTOVERS_GROUP:
		terminate(-app);
		break;
	}
}

bool
leftovers_has_group(pid_t app)
{
	return kill(-app, 0) == 0 || errno == EPERM;
}
