#include "http/url.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/bounds.h"
#include "base/quote.h"
#include "http/syntax.h"

static const struct span schemes[] = { { "http://", 7 }, { "https://", 8 } };
#define SCHEMES (sizeof(schemes) / sizeof(*schemes))

/* The scheme that text begins with, as its index in schemes; SCHEMES for none. */
static size_t
scheme_of(struct span text)
{
	size_t i = 0;
	while (i < SCHEMES &&
		(text.n < schemes[i].n ||
			!span_eq_nocase((struct span){ text.p, schemes[i].n }, schemes[i])))
		i++;
	return i;
}

/*
 * The text that a message may show: what stands before the last '@' may be a password, however
 * wrongly it is written, so nothing of it but the scheme is shown.
 */
static bool
fail(struct span text, const char *why, struct err *e)
{
	size_t behind = text.n;
	while (behind > 0 && text.p[behind - 1] != '@')
		behind--;
	size_t scheme = scheme_of(text);
	bool show_scheme = behind > 0 && scheme < SCHEMES;
	struct quoted q;
	return err_set(e, ERR_USAGE, "URL \"%s%s%s\": %s", show_scheme ? schemes[scheme].p : "",
		behind > 0 ? "***@" : "", quote(&q, span_skip(text, behind)), why);
}

/* RFC 3986: unreserved, percent-encoded, sub-delims, and what more holds. */
static bool
is_made_of(struct span s, struct span more)
{
	const struct span marks = SPAN("-._~!$&'()*+,;=");
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%' && s.n - i > 2 && http_is_hex(s.p[i + 1]) && http_is_hex(s.p[i + 2]))
			i += 2;
		else if (!ascii_is_alnum(c) && span_find(marks, c) == marks.n &&
			 span_find(more, c) == more.n)
			return false;
	}
	return true;
}

/* Labels of letters, digits, '-' and '_' with dots between them; one may end the name. */
static bool
is_host_name(struct span host)
{
	if (span_ends_with(host, SPAN(".")))
		host.n--;
	struct span label;
	while (span_split(&host, '.', &label)) {
		for (size_t i = 0; i < label.n; i++) {
			char c = label.p[i];
			if (!ascii_is_alnum(c) && c != '-' && c != '_')
				return false;
		}
		if (label.n == 0)
			return false;
	}
	return true;
}

static bool
is_ipv6(struct span host)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;
	if (host.n >= sizeof(text) || span_find(host, '\0') < host.n)
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

/* Takes the host off *rest, which then begins with what follows it. NULL, or why there is none. */
static const char *
take_host(struct span *rest, struct url *u)
{
	u->host_is_ipv6 = span_starts_with(*rest, SPAN("["));
	if (u->host_is_ipv6) {
		size_t end = span_find(*rest, ']');
		if (end == rest->n)
			return "a [ without ]";
		u->host = (struct span){ rest->p + 1, end - 1 };
		*rest = span_skip(*rest, end + 1);
		return is_ipv6(u->host) ? NULL : "no IPv6 address in the brackets";
	}

	u->host = (struct span){ rest->p, span_find(*rest, ':') };
	*rest = span_skip(*rest, u->host.n);
	if (u->host.n == 0)
		return "no host";
	if (u->host.n >= HOST_MAX)
		return "a host of more than 253 bytes";
	return is_host_name(u->host) ? NULL : "a character that no host has";
}

/* What stands between the host and the path: nothing, or ':' and a port. */
static const char *
read_port(struct span text, struct url *u)
{
	u->port = u->tls ? 443 : 80;
	u->port_is_default = text.n == 0;
	if (text.n == 0)
		return NULL;
	uint64_t port;
	if (text.p[0] != ':')
		return "something other than a port behind the ]";
	if (!span_u64(span_skip(text, 1), UINT16_MAX, &port) || port == 0)
		return "a port that is no number from 1 to 65535";
	u->port = (uint16_t)port;
	return NULL;
}

/* [userinfo "@"] host [":" port] (RFC 3986 section 3.2). */
static const char *
read_authority(struct span authority, struct url *u)
{
	size_t at = span_find(authority, '@');
	u->userinfo = (struct span){ authority.p, 0 };
	if (at < authority.n) {
		u->userinfo.n = at;
		authority = span_skip(authority, at + 1);
		if (!is_made_of(u->userinfo, SPAN(":")))
			return "a character in the user or password that must be percent-encoded";
		if (span_find(authority, '@') < authority.n)
			return "two @ before the path; one in a password is written %40";
	}
	const char *why = take_host(&authority, u);
	return why != NULL ? why : read_port(authority, u);
}

static const char *
read_target(struct span target, struct url *u)
{
	u->target = target;
	if (target.n > 0 && target.p[0] != '/')
		return "a query without a path";
	if (!is_made_of(target, SPAN(":@/?")))
		return "a character in the path that must be percent-encoded";
	return NULL;
}

bool
url_parse(struct span text, struct url *u, struct err *e)
{
	if (text.n > URL_MAX)
		return err_set(
			e, ERR_USAGE, "a URL of %zu bytes, at most %d are read", text.n, URL_MAX);
	size_t scheme = scheme_of(text);
	if (scheme == SCHEMES)
		return fail(text, "it begins with neither http:// nor https://", e);
	if (span_find(text, '#') < text.n)
		return fail(text, "a # and a fragment have no place in it", e);

	u->tls = scheme == 1;
	struct span rest = span_skip(text, schemes[scheme].n);
	size_t end = 0;
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
		end++;
	const char *why = read_authority((struct span){ rest.p, end }, u);
	if (why == NULL)
		why = read_target(span_skip(rest, end), u);
	return why == NULL || fail(text, why, e);
}
