#ifndef NET_CHAIN_H
#define NET_CHAIN_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bounds.h"
#include "net/certificate.h"

/* Errors beside BearSSL's own, above all of its numbers. */
#define CHAIN_WRONG_USAGE 1024 /* an extended key usage without serverAuth */
#define CHAIN_TOO_LONG 1025 /* CHAIN_CERTIFICATES_MAX or CHAIN_BYTES_MAX */

/*
 * A server's certificates. BearSSL's br_x509_minimal judges them one after the other as they come,
 * so it demands their order; servers send intermediates in any order, and some that belong to no
 * path, which OpenSSL and Go accept. So they are kept until the last one is here, and minimal gets
 * the server's own, which has to be the first (RFC 5246 section 7.4.2), then each one's issuer,
 * until an anchor's name is reached. Their extended key usage, which minimal does not know, is
 * checked.
 */
struct chain {
	const br_x509_class *vtable; /* first: what the engine calls it by */
	br_x509_class functions;
	br_x509_minimal_context minimal;
	const char *server_name;
	size_t count;
	size_t used;
	int error;
	struct certificate certificate[CHAIN_CERTIFICATES_MAX]; /* only der, until all are here */
	unsigned char bytes[CHAIN_BYTES_MAX];
};

/* Makes c a judge for the engine; minimal is the caller's to set up. The bytes are not touched. */
void chain_init(struct chain *c);

#endif
