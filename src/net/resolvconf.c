#include "net/resolvconf.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/quote.h"

static const char blanks[] = " \t\r";

static const struct {
	char name[10];
	uint8_t usual;
	uint8_t min;
	uint8_t max;
} options[] = {
	[RESOLVCONF_NDOTS] = { "ndots:", 1, 0, 15 },
	[RESOLVCONF_ATTEMPTS] = { "attempts:", 2, 1, 10 },
	[RESOLVCONF_TIMEOUT] = { "timeout:", 5, 1, 60 },
};
#define OPTIONS (sizeof(options) / sizeof(*options))

static void
read_options(struct span rest, struct resolvconf *c)
{
	struct span word;
	uint64_t value;
	while (span_word(&rest, blanks, &word)) {
		for (size_t i = 0; i < OPTIONS; i++) {
			struct span name = span_of(options[i].name);
			if (!span_starts_with(word, name) ||
				!span_u64(span_skip(word, name.n), UINT32_MAX, &value))
				continue;
			if (value > options[i].max)
				value = options[i].max;
			if (value < options[i].min)
				value = options[i].min;
			c->option[i] = (uint8_t)value;
		}
	}
}

/* The number of a zone, or of the interface that has its name. */
static bool
read_zone(struct span zone, resolvconf_interface *interface, uint32_t *scope)
{
	char text[IF_NAMESIZE];
	struct buf name = BUF(text);
	uint64_t number;
	buf_put(&name, zone);
	buf_put_char(&name, '\0');
	if (span_u64(zone, UINT32_MAX, &number))
		*scope = (uint32_t)number;
	else
		*scope = name.overflow ? 0 : interface(text);
	return *scope != 0;
}

static bool
read_address(struct span word, resolvconf_interface *interface, struct resolvconf_server *server)
{
	const struct span address = { word.p, span_find(word, '%') };
	server->scope = 0;
	if (!ip_parse(address, &server->ip))
		return false;
	return address.n == word.n ||
	       (ip_family(&server->ip) == IP_V6 &&
		       read_zone(span_skip(word, address.n + 1), interface, &server->scope));
}

static void
read_server(struct span rest, resolvconf_interface *interface, struct resolvconf *c)
{
	struct quoted q;
	struct span word = { "", 0 };
	if (c->server_count == RESOLVCONF_SERVERS_MAX)
		return;
	span_word(&rest, blanks, &word);
	if (read_address(word, interface, &c->server[c->server_count]))
		c->server_count++;
	else
		log_warning("name resolution: /etc/resolv.conf: nameserver '%s' is not used: %s",
			quote(&q, word),
			span_find(word, '%') < word.n ? "there is no such network interface"
						      : "it is not an address");
}

void
resolvconf_parse(struct span text, resolvconf_interface *interface, struct resolvconf *c)
{
	struct span line;
	struct span word;
	*c = (struct resolvconf){ .port = RESOLVCONF_PORT };
	for (size_t i = 0; i < OPTIONS; i++)
		c->option[i] = options[i].usual;
	while (span_split(&text, '\n', &line)) {
		line.n = span_find(line, '#');
		if (!span_word(&line, blanks, &word))
			continue;
		if (span_eq(word, SPAN("options")))
			read_options(line, c);
		else if (span_eq(word, SPAN("nameserver")))
			read_server(line, interface, c);
		else if (span_eq(word, SPAN("search")) || span_eq(word, SPAN("domain")))
			c->search = line;
	}
	if (c->server_count == 0)
		read_server(SPAN("127.0.0.1"), interface, c);
}

socklen_t
resolvconf_sockaddr(
	const struct resolvconf_server *server, uint16_t port, struct sockaddr_storage *to)
{
	socklen_t size = ip_to_sockaddr(&server->ip, port, to);
	if (server->scope != 0)
		memcpy((char *)to + offsetof(struct sockaddr_in6, sin6_scope_id), &server->scope,
			sizeof(server->scope));
	return size;
}
