#ifndef NET_CHAIN_H
#define NET_CHAIN_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bounds.h"
#include "net/certificate.h"
#include "net/trust.h"

/* Errors beside BearSSL's own, above all of its numbers. */
#define CHAIN_WRONG_USAGE 1024 /* an extended key usage without serverAuth */
#define CHAIN_TOO_LONG 1025 /* CHAIN_CERTIFICATES_MAX or CHAIN_BYTES_MAX */

/* The key of a server's certificate; its numbers are in bytes. */
struct chain_key {
	br_x509_pkey key; /* key_type 0: there is none */
	unsigned usages;
	unsigned char bytes[BR_X509_BUFSIZE_KEY];
};

/*
 * The chain that was accepted last. Connections that are made side by side to one host get the same
 * chain, of which only the first has its signatures verified. It is for one set of anchors and for
 * the time of a start: whether certificates have expired meanwhile is not asked again. Zero: none.
 */
struct chain_proof {
	unsigned char digest[br_sha256_SIZE]; /* of the host and of every byte of the chain */
	struct chain_key key;
};

/*
 * A server's certificates. BearSSL's br_x509_minimal checks each one as it arrives, so it needs
 * them in order. But some servers send intermediates in another order, or unrelated ones between
 * them, and OpenSSL and Go accept that. So they are kept until the last one has arrived. Then
 * minimal gets the server's own, which must be the first (RFC 5246 section 7.4.2), and after it
 * each one's issuer, until an anchor's name is reached. minimal does not know the extended key
 * usage, so it is checked here. Without a subjectAltName minimal uses the Common Name, which RFC
 * 9525 forbids and no AWS SDK does, so such a certificate is refused here.
 */
struct chain {
	const br_x509_class *vtable; /* first: the engine finds its functions here */
	br_x509_class functions;
	br_x509_minimal_context minimal;
	br_name_element alternative; /* whether the certificate has a subjectAltName for hosts */
	char unused[1]; /* where it would be copied to */
	struct trust trust;
	struct chain_key key;
	const char *server_name;
	size_t count;
	size_t used;
	int error;
	struct certificate certificate[CHAIN_CERTIFICATES_MAX]; /* only der, until all are here */
	unsigned char bytes[CHAIN_BYTES_MAX];
};

/*
 * Prepares c for the engine: RSA from 2048 bits and ECDSA, valid at unix_now, seconds since 1970.
 * What trust points to must stay. The bytes are not touched.
 */
void chain_init(struct chain *c, struct trust trust, int64_t unix_now);

#endif
