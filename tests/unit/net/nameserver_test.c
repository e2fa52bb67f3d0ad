#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/nameserver.h"
#include "unit/net/packet.h"

/*
 * Name servers on 127.0.0.1, 127.0.0.2 and 127.0.0.3, each on one port of UDP and TCP, played by
 * the test itself while the code under test waits: what they do with a query is in a table. The
 * clock
 * moves only when nobody has anything to say.
 */

#define NAME "www.example.com"

enum deed {
	SILENT,
	ADDRESS, /* 192.0.2.SERVER or 2001:db8::SERVER */
	NO_ADDRESS,
	NO_NAME,
	SERVFAIL,
	REFUSED,
	GARBAGE,
	WRONG_ID, /* then the right one, with an address */
	WRONG_SOURCE, /* another socket says 127.6.6.6; then the right one, with an address */
	SECOND_TIME, /* an address when it is asked again */
	LATE, /* an address after seven seconds, however often it is asked */
	LATE_SERVFAIL,
	TRUNCATED, /* over TCP an address */
	TRUNCATED_LARGE, /* over TCP 65,535 bytes, in pieces */
	TRUNCATED_CLOSED, /* over TCP nothing */
	TRUNCATED_CUT, /* over TCP half a response */
	TRUNCATED_AGAIN, /* over TCP too */
	TRUNCATED_OTHER, /* over TCP the response to another question */
	TRUNCATED_LATE, /* over TCP an address, when the first attempt is over */
};

#define SERVERS RESOLVCONF_SERVERS_MAX
#define LATE_MS 7000
#define CONNECTIONS_MAX 8

/* A response that waits for its time. */
struct late {
	clock_ms at; /* 0: none */
	struct sockaddr_in to;
	char query[512];
	size_t n;
};

/* What is sent over TCP, a piece each time that we are asked to serve. */
struct connection {
	int fd;
	clock_ms at;
	size_t sent;
	size_t end;
	char bytes[DNS_LENGTH_SIZE + DNS_MESSAGE_MAX];
};

static struct nameserver_ask ask;
static struct resolvconf conf;
static struct ip_list found[IP_FAMILIES];
static int udp[SERVERS];
static int tcp[SERVERS];
static enum deed deed[SERVERS][IP_FAMILIES];
static struct late late[SERVERS][IP_FAMILIES];
static struct connection connection[CONNECTIONS_MAX];
static clock_ms time_now;
static int wait_failure;

static struct {
	unsigned asked[SERVERS][IP_FAMILIES];
	clock_ms first[SERVERS]; /* when it was first asked */
	unsigned over_tcp;
	uint16_t port[64];
	uint16_t id[64];
	unsigned queries;
} seen;

static bool is_random = true;

