#include "http/url.h"

#include <string.h>

#include "base/bounds.h"
#include "base/ip.h"
#include "base/quote.h"
#include "http/syntax.h"

#define HTTP SPAN("http://")
#define HTTPS SPAN("https://")

static bool
starts_with_nocase(struct span text, struct span prefix)
{
	return text.n >= prefix.n && span_eq_nocase((struct span){ text.p, prefix.n }, prefix);
}

/* The length of the scheme and "://" that text begins with; 0: neither http nor https. */
static size_t
scheme_length(struct span text)
{
	if (starts_with_nocase(text, HTTPS))
		return HTTPS.n;
	return starts_with_nocase(text, HTTP) ? HTTP.n : 0;
}

/*
 * The text that a message may show: the part before the last '@' may be a password, however
 * wrongly it is written, so nothing of it but the scheme is shown.
 */
static bool
fail(struct span text, const char *why, struct err *e)
{
	struct quoted q;
	size_t after = text.n;
	while (after > 0 && text.p[after - 1] != '@')
		after--;
	size_t shown = after > 0 ? scheme_length(text) : 0;
	return err_set(e, ERR_USAGE, "URL \"%.*s%s%s\": %s", (int)shown, text.p,
		after > 0 ? "***@" : "", quote(&q, span_skip(text, after)), why);
}

/* What RFC 3986 allows in userinfo and paths, besides letters, digits and escapes. */
#define USERINFO "-._~!$&'()*+,;=:"
#define PATH USERINFO "@/?"

static bool
is_made_of(struct span s, const char *marks)
{
	uint64_t byte;
	for (;;) {
		s = span_skip(s, span_alnum(s, marks));
		if (s.n == 0)
			return true;
		if (s.p[0] != '%' || span_hex(span_skip(s, 1), 2, &byte) < 2)
			return false;
		s = span_skip(s, 3);
	}
}

/* Labels of letters, digits, '-' and '_' with dots between them. */
static bool
is_host_name(struct span host)
{
	struct span label;
	while (span_split(&host, '.', &label)) {
		if (label.n == 0 || span_alnum(label, "-_") < label.n)
			return false;
	}
	return true;
}

/* Takes the host off *rest, which then begins with what follows it. NULL, or why there is none. */
static const char *
take_host(struct span *rest, struct url *u)
{
	u->host_is_ipv6 = span_starts_with(*rest, SPAN("["));
	u->host_is_absolute = false;
	if (u->host_is_ipv6) {
		size_t end = span_find(*rest, ']');
		if (end == rest->n)
			return "a [ without ]";
		u->host = (struct span){ rest->p + 1, end - 1 };
		*rest = span_skip(*rest, end + 1);
		struct ip unused;
		bool is_v6 = span_find(u->host, ':') < u->host.n && ip_parse(u->host, &unused);
		return is_v6 ? NULL : "no IPv6 address in the brackets";
	}

	u->host = (struct span){ rest->p, span_find(*rest, ':') };
	*rest = span_skip(*rest, u->host.n);
	/* The dot says that the name is complete; neither SNI nor Host may have it (RFC 6066). */
	u->host_is_absolute = span_ends_with(u->host, SPAN("."));
	u->host.n -= u->host_is_absolute;
	if (u->host.n == 0)
		return "no host";
	if (u->host.n >= HOST_MAX)
		return "a host of more than 253 bytes";
	return is_host_name(u->host) ? NULL : "a character that no host has";
}

/* The text between the host and the path: nothing, or ':' and a port. */
static const char *
read_port(struct span text, struct url *u)
{
	u->port = u->tls ? 443 : 80;
	u->port_is_default = text.n == 0;
	if (text.n == 0)
		return NULL;
	uint64_t port;
	if (text.p[0] != ':')
		return "something other than a port after the ]";
	if (!span_u64(span_skip(text, 1), UINT16_MAX, &port) || port == 0)
		return "a port that is not a number from 1 to 65535";
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
		if (!is_made_of(u->userinfo, USERINFO))
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
	if (!is_made_of(target, PATH))
		return "a character in the path that must be percent-encoded";
	return NULL;
}

bool
url_parse(struct span text, struct url *u, struct err *e)
{
	if (text.n > URL_MAX)
		return err_set(
			e, ERR_USAGE, "a URL of %zu bytes, at most %d are read", text.n, URL_MAX);
	size_t scheme = scheme_length(text);
	if (scheme == 0)
		return fail(text, "it begins with neither http:// nor https://", e);
	if (span_find(text, '#') < text.n)
		return fail(text, "it must not have a fragment (#)", e);

	u->tls = scheme == HTTPS.n;
	struct span rest = span_skip(text, scheme);
	size_t end = 0;
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
		end++;
	const char *why = read_authority((struct span){ rest.p, end }, u);
	if (why == NULL)
		why = read_target(span_skip(rest, end), u);
	return why == NULL || fail(text, why, e);
}
