#include "net/hosts.h"

#define LOCALHOST SPAN("localhost")

/* Whether a line names an address, of this machine where only such a one will do. */
static bool
read_line(struct span line, struct span name, bool is_local, struct ip *ip)
{
	static const char blanks[] = " \t\r";
	struct span word;
	line.n = span_find(line, '#');
	if (!span_word(&line, blanks, &word) || !ip_parse(word, ip) ||
		(is_local && !ip_is_loopback(ip)))
		return false;
	while (span_word(&line, blanks, &word)) {
		if (span_eq_nocase(word, name))
			return true;
	}
	return false;
}

static bool
look_up(struct span text, struct span name, bool is_local, struct ip_list found[IP_FAMILIES])
{
	struct span line;
	struct ip ip;
	bool is_found = false;
	while (span_split(&text, '\n', &line)) {
		if (!read_line(line, name, is_local, &ip))
			continue;
		ip_list_add(&found[ip_family(&ip)], &ip);
		is_found = true;
	}
	return is_found;
}

static bool
is_localhost(struct span name)
{
	if (name.n > LOCALHOST.n && name.p[name.n - LOCALHOST.n - 1] == '.')
		name = span_skip(name, name.n - LOCALHOST.n);
	return span_eq_nocase(name, LOCALHOST);
}

void
hosts_look_up(struct span text, struct span name, struct ip_list found[IP_FAMILIES])
{
	bool is_local = is_localhost(name);
	if (!look_up(text, name, is_local, found) && is_local)
		look_up(SPAN("127.0.0.1 localhost\n::1 localhost"), LOCALHOST, true, found);
}
