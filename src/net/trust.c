#include "net/trust.h"

#include <string.h>

#include "base/bounds.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"

/* A name and an RSA key of 4096 bits are less than a kilobyte. */
#define ANCHOR_BYTES_MAX (TRUST_ANCHORS_MAX * 1024)
/* The largest certificate in common bundles has 2 KiB. */
#define CERTIFICATE_MAX (16 * 1024)

static struct {
	char file[TRUST_FILE_MAX + 1];
	unsigned char certificate[CERTIFICATE_MAX];
	size_t certificate_len;
	bool certificate_cut;
	unsigned char dn[CERTIFICATE_MAX];
	size_t dn_len;
	bool dn_cut;
	br_x509_trust_anchor anchor[TRUST_ANCHORS_MAX];
	size_t count;
	unsigned char bytes[ANCHOR_BYTES_MAX];
	size_t bytes_len;
} store;

struct trust
trust_builtin(void)
{
	return (struct trust){ trust_roots, trust_roots_count };
}

/* br_pem_decoder's and br_x509_decoder's callbacks. */
static void
take_certificate(void *unused, const void *data, size_t len)
{
	(void)unused;
	if (len > sizeof(store.certificate) - store.certificate_len) {
		store.certificate_cut = true;
		return;
	}
	memcpy(store.certificate + store.certificate_len, data, len);
	store.certificate_len += len;
}

static void
take_dn(void *unused, const void *data, size_t len)
{
	(void)unused;
	if (len > sizeof(store.dn) - store.dn_len) {
		store.dn_cut = true;
		return;
	}
	memcpy(store.dn + store.dn_len, data, len);
	store.dn_len += len;
}

/* Copies bytes to where they stay; NULL when there is no room. */
static unsigned char *
keep_bytes(const unsigned char *p, size_t n)
{
	if (n > sizeof(store.bytes) - store.bytes_len)
		return NULL;
	unsigned char *kept = store.bytes + store.bytes_len;
	memcpy(kept, p, n);
	store.bytes_len += n;
	return kept;
}

static bool
keep_key(br_x509_pkey *to, const br_x509_pkey *from)
{
	*to = *from;
	if (from->key_type == BR_KEYTYPE_RSA) {
		to->key.rsa.n = keep_bytes(from->key.rsa.n, from->key.rsa.nlen);
		to->key.rsa.e = keep_bytes(from->key.rsa.e, from->key.rsa.elen);
		return to->key.rsa.n != NULL && to->key.rsa.e != NULL;
	}
	to->key.ec.q = keep_bytes(from->key.ec.q, from->key.ec.qlen);
	return to->key.ec.q != NULL;
}

/* Makes an anchor of the certificate that was just read; false when bounds are reached. */
static bool
add_anchor(const char *path, struct err *e)
{
	struct quoted q;
	br_x509_decoder_context decoder;
	store.dn_len = 0;
	store.dn_cut = false;
	br_x509_decoder_init(&decoder, take_dn, NULL);
	br_x509_decoder_push(&decoder, store.certificate, store.certificate_len);
	const br_x509_pkey *key = br_x509_decoder_get_pkey(&decoder);
	if (store.certificate_cut || store.dn_cut || key == NULL) {
		log_debug(
			"%s: left out a certificate that cannot be used", quote(&q, span_of(path)));
		return true;
	}

	if (store.count == TRUST_ANCHORS_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %d certificates",
			quote(&q, span_of(path)), TRUST_ANCHORS_MAX);
	br_x509_trust_anchor *anchor = &store.anchor[store.count];
	anchor->flags = br_x509_decoder_isCA(&decoder) ? BR_X509_TA_CA : 0;
	anchor->dn.data = keep_bytes(store.dn, store.dn_len);
	anchor->dn.len = store.dn_len;
	if (anchor->dn.data == NULL || !keep_key(&anchor->pkey, key))
		return err_set(e, ERR_LIMIT, "%s: its names and keys have more than %d bytes",
			quote(&q, span_of(path)), ANCHOR_BYTES_MAX);
	store.count++;
	return true;
}

/* BearSSL leaves the dashes behind the name where the line ends in CR LF. */
static bool
is_certificate(struct span name)
{
	while (span_ends_with(name, SPAN("-")))
		name.n--;
	return span_eq(name, SPAN("CERTIFICATE")) || span_eq(name, SPAN("X509 CERTIFICATE"));
}

static bool
read_pem(const char *path, struct span text, struct err *e)
{
	br_pem_decoder_context pem;
	bool inside = false;
	br_pem_decoder_init(&pem);
	while (text.n > 0) {
		text = span_skip(text, br_pem_decoder_push(&pem, text.p, text.n));
		int event = br_pem_decoder_event(&pem);
		if (event == BR_PEM_BEGIN_OBJ) {
			inside = is_certificate(span_of(br_pem_decoder_name(&pem)));
			store.certificate_len = 0;
			store.certificate_cut = false;
			br_pem_decoder_setdest(&pem, inside ? take_certificate : NULL, NULL);
		} else if (event == BR_PEM_END_OBJ && inside) {
			if (!add_anchor(path, e))
				return false;
			inside = false;
		} else if (event == BR_PEM_ERROR) {
			struct quoted q;
			inside = false;
			/* Or it puts what it has of this one in front of the next. */
			br_pem_decoder_init(&pem);
			log_debug("%s: left out a damaged part", quote(&q, span_of(path)));
		}
	}
	return true;
}

bool
trust_load(const char *path, struct trust *t, struct err *e)
{
	struct quoted q;
	struct buf file = { .p = store.file, .cap = TRUST_FILE_MAX };
	if (!fdio_read_file(path, &file, e))
		return err_ctx(e, "CA bundle");
	/* The decoder ends a certificate at the end of a line, which the last one may not have. */
	file.cap++;
	buf_put_char(&file, '\n');
	if (!read_pem(path, buf_span(&file), e))
		return err_ctx(e, "CA bundle");
	if (store.count == 0) {
		err_set(e, ERR_USAGE, "CA bundle: %s: no usable certificate in it",
			quote(&q, span_of(path)));
		return err_hint(e, "it must hold PEM certificates (BEGIN CERTIFICATE)");
	}
	*t = (struct trust){ store.anchor, store.count };
	return true;
}
