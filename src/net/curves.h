#ifndef NET_CURVES_H
#define NET_CURVES_H

#include <bearssl.h>

/*
 * Elliptic curves for TLS and certificates. X25519 and P-256, one of which servers choose, have
 * code of their own in BearSSL, which takes a seventh and a third of the time of the general code,
 * which serves P-384 and P-521. A ClientHello of BearSSL names X25519 first.
 */
extern const br_ec_impl curves;

#endif
