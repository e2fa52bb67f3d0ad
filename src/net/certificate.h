#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <bearssl.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * What a trust anchor is made of, out of a certificate of the operator's own bundle. The peers'
 * certificates are BearSSL's to judge. Pure.
 */

/* RSA keys below 2048 bits are refused, a peer's and an anchor's. */
#define CERTIFICATE_RSA_BYTES_MIN 256

/*
 * Appends the bytes of the next PEM certificate in *text (RFC 7468 section 3) and takes it off,
 * with all that precedes it. False when there is none left. One whose base64 is damaged or that
 * does not fit appends nothing.
 */
bool certificate_next_pem(struct span *text, struct buf *der);

/*
 * The subject, the key and whether it is a CA (RFC 5280 section 4.1), pointing into der. False for
 * what cannot be used: other keys than RSA and ECDSA on P-256, P-384 and P-521, short RSA keys,
 * damaged ones.
 */
bool certificate_anchor(struct span der, br_x509_trust_anchor *anchor);

#endif
