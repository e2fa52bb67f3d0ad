#include <string.h>

#include "base/envvar.h"
#include "aws/endpoint.h"
#include "config/placeholder.h"
#include "http/proxy.h"
#include "config/service.h"
#include "base/base64.h"
#include "base/ip.h"
#include "config/config.h"
#include "env/reference.h"
#include "fuzz/claims.h"

/* Parameter Store's rules, lower-cased. */
static const struct config parameter_store;

/*
 * The first byte says what the rest is: 'r' the value of a variable that may be a reference, 's' a
 * service of the command line with its placeholders, 'n' a host, 0xff and the list of NO_PROXY, 'u'
 * the URL of a proxy, 'e' a region, 0xff and the URL of an endpoint.
 */

#define SEPARATOR ((char)0xff)
#define INPUT_MAX 4096

/* Puts "NAME=value" in an environment of one variable; a value with NUL ends there. */
static char *const *
environ_of(const char *name, struct span value)
{
	static char text[INPUT_MAX + 64];
	static char *environ_of_one[] = { text, NULL };
	struct buf b = BUF(text);
	buf_printf(&b, "%s=", name);
	buf_put(&b, value);
	buf_put_char(&b, '\0');
	return environ_of_one;
}

static void
check_usage(const struct err *e)
{
	fuzz_check_error(e);
	fuzz_check(e->kind == ERR_USAGE || e->kind == ERR_LIMIT, "the kind of the error");
}

/* A plain name that is asked for is a reference itself, to the same. */
static void
check_name(const struct reference *r, struct span name)
{
	static char text[INPUT_MAX + 16];
	struct buf b = BUF(text);
	struct reference again;
	struct err e = { 0 };
	/* Of "ssm://" the slashes are no part of the name. */
	if (span_starts_with(name, SPAN("//")))
		return;
	buf_put_str(&b, r->kind == REFERENCE_PARAMETER ? "ssm:" : "secretsmanager:");
	buf_put(&b, name);
	fuzz_check(reference_parse(buf_span(&b), &again, &e), "a name is a reference");
	fuzz_check(again.kind == r->kind && span_eq(again.id, name), "the same name");
}

static void
check_reference(struct span value, const struct reference *r)
{
	static char text[INPUT_MAX + 1];
	struct buf name = BUF(text);
	struct span region;
	const struct span parts[] = { r->id, r->region, r->json_key, r->stage, r->version };
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		fuzz_check(parts[i].n == 0 || fuzz_lies_in(parts[i], value), "a part of the value");
	bool is_arn = span_starts_with(value, SPAN("arn:"));
	fuzz_check(r->id.n > 0 && span_alnum(r->id, "_.-/:+=@") == r->id.n, "an id");
	fuzz_check(is_arn == (r->region.n > 0), "an ARN has a region, and nothing else has");
	fuzz_check(!r->needs_slash || (!is_arn && r->id.p[0] != '/'), "a path begins with a slash");
	if (is_arn && endpoint_arn_region(value, &region))
		fuzz_check(span_eq(region, r->region), "the region is where ARNs have it");
	reference_put_id(&name, r);
	fuzz_check(!name.overflow && name.len == r->id.n + r->needs_slash, "the name asked for");
	if (!is_arn)
		check_name(r, buf_span(&name));
}

static void
read_reference(struct span value)
{
	struct reference r;
	struct err e = { 0 };
	if (!reference_is(value))
		return;
	if (reference_parse(value, &r, &e))
		check_reference(value, &r);
	else
		check_usage(&e);
}

static void
check_service(const struct service *s, struct span written)
{
	bool has_label = s->label.n > 0;
	fuzz_check(s->name.n > 0 && s->name.n <= SERVICE_NAME_MAX, "a name");
	fuzz_check(s->label.n <= LABEL_MAX, "a label");
	fuzz_check(written.n == s->name.n + has_label + s->label.n, "there is nothing else");
	fuzz_check(span_eq_nocase(s->name, (struct span){ written.p, s->name.n }), "as written");
	fuzz_check(span_ends_with(written, s->label), "its case kept");
	fuzz_check(span_alnum(s->name, "_.-/") == s->name.n, "no other characters");
	fuzz_check(span_alnum(s->label, "_.-") == s->label.n, "nor in the label");
	for (size_t i = 0; i < s->name.n; i++)
		fuzz_check(s->name.p[i] == ascii_lower(s->name.p[i]), "lower-cased");
	fuzz_check(!fuzz_contains(s->name, SPAN("//")) && s->name.p[0] != '/' &&
			   s->name.p[s->name.n - 1] != '/',
		"single slashes between the parts");
}