/* In place of the C library's. */
ssize_t
getrandom(void *buffer, size_t length, unsigned flags)
{
	return is_random ? syscall(SYS_getrandom, buffer, length, flags) : -1;
}

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
	const int large = 4 * DNS_MESSAGE_MAX;
	const struct sockaddr_in at = address_of(i, port);
	udp[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	tcp[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setsockopt(tcp[i], SOL_SOCKET, SO_SNDBUF, &large, sizeof(large));
	/* A connection is there when its query is: nobody would send it while we wait for it. */
	setsockopt(tcp[i], IPPROTO_TCP, TCP_DEFER_ACCEPT, &large, sizeof(large));
	return bind(udp[i], (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	       bind(tcp[i], (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	       listen(tcp[i], 8) == 0;
}

static void
close_pair(size_t i)
{
	if (udp[i] >= 0)
		close(udp[i]);
	if (tcp[i] >= 0)
		close(tcp[i]);
	udp[i] = -1;
	tcp[i] = -1;
}

static void
close_connections(void)
{
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		if (connection[i].fd > 0)
			close(connection[i].fd);
		connection[i].fd = 0;
	}
}

/* All pairs on one port; false when somebody has it somewhere. */
static bool
open_pairs(uint16_t port)
{
	for (size_t i = 0; i < SERVERS; i++) {
		if (!open_pair(i, port)) {
			for (size_t k = 0; k <= i; k++)
				close_pair(k);
			return false;
		}
	}
	return true;
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
		[REFUSED] = FLAGS_ANSWER | CODE_REFUSED,
		[TRUNCATED] = FLAGS_TRUNCATED,
	};
	packet_begin(k, query, n, flags[what], what == ADDRESS);
	if (what == ADDRESS)
		put_address(k, family_of(query, n), i + 1);
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

/* What is said at once of a deed; false: nothing. */
static bool
is_said_now(enum deed *what, unsigned times)
{
	if (*what == SILENT || *what == LATE || *what == LATE_SERVFAIL ||
		(*what == SECOND_TIME && times < 2))
		return false;
	if (*what >= TRUNCATED)
		*what = TRUNCATED;
	else if (*what >= WRONG_ID)
		*what = ADDRESS;
	return true;
}

static bool
serve_udp(size_t i)
{
	static struct packet k;
	char query[512];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t got = recvfrom(udp[i], query, sizeof(query), 0, (struct sockaddr *)&from, &size);
	size_t n = (size_t)got;
	if (got < 12)
		return false;
	enum ip_family family = family_of(query, n);
	enum deed what = deed[i][family];
	unsigned times = ++seen.asked[i][family];
	if (seen.first[i] == 0)
		seen.first[i] = time_now;
	if (seen.queries < 64) {
		seen.port[seen.queries] = from.sin_port;
		memcpy(&seen.id[seen.queries++], query, 2);
	}
	if ((what == LATE || what == LATE_SERVFAIL) && late[i][family].at == 0) {
		late[i][family] = (struct late){ .at = time_now + LATE_MS, .to = from, .n = n };
		memcpy(late[i][family].query, query, n);
	}
	if (what == GARBAGE) {
		memset(query + 2, 0xff, sizeof(query) - 2);
		(void)!sendto(udp[i], query, 42, 0, (struct sockaddr *)&from, size);
		return true;
	}
	if (what == WRONG_ID || what == WRONG_SOURCE) {
		answer(&k, query, n, ADDRESS, i);
		lie(&k, what, &from);
	}
	if (is_said_now(&what, times)) {
		answer(&k, query, n, what, i);
		reply(i, &k, &from);
	}
	return true;
}

static void
put_connection(int fd, enum deed what, const struct packet *k)
{
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *c = &connection[i];
		if (c->fd > 0)
			continue;
		c->fd = fd;
		c->at = what == TRUNCATED_LATE ? time_now + 6000 : time_now;
		c->sent = 0;
		c->end = DNS_LENGTH_SIZE + k->n - (what == TRUNCATED_CUT ? 4 : 0);
		if (what == TRUNCATED_CLOSED)
			c->end = 0;
		c->bytes[0] = (char)(k->n >> 8);
		c->bytes[1] = (char)k->n;
		memcpy(c->bytes + DNS_LENGTH_SIZE, k->p, k->n);
		return;
	}
	fail_msg("too many connections");
}

static bool
serve_tcp(size_t i)
{
	static struct packet k;
	static const char rest[DNS_MESSAGE_MAX];
	char query[512];
	int fd = accept(tcp[i], NULL, NULL);
	if (fd < 0)
		return false;
	ssize_t got = read(fd, query, sizeof(query));
	size_t n = (size_t)got - 2;
	seen.over_tcp++;
	if (got <= 14 || query[0] != 0 || (size_t)query[1] != n)
		fail_msg("a bad query over TCP");
	enum deed what = deed[i][family_of(query, (size_t)got)];
	answer(&k, query + 2, n, what == TRUNCATED_AGAIN ? TRUNCATED : ADDRESS, i);
	if (what == TRUNCATED_OTHER)
		k.p[0] = (char)~k.p[0];
	if (what == TRUNCATED_LARGE) {
		k.p[7] = 2;
		packet_record(&k, QUESTION_NAME, 16, rest, DNS_MESSAGE_MAX - k.n - 12);
	}
	put_connection(fd, what, &k);
	return true;
}

/* The two bytes of the length one after the other, then larger pieces. */
static bool
serve_connection(struct connection *c)
{
	if (c->fd <= 0 || c->at > time_now)
		return false;
	size_t most = c->sent < 2 ? 1 : 30000;
	size_t n = c->end - c->sent < most ? c->end - c->sent : most;
	(void)!write(c->fd, c->bytes + c->sent, n);
	c->sent += n;
	if (c->sent < c->end)
		return true;
	close(c->fd);
	c->fd = 0;
	return true;
}

static bool
serve_late(size_t i, enum ip_family family)
{
	static struct packet k;
	struct late *l = &late[i][family];
	if (l->at == 0 || l->at > time_now)
		return false;
	answer(&k, l->query, l->n, deed[i][family] == LATE ? ADDRESS : SERVFAIL, i);
	reply(i, &k, &l->to);
	l->at = 0;
	return true;
}

/* Whether anybody did anything. */
static bool
serve(void)
{
	bool did = false;
	for (size_t i = 0; i < SERVERS; i++) {
		did = serve_udp(i) || did;
		did = serve_tcp(i) || did;
		did = serve_late(i, IP_V4) || did;
		did = serve_late(i, IP_V6) || did;
	}
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		did = serve_connection(&connection[i]) || did;
	return did;
}

static clock_ms
now(void)
{
	return time_now;
}

/* When somebody has something to say at last. */
static clock_ms
next_event(clock_ms end)
{
	for (size_t i = 0; i < SERVERS * IP_FAMILIES; i++) {
		const struct late *l = &late[i / IP_FAMILIES][i % IP_FAMILIES];
		if (l->at > time_now && l->at < end)
			end = l->at;
	}
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (connection[i].fd > 0 && connection[i].at > time_now && connection[i].at < end)
			end = connection[i].at;
	return end;
}

static int
wait_for(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	if (wait_failure != 0) {
		errno = wait_failure;
		return -1;
	}
	assert_true(timeout_ms >= 0);
	const clock_ms end = time_now + timeout_ms;
	for (;;) {
		bool did = serve();
		/* Loopback delivers at once, but on a busy machine at once takes a moment. */
		int ready = poll(fds, count, did ? 20 : 2);
		if (ready > 0)
			return ready;
		if (did)
			continue;
		if (time_now == end)
			return 0;
		time_now = next_event(end);
	}
}

static const struct nameserver_time own_time = { now, wait_for };

static unsigned
no_interface(const char *name)
{
	(void)name;
	return 0;
}

static void
forget(void)
{
	close_connections();
	memset(late, 0, sizeof(late));
	memset(found, 0, sizeof(found));
	memset(&seen, 0, sizeof(seen));
}

static int
enter(void **state)
{
	(void)state;
	uint16_t port = 20000;
	while (!open_pairs(port) && port < 30000)
		port++;
	resolvconf_parse(SPAN("nameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3\n"),
		no_interface, &conf);
	conf.port = port;
	conf.server_count = 1;
	memset(deed, 0, sizeof(deed));
	forget();
	time_now = 1000;
	ask.conf = &conf;
	ask.time = &own_time;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	for (size_t i = 0; i < SERVERS; i++)
		close_pair(i);
	close_connections();
	return 0;
}

static enum dns_outcome
ask_within(int milliseconds)
{
	int next = dup(0);
	close(next);
	ask.deadline = time_now + milliseconds;
	enum dns_outcome outcome = nameserver_ask(&ask, SPAN(NAME), found);
	/* No descriptor stays open. */
	close_connections();
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

#define MINUTE 60000

static void
test_both_families(void **state)
{
	(void)state;
	both(0, ADDRESS);
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(address(IP_V6), 1);
	assert_int_equal(found[IP_V6].at[0].byte[0], 0x20);
	assert_int_equal(seen.queries, 2);
	assert_int_not_equal(seen.port[0], seen.port[1]);
	assert_int_not_equal(seen.id[0], seen.id[1]);
}

/* What one server says of both families; the response comes without any time-out. */
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
		{ REFUSED, REFUSED, DNS_FAILED, 0, 0 },
		{ WRONG_ID, WRONG_SOURCE, DNS_FOUND, 1, 1 },
		{ TRUNCATED, ADDRESS, DNS_FOUND, 1, 1 },
		{ TRUNCATED, TRUNCATED, DNS_FOUND, 1, 1 },
		{ TRUNCATED_LARGE, TRUNCATED_LARGE, DNS_FOUND, 1, 1 },
		{ TRUNCATED_CLOSED, TRUNCATED_CLOSED, DNS_FAILED, 0, 0 },
		{ TRUNCATED_CUT, TRUNCATED_AGAIN, DNS_FAILED, 0, 0 },
		{ TRUNCATED_OTHER, TRUNCATED_OTHER, DNS_FAILED, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		print_message("row %zu\n", i);
		deed[0][IP_V4] = row[i].four;
		deed[0][IP_V6] = row[i].six;
		forget();
		clock_ms begin = time_now;
		assert_int_equal(ask_within(MINUTE), row[i].outcome);
		assert_int_equal(address(IP_V4), row[i].found_four);
		assert_int_equal(address(IP_V6), row[i].found_six);
		assert_int_equal(time_now, begin);
	}
}

/* One that works is enough, wherever it stands. */
static void
test_three_servers(void **state)
{
	(void)state;
	static const enum deed others[] = { SILENT, SERVFAIL, REFUSED, GARBAGE, TRUNCATED_CLOSED };
	conf.server_count = SERVERS;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		for (size_t good = 0; good < SERVERS; good++) {
			for (size_t k = 0; k < SERVERS; k++)
				both(k, k == good ? ADDRESS : others[i]);
			forget();
			assert_int_equal(ask_within(MINUTE), DNS_FOUND);
			assert_int_equal(address(IP_V4), good + 1);
			assert_int_equal(address(IP_V6), good + 1);
		}
	}
}

/* What one server knows, no other one is asked: an internal name must not be asked outside. */
static void
test_order(void **state)
{
	(void)state;
	static const enum deed deeds[] = { ADDRESS, NO_ADDRESS, NO_NAME, TRUNCATED };
	static const enum dns_outcome outcomes[] = { DNS_FOUND, DNS_NO_DATA, DNS_NO_NAME,
		DNS_FOUND };
	conf.server_count = SERVERS;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++) {
		both(0, deeds[i]);
		both(1, NO_NAME);
		both(2, ADDRESS);
		forget();
		assert_int_equal(ask_within(MINUTE), outcomes[i]);
		assert_int_equal(seen.asked[1][IP_V4] + seen.asked[2][IP_V4], 0);
		assert_int_equal(seen.asked[1][IP_V6] + seen.asked[2][IP_V6], 0);
		if (outcomes[i] == DNS_FOUND)
			assert_int_equal(address(IP_V4), 1);
	}
}

/* The next one has its turn at once after a failure, after silence when the time-out is over. */
static void
test_turns(void **state)
{
	(void)state;
	conf.server_count = SERVERS;
	conf.option[RESOLVCONF_TIMEOUT] = 3;
	both(0, SILENT);
	both(1, SERVFAIL);
	both(2, ADDRESS);
	clock_ms begin = time_now;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(seen.first[0], begin);
	assert_int_equal(seen.first[1], begin + 3000);
	assert_int_equal(seen.first[2], begin + 3000);
	assert_int_equal(time_now, begin + 3000);
	assert_int_equal(seen.asked[0][IP_V4], 1);
}

/* A family that one server fails at is asked of the next one, the other family is not. */
static void
test_families_have_turns_of_their_own(void **state)
{
	(void)state;
	conf.server_count = 2;
	deed[0][IP_V4] = ADDRESS;
	deed[0][IP_V6] = SERVFAIL;
	both(1, ADDRESS);
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(address(IP_V6), 2);
	assert_int_equal(seen.asked[1][IP_V4], 0);
}

/* The first server comes seven seconds late, when the second one has been asked. */
static void
test_late_response_wins(void **state)
{
	(void)state;
	conf.server_count = 2;
	both(0, LATE);
	both(1, SILENT);
	clock_ms begin = time_now;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(time_now, begin + LATE_MS);
	assert_int_equal(seen.asked[1][IP_V4], 1);
}

/* A late failure of the first server ends nobody else's turn. */
static void
test_late_failure(void **state)
{
	(void)state;
	conf.server_count = 2;
	conf.option[RESOLVCONF_ATTEMPTS] = 1;
	both(0, LATE_SERVFAIL);
	both(1, SILENT);
	clock_ms begin = time_now;
	assert_int_equal(ask_within(MINUTE), DNS_FAILED);
	assert_int_equal(time_now, begin + 10000);
}

static void
test_no_server_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < SERVERS; i++)
		close_pair(i);
	conf.server_count = SERVERS;
	clock_ms begin = time_now;
	assert_int_equal(ask_within(MINUTE), DNS_FAILED);
	assert_int_equal(time_now, begin);
}

