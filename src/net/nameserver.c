#include "net/nameserver.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "net/dial.h"

/* How long to wait for the other family if one has addresses or the name does not exist. */
#define PATIENCE_MS 2000

#define SERVERS RESOLVCONF_SERVERS_MAX
#define CHANNELS (IP_FAMILIES * SERVERS)

static void
close_channel(struct nameserver_channel *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void
close_family(struct nameserver_family *f)
{
	for (size_t i = 0; i < SERVERS; i++)
		close_channel(&f->channel[i]);
}

static const struct resolvconf_server *
server_of(const struct nameserver_ask *a, const struct nameserver_channel *c)
{
	const struct nameserver_family *f = &a->family[c->query.family];
	return &a->conf->server[c - f->channel];
}

/* Begins to ask the server. False when it cannot be reached. */
static bool
open_channel(const struct nameserver_ask *a, struct nameserver_channel *c, bool is_tcp)
{
	struct sockaddr_storage to;
	socklen_t size = resolvconf_sockaddr(server_of(a, c), a->conf->port, &to);
	int type = is_tcp ? SOCK_STREAM : SOCK_DGRAM;
	close_channel(c);
	c->is_tcp = is_tcp;
	c->sent = is_tcp ? 0 : DNS_LENGTH_SIZE;
	c->received = 0;
	c->fd = dial_socket(to.ss_family, type);
	if (c->fd >= 0 &&
		(connect(c->fd, (const struct sockaddr *)&to, size) == 0 || errno == EINPROGRESS))
		return true;
	close_channel(c);
	return false;
}

/* Asks the server, or asks it again. A connection that is under way goes on. */
static bool
begin_turn(const struct nameserver_ask *a, struct nameserver_channel *c)
{
	if (c->fd < 0)
		return open_channel(a, c, false);
	if (!c->is_tcp)
		c->sent = DNS_LENGTH_SIZE;
	return true;
}

/* Begins the turn of the next server that can be reached. */
static void
advance(const struct nameserver_ask *a, struct nameserver_family *f)
{
	const struct resolvconf *conf = a->conf;
	unsigned turns = conf->server_count * conf->option[RESOLVCONF_ATTEMPTS];
	while (f->turn < turns) {
		struct nameserver_channel *c = &f->channel[f->turn++ % conf->server_count];
		f->due = a->time->now() + (clock_ms)conf->option[RESOLVCONF_TIMEOUT] * 1000;
		if (begin_turn(a, c))
			return;
		f->outcome = DNS_FAILED;
	}
	f->is_over = true;
}

/* The server refused or cannot be reached. One whose turn has ended delays nothing. */
static void
fail(struct nameserver_ask *a, struct nameserver_channel *c)
{
	struct nameserver_family *f = &a->family[c->query.family];
	close_channel(c);
	f->outcome = DNS_FAILED;
	if (c == &f->channel[(f->turn - 1) % a->conf->server_count])
		advance(a, f);
}

/* This family needs no more responses. */
static void
settle(struct nameserver_ask *a, struct nameserver_family *f, enum dns_outcome outcome)
{
	f->outcome = outcome;
	f->is_over = true;
	close_family(f);
	clock_ms patience = a->time->now() + PATIENCE_MS;
	if (outcome != DNS_NO_DATA && patience < a->end)
		a->end = patience;
}

static void
read_response(struct nameserver_ask *a, struct nameserver_channel *c, struct span message)
{
	enum ip_family family = c->query.family;
	enum dns_outcome outcome = dns_read(&c->query, message, &a->found[family]);
	if (c->is_tcp && (outcome == DNS_SILENT || outcome == DNS_TRUNCATED))
		outcome = DNS_FAILED;
	if (outcome == DNS_FAILED || (outcome == DNS_TRUNCATED && !open_channel(a, c, true)))
		fail(a, c);
	else if (outcome != DNS_SILENT && outcome != DNS_TRUNCATED)
		settle(a, &a->family[family], outcome);
}

/* Reads a datagram, or what there is of a response over TCP. False: nothing more will come. */
static bool
receive(struct nameserver_ask *a, struct nameserver_channel *c)
{
	size_t begin = c->is_tcp ? c->received : DNS_LENGTH_SIZE;
	ssize_t n = recv(c->fd, c->response + begin, sizeof(c->response) - begin, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	size_t size = (size_t)n;
	if (c->is_tcp) {
		c->received += size;
		const unsigned char *length = (const unsigned char *)c->response;
		size = (size_t)length[0] << 8 | length[1];
		if (c->received < DNS_LENGTH_SIZE || c->received - DNS_LENGTH_SIZE < size)
			return n > 0;
	}
	read_response(a, c, (struct span){ c->response + DNS_LENGTH_SIZE, size });
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

static struct nameserver_channel *
channel_at(struct nameserver_ask *a, size_t i)
{
	return &a->family[i / SERVERS].channel[i % SERVERS];
}

/* Waits for the first event and handles it. False if poll failed. */
static bool
wait_and_move(struct nameserver_ask *a, int timeout_ms)
{
	struct pollfd fds[CHANNELS];
	for (size_t i = 0; i < CHANNELS; i++) {
		const struct nameserver_channel *c = channel_at(a, i);
		fds[i] = (struct pollfd){ c->fd, is_sending(c) ? POLLOUT : POLLIN, 0 };
	}
	int count = a->time->wait(fds, CHANNELS, timeout_ms);
	if (count < 0)
		a->wait_error = errno;
	for (size_t i = 0; count > 0 && i < CHANNELS; i++) {
		struct nameserver_channel *c = channel_at(a, i);
		/* The response of another server may have closed it. */
		if (fds[i].revents != 0 && c->fd >= 0 &&
			!(is_sending(c) ? transmit(c) : receive(a, c)))
			fail(a, c);
	}
	return count >= 0;
}

/* Until both families are settled, or the time has run out. */
static void
go_on(struct nameserver_ask *a)
{
	for (;;) {
		clock_ms now = a->time->now();
		clock_ms until = a->end;
		bool is_over = true;
		for (size_t i = 0; i < IP_FAMILIES; i++) {
			struct nameserver_family *f = &a->family[i];
			if (!f->is_over && now >= f->due && now < a->end)
				advance(a, f);
			is_over = is_over && f->is_over;
			if (!f->is_over && f->due < until)
				until = f->due;
		}
		if (is_over || now >= a->end || !wait_and_move(a, clock_until(until, now)))
			return;
	}
}

/* False: the name does not fit in a query. */
static bool
prepare(struct nameserver_ask *a, struct span name, const uint16_t id[CHANNELS])
{
	for (size_t i = 0; i < IP_FAMILIES; i++) {
		struct nameserver_family *f = &a->family[i];
		f->outcome = DNS_SILENT;
		f->is_over = false;
		f->turn = 0;
		f->due = 0; /* at once */
	}
	for (size_t i = 0; i < CHANNELS; i++) {
		struct nameserver_channel *c = channel_at(a, i);
		c->fd = -1;
		if (!dns_query_write(&c->query, name, (enum ip_family)(i / SERVERS), id[i]))
			return false;
	}
	return true;
}

enum dns_outcome
nameserver_ask(struct nameserver_ask *a, struct span name, struct ip_list found[IP_FAMILIES])
{
	uint16_t id[CHANNELS];
	a->found = found;
	a->end = a->deadline;
	a->wait_error = 0;
	if (getrandom(id, sizeof(id), 0) != sizeof(id))
		return DNS_FAILED;
	if (!prepare(a, name, id))
		return DNS_NO_NAME;
	go_on(a);
	for (size_t i = 0; i < IP_FAMILIES; i++)
		close_family(&a->family[i]);
	enum dns_outcome four = a->family[IP_V4].outcome;
	enum dns_outcome six = a->family[IP_V6].outcome;
	return four > six ? four : six;
}
