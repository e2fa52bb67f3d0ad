#include <string.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "fuzz/claims.h"
#include "http/url.h"

static void
check_message(struct span text, const struct err *e)
{
	fuzz_check_error(e);
	fuzz_check(e->kind == ERR_USAGE, "the kind of the error");
	fuzz_check_user_hidden(text, e);
}

/* The parts in their order are the text, but for the case of the scheme. */
static void
put_parts(struct buf *b, const struct url *u, struct span text)
{
	buf_put_str(b, u->tls ? "https://" : "http://");
	/* "http://@a" has an empty user that nobody can tell from none. */
	if (u->userinfo.n > 0 || text.p[b->len] == '@')
		buf_printf(b, "%.*s@", (int)u->userinfo.n, u->userinfo.p);
	buf_printf(b, u->host_is_ipv6 ? "[%.*s]" : "%.*s", (int)u->host.n, u->host.p);
	if (u->port_is_default)
		return;
	/* Zeros before the port mean nothing. */
	buf_put_char(b, ':');
	while (b->len < text.n && text.p[b->len] == '0')
		buf_put_char(b, '0');
	buf_printf(b, "%u", (unsigned)u->port);
}

static void
check_url(struct span text, const struct url *u)
{
	static char copy[2 * URL_MAX];
	struct buf b = BUF(copy);
	put_parts(&b, u, text);
	buf_put(&b, u->target);
	fuzz_check(span_eq_nocase(buf_span(&b), text), "the parts make the text");
	fuzz_check(u->host.n > 0 && u->host.n < HOST_MAX, "a host has 1 to 253 bytes");
	fuzz_check(u->port > 0, "a port is not 0");
	fuzz_check(!u->port_is_default || u->port == (u->tls ? 443 : 80), "the default port");
	fuzz_check(u->target.n == 0 || u->target.p[0] == '/', "a target begins with /");
	for (size_t i = 0; i < text.n; i++)
		fuzz_check(text.p[i] > ' ' && text.p[i] <= '~', "a URL is visible ASCII");
	for (size_t i = 0; i < u->host.n; i++)
		fuzz_check(ascii_is_alnum(u->host.p[i]) || strchr("-._:", u->host.p[i]) != NULL,
			"a host is a name or an address");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = fuzz_input(data, size);
	struct url u;
	struct err e = { 0 };
	if (url_parse(text, &u, &e))
		check_url(text, &u);
	else
		check_message(text, &e);
	return 0;
}
