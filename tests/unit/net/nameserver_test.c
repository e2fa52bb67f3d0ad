#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/nameserver.h"
#include "unit/net/packet.h"

/*
 * Name servers on 127.0.0.1, 127.0.0.2 and 127.0.0.3, on one port of UDP and TCP each, played by
 * one process for each test: what they do with a query stands in a table.
 */

#define NAME "www.example.com"

enum deed {
	SILENT,
	ADDRESS, /* 192.0.2.SERVER or 2001:db8::SERVER */
	NO_ADDRESS,
	NO_NAME,
	SERVFAIL,
	GARBAGE,
	WRONG_ID, /* then the right one, with an address */
	WRONG_SOURCE, /* another socket says 127.6.6.6; then the right one, with an address */
	SECOND_TIME, /* an address when it is asked again */
	TRUNCATED, /* over TCP an address */
	TRUNCATED_LARGE, /* over TCP 65,535 bytes, in pieces */
	TRUNCATED_CLOSED, /* over TCP nothing */
	TRUNCATED_CUT, /* over TCP half an answer */
	TRUNCATED_AGAIN, /* over TCP too */
	TRUNCATED_OTHER, /* over TCP the answer to another question */
	TRUNCATED_LATE, /* over TCP an address, when the first attempt is over */
};

#define SERVERS RESOLVCONF_SERVERS_MAX
/* Seconds of a time-out that no test waits for, however busy the machine is. */
#define LONG_S 20

static struct nameserver_ask ask;
static struct resolvconf conf;
static struct ip_list found[IP_FAMILIES];
static int udp[SERVERS];
static int tcp[SERVERS];
static enum deed deed[SERVERS][IP_FAMILIES];
static pid_t server;

static bool is_random = true;

/* In place of the C library's. */
ssize_t
getrandom(void *buffer, size_t length, unsigned flags)
{
	return is_random ? syscall(SYS_getrandom, buffer, length, flags) : -1;
}

/* What the server counts, seen from the test. */
static struct {
	unsigned asked[SERVERS][IP_FAMILIES];
	unsigned over_tcp;
	uint16_t port[64];
	uint16_t id[64];
	unsigned queries;
} * seen;

static struct sockaddr_in
address_of(size_t i, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)i) };
}

