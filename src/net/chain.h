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
 * A server's certificates. BearSSL's br_x509_minimal checks each one as it arrives, so it needs
 * them in order. But some servers send intermediates in another order, or unrelated ones between
 * them, and OpenSSL and Go accept that. So they are kept until the last one has arrived. Then
 * minimal gets the server's own, which must be the first (RFC 5246 section 7.4.2), and after it
 * each one's issuer, until an anchor's name is reached. minimal does not know the extended key
 * usage, so it is checked here.
 */
struct chain {
	const br_x509_class *vtable; /* first: the engine finds its functions here */
	br_x509_class functions;
	br_x509_minimal_context minimal;
	const char *server_name;
	size_t count;
	size_t used;
	int error;
	struct certificate certificate[CHAIN_CERTIFICATES_MAX]; /* only der, until all are here */
	unsigned char bytes[CHAIN_BYTES_MAX];
};

/* Prepares c for the engine. The caller sets minimal up. The bytes are not touched. */
void chain_init(struct chain *c);

#endif
