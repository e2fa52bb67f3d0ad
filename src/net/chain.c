#include "net/chain.h"

#include <string.h>

#include "net/curves.h"

_Static_assert(offsetof(struct chain, vtable) == 0, "the engine hands back what is at the start");

/* Days from year 0 (BearSSL's calendar) to 1970. */
#define DAYS_TO_1970 719528
#define SECONDS_A_DAY 86400

/* The last byte of authorityKeyIdentifier's id, 2.5.29.35, which minimal skips, critical or not. */
#define SKIPPED_ID 0x23

static struct chain *
chain_of(const br_x509_class **ctx)
{
	return (struct chain *)(void *)ctx;
}

static void
start_chain(const br_x509_class **ctx, const char *server_name)
{
	struct chain *c = chain_of(ctx);
	c->server_name = server_name;
	c->count = 0;
	c->used = 0;
	c->error = 0;
	c->key.key.key_type = 0;
}

static void
start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct chain *c = chain_of(ctx);
	if (c->count == CHAIN_CERTIFICATES_MAX || length > sizeof(c->bytes) - c->used)
		c->error = CHAIN_TOO_LONG;
	if (c->error != 0)
		return;
	c->certificate[c->count++].der = (struct span){ (const char *)c->bytes + c->used, 0 };
}

static void
append(const br_x509_class **ctx, const unsigned char *bytes, size_t n)
{
	struct chain *c = chain_of(ctx);
	if (c->error != 0 || n > sizeof(c->bytes) - c->used)
		return;
	memcpy(c->bytes + c->used, bytes, n);
	c->used += n;
	c->certificate[c->count - 1].der.n += n;
}

static void
end_cert(const br_x509_class **ctx)
{
	(void)ctx;
}

static void
feed(struct chain *c, struct span bytes)
{
	c->minimal.vtable->append(&c->minimal.vtable, (const unsigned char *)bytes.p, bytes.n);
}

/*
 * An extension that minimal does not know ends it when it is critical. This one has been checked,
 * so minimal is shown the id of one that it skips, while the signature's hash gets the true byte.
 * It relies on do_mhash and mhash of br_x509_minimal_context in the pinned version 0.6: the former
 * says whether a byte goes into the latter.
 */
static void
feed_past(struct chain *c, const char *byte)
{
	static const char skipped[] = { SKIPPED_ID };
	unsigned char counts = c->minimal.do_mhash;
	c->minimal.do_mhash = 0;
	feed(c, (struct span){ skipped, 1 });
	c->minimal.do_mhash = counts;
	if (counts)
		br_multihash_update(&c->minimal.mhash, byte, 1);
}

/* Has minimal judge one certificate. */
static void
judge(struct chain *c, struct span der, const struct extension *usage)
{
	c->minimal.vtable->start_cert(&c->minimal.vtable, (uint32_t)der.n);
	if (usage->is_critical) {
		const char *last = usage->id.p + usage->id.n - 1;
		size_t before = (size_t)(last - der.p);
		feed(c, (struct span){ der.p, before });
		feed_past(c, last);
		der = span_skip(der, before + 1);
	}
	feed(c, der);
	c->minimal.vtable->end_cert(&c->minimal.vtable);
}

static bool
is_anchor(const struct chain *c, struct span name)
{
	for (size_t i = 0; i < c->minimal.trust_anchors_num; i++) {
		const br_x500_name *dn = &c->minimal.trust_anchors[i].dn;
		if (span_eq((struct span){ (const char *)dn->data, dn->len }, name))
			return true;
	}
	return false;
}

/* The unused certificate of this name; of several, one that an anchor issued. NULL: none. */
static struct certificate *
find(struct chain *c, struct span name)
{
	struct certificate *found = NULL;
	for (size_t i = 0; name.n > 0 && i < c->count; i++) {
		struct certificate *other = &c->certificate[i];
		if (!span_eq(other->subject, name))
			continue;
		if (is_anchor(c, other->issuer))
			return other;
		if (found == NULL)
			found = other;
	}
	return found;
}

/*
 * minimal trusts the subject and the key of an anchor that is not a CA's. With its key one can
 * make other certificates with both, for any host, so such anchors count for their own bytes alone.
 */
static void
choose_anchors(struct chain *c, struct span der)
{
	const struct trust *trust = &c->trust;
	struct span rest = trust->bundle;
	c->minimal.trust_anchors_num = trust->count;
	if (trust->alone > 0 && !span_skip_past(&rest, der))
		c->minimal.trust_anchors_num -= trust->alone;
}