static void
test_silence_ends_at_the_deadline(void **state)
{
	(void)state;
	conf.server_count = SERVERS;
	clock_ms begin = time_now;
	assert_int_equal(ask_within(300), DNS_SILENT);
	assert_int_equal(time_now, begin + 300);
	/* One query to the first server for each family. */
	assert_int_equal(seen.queries, IP_FAMILIES);
	assert_int_equal(ask_within(0), DNS_SILENT);
	assert_int_equal(seen.queries, IP_FAMILIES);
}

static void
test_attempts(void **state)
{
	(void)state;
	static const struct {
		unsigned servers;
		uint8_t attempts;
		uint8_t timeout;
	} row[] = { { 1, 2, 5 }, { 3, 2, 5 }, { 2, 1, 1 }, { 3, 4, 2 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		conf.server_count = row[i].servers;
		conf.option[RESOLVCONF_ATTEMPTS] = row[i].attempts;
		conf.option[RESOLVCONF_TIMEOUT] = row[i].timeout;
		forget();
		clock_ms begin = time_now;
		assert_int_equal(ask_within(MINUTE), DNS_SILENT);
		unsigned turns = row[i].servers * row[i].attempts;
		assert_int_equal(time_now - begin, 1000 * turns * row[i].timeout);
		for (size_t k = 0; k < SERVERS; k++) {
			unsigned times = k < row[i].servers ? row[i].attempts : 0;
			assert_int_equal(seen.asked[k][IP_V4], times);
			assert_int_equal(seen.asked[k][IP_V6], times);
		}
	}
}

static void
test_lost_query(void **state)
{
	(void)state;
	both(0, SECOND_TIME);
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(address(IP_V6), 1);
	assert_int_equal(seen.asked[0][IP_V4], 2);
	/* The same question, from the same port. */
	for (size_t i = 2; i < 4; i++)
		assert_true(seen.port[i] == seen.port[0] || seen.port[i] == seen.port[1]);
}

/* A second attempt asks for what has no response or a refusal, and for nothing else. */
static void
test_second_attempt(void **state)
{
	(void)state;
	deed[0][IP_V4] = NO_ADDRESS;
	deed[0][IP_V6] = SECOND_TIME;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V6), 1);
	assert_int_equal(seen.asked[0][IP_V4], 1);
	assert_int_equal(seen.asked[0][IP_V6], 2);

	forget();
	deed[0][IP_V4] = SERVFAIL;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(seen.asked[0][IP_V4], 2);
}

