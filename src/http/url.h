#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* An http or https URL (RFC 3986, RFC 9110 section 4.2), in parts that point into its text. */
struct url {
	bool tls;
	struct span userinfo; /* "user:password", empty when there is none */
	struct span host; /* a name or an address, an IPv6 address without its brackets */
	bool host_is_ipv6; /* it was in brackets */
	bool host_is_absolute; /* a dot ended it, which is not part of host */
	uint16_t port; /* 443 or 80 where none is written */
	bool port_is_default;
	struct span target; /* path and query, "" or beginning with '/' ("?x" alone is refused) */
};

/*
 * Pure. ERR_USAGE for anything else: another scheme, no host, a host with characters that no host
 * has (RFC 3986 section 3.2.2: percent escapes and non-ASCII are refused too) or with an empty
 * label (one dot may end it, and is taken off), above HOST_MAX, brackets without an IPv6 address
 * (or with a zone), a port outside 1 to 65535 or an empty one, two '@' before the path, a fragment,
 * a character that RFC 3986 does not allow in its place (blanks, control characters, quotes, ...),
 * a text above URL_MAX. The message quotes the URL without its userinfo: nothing before the last
 * '@' is shown. Percent escapes stay as they are.
 */
bool url_parse(struct span text, struct url *u, struct err *e);

#endif
