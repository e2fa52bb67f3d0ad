#include "net/resolvconf.h"

static const char blanks[] = " \t\r";

static const struct {
	const char *name;
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

static void
read_server(struct span rest, struct resolvconf *c)
{
	struct span word;
	if (c->server_count < RESOLVCONF_SERVERS_MAX && span_word(&rest, blanks, &word) &&
		ip_parse(word, &c->server[c->server_count]))
		c->server_count++;
}

void
resolvconf_parse(struct span text, struct resolvconf *c)
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
			read_server(line, c);
		else if (span_eq(word, SPAN("search")) || span_eq(word, SPAN("domain")))
			c->search = line;
	}
	if (c->server_count == 0)
		read_server(SPAN("127.0.0.1"), c);
}
