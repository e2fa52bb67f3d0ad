#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

/*
 * Shows that the C library's resolver works in the first stage: with name servers of both families
 * and without an IPv6 one, from /etc/hosts, and for a name that does not exist. The name server is
 * our own, in a network of its own, so nothing leaves the machine. Exit code 77 (skipped) where
 * such a network cannot be made.
 */

static void
stop(const char *what)
{
	perror(what);
	exit(2);
}

static void
skip(const char *what)
{
	perror(what);
	exit(77);
}

static void
put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0)
		stop(path);
}

/* A network of only ourselves, and files of our own in /etc, for this process and its children. */
static void
make_world(void)
{
	struct ifreq loopback = { .ifr_name = "lo" };
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0)
		skip("unshare");
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	loopback.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback) != 0)
		skip("loopback");
	close(fd);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("none", "/mnt", "tmpfs", 0, NULL) != 0)
		skip("mount");
	put_file("/mnt/hosts", "127.0.0.1 localhost\n192.0.2.9 listed.example\n");
	put_file("/mnt/resolv.conf", "");
	if (mount("/mnt/hosts", "/etc/hosts", NULL, MS_BIND, NULL) != 0 ||
		mount("/mnt/resolv.conf", "/etc/resolv.conf", NULL, MS_BIND, NULL) != 0)
		skip("mount over /etc");
}

/* RFC 1035 section 4.1: the query again, as an answer, with one record for A of store.example. */
static size_t
answer(unsigned char *message, size_t n, size_t cap)
{
	static const unsigned char record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2,
		7 };
	size_t end = 12;
	while (end < n && message[end] != 0)
		end += 1u + message[end];
	end += 5;
	if (end > n || cap - end < sizeof(record))
		return 0;
	bool is_known = memcmp(message + 12, "\5store\7example", 14) == 0;
	bool is_a = message[end - 4] == 0 && message[end - 3] == 1;
	message[2] = 0x81;
	message[3] = is_known ? 0x80 : 0x83; /* NXDOMAIN */
	memset(message + 6, 0, 6);
	if (!is_known || !is_a)
		return end;
	message[7] = 1;
	memcpy(message + end, record, sizeof(record));
	return end + sizeof(record);
}

static int
listen_at(int family, const char *text)
{
	struct addrinfo wanted = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_family = family,
		.ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	if (getaddrinfo(text, "53", &wanted, &found) != 0)
		stop(text);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0)
		stop(text);
	freeaddrinfo(found);
	return fd;
}

/* Answers until it is killed. */
static void
serve(int v4, int v6)
{
	struct pollfd in[] = { { .fd = v4, .events = POLLIN }, { .fd = v6, .events = POLLIN } };
	while (poll(in, 2, -1) > 0)
		for (size_t i = 0; i < 2; i++) {
			unsigned char message[512];
			struct sockaddr_storage from;
			socklen_t size = sizeof(from);
			if ((in[i].revents & POLLIN) == 0)
				continue;
			ssize_t n = recvfrom(in[i].fd, message, sizeof(message), 0,
				(struct sockaddr *)&from, &size);
			size_t length = n < 12 ? 0 : answer(message, (size_t)n, sizeof(message));
			if (length > 0)
				(void)sendto(in[i].fd, message, length, 0, (struct sockaddr *)&from,
					size);
		}
}

/* Exit codes of a jailed look-up. */
enum {
	FOUND,
	FOUND_ANOTHER,
	NOT_FOUND,
	NOT_JAILED,
};

static int
look_up(const char *name, const char *address)
{
	struct err e = { 0 };
	struct addrinfo wanted = { .ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	struct in_addr expected;
	if (inet_pton(AF_INET, address, &expected) != 1 || !sandbox_resolve(SANDBOX_REQUIRE, &e))
		return NOT_JAILED;
	if (getaddrinfo(name, "443", &wanted, &found) != 0)
		return NOT_FOUND;
	struct sockaddr_in first;
	memcpy(&first, found->ai_addr, sizeof(first));
	bool same = first.sin_family == AF_INET && first.sin_port == htons(443) &&
		    first.sin_addr.s_addr == expected.s_addr;
	freeaddrinfo(found);
	return same && sandbox_talk(SANDBOX_REQUIRE, &e) ? FOUND : FOUND_ANOTHER;
}

static const struct {
	const char *resolv_conf;
	const char *name;
	const char *address;
	int result;
} rows[] = {
	{ "nameserver 127.0.0.1\n", "store.example", "192.0.2.7", FOUND },
	{ "nameserver ::1\nnameserver 127.0.0.1\n", "store.example", "192.0.2.7", FOUND },
	{ "nameserver 127.0.0.1\nsearch example\n", "store", "192.0.2.7", FOUND },
	{ "nameserver 127.0.0.1\n", "listed.example", "192.0.2.9", FOUND },
	{ "nameserver 127.0.0.1\n", "nowhere.example", "192.0.2.7", NOT_FOUND },
	{ "nameserver 127.0.0.1\n", "198.51.100.3", "198.51.100.3", FOUND },
};

static bool
try(size_t i)
{
	put_file("/mnt/resolv.conf", rows[i].resolv_conf);
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0)
		syscall(SYS_exit_group, look_up(rows[i].name, rows[i].address));
	int status = 0;
	if (waitpid(pid, &status, 0) != pid)
		stop("waitpid");
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == rows[i].result;
	printf("%-20s%-20s%s (%04x)\n", rows[i].name, rows[i].address, good ? "good" : "SURPRISE",
		(unsigned)status);
	return good;
}

int
main(void)
{
	unsigned surprises = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_world();
	int v4 = listen_at(AF_INET, "127.0.0.1");
	int v6 = listen_at(AF_INET6, "::1");
	pid_t server = fork();
	if (server < 0)
		stop("fork");
	if (server == 0) {
		serve(v4, v6);
		_exit(1);
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		surprises += !try(i);
	kill(server, SIGKILL);
	printf("%zu look-ups, surprises: %u\n", sizeof(rows) / sizeof(*rows), surprises);
	return surprises == 0 ? 0 : 1;
}
