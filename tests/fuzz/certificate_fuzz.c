#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base64.h"
#include "fuzz/claims.h"
#include "net/certificate.h"
#include "net/tls.h"
#include "net/trust.h"

/*
 * The first byte says what the rest is: 'p' a bundle of PEM certificates, 'd' one certificate in
 * DER.
 */

#define INPUT_MAX 8192

static bool
lies_in(struct span der, const unsigned char *p, size_t n)
{
	return fuzz_lies_in((struct span){ (const char *)p, n }, der);
}

static bool
same(const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* A number that begins with zeros is the same without them. */
static bool
same_number(const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
	for (; b_len > 0 && *b == 0; b++)
		b_len--;
	return same(a, a_len, b, b_len);
}

static bool
same_key(const br_x509_pkey *a, const br_x509_pkey *b)
{
	if (a->key_type != b->key_type)
		return false;
	if (a->key_type == BR_KEYTYPE_RSA)
		return same_number(a->key.rsa.n, a->key.rsa.nlen, b->key.rsa.n, b->key.rsa.nlen) &&
		       same_number(a->key.rsa.e, a->key.rsa.elen, b->key.rsa.e, b->key.rsa.elen);
	return a->key.ec.curve == b->key.ec.curve &&
	       same(a->key.ec.q, a->key.ec.qlen, b->key.ec.q, b->key.ec.qlen);
}

static void
check_parts(struct span der, const br_x509_trust_anchor *a)
{
	const br_rsa_public_key *rsa = &a->pkey.key.rsa;
	const br_ec_public_key *ec = &a->pkey.key.ec;
	fuzz_check(a->dn.len > 0 && lies_in(der, a->dn.data, a->dn.len), "a subject");
	fuzz_check((a->flags & ~(unsigned)BR_X509_TA_CA) == 0, "a CA or not");
	if (a->pkey.key_type == BR_KEYTYPE_RSA) {
		fuzz_check(rsa->nlen > 0 && lies_in(der, rsa->n, rsa->nlen), "a modulus");
		fuzz_check(rsa->elen > 0 && lies_in(der, rsa->e, rsa->elen), "an exponent");
		return;
	}
	fuzz_check(a->pkey.key_type == BR_KEYTYPE_EC, "there is no other kind of key");
	fuzz_check(ec->qlen > 0 && lies_in(der, ec->q, ec->qlen), "a point");
}

static void
append_name(void *to, const void *bytes, size_t n)
{
	buf_put(to, (struct span){ bytes, n });
}

/* What BearSSL's own decoder accepts it reads as we do. */
static void
check_decoder(struct span der, const br_x509_trust_anchor *a)
{
	static char bytes[INPUT_MAX];
	static br_x509_decoder_context decoder;
	struct buf name = BUF(bytes);
	br_x509_decoder_init(&decoder, append_name, &name);
	br_x509_decoder_push(&decoder, der.p, der.n);
	const br_x509_pkey *key = br_x509_decoder_get_pkey(&decoder);
	if (key == NULL)
		return;
	fuzz_check(same_key(&a->pkey, key), "BearSSL reads the same key");
	fuzz_check(same(a->dn.data, a->dn.len, (unsigned char *)name.p, name.len),
		"BearSSL reads the same subject");
	fuzz_check((br_x509_decoder_isCA(&decoder) != 0) == (a->flags == BR_X509_TA_CA),
		"BearSSL calls the same ones CA");
}

/* BearSSL's judgement of a server that shows this certificate, made up as in net/chain.c. */
static int
judge(struct span der, struct trust trust)
{
	static br_x509_minimal_context x509;
	const br_x509_class **chain = &x509.vtable;
	br_x509_minimal_init(&x509, &br_sha256_vtable, trust.anchor, trust.count);
	br_x509_minimal_set_hash(&x509, br_sha256_ID, &br_sha256_vtable);
	br_x509_minimal_set_rsa(&x509, br_rsa_i62_pkcs1_vrfy);
	br_x509_minimal_set_ecdsa(&x509, &br_ec_prime_i31, br_ecdsa_i31_vrfy_asn1);
	br_x509_minimal_set_time(&x509, 740000, 0); /* 2026 */
	x509.vtable->start_chain(chain, "localhost");
	x509.vtable->start_cert(chain, (uint32_t)der.n);
	x509.vtable->append(chain, (const unsigned char *)der.p, der.n);
	x509.vtable->end_cert(chain);
	return (int)x509.vtable->end_chain(chain);
}

static void
check_judgement(struct span der, struct trust trust, bool may_pass)
{
	int number = judge(der, trust);
	const char *text = tls_error_text(number);
	fuzz_check(may_pass || number != 0, "nobody is who he says he is");
	if (number == 0)
		return;
	fuzz_check(text != NULL && text[0] != '\0', "there is a sentence for it");
	fuzz_check_printable(span_of(text));
}

/* Bytes that are written as PEM are read back. */
static void
check_pem(struct span der)
{
	static char text[2 * INPUT_MAX];
	static char bytes[INPUT_MAX];
	struct buf pem = BUF(text);
	struct buf again = BUF(bytes);
	buf_put_str(&pem, "-----BEGIN CERTIFICATE-----\n");
	base64_put(&pem, der);
	buf_put_str(&pem, "\n-----END CERTIFICATE-----\n");
	struct span rest = buf_span(&pem);
	fuzz_check(certificate_next_pem(&rest, &again), "there is a certificate");
	fuzz_check(span_eq(buf_span(&again), der), "the round trip through PEM");
	fuzz_check(!certificate_next_pem(&rest, &again), "and no other");
}

static void
read_der(struct span der)
{
	br_x509_trust_anchor anchor = { 0 };
	const char *why;
	struct span name = certificate_common_name(der);
	fuzz_check(name.n == 0 || fuzz_lies_in(name, der), "a name of the certificate");
	check_pem(der);
	check_judgement(der, trust_builtin(), false);
	if (!certificate_anchor(der, &anchor, &why)) {
		fuzz_check(why != NULL, "a reason");
		return;
	}
	check_parts(der, &anchor);
	check_decoder(der, &anchor);
	check_judgement(der, (struct trust){ .anchor = &anchor, .count = 1 }, true);
}

/* Returns how many certificates can be used. */
static size_t
walk(struct span text)
{
	static char bytes[INPUT_MAX];
	struct buf der = BUF(bytes);
	struct span rest = text;
	size_t usable = 0;
	for (size_t start = 0, left = rest.n; certificate_next_pem(&rest, &der); start = der.len) {
		br_x509_trust_anchor anchor = { 0 };
		const char *why;
		struct span one = span_skip(buf_span(&der), start);
		fuzz_check(rest.n < left && fuzz_lies_in(rest, text), "it comes nearer to the end");
		fuzz_check(one.n == 0 || span_starts_with(rest, SPAN("-----END CERTIFICATE-----")),
			"a certificate has its end");
		fuzz_check(!der.overflow, "DER is shorter than PEM");
		left = rest.n;
		if (certificate_anchor(one, &anchor, &why)) {
			check_parts(one, &anchor);
			usable++;
		}
	}
	return usable;
}

/* The bundle as a file, as which the fetcher gets it. */
static void
read_bundle(struct span text)
{
	static struct trust_store store;
	char path[32];
	struct buf b = BUF(path);
	struct trust trust;
	struct err e = { 0 };
	size_t usable = walk(text);
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	fuzz_check(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n, "a file");
	buf_printf(&b, "/proc/self/fd/%d", fd);
	bool ok = trust_load(&store, buf_str(&b), &trust, &e);
	close(fd);
	fuzz_check(ok == (usable > 0), "a bundle has a certificate that can be used");
	if (ok) {
		fuzz_check(trust.count == usable, "all that can be used are");
		return;
	}
	fuzz_check_error(&e);
	fuzz_check(e.kind == ERR_USAGE && e.hint[0] != '\0', "the error says what to do");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = fuzz_input(data, size);
	if (size == 0 || size > INPUT_MAX)
		return 0;
	text = span_skip(text, 1);
	if (data[0] == 'p')
		read_bundle(text);
	if (data[0] == 'd')
		read_der(text);
	return 0;
}