static unsigned
verify(struct chain *c)
{
	struct certificate *now = c->count > 0 ? &c->certificate[0] : NULL;
	if (now != NULL)
		choose_anchors(c, now->der);
	c->minimal.vtable->start_chain(&c->minimal.vtable, c->server_name);
	for (size_t i = 0; i < c->count; i++) {
		/* A stray that cannot be read has no name, so it is never found. */
		if (!certificate_read(c->certificate[i].der, &c->certificate[i]))
			c->certificate[i].subject.n = 0;
	}
	while (c->error == 0 && c->minimal.err == 0 && now != NULL) {
		struct extension usage;
		/* The first one: minimal reads DER that we do not, and would not miss its usage. */
		if (now->subject.n == 0)
			c->error = BR_ERR_X509_INVALID_VALUE;
		else if (!certificate_serves(now, &usage))
			c->error = CHAIN_WRONG_USAGE;
		else
			judge(c, now->der, &usage);
		/* Used up, or two that issued each other would go on for ever. */
		now->subject.n = 0;
		now = find(c, now->issuer);
	}
	unsigned number = c->minimal.vtable->end_chain(&c->minimal.vtable);
	if (c->error != 0)
		return (unsigned)c->error;
	return number == 0 && c->alternative.status == 0 ? BR_ERR_X509_BAD_SERVER_NAME : number;
}

static void
copy_key(struct chain_key *to, const br_x509_pkey *from, unsigned usages)
{
	to->key = *from;
	to->usages = usages;
	if (from->key_type == BR_KEYTYPE_EC) {
		to->key.key.ec.q = to->bytes;
		memcpy(to->bytes, from->key.ec.q, from->key.ec.qlen);
	} else {
		const br_rsa_public_key *rsa = &from->key.rsa;
		to->key.key.rsa.n = to->bytes;
		to->key.key.rsa.e = to->bytes + rsa->nlen;
		memcpy(to->bytes, rsa->n, rsa->nlen);
		memcpy(to->bytes + rsa->nlen, rsa->e, rsa->elen);
	}
}

static void
make_digest(const struct chain *c, unsigned char digest[br_sha256_SIZE])
{
	br_sha256_context sha;
	br_sha256_init(&sha);
	br_sha256_update(&sha, c->server_name, strlen(c->server_name) + 1);
	for (size_t i = 0; i < c->count; i++) {
		const struct span der = c->certificate[i].der;
		br_sha256_update(&sha, &der.n, sizeof(der.n));
		br_sha256_update(&sha, der.p, der.n);
	}
	br_sha256_out(&sha, digest);
}

static unsigned
end_chain(const br_x509_class **ctx)
{
	struct chain *c = chain_of(ctx);
	struct chain_proof *proof = c->trust.proof;
	unsigned char digest[br_sha256_SIZE];
	unsigned usages = 0;
	make_digest(c, digest);
	if (proof != NULL && c->error == 0 && proof->key.key.key_type != 0 &&
		memcmp(proof->digest, digest, sizeof(digest)) == 0) {
		copy_key(&c->key, &proof->key.key, proof->key.usages);
		return 0;
	}
	const unsigned number = verify(c);
	if (number != 0)
		return number;
	const br_x509_pkey *key = c->minimal.vtable->get_pkey(&c->minimal.vtable, &usages);
	copy_key(&c->key, key, usages);
	if (proof != NULL) {
		memcpy(proof->digest, digest, sizeof(digest));
		copy_key(&proof->key, key, usages);
	}
	return 0;
}

static const br_x509_pkey *
get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	const struct chain *c = (const struct chain *)(const void *)ctx;
	if (c->key.key.key_type == 0)
		return NULL;
	if (usages != NULL)
		*usages = c->key.usages;
	return &c->key.key;
}

static void
set_validation(struct chain *c, struct trust trust, int64_t unix_now)
{
	static const unsigned char dns_name[] = { 0, 2 };
	br_x509_minimal_context *x509 = &c->minimal;
	br_x509_minimal_init(x509, &br_sha256_vtable, trust.anchor, trust.count);
	br_x509_minimal_set_hash(x509, br_sha256_ID, &br_sha256_vtable);
	br_x509_minimal_set_hash(x509, br_sha384_ID, &br_sha384_vtable);
	br_x509_minimal_set_hash(x509, br_sha512_ID, &br_sha512_vtable);
	br_x509_minimal_set_rsa(x509, br_rsa_i62_pkcs1_vrfy);
	br_x509_minimal_set_ecdsa(x509, &curves, br_ecdsa_i31_vrfy_asn1);
	/* BearSSL takes 1024 bits unless told otherwise. */
	br_x509_minimal_set_minrsa(x509, CERTIFICATE_RSA_BYTES_MIN);
	br_x509_minimal_set_time(x509, (uint32_t)(unix_now / SECONDS_A_DAY + DAYS_TO_1970),
		(uint32_t)(unix_now % SECONDS_A_DAY));
	c->alternative = (br_name_element){ dns_name, c->unused, sizeof(c->unused), 0 };
	br_x509_minimal_set_name_elements(x509, &c->alternative, 1);
}

void
chain_init(struct chain *c, struct trust trust, int64_t unix_now)
{
	c->functions = (br_x509_class){ sizeof(*c), start_chain, start_cert, append, end_cert,
		end_chain, get_pkey };
	c->vtable = &c->functions;
	c->trust = trust;
	c->error = 0;
	c->key.key.key_type = 0;
	set_validation(c, trust, unix_now);
}