static bool
open_pair(size_t i, uint16_t port)
{
	const struct sockaddr_in at = address_of(i, port);
	udp[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	tcp[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(udp[i], (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	       bind(tcp[i], (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	       listen(tcp[i], 8) == 0;
}

static void
close_pairs(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		close(udp[i]);
		close(tcp[i]);
	}
}

/* All pairs on one port; false when somebody has it somewhere. */
static bool
open_pairs(uint16_t port)
{
	for (size_t i = 0; i < SERVERS; i++) {
		if (!open_pair(i, port)) {
			close_pairs(i + 1);
			return false;
		}
	}
	return true;
}

static int
enter(void **state)
{
	(void)state;
	uint16_t port = 20000;
	while (!open_pairs(port) && port < 30000)
		port++;
	resolvconf_parse(SPAN("nameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3\n"
			      "options timeout:1 attempts:2\n"),
		&conf);
	conf.port = port;
	conf.server_count = 1;
	memset(deed, 0, sizeof(deed));
	memset(found, 0, sizeof(found));
	memset(seen, 0, sizeof(*seen));
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	close_pairs(SERVERS);
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	server = 0;
	return 0;
}

static enum ip_family
family_of(const char *query, size_t n)
{
	return query[n - 3] == TYPE_AAAA ? IP_V6 : IP_V4;
}

static void
put_address(struct packet *k, enum ip_family family, size_t i)
{
	unsigned char four[] = { 192, 0, 2, (unsigned char)i };
	unsigned char six[16] = { 0x20, 1, 0x0d, 0xb8, [15] = (unsigned char)i };
	if (family == IP_V4)
		packet_record(k, QUESTION_NAME, TYPE_A, four, sizeof(four));
	else
		packet_record(k, QUESTION_NAME, TYPE_AAAA, six, sizeof(six));
}

static void
answer(struct packet *k, const char *query, size_t n, enum deed what, size_t i)
{
	static const unsigned flags[] = {
		[ADDRESS] = FLAGS_ANSWER,
		[NO_ADDRESS] = FLAGS_ANSWER,
		[NO_NAME] = FLAGS_ANSWER | CODE_NXDOMAIN,
		[SERVFAIL] = FLAGS_ANSWER | CODE_SERVFAIL,
		[TRUNCATED] = FLAGS_TRUNCATED,
	};
	packet_begin(k, query, n, flags[what], what == ADDRESS);
	if (what == ADDRESS)
		put_address(k, family_of(query, n), i);
}

static void
reply(size_t i, const struct packet *k, const struct sockaddr_in *to)
{
	(void)!sendto(udp[i], k->p, k->n, 0, (const struct sockaddr *)to, sizeof(*to));
}

/* Says something that is not to be believed before the truth. */
static void
lie(struct packet *k, enum deed what, const struct sockaddr_in *to)
{
	k->p[k->n - 1] = 6;
	if (what == WRONG_ID) {
		k->p[0] = (char)~k->p[0];
		reply(0, k, to);
		k->n = 0;
		reply(0, k, to);
		return;
	}
	int other = socket(AF_INET, SOCK_DGRAM, 0);
	(void)!sendto(other, k->p, k->n, 0, (const struct sockaddr *)to, sizeof(*to));
	close(other);
}

static void
serve_udp(size_t i)
{
	static struct packet k;
	char query[512];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t got = recvfrom(udp[i], query, sizeof(query), 0, (struct sockaddr *)&from, &size);
	size_t n = (size_t)got;
	if (got < 12)
		return;
	enum ip_family family = family_of(query, n);
	enum deed what = deed[i][family];
	unsigned times = ++seen->asked[i][family];
	if (seen->queries < 64) {
		seen->port[seen->queries] = from.sin_port;
		memcpy(&seen->id[seen->queries++], query, 2);
	}

	if (what == SILENT || (what == SECOND_TIME && times < 2))
		return;
	if (what == GARBAGE) {
		memset(query + 2, 0xff, sizeof(query) - 2);
		(void)!sendto(udp[i], query, 42, 0, (struct sockaddr *)&from, size);
		return;
	}
	if (what == WRONG_ID || what == WRONG_SOURCE) {
		answer(&k, query, n, ADDRESS, i + 1);
		lie(&k, what, &from);
	}
	if (what >= TRUNCATED)
		what = TRUNCATED;
	else if (what >= WRONG_ID)
		what = ADDRESS;
	answer(&k, query, n, what, i + 1);
	reply(i, &k, &from);
}

static void
send_pieces(int fd, const struct packet *k, size_t n)
{
	const char length[] = { (char)(k->n >> 8), (char)k->n };
	(void)!write(fd, length, 1);
	usleep(20000);
	(void)!write(fd, length + 1, 1);
	for (size_t at = 0; at < n; at += 30000) {
		usleep(5000);
		(void)!write(fd, k->p + at, n - at < 30000 ? n - at : 30000);
	}
}

static void
serve_tcp(size_t i)
{
	static struct packet k;
	char query[512];
	int fd = accept(tcp[i], NULL, NULL);
	ssize_t got = read(fd, query, sizeof(query));
	size_t n = (size_t)got - 2;
	seen->over_tcp++;
	if (got > 14 && query[0] == 0 && (size_t)query[1] == n) {
		enum ip_family family = family_of(query, (size_t)got);
		enum deed what = deed[i][family];
		answer(&k, query + 2, n, what == TRUNCATED_AGAIN ? TRUNCATED : ADDRESS, i + 1);
		if (what == TRUNCATED_OTHER)
			k.p[0] = (char)~k.p[0];
		if (what == TRUNCATED_LATE) {
			usleep(1200000);
			/* Asked twice on one connection, it hangs up. */
			if (recv(fd, query, sizeof(query), MSG_DONTWAIT) > 0)
				what = TRUNCATED_CLOSED;
		}
		if (what == TRUNCATED_LARGE) {
			static char rest[DNS_MESSAGE_MAX];
			k.p[7] = 2;
			size_t room = DNS_MESSAGE_MAX - k.n - 12;
			packet_record(&k, QUESTION_NAME, 16, rest, room);
		}
		if (what != TRUNCATED_CLOSED)
			send_pieces(fd, &k, what == TRUNCATED_CUT ? k.n - 4 : k.n);
	}
	close(fd);
}

static void
serve(void)
{
	alarm(60);
	for (;;) {
		struct pollfd fds[2 * SERVERS];
		for (size_t i = 0; i < SERVERS; i++) {
			fds[i] = (struct pollfd){ udp[i], POLLIN, 0 };
			fds[SERVERS + i] = (struct pollfd){ tcp[i], POLLIN, 0 };
		}
		poll(fds, 2 * SERVERS, -1);
		for (size_t i = 0; i < SERVERS; i++) {
			if (fds[i].revents != 0)
				serve_udp(i);
			if (fds[SERVERS + i].revents != 0)
				serve_tcp(i);
		}
	}
}

static void
start(unsigned count)
{
	conf.server_count = count;
	server = fork();
	assert_true(server >= 0);
	if (server == 0)
		serve();
}

static enum dns_outcome
ask_within(int milliseconds)
{
	int next = dup(0);
	close(next);
	enum dns_outcome outcome =
		nameserver_ask(&ask, &conf, SPAN(NAME), clock_now() + milliseconds, found);
	/* No descriptor stays open. */
	int after = dup(0);
	close(after);
	assert_int_equal(after, next);
	return outcome;
}

/* The last byte of the only address of a family; 0: it has none. */
static unsigned
address(enum ip_family family)
{
	assert_in_range(found[family].count, 0, 1);
	return found[family].count == 0 ? 0 : found[family].at[0].byte[15];
}

static void
both(size_t i, enum deed what)
{
	deed[i][IP_V4] = what;
	deed[i][IP_V6] = what;
}

static void
test_both_families(void **state)
{
	(void)state;
	both(0, ADDRESS);
	start(1);
	assert_int_equal(ask_within(10000), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(address(IP_V6), 1);
	assert_int_equal(found[IP_V6].at[0].byte[0], 0x20);
	assert_int_equal(seen->queries, 2);
	assert_int_not_equal(seen->port[0], seen->port[1]);
	assert_int_not_equal(seen->id[0], seen->id[1]);
}

/* What one server says of both families; the answer comes without any time-out. */
static void
test_outcomes(void **state)
{
	(void)state;
	static const struct {
		enum deed four;
		enum deed six;
		enum dns_outcome outcome;
		unsigned found_four;
		unsigned found_six;
	} row[] = {
		{ ADDRESS, NO_ADDRESS, DNS_FOUND, 1, 0 },
		{ NO_ADDRESS, ADDRESS, DNS_FOUND, 0, 1 },
		{ ADDRESS, SERVFAIL, DNS_FOUND, 1, 0 },
		{ SERVFAIL, ADDRESS, DNS_FOUND, 0, 1 },
		{ ADDRESS, NO_NAME, DNS_FOUND, 1, 0 },
		{ NO_ADDRESS, NO_ADDRESS, DNS_NO_DATA, 0, 0 },
		{ NO_NAME, NO_NAME, DNS_NO_NAME, 0, 0 },
		{ SERVFAIL, NO_NAME, DNS_NO_NAME, 0, 0 },
		{ NO_ADDRESS, SERVFAIL, DNS_FAILED, 0, 0 },
		{ SERVFAIL, SERVFAIL, DNS_FAILED, 0, 0 },
		{ WRONG_ID, WRONG_SOURCE, DNS_FOUND, 1, 1 },
		{ TRUNCATED, ADDRESS, DNS_FOUND, 1, 1 },
		{ TRUNCATED, TRUNCATED, DNS_FOUND, 1, 1 },
		{ TRUNCATED_LARGE, TRUNCATED_LARGE, DNS_FOUND, 1, 1 },
		{ TRUNCATED_CLOSED, TRUNCATED_CLOSED, DNS_FAILED, 0, 0 },
		{ TRUNCATED_CUT, TRUNCATED_AGAIN, DNS_FAILED, 0, 0 },
		{ TRUNCATED_OTHER, TRUNCATED_OTHER, DNS_FAILED, 0, 0 },
	};
	conf.option[RESOLVCONF_TIMEOUT] = LONG_S;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		print_message("row %zu\n", i);
		deed[0][IP_V4] = row[i].four;
		deed[0][IP_V6] = row[i].six;
		memset(found, 0, sizeof(found));
		start(1);
		clock_ms begin = clock_now();
		assert_int_equal(ask_within(2 * LONG_S * 1000), row[i].outcome);
		assert_int_equal(address(IP_V4), row[i].found_four);
		assert_int_equal(address(IP_V6), row[i].found_six);
		assert_true(clock_now() - begin < LONG_S * 1000);
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	server = 0;
}

/* One that works is enough, wherever it stands. */
static void
test_three_servers(void **state)
{
	(void)state;
	static const enum deed others[] = { SILENT, SERVFAIL, GARBAGE, TRUNCATED_CLOSED };
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		for (size_t good = 0; good < SERVERS; good++) {
			for (size_t k = 0; k < SERVERS; k++)
				both(k, k == good ? ADDRESS : others[i]);
			memset(found, 0, sizeof(found));
			start(SERVERS);
			assert_int_equal(ask_within(10000), DNS_FOUND);
			assert_int_equal(address(IP_V4), good + 1);
			assert_int_equal(address(IP_V6), good + 1);
			kill(server, SIGKILL);
			waitpid(server, NULL, 0);
		}
	}
	server = 0;
}

static void
test_no_server_there(void **state)
{
	(void)state;
	close_pairs(SERVERS);
	conf.server_count = SERVERS;
	conf.option[RESOLVCONF_TIMEOUT] = LONG_S;
	clock_ms begin = clock_now();
	assert_int_equal(ask_within(2 * LONG_S * 1000), DNS_FAILED);
	assert_true(clock_now() - begin < LONG_S * 1000);
}

static void
test_silence_ends_at_the_deadline(void **state)
{
	(void)state;
	start(SERVERS);
	clock_ms begin = clock_now();
	assert_int_equal(ask_within(300), DNS_SILENT);
	assert_true(clock_now() - begin >= 300);
	/* One query to each server for each family. */
	assert_int_equal(seen->queries, SERVERS * IP_FAMILIES);
	assert_int_equal(ask_within(0), DNS_SILENT);
}

static void
test_attempts(void **state)
{
	(void)state;
	start(1);
	clock_ms begin = clock_now();
	assert_int_equal(ask_within(2 * LONG_S * 1000), DNS_SILENT);
	assert_in_range(clock_now() - begin, 2000, LONG_S * 1000);
	assert_int_equal(seen->asked[0][IP_V4], 2);
	assert_int_equal(seen->asked[0][IP_V6], 2);
}

static void
test_lost_query(void **state)
{
	(void)state;
	both(0, SECOND_TIME);
	start(1);
	assert_int_equal(ask_within(10000), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(address(IP_V6), 1);
	assert_int_equal(seen->asked[0][IP_V4], 2);
	/* The same question, from the same port. */
	for (size_t i = 2; i < 4; i++)
		assert_true(seen->port[i] == seen->port[0] || seen->port[i] == seen->port[1]);
}

/* A second attempt asks for what has no answer or a refusal, and for nothing else. */
static void
test_second_attempt(void **state)
{
	(void)state;
	deed[0][IP_V4] = ADDRESS;
	deed[0][IP_V6] = SECOND_TIME;
	start(1);
	assert_int_equal(ask_within(10000), DNS_FOUND);
	assert_int_equal(address(IP_V6), 1);
	assert_int_equal(seen->asked[0][IP_V4], 1);
	assert_int_equal(seen->asked[0][IP_V6], 2);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);

	memset(seen, 0, sizeof(*seen));
	deed[0][IP_V4] = SERVFAIL;
	start(1);
	assert_int_equal(ask_within(10000), DNS_FOUND);
	assert_int_equal(seen->asked[0][IP_V4], 2);
}

/* A connection that is under way is not begun anew. */
static void
test_connection_outlives_the_attempt(void **state)
{
	(void)state;
	deed[0][IP_V4] = TRUNCATED_LATE;
	deed[0][IP_V6] = NO_ADDRESS;
	start(1);
	assert_int_equal(ask_within(10000), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(seen->asked[0][IP_V4], 1);
	assert_int_equal(seen->over_tcp, 1);
}

static void
test_truncated_without_tcp(void **state)
{
	(void)state;
	both(0, TRUNCATED);
	close(tcp[0]);
	tcp[0] = -1;
	start(1);
	assert_int_equal(ask_within(10000), DNS_FAILED);
}

/* To a broadcast address the kernel lets nobody connect (ip(7)); the next server is asked still. */
static void
test_unreachable_server(void **state)
{
	(void)state;
	both(1, ADDRESS);
	assert_true(ip_parse(SPAN("255.255.255.255"), &conf.server[0]));
	start(2);
	assert_int_equal(ask_within(10000), DNS_FOUND);
	assert_int_equal(address(IP_V4), 2);
}

/* Nothing is asked with an id that can be guessed (RFC 5452 section 9.2). */
static void
test_no_randomness(void **state)
{
	(void)state;
	both(0, ADDRESS);
	start(1);
	is_random = false;
	enum dns_outcome outcome = ask_within(10000);
	is_random = true;
	assert_int_equal(outcome, DNS_FAILED);
	assert_int_equal(seen->queries, 0);
}

/* A server that drops one family's queries delays the start by two seconds, not by its time-out. */
static void
test_one_family_is_dropped(void **state)
{
	(void)state;
	conf.option[RESOLVCONF_TIMEOUT] = LONG_S;
	deed[0][IP_V4] = ADDRESS;
	start(1);
	clock_ms begin = clock_now();
	assert_int_equal(ask_within(4 * LONG_S * 1000), DNS_FOUND);
	assert_in_range(clock_now() - begin, 2000, LONG_S * 1000);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(address(IP_V6), 0);
}

/* The deadline ends the wait, but what is there counts. */
static void
test_found_at_the_deadline(void **state)
{
	(void)state;
	deed[0][IP_V6] = ADDRESS;
	start(1);
	assert_int_equal(ask_within(300), DNS_FOUND);
	assert_int_equal(address(IP_V6), 1);
}

static void
test_impossible_name(void **state)
{
	(void)state;
	start(1);
	assert_int_equal(
		nameserver_ask(&ask, &conf, SPAN("a..b"), CLOCK_NEVER, found), DNS_NO_NAME);
	assert_int_equal(nameserver_ask(&ask, &conf, SPAN("."), CLOCK_NEVER, found), DNS_NO_NAME);
	assert_int_equal(seen->queries, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_both_families),
		TEST(test_outcomes),
		TEST(test_three_servers),
		TEST(test_no_server_there),
		TEST(test_silence_ends_at_the_deadline),
		TEST(test_attempts),
		TEST(test_lost_query),
		TEST(test_second_attempt),
		TEST(test_connection_outlives_the_attempt),
		TEST(test_truncated_without_tcp),
		TEST(test_unreachable_server),
		TEST(test_no_randomness),
		TEST(test_one_family_is_dropped),
		TEST(test_found_at_the_deadline),
		TEST(test_impossible_name),
	};
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return seen == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