/* What replaces a placeholder begins none, so a brace can stand in the result by a value only. */
static void
read_service(struct span text)
{
	static char bytes[2 * SERVICE_NAME_MAX];
	static struct service service;
	struct buf b = BUF(bytes);
	struct placeholder_needs needs = { 0 };
	const struct placeholder_values values = { .environ = environ_of("NAME", SPAN("v{a}l")),
		.k8s_namespace = SPAN(" space\n"),
		.ecs_service = SPAN("web"),
		.ecs_cluster = SPAN("arn:aws:ecs:eu-west-1:1:cluster/default") };
	struct err e = { 0 };
	struct err e2 = { 0 };
	bool scanned = placeholder_scan(text, &needs, &e);
	bool expanded = placeholder_expand(text, &values, &b, &e2);
	fuzz_check(scanned || !expanded, "what a scan refuses is not replaced");
	if (!expanded) {
		check_usage(scanned ? &e2 : &e);
		return;
	}
	struct span result = buf_span(&b);
	fuzz_check(
		(span_find(text, '{') < text.n) || span_eq(result, text), "without any as it is");
	fuzz_check(!needs.k8s_namespace || fuzz_contains(result, SPAN("space")), "the namespace");
	fuzz_check(!fuzz_contains(text, SPAN("{ecs:cluster}")) ||
			   (needs.ecs_task && fuzz_contains(result, SPAN("default"))),
		"the cluster");
	fuzz_check(fuzz_contains(text, SPAN("cluster/")) ||
			   !fuzz_contains(result, SPAN("cluster/default")),
		"of an ARN the last part");
	fuzz_check(!fuzz_contains(text, SPAN("{ecs:family}")), "what has no value is refused");
	if (service_parse(result, &parameter_store, &service, &e))
		check_service(&service, result);
	else
		check_usage(&e);
}

/* The rules that hold whatever else the list says. */
static void
read_no_proxy(struct span rest)
{
	static char text[2 * INPUT_MAX];
	struct buf b = BUF(text);
	struct span host = fuzz_part(&rest, SEPARATOR);
	struct ip address;
	bool bypassed = proxy_is_bypassed(host, 443, rest);
	bool always = span_eq_nocase(host, SPAN("localhost")) ||
		      (ip_parse(host, &address) && ip_is_loopback(&address));
	fuzz_check(proxy_is_bypassed(host, 443, SPAN("")) == always, "this machine, and no other");
	fuzz_check(!always || bypassed, "this machine has no proxy");
	buf_put(&b, rest);
	buf_put_str(&b, ", *");
	fuzz_check(proxy_is_bypassed(host, 443, buf_span(&b)), "* is all");
	b.len -= 1;
	buf_put(&b, rest);
	fuzz_check(proxy_is_bypassed(host, 443, buf_span(&b)) == bypassed, "twice is once");

	struct span entry;
	bool by_any = always;
	for (struct span list = rest; span_split(&list, ',', &entry);)
		by_any |= proxy_is_bypassed(host, 443, entry);
	fuzz_check(by_any == bypassed, "one entry is enough, and one it must be");
}

/* The value of a base64 text (RFC 4648), undone by a look-up of each digit. */
static size_t
decode(struct span text, char *to)
{
	size_t n = 0;
	unsigned bits = 0;
	unsigned count = 0;
	for (size_t i = 0; i < text.n && text.p[i] != '='; i++) {
		bits = bits << 6 | (unsigned)(strchr(base64_digits, text.p[i]) - base64_digits);
		count += 6;
		if (count >= 8) {
			count -= 8;
			to[n++] = (char)(bits >> count & 0xff);
		}
	}
	return n;
}

