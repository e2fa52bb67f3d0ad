#include "outside.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bounds.h"
#include "sandbox/privileges.h"
#include "sandbox/sandbox.h"

/* A process of /proc/PID/status that the tests look at. */
struct seen {
	unsigned long uid;
	unsigned long no_new_privs;
	unsigned long seccomp;
	unsigned long filters;
	unsigned long long capabilities;
};

static bool
look(pid_t pid, struct seen *seen)
{
	char path[64];
	char line[256];
	*seen = (struct seen){ 0 };
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL) {
		char *value = strchr(line, ':');
		if (value == NULL)
			continue;
		*value++ = '\0';
		if (strcmp(line, "Uid") == 0)
			seen->uid = strtoul(value, NULL, 10);
		else if (strcmp(line, "NoNewPrivs") == 0)
			seen->no_new_privs = strtoul(value, NULL, 10);
		else if (strcmp(line, "Seccomp") == 0)
			seen->seccomp = strtoul(value, NULL, 10);
		else if (strcmp(line, "Seccomp_filters") == 0)
			seen->filters = strtoul(value, NULL, 10);
		else if (strcmp(line, "CapEff") == 0 || strcmp(line, "CapPrm") == 0)
			seen->capabilities |= strtoull(value, NULL, 16);
	}
	fclose(file);
	return true;
}

static unsigned
claim(const char *what, bool holds)
{
	printf("%-60s%s\n", what, holds ? "yes" : "NO, A SURPRISE");
	return !holds;
}

/* A child says when it is in a stage and waits to be told to go on. */
static void
play_child(int line)
{
	struct err e = { 0 };
	char c = '+';
	const struct sandbox_ports ports = { 0 };
	if (!sandbox_resolve(SANDBOX_REQUIRE, BLOCK_MAX, &ports, &e) || send(line, &c, 1, 0) != 1 ||
		recv(line, &c, 1, 0) != 1 || !sandbox_talk(SANDBOX_REQUIRE, &ports, &e) ||
		send(line, &c, 1, 0) != 1 || recv(line, &c, 1, 0) != 1)
		syscall(SYS_exit_group, 1);
	syscall(SYS_exit_group, 0);
}

static unsigned
check_child(pid_t pid, int line, const struct seen *parent)
{
	struct seen first;
	struct seen second;
	char c = 0;
	if (read(line, &c, 1) != 1 || !look(pid, &first) || write(line, &c, 1) != 1 ||
		read(line, &c, 1) != 1 || !look(pid, &second) || write(line, &c, 1) != 1)
		return claim("the jailed process can be looked at", false);

	bool has_filter_count = first.filters > 0; /* since Linux 5.9 */
	bool was_root = parent->uid == 0 && (parent->capabilities & 0xe0) == 0xe0;
	unsigned wrong = 0;
	wrong += claim("jailed: no_new_privs", first.no_new_privs == 1);
	wrong += claim("jailed: under a seccomp filter", first.seccomp == 2);
	wrong += claim("jailed: one more filter in the second stage",
		!has_filter_count || second.filters == first.filters + 1);
	wrong += claim("jailed: no capabilities", first.capabilities == 0);
	wrong += claim("jailed: not root where root can leave",
		first.uid == (was_root ? PRIVILEGES_NOBODY : parent->uid));
	return wrong;
}

/* This program, started anew, must come to its end: no filter, no limit reached its parent. */
static bool
can_start_programs(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "try_syscall", "--end", (char *)NULL);
		_exit(1);
	}
	int status = 1;
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

unsigned
outside_check(void)
{
	int line[2];
	struct seen before;
	struct seen after;
	int dumpable = prctl(PR_GET_DUMPABLE);
	if (!look(getpid(), &before) || socketpair(AF_UNIX, SOCK_STREAM, 0, line) != 0)
		return claim("/proc can be read", false);

	pid_t pid = fork();
	if (pid < 0)
		return claim("a child can be made", false);
	if (pid == 0)
		play_child(line[1]);
	unsigned wrong = check_child(pid, line[0], &before);
	int status = 1;
	wrong +=
		claim("jailed: it came to its end", waitpid(pid, &status, 0) == pid && status == 0);

	bool same = look(getpid(), &after) && before.uid == after.uid &&
		    before.no_new_privs == after.no_new_privs && before.seccomp == after.seccomp &&
		    before.filters == after.filters && before.capabilities == after.capabilities;
	wrong += claim("the parent is as it was", same && prctl(PR_GET_DUMPABLE) == dumpable);
	wrong += claim("the parent starts programs", can_start_programs());
	return wrong;
}
