#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
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

#include "base/bounds.h"
#include "base/ip.h"
#include "net/resolve.h"
#include "sandbox/sandbox.h"

/*
 * Shows that names are resolved in the first stage, jailed, with files and name servers of our own
 * in a network of its own, so nothing leaves the machine. Exit code 77 (skipped) where such a
 * network cannot be made.
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
	put_file("/mnt/hosts", "127.0.0.1 localhost\n::1 localhost\n"
			       "192.0.2.9 listed.example alias\n"
			       "192.0.2.10 mixed.example\n2001:db8::10 mixed.example\n"
			       "::1 mixed.example\n");
	put_file("/mnt/resolv.conf", "");
	if (mount("/mnt/hosts", "/etc/hosts", NULL, MS_BIND, NULL) != 0 ||
		mount("/mnt/resolv.conf", "/etc/resolv.conf", NULL, MS_BIND, NULL) != 0)
		skip("mount over /etc");
}

/* The names there are, as a message has them; "broken" ones fail. */
static const struct {
	const char *name;
	unsigned char last_byte; /* of its A, 192.0.2.x, or of its AAAA, 2001:db8::x; 0: none */
	bool is_v6;
	bool is_large; /* only over TCP */
} names[] = {
	{ "\5store\7example", 7, false, false },
	{ "\1a\1b\7example", 8, false, false },
	{ "\3six\7example", 6, true, false },
	{ "\5large\7example", 9, false, true },
	{ "\5store\6nodata", 0, false, false },
};
#define NAMES (sizeof(names) / sizeof(*names))

/* RFC 1035 section 4.1: the query again, as an answer, with at most one record. */
static size_t
answer(unsigned char *message, size_t n, size_t cap, bool over_tcp)
{
	unsigned char record[28] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2 };
	size_t end = 12;
	while (end < n && message[end] != 0)
		end += 1u + message[end];
	size_t length = end - 12;
	end += 5;
	if (end > n || cap - end < sizeof(record))
		return 0;
	bool wants_v6 = message[end - 3] == 28;
	size_t i = 0;
	while (i < NAMES && (strlen(names[i].name) != length ||
				    memcmp(message + 12, names[i].name, length) != 0))
		i++;
	bool is_broken = length > 7 && memcmp(message + 5 + length, "\6broken", 7) == 0;
	bool is_cut = i < NAMES && names[i].is_large && !over_tcp;
	message[2] = is_cut ? 0x83 : 0x81;
	message[3] = is_broken ? 0x82 : i < NAMES ? 0x80 : 0x83;
	memset(message + 6, 0, 6);
	if (i == NAMES || names[i].last_byte == 0 || names[i].is_v6 != wants_v6 || is_cut)
		return end;
	size_t size = wants_v6 ? sizeof(record) : 16;
	if (wants_v6) {
		const unsigned char six[16] = { 0x20, 1, 0x0d, 0xb8 };
		record[3] = 28;
		record[11] = 16;
		memcpy(record + 12, six, sizeof(six));
	}
	record[size - 1] = names[i].last_byte;
	message[7] = 1;
	memcpy(message + end, record, size);
	return end + size;
}

static int
listen_at(int type, const char *text)
{
	struct ip ip;
	struct sockaddr_storage at;
	if (!ip_parse(span_of(text), &ip))
		stop(text);
	socklen_t size = ip_to_sockaddr(&ip, 53, &at);
	int fd = socket(at.ss_family, type | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, size) != 0 ||
		(type == SOCK_STREAM && listen(fd, 8) != 0))
		stop(text);
	return fd;
}

static void
serve_datagram(int fd)
{
	unsigned char message[512];
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	ssize_t n = recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&from, &size);
	size_t length = n < 12 ? 0 : answer(message, (size_t)n, sizeof(message), false);
	if (length > 0)
		(void)sendto(fd, message, length, 0, (struct sockaddr *)&from, size);
}

static void
serve_connection(int listener)
{
	unsigned char message[2 + 512];
	int fd = accept(listener, NULL, NULL);
	ssize_t n = read(fd, message, sizeof(message));
	size_t length = n < 14 ? 0 : answer(message + 2, (size_t)n - 2, 512, true);
	message[0] = (unsigned char)(length >> 8);
	message[1] = (unsigned char)length;
	if (length > 0 && write(fd, message, length + 2) < 0)
		perror("write");
	close(fd);
}

/* Answers until it is killed. */
static void
serve(int v4, int v6, int tcp)
{
	struct pollfd in[] = { { .fd = v4, .events = POLLIN }, { .fd = v6, .events = POLLIN },
		{ .fd = tcp, .events = POLLIN } };
	while (poll(in, 3, -1) > 0) {
		for (size_t i = 0; i < 2; i++)
			if (in[i].revents != 0)
				serve_datagram(in[i].fd);
		if (in[2].revents != 0)
			serve_connection(tcp);
	}
}

/* Exit codes of a jailed look-up. */
enum {
	FOUND,
	FOUND_ANOTHER,
	NO_NAME,
	NO_DATA,
	FAILED,
	SILENT,
	NOT_JAILED,
	UNEXPECTED,
};

/* Which of the messages it is, all with the host and a hint. */
static int
explain(const struct err *e)
{
	static const char *const why[] = {
		[NO_NAME] = ": the name does not exist",
		[NO_DATA] = ": the name has no address",
		[FAILED] = ": the name servers fail or cannot be reached",
		[SILENT] = ": no response from the name servers in time",
	};
	int i = NO_NAME;
	while (i <= SILENT && strstr(e->text, why[i]) == NULL)
		i++;
	return i <= SILENT && e->kind == ERR_TRANSIENT && e->hint[0] != '\0' ? i : UNEXPECTED;
}