/* A connection that is under way is not begun anew. */
static void
test_connection_outlives_the_attempt(void **state)
{
	(void)state;
	deed[0][IP_V4] = TRUNCATED_LATE;
	deed[0][IP_V6] = NO_ADDRESS;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V4), 1);
	assert_int_equal(seen.asked[0][IP_V4], 1);
	assert_int_equal(seen.over_tcp, 1);
}

static void
test_truncated_without_tcp(void **state)
{
	(void)state;
	both(0, TRUNCATED);
	close(tcp[0]);
	tcp[0] = -1;
	assert_int_equal(ask_within(MINUTE), DNS_FAILED);
}

/* To a broadcast address the kernel lets nobody connect (ip(7)); the next server is asked still. */
static void
test_unreachable_server(void **state)
{
	(void)state;
	both(1, ADDRESS);
	conf.server_count = 2;
	assert_true(ip_parse(SPAN("255.255.255.255"), &conf.server[0].ip));
	clock_ms begin = time_now;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V4), 2);
	assert_int_equal(time_now, begin);
}

/* Nothing is asked with an id that can be guessed (RFC 5452 section 9.2). */
static void
test_no_randomness(void **state)
{
	(void)state;
	both(0, ADDRESS);
	is_random = false;
	enum dns_outcome outcome = ask_within(MINUTE);
	is_random = true;
	assert_int_equal(outcome, DNS_FAILED);
	assert_int_equal(seen.queries, 0);
}

