#include "http/proxy.h"

#include "base/envvar.h"
#include "base/base64.h"
#include "base/ip.h"

/* Takes ":PORT", then brackets, off an entry; false when it is another port than the wanted one. */
static bool
take_port(struct span *entry, uint16_t wanted)
{
	struct span text = *entry;
	size_t after = span_ends_with(text, SPAN("]")) ? 0 : text.n;
	while (after > 0 && text.p[after - 1] != ':')
		after--;
	if (after > 0) {
		uint64_t number;
		struct span port = span_skip(text, after);
		if (port.n > 0 && !(span_u64(port, UINT16_MAX, &number) && number == wanted))
			return false;
		text.n = after - 1;
	}
	if (span_starts_with(text, SPAN("[")) && span_ends_with(text, SPAN("]")))
		text = (struct span){ text.p + 1, text.n - 2 };
	*entry = text;
	return true;
}

static bool
ends_with_nocase(struct span s, struct span suffix)
{
	return s.n >= suffix.n && span_eq_nocase(span_skip(s, s.n - suffix.n), suffix);
}

/* "example.com" is itself and all below it, ".example.com" and "*.example.com" only those below. */
static bool
name_matches(struct span host, struct span name)
{
	if (span_starts_with(name, SPAN("*.")))
		name = span_skip(name, 1);
	/* A host has lost the dot that ended it (http/url.h). */
	if (name.n > 1 && span_ends_with(name, SPAN(".")))
		name.n--;
	return name.n > 0 && ends_with_nocase(host, name) &&
	       (name.p[0] == '.' || host.n == name.n || host.p[host.n - name.n - 1] == '.');
}

/* An entry that is a network: "10.0.0.0/8". */
static bool
network_matches(struct span text, const struct ip *address)
{
	struct ip network;
	struct span part;
	uint64_t bits;
	span_split(&text, '/', &part);
	bool is_ipv4_text = span_find(part, ':') == part.n;
	return address != NULL && ip_parse(part, &network) &&
	       span_u64(text, is_ipv4_text ? 32 : 128, &bits) &&
	       ip_in_network(address, &network, (unsigned)bits + (is_ipv4_text ? 96 : 0));
}

static bool
entry_matches(struct span text, struct span host, const struct ip *address, uint16_t port)
{
	struct ip other;
	if (span_eq(text, SPAN("*")))
		return true;
	if (span_find(text, '/') < text.n)
		return network_matches(text, address);
	bool is_address = ip_parse(text, &other);
	if (!is_address) {
		if (!take_port(&text, port))
			return false;
		is_address = ip_parse(text, &other);
	}
	if (is_address)
		return address != NULL && ip_eq(address, &other);
	return name_matches(host, text);
}

bool
proxy_is_bypassed(struct span host, uint16_t port, struct span no_proxy)
{
	struct ip address;
	bool is_address = ip_parse(host, &address);
	if (span_eq_nocase(host, SPAN("localhost")) || (is_address && ip_is_loopback(&address)))
		return true;
	struct span text = { 0 };
	while (span_word(&no_proxy, ",", &text)) {
		if (entry_matches(span_trim(text), host, is_address ? &address : NULL, port))
			return true;
	}
	return false;
}

/* The value of the first variable that is set; *name is that variable. */
static struct span
first_of(char *const *environ, const char *upper, const char *lower, const char **name)
{
	const char *value = envvar_get(environ, upper);
	*name = value != NULL ? upper : lower;
	return span_of(value != NULL ? value : envvar_get(environ, lower));
}

static bool
has_scheme(struct span text)
{
	struct span scheme;
	return span_split(&text, ':', &scheme) && span_starts_with(text, SPAN("//"));
}

static bool
parse_proxy(struct span value, struct proxy *p, struct err *e)
{
	struct buf b = BUF(p->text);
	if (!has_scheme(value))
		buf_put_str(&b, "http://");
	buf_put(&b, value);
	if (b.overflow)
		return err_set(e, ERR_LIMIT, "%s: %zu bytes, at most %d (URL_MAX)", p->variable,
			value.n, URL_MAX);
	if (!url_parse(buf_span(&b), &p->url, e))
		return err_ctx(e, "%s", p->variable);
	if (!p->url.tls)
		return true;
	err_set(e, ERR_USAGE, "%s: TLS to the proxy itself is not supported", p->variable);
	return err_hint(e, "write it as http://HOST:PORT: the traffic to AWS is encrypted anyway");
}

bool
proxy_read(char *const *environ, struct proxy *p, struct err *e)
{
	struct span value = first_of(environ, "HTTPS_PROXY", "https_proxy", &p->variable);
	p->is_used = value.n > 0 && parse_proxy(value, p, e);
	return p->is_used || value.n == 0;
}

bool
proxy_select(struct span host, uint16_t port, char *const *environ, struct proxy *p, struct err *e)
{
	const char *unused = NULL;
	p->is_used = false;
	return proxy_is_bypassed(host, port, first_of(environ, "NO_PROXY", "no_proxy", &unused)) ||
	       proxy_read(environ, p, e);
}

bool
proxy_put_authorization(struct buf *b, struct span userinfo, struct err *e)
{
	char text[URL_MAX + 1];
	struct buf plain = BUF(text);
	for (size_t i = 0; i < userinfo.n; i++) {
		uint64_t byte = (unsigned char)userinfo.p[i];
		if (byte == '%')
			i += span_hex(span_skip(userinfo, i + 1), 2, &byte);
		buf_put_char(&plain, (char)byte);
	}
	/* RFC 7617 has a colon even where there is no password. */
	if (span_find(userinfo, ':') == userinfo.n)
		buf_put_char(&plain, ':');
	buf_put_str(b, "Basic ");
	base64_put(b, buf_span(&plain));
	return !b->overflow || err_set(e, ERR_LIMIT, "user and password of the proxy do not fit");
}