/* User and password are one line of base64, and without a percent sign stand in it as they are. */
static void
check_authorization(struct span userinfo)
{
	static char text[2 * URL_MAX];
	static char decoded[2 * URL_MAX];
	struct buf b = BUF(text);
	struct err e = { 0 };
	const struct span basic = SPAN("Basic ");
	fuzz_check(proxy_put_authorization(&b, userinfo, &e), "there is room");
	struct span value = buf_span(&b);
	fuzz_check(span_starts_with(value, basic), "the scheme");
	value = span_skip(value, basic.n);
	size_t digits = span_alnum(value, "+/");
	fuzz_check(value.n % 4 == 0 && value.n - digits <= 2, "it is base64");
	struct span user = { decoded, decode(value, decoded) };
	fuzz_check(span_find(user, ':') < user.n, "there is a colon");
	if (span_find(userinfo, '%') == userinfo.n)
		fuzz_check(
			span_starts_with(user, userinfo) && user.n <= userinfo.n + 1, "as it is");
}

static void
read_proxy(struct span value)
{
	static struct proxy proxy;
	struct err e = { 0 };
	char *const *environ_now = environ_of("https_proxy", value);
	const char *text = envvar_get(environ_now, "https_proxy");
	bool ok = proxy_select(SPAN("ssm.eu-west-1.amazonaws.com"), 443, environ_now, &proxy, &e);
	if (!ok) {
		check_usage(&e);
		fuzz_check_user_hidden(span_of(text), &e);
		fuzz_check(fuzz_contains(span_of(e.text), SPAN("https_proxy")), "it is named");
		fuzz_check(!proxy.is_used, "no proxy that is refused is used");
		return;
	}
	fuzz_check(proxy.is_used == (text != NULL), "a proxy that is named is used");
	if (!proxy.is_used)
		return;
	fuzz_check(!proxy.url.tls && proxy.url.host.n > 0 && proxy.url.port > 0, "a plain proxy");
	if (proxy.url.userinfo.n > 0)
		check_authorization(proxy.url.userinfo);
}

static void
check_endpoint(const struct endpoint *ep, struct span region, bool custom)
{
	fuzz_check(region.n > 0 && region.n <= ENDPOINT_REGION_MAX &&
			   span_alnum(region, "-") == region.n && region.p[0] != '-' &&
			   region.p[region.n - 1] != '-',
		"the region is a label of a host");
	fuzz_check(ep->url.userinfo.n == 0, "no user");
	fuzz_check(ep->path.n > 0 && ep->path.p[0] == '/', "a path");
	fuzz_check(span_find(ep->path, '?') == ep->path.n, "no query");
	fuzz_check(custom == (ep->variable != NULL), "whose endpoint it is");
	if (custom)
		return;
	fuzz_check(ep->url.tls && ep->url.port == 443, "AWS has TLS");
	fuzz_check(span_starts_with(ep->url.host, SPAN("ssm.")) &&
			   span_starts_with(span_skip(ep->url.host, 4), region) &&
			   ep->url.host.p[4 + region.n] == '.',
		"AWS's host in the region");
}

static void
read_endpoint(struct span rest)
{
	static struct endpoint ep;
	struct err e = { 0 };
	struct span region = fuzz_part(&rest, SEPARATOR);
	char *const *environ_now = environ_of("AWS_ENDPOINT_URL_SSM", rest);
	bool custom = envvar_get(environ_now, "AWS_ENDPOINT_URL_SSM") != NULL;
	if (endpoint_select(ENDPOINT_SSM, region, environ_now, &ep, &e)) {
		check_endpoint(&ep, region, custom);
		return;
	}
	check_usage(&e);
	if (!fuzz_contains(region, FUZZ_SECRET))
		fuzz_check_user_hidden(rest, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = fuzz_input(data, size);
	if (size == 0 || size > INPUT_MAX)
		return 0;
	text = span_skip(text, 1);
	if (data[0] == 'r')
		read_reference(text);
	if (data[0] == 's')
		read_service(text);
	if (data[0] == 'n')
		read_no_proxy(text);
	if (data[0] == 'u')
		read_proxy(text);
	if (data[0] == 'e')
		read_endpoint(text);
	return 0;
}
