#include "aws/proxy.h"

#include "aws/address.h"
#include "aws/base64.h"
#include "base/quote.h"
#include "config/config.h"

/* One entry of a NO_PROXY list, or what it is compared with: a host and a port. */
struct entry {
	struct span host;
	struct span port; /* empty: any */
};

static struct entry
split_port(struct span text)
{
	size_t close = span_find(text, ']');
	if (text.n > 0 && text.p[0] == '[' && close < text.n) {
		struct span behind = span_skip(text, close + 1);
		struct span port = { 0 };
		if (behind.n > 0 && behind.p[0] == ':')
			port = span_skip(behind, 1);
		return (struct entry){ { text.p + 1, close - 1 }, port };
	}
	size_t colon = span_find(text, ':');
	struct span port = span_skip(text, colon < text.n ? colon + 1 : colon);
	if (colon == text.n || span_find(port, ':') < port.n)
		return (struct entry){ text, { 0 } };
	return (struct entry){ { text.p, colon }, port };
}

static bool
port_matches(struct span wanted, uint16_t port)
{
	uint64_t number = 0;
	return wanted.n == 0 || (span_u64(wanted, UINT16_MAX, &number) && number == port);
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
	if (name.p[0] == '.')
		return ends_with_nocase(host, name);
	if (!ends_with_nocase(host, name))
		return false;
	return host.n == name.n || host.p[host.n - name.n - 1] == '.';
}

/* An entry that is a network: "10.0.0.0/8". */
static bool
parse_network(struct span text, struct address *network, unsigned *bits)
{
	size_t slash = span_find(text, '/');
	uint64_t number = 0;
	if (slash == text.n || !address_parse((struct span){ text.p, slash }, network))
		return false;
	/* ::ffff:10.0.0.0/104 counts the bits of the IPv6 form. */
	bool is_ipv6_text = span_find(text, ':') < text.n;
	bool is_mapped = is_ipv6_text && address_is_ipv4(network);
	if (!span_u64(span_skip(text, slash + 1), is_ipv6_text ? 128 : 32, &number) ||
		(is_mapped && number < 96))
		return false;
	*bits = (unsigned)number - (is_mapped ? 96 : 0);
	return true;
}

static bool
entry_matches(struct span text, struct span host, const struct address *address, uint16_t port)
{
	struct address other;
	unsigned bits = 0;
	if (span_eq(text, SPAN("*")))
		return true;
	if (parse_network(text, &other, &bits))
		return address != NULL && address_in_network(address, &other, bits);

	struct entry entry = split_port(text);
	if (entry.host.n == 0 || !port_matches(entry.port, port))
		return false;
	if (address_parse(entry.host, &other))
		return address != NULL && address_eq(address, &other);
	return name_matches(host, entry.host);
}

bool
proxy_is_bypassed(struct span host, uint16_t port, struct span no_proxy)
{
	struct address address;
	bool is_address = address_parse(host, &address);
	if (span_eq_nocase(host, SPAN("localhost")) ||
		(is_address && address_is_loopback(&address)))
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
	const char *value = config_getenv(environ, upper);
	*name = value != NULL ? upper : lower;
	return span_of(value != NULL ? value : config_getenv(environ, lower));
}

static bool
has_scheme(struct span text)
{
	for (size_t i = 0; i + 3 <= text.n; i++) {
		if (span_starts_with(span_skip(text, i), SPAN("://")))
			return true;
	}
	return false;
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
	return err_hint(
		e, "name the proxy by http://HOST:PORT: what passes it is encrypted to AWS");
}

bool
proxy_select(struct span host, uint16_t port, char *const *environ, struct proxy *p, struct err *e)
{
	const char *unused = NULL;
	p->is_used = false;
	struct span value = first_of(environ, "HTTPS_PROXY", "https_proxy", &p->variable);
	if (value.n == 0 ||
		proxy_is_bypassed(host, port, first_of(environ, "NO_PROXY", "no_proxy", &unused)))
		return true;
	p->is_used = parse_proxy(value, p, e);
	return p->is_used;
}

static int
hex_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
put_decoded(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			buf_put_char(b, s.p[i]);
			continue;
		}
		int high = s.n - i > 2 ? hex_value(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;
		if (low < 0)
			return false;
		buf_put_char(b, (char)(unsigned char)(high * 16 + low));
		i += 2;
	}
	return true;
}

bool
proxy_put_authorization(struct buf *b, struct span userinfo, struct err *e)
{
	char text[URL_MAX + 1];
	struct buf plain = BUF(text);
	if (!put_decoded(&plain, userinfo))
		return err_set(e, ERR_USAGE,
			"user or password of the proxy: a \"%%\" that begins no escape (write "
			"%%25)");
	/* RFC 7617 has a colon even where there is no password. */
	if (span_find(userinfo, ':') == userinfo.n)
		buf_put_char(&plain, ':');
	buf_put_str(b, "Basic ");
	base64_put(b, buf_span(&plain));
	if (plain.overflow || b->overflow)
		return err_set(e, ERR_LIMIT, "user and password of the proxy do not fit");
	return true;
}