/* The addresses, in their order, must be those of the list. */
static int
look_up(const char *name, const char *list)
{
	static struct resolver resolver;
	const struct resolve_query query = { span_of(name), 443, false, clock_now() + 700 };
	const struct sandbox_ports ports = { 1, { 53 } };
	struct err e = { 0 };
	struct addresses found;
	struct span rest = span_of(list);
	struct span word;
	unsigned i = 0;
	if (!resolver_read(&resolver, &e) ||
		!sandbox_resolve(SANDBOX_REQUIRE, BLOCK_MAX, &ports, &e))
		return NOT_JAILED;
	if (!resolve_host(&resolver, &query, &found, &e))
		return explain(&e);
	while (span_word(&rest, " ", &word)) {
		struct sockaddr_storage to;
		struct ip ip;
		if (!ip_parse(word, &ip) || i >= found.count ||
			found.size[i] != ip_to_sockaddr(&ip, 443, &to) ||
			memcmp(&found.at[i], &to, found.size[i]) != 0)
			return FOUND_ANOTHER;
		i++;
	}
	return i == found.count && sandbox_talk(SANDBOX_REQUIRE, &ports, &e) ? FOUND
									     : FOUND_ANOTHER;
}

#define LOCAL "nameserver 127.0.0.1\n"
#define SEARCH LOCAL "search nodata example\noptions ndots:2\n"

static const struct {
	const char *resolv_conf;
	const char *name;
	const char *addresses;
	int result;
} rows[] = {
	{ LOCAL, "store.example", "192.0.2.7", FOUND },
	{ LOCAL, "store.example.", "192.0.2.7", FOUND },
	{ LOCAL, "six.example", "2001:db8::6", FOUND },
	{ LOCAL, "large.example", "192.0.2.9", FOUND },
	{ "", "store.example", "192.0.2.7", FOUND },
	{ "nameserver ::1\nnameserver 127.0.0.1\n", "store.example", "192.0.2.7", FOUND },
	{ "nameserver ::1\n", "large.example", "", FAILED },
	{ "nameserver 127.0.0.9\nnameserver ::1\n", "store.example", "192.0.2.7", FOUND },
	{ "nameserver 127.0.0.9\n", "store.example", "", FAILED },
	{ "nameserver 192.0.2.1\n", "store.example", "", FAILED },
	{ "nameserver 127.0.0.2\n", "store.example", "", SILENT },
	{ LOCAL, "nowhere.example", "", NO_NAME },
	{ LOCAL, "store.nodata", "", NO_DATA },
	{ LOCAL, "store.broken", "", FAILED },
	/* The search list: before names with too few dots, after others, not for absolute ones. */
	{ SEARCH, "store", "192.0.2.7", FOUND },
	{ SEARCH, "a.b", "192.0.2.8", FOUND },
	{ SEARCH, "store.example", "192.0.2.7", FOUND },
	{ SEARCH, "store.", "", NO_NAME },
	{ SEARCH "options ndots:1\n", "a.b", "192.0.2.8", FOUND },
	{ LOCAL "search .\n", "store", "", NO_NAME },
	{ LOCAL "search broken example\n", "store", "192.0.2.7", FOUND },
	{ LOCAL "search broken\n", "store", "", FAILED },
	/* /etc/hosts. */
	{ LOCAL, "listed.example", "192.0.2.9", FOUND },
	{ "nameserver 127.0.0.2\n", "Alias", "192.0.2.9", FOUND },
	/* Addresses without a route are the last ones, of the others IPv4 comes first. */
	{ LOCAL, "mixed.example", "::1 192.0.2.10 2001:db8::10", FOUND },
	{ LOCAL, "localhost", "127.0.0.1 ::1", FOUND },
	{ LOCAL, "198.51.100.3", "198.51.100.3", FOUND },
	{ LOCAL, "fd00:ec2::23", "fd00:ec2::23", FOUND },
};

static bool
try(size_t i)
{
	put_file("/mnt/resolv.conf", rows[i].resolv_conf);
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0)
		syscall(SYS_exit_group, look_up(rows[i].name, rows[i].addresses));
	int status = 0;
	if (waitpid(pid, &status, 0) != pid)
		stop("waitpid");
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == rows[i].result;
	printf("%-20s%-30s%s (%04x)\n", rows[i].name, rows[i].addresses, good ? "good" : "SURPRISE",
		(unsigned)status);
	return good;
}

int
main(void)
{
	unsigned surprises = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_world();
	int v4 = listen_at(SOCK_DGRAM, "127.0.0.1");
	int v6 = listen_at(SOCK_DGRAM, "::1");
	int tcp = listen_at(SOCK_STREAM, "127.0.0.1");
	/* Takes queries and says nothing. */
	listen_at(SOCK_DGRAM, "127.0.0.2");
	pid_t server = fork();
	if (server < 0)
		stop("fork");
	if (server == 0) {
		serve(v4, v6, tcp);
		_exit(1);
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		surprises += !try(i);
	kill(server, SIGKILL);
	printf("%zu look-ups, surprises: %u\n", sizeof(rows) / sizeof(*rows), surprises);
	return surprises == 0 ? 0 : 1;
}
