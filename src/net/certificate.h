#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <bearssl.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The parts of a certificate that BearSSL does not give: what a trust anchor is made of, and what a
 * chain is sorted by. Whether a server's certificates can be trusted is BearSSL's to judge. Pure.
 */

/* RSA keys below 2048 bits are refused, a peer's and an anchor's. */
#define CERTIFICATE_RSA_BYTES_MIN 256

/*
 * Appends the bytes of the next PEM certificate in *text (RFC 7468 section 3) and takes it off,
 * with all that precedes it. False when there is none left. One whose base64 is damaged or that
 * does not fit appends nothing.
 */
bool certificate_next_pem(struct span *text, struct buf *der);

/* Parts of a certificate (RFC 5280 section 4.1), pointing into der. */
struct certificate {
	struct span der;
	struct span issuer; /* with its header, as subject */
	struct span subject;
	struct span key; /* content of subjectPublicKeyInfo */
	struct span extensions; /* content of the list; empty when there is none */
};

struct extension {
	struct span id; /* content of the object identifier; empty: there is no such extension */
	struct span value; /* content of the octet string */
	bool is_critical;
};

/* False for what is not a certificate as far as its key. */
bool certificate_read(struct span der, struct certificate *c);

/*
 * Whether its extended key usage, which goes to *usage, lets it stand for a TLS server: it has
 * none, or one with serverAuth or anyExtendedKeyUsage (RFC 5280 section 4.2.1.12).
 */
bool certificate_serves(const struct certificate *c, struct extension *usage);

/* The subject's Common Name, pointing into der; empty if there is none. For messages only. */
struct span certificate_common_name(struct span der);

/*
 * The subject, the key and whether it is a CA (RFC 5280 section 4.1), pointing into der. False, and
 * *why, for what cannot be used: other keys than RSA and ECDSA on P-256, P-384 and P-521, short RSA
 * keys, damaged ones.
 */
bool certificate_anchor(struct span der, br_x509_trust_anchor *anchor, const char **why);

#endif