/* A server that drops one family's queries delays the start by two seconds, not by its time-out. */
static void
test_one_family_is_dropped(void **state)
{
	(void)state;
	static const enum deed others[] = { ADDRESS, NO_NAME };
	static const enum dns_outcome outcomes[] = { DNS_FOUND, DNS_NO_NAME };
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		forget();
		deed[0][IP_V4] = others[i];
		clock_ms begin = time_now;
		assert_int_equal(ask_within(MINUTE), outcomes[i]);
		assert_int_equal(time_now, begin + 2000);
		assert_int_equal(address(IP_V6), 0);
	}
}

/* A name without addresses of one family may have some of the other: that is worth the wait. */
static void
test_no_address_of_one_family(void **state)
{
	(void)state;
	deed[0][IP_V4] = NO_ADDRESS;
	deed[0][IP_V6] = LATE;
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(address(IP_V6), 1);
}

/* The deadline ends the wait, but what is there counts. */
static void
test_found_at_the_deadline(void **state)
{
	(void)state;
	deed[0][IP_V6] = ADDRESS;
	assert_int_equal(ask_within(300), DNS_FOUND);
	assert_int_equal(address(IP_V6), 1);
}

static void
test_impossible_name(void **state)
{
	(void)state;
	ask.deadline = CLOCK_NEVER;
	assert_int_equal(nameserver_ask(&ask, SPAN("a..b"), found), DNS_NO_NAME);
	assert_int_equal(nameserver_ask(&ask, SPAN("."), found), DNS_NO_NAME);
	assert_int_equal(seen.queries, 0);
}

/* A signal that is to stop us, or a wait that is refused, ends it at once. */
static void
test_no_waiting(void **state)
{
	(void)state;
	static const int reasons[] = { EINTR, EPERM };
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		wait_failure = reasons[i];
		clock_ms begin = time_now;
		assert_int_equal(ask_within(MINUTE), DNS_SILENT);
		wait_failure = 0;
		assert_int_equal(ask.wait_error, reasons[i]);
		assert_int_equal(time_now, begin);
	}
	both(0, ADDRESS);
	assert_int_equal(ask_within(MINUTE), DNS_FOUND);
	assert_int_equal(ask.wait_error, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_both_families),
		TEST(test_outcomes),
		TEST(test_three_servers),
		TEST(test_order),
		TEST(test_turns),
		TEST(test_families_have_turns_of_their_own),
		TEST(test_late_response_wins),
		TEST(test_late_failure),
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
		TEST(test_no_address_of_one_family),
		TEST(test_found_at_the_deadline),
		TEST(test_impossible_name),
		TEST(test_no_waiting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
