#include "net/nameserver.h"

#include <errno.h>
#include <poll.h>
#include <sys/random.h>
#include <unistd.h>

/* How long the other family is waited for when one has addresses. */
#define PATIENCE_MS 2000

#define CHANNELS NAMESERVER_CHANNELS

static void
close_channel(struct nameserver_channel *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* The server said no, or cannot be reached. */
static void
fail(struct nameserver_ask *a, struct nameserver_channel *c)
{
	close_channel(c);
	a->outcome[c->query.family] = DNS_FAILED;
}

/* Begins to ask the server. */
static void
open_channel(struct nameserver_ask *a, struct nameserver_channel *c, bool is_tcp)
{
	struct sockaddr_storage to;
	socklen_t size = ip_to_sockaddr(&a->conf->server[c->server], a->conf->port, &to);
	int type = is_tcp ? SOCK_STREAM : SOCK_DGRAM;
	close_channel(c);
	c->is_tcp = is_tcp;
	c->sent = is_tcp ? 0 : DNS_LENGTH_SIZE;
	c->received = 0;
	c->fd = socket(to.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0 ||
		(connect(c->fd, (const struct sockaddr *)&to, size) != 0 && errno != EINPROGRESS))
		fail(a, c);
}

static bool
is_settled(enum dns_outcome outcome)
{
	return outcome != DNS_SILENT && outcome != DNS_FAILED;
}

/* Nothing more is expected of anybody for this family. */
static void
settle(struct nameserver_ask *a, enum ip_family family, enum dns_outcome outcome)
{
	a->outcome[family] = outcome;
	for (size_t i = 0; i < CHANNELS; i++)
		if (a->channel[i].query.family == family)
			close_channel(&a->channel[i]);
	clock_ms patience = clock_now() + PATIENCE_MS;
	if (outcome == DNS_FOUND && patience < a->deadline)
		a->deadline = patience;
}

static void
hear(struct nameserver_ask *a, struct nameserver_channel *c, struct span message)
{
	enum ip_family family = c->query.family;
	enum dns_outcome outcome = dns_read(&c->query, message, &a->found[family]);
	if (c->is_tcp && (outcome == DNS_SILENT || outcome == DNS_TRUNCATED))
		outcome = DNS_FAILED;
	if (outcome == DNS_TRUNCATED)
		open_channel(a, c, true);
	else if (outcome == DNS_FAILED)
		fail(a, c);
	else if (outcome != DNS_SILENT)
		settle(a, family, outcome);
}

/* Reads a datagram, or what there is of an answer over TCP. False: nothing more will come. */
static bool
receive(struct nameserver_ask *a, struct nameserver_channel *c)
{
	size_t begin = c->is_tcp ? c->received : DNS_LENGTH_SIZE;
	ssize_t n = recv(c->fd, c->answer + begin, sizeof(c->answer) - begin, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	size_t size = (size_t)n;
	if (c->is_tcp) {
		c->received += size;
		const unsigned char *length = (const unsigned char *)c->answer;
		size = (size_t)length[0] << 8 | length[1];
		if (c->received < DNS_LENGTH_SIZE || c->received - DNS_LENGTH_SIZE < size)
			return n > 0;
	}
	hear(a, c, (struct span){ c->answer + DNS_LENGTH_SIZE, size });
	return true;
}

static bool
transmit(struct nameserver_channel *c)
{
	ssize_t n = send(c->fd, c->query.bytes + c->sent, c->query.n - c->sent, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->sent += (size_t)n;
	return true;
}

static bool
is_sending(const struct nameserver_channel *c)
{
	return c->sent < c->query.n;
}

/* Waits for the first thing that happens. */
static void
wait_and_move(struct nameserver_ask *a, int timeout_ms)
{
	struct pollfd fds[CHANNELS];
	for (size_t i = 0; i < CHANNELS; i++) {
		const struct nameserver_channel *c = &a->channel[i];
		fds[i] = (struct pollfd){ c->fd, is_sending(c) ? POLLOUT : POLLIN, 0 };
	}
	if (poll(fds, CHANNELS, timeout_ms) <= 0)
		return;
	for (size_t i = 0; i < CHANNELS; i++) {
		struct nameserver_channel *c = &a->channel[i];
		/* One that was closed by the answer of another has nothing to say any more. */
		if (fds[i].revents != 0 && c->fd >= 0 &&
			!(is_sending(c) ? transmit(c) : receive(a, c)))
			fail(a, c);
	}
}

static bool
is_open(const struct nameserver_ask *a)
{
	for (size_t i = 0; i < CHANNELS; i++)
		if (a->channel[i].fd >= 0)
			return true;
	return false;
}

/* Asks, or asks again, for what is not settled. Connections go on. */
static void
begin_attempt(struct nameserver_ask *a)
{
	for (size_t i = 0; i < CHANNELS; i++) {
		struct nameserver_channel *c = &a->channel[i];
		if (c->server >= a->conf->server_count || is_settled(a->outcome[c->query.family]))
			continue;
		if (c->fd < 0)
			open_channel(a, c, false);
		else if (!c->is_tcp)
			c->sent = DNS_LENGTH_SIZE;
	}
}

/* True when its time is over, but not all time, and answers are still missing. */
static bool
go_through_attempt(struct nameserver_ask *a)
{
	clock_ms end = clock_now() + (clock_ms)a->conf->option[RESOLVCONF_TIMEOUT] * 1000;
	begin_attempt(a);
	while (is_open(a)) {
		clock_ms now = clock_now();
		clock_ms until = end < a->deadline ? end : a->deadline;
		if (now >= until)
			return now < a->deadline;
		wait_and_move(a, clock_until(until, now));
	}
	return false;
}

/* False: no question can hold the name. */
static bool
prepare(struct nameserver_ask *a, struct span name, const uint16_t id[CHANNELS])
{
	for (size_t i = 0; i < CHANNELS; i++) {
		struct nameserver_channel *c = &a->channel[i];
		enum ip_family family = i % 2 == 0 ? IP_V4 : IP_V6;
		c->fd = -1;
		c->server = (uint8_t)(i / 2);
		if (!dns_query_write(&c->query, name, family, id[i]))
			return false;
	}
	return true;
}

enum dns_outcome
nameserver_ask(struct nameserver_ask *a, const struct resolvconf *conf, struct span name,
	clock_ms deadline, struct ip_list found[IP_FAMILIES])
{
	const enum dns_outcome *outcome = a->outcome;
	uint16_t id[CHANNELS];
	a->conf = conf;
	a->found = found;
	a->deadline = deadline;
	a->outcome[IP_V4] = DNS_SILENT;
	a->outcome[IP_V6] = DNS_SILENT;
	if (getrandom(id, sizeof(id), 0) != sizeof(id))
		return DNS_FAILED;
	if (!prepare(a, name, id))
		return DNS_NO_NAME;
	for (unsigned i = 0; i < conf->option[RESOLVCONF_ATTEMPTS]; i++)
		if (!go_through_attempt(a))
			break;
	for (size_t i = 0; i < CHANNELS; i++)
		close_channel(&a->channel[i]);
	return outcome[IP_V4] > outcome[IP_V6] ? outcome[IP_V4] : outcome[IP_V6];
}
