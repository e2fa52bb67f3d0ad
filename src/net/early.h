#ifndef NET_EARLY_H
#define NET_EARLY_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bounds.h"
#include "base/span.h"

/*
 * False Start (RFC 7918): the first bytes of a request follow our Finished at once, without
 * waiting for the server's, which saves a round trip. The RFC's conditions are met: all our
 * suites are ECDHE with AEAD, and the engine verifies the chain, the name and the signature of
 * the key exchange before it sends Finished. Until the server's Finished is verified, the engine
 * refuses application data, so nothing that the server sends before it is used.
 *
 * BearSSL has no call for it. early.c makes the record itself by the engine's own context for
 * outgoing records, and relies on fields of br_ssl_engine_context in the pinned version 0.6.
 */

/* Header and explicit nonce before the text, tag after it (RFC 5288 section 3). */
#define EARLY_BEFORE (5 + 8)
#define EARLY_AFTER 16

struct early {
	size_t from; /* what is still to be sent */
	size_t to; /* 0: nothing was ever sealed */
	unsigned char bytes[EARLY_BEFORE + EARLY_MAX + EARLY_AFTER];
};

/* Whether our Finished was handed to the network and the server's is awaited. */
bool early_is_possible(const br_ssl_engine_context *engine);

/*
 * Seals the first bytes, at most EARLY_MAX, as the one early record; only while early_is_possible.
 * Returns how many. They have to be sent before anything else from the engine.
 */
size_t early_seal(struct early *early, br_ssl_engine_context *engine, struct span bytes);

#endif
