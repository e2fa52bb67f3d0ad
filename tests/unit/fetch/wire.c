#include "unit/fetch/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

#define VARIABLES_MAX 32

static void
must(bool ok)
{
	if (!ok)
		abort();
}

void
wire_open(struct wire *w)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(in);
	struct url u;
	struct err e = { 0 };
	memset(w, 0, sizeof(*w));
	w->connection = -1;
	w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(w->listener >= 0);
	must(bind(w->listener, (const struct sockaddr *)&in, size) == 0);
	must(listen(w->listener, 16) == 0);
	must(getsockname(w->listener, (struct sockaddr *)&in, &size) == 0);
	w->port = ntohs(in.sin_port);

	struct buf b = BUF(w->url);
	buf_printf(&b, "http://127.0.0.1:%u", w->port);
	must(url_parse(span_of(buf_str(&b)), &u, &e));
	w->terms.trust = trust_builtin();
	peer_init(&w->peer, &u, &w->terms);
	memcpy(&w->peer.addresses.at[0], &in, sizeof(in));
	w->peer.addresses.size[0] = sizeof(in);
	w->peer.addresses.count = 1;
}

void
wire_close(struct wire *w)
{
	wire_hang_up(w);
	close(w->listener);
}

void
wire_hang_up(struct wire *w)
{
	if (w->connection >= 0)
		close(w->connection);
	w->connection = -1;
}

/* Loopback delivers at once; the wait is for a loaded machine. */
static bool
has_come(int fd, int milliseconds)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, milliseconds) == 1;
}

bool
wire_accept(struct wire *w)
{
	if (!has_come(w->listener, 200))
		return false;
	wire_hang_up(w);
	w->connection = accept(w->listener, NULL, NULL);
	must(w->connection >= 0);
	w->accepted++;
	return true;
}

const char *
wire_hear(struct wire *w)
{
	if (!has_come(w->connection, 50))
		return "";
	ssize_t n = recv(w->connection, w->heard, sizeof(w->heard) - 1, 0);
	if (n <= 0)
		return NULL;
	w->heard[n] = '\0';
	return w->heard;
}

void
wire_say(struct wire *w, const char *text)
{
	must(send(w->connection, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
	/* Until the other end has it, so that one step finds it all. */
	usleep(2000);
}

void
wire_answer(struct http_response *r, unsigned status, const char *fields, const char *body)
{
	static char text[128 * 1024];
	struct buf b = BUF(text);
	struct err e = { 0 };
	size_t taken;
	buf_printf(&b, "HTTP/1.1 %u X\r\n%sContent-Length: %zu\r\n\r\n%s", status, fields,
		strlen(body), body);
	http_response_init(r, false);
	must(!b.overflow && http_response_feed(r, buf_span(&b), &taken, &e));
	must(http_response_is_done(r));
}

char *const *
wire_environ(const char *line)
{
	static char text[8192];
	static char *list[VARIABLES_MAX + 1];
	size_t count = 0;
	must(strlen(line) < sizeof(text));
	memcpy(text, line, strlen(line) + 1);
	for (char *next = *text == '\0' ? NULL : text; next != NULL;) {
		must(count < VARIABLES_MAX);
		list[count++] = next;
		next = strchr(next, '|');
		if (next != NULL)
			*next++ = '\0';
	}
	list[count] = NULL;
	return list;
}
