#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"

/* The five Amazon roots, made from third_party/roots by the build. */
extern const br_x509_trust_anchor trust_roots[];
extern const size_t trust_roots_count;

struct chain_proof;

/* What is trusted: the built-in roots or the certificates of a bundle, never both. */
struct trust {
	const br_x509_trust_anchor *anchor;
	size_t count;
	size_t alone; /* the last of them, which are not CAs' */
	size_t left_out; /* certificates of the bundle that cannot be used */
	struct span bundle; /* the bytes of its certificates */
	struct chain_proof *proof; /* the chain that was accepted last (net/chain.h), or NULL */
};

struct trust trust_builtin(void);

/* A bundle's text, its certificates' bytes, and the anchors, which point into these. */
struct trust_store {
	char file[TRUST_FILE_MAX];
	char der[TRUST_FILE_MAX];
	br_x509_trust_anchor anchor[TRUST_ANCHORS_MAX];
	size_t count;
	size_t alone;
	size_t left_out;
};

/*
 * Reads a PEM bundle. Certificates that BearSSL cannot use (other key types, damaged ones) are left
 * out and counted, and --verbose says which and why. One that is not a CA's is trusted as itself
 * only. ERR_USAGE: unreadable, or no usable certificate in it; ERR_LIMIT: TRUST_FILE_MAX,
 * TRUST_ANCHORS_MAX. *t points into the store.
 */
bool trust_load(struct trust_store *store, const char *path, struct trust *t, struct err *e);

#endif
