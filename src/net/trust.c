#include "net/trust.h"

#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "net/certificate.h"

struct trust
trust_builtin(void)
{
	return (struct trust){ .anchor = trust_roots, .count = trust_roots_count };
}

/* Takes one certificate as an anchor, or leaves it out and says why. */
static void
add_anchor(struct trust_store *store, struct span der, const char **why)
{
	struct quoted q;
	size_t position = store->count + store->left_out + 1;
	br_x509_trust_anchor anchor;
	if (certificate_anchor(der, &anchor, why)) {
		br_x509_trust_anchor *const end = &store->anchor[store->count++];
		br_x509_trust_anchor *const to = end - (anchor.flags != 0 ? store->alone : 0);
		store->alone += anchor.flags == 0;
		*end = *to;
		*to = anchor;
		return;
	}
	log_debug("trust: certificate %zu of the bundle, '%s', is left out: %s", position,
		quote(&q, certificate_common_name(der)), *why);
	store->left_out++;
}

static bool
add_anchors(struct trust_store *store, struct span text, struct buf *der, struct err *e)
{
	const char *why = "it has none";
	for (size_t start = 0; certificate_next_pem(&text, der); start = der->len) {
		if (store->count == TRUST_ANCHORS_MAX)
			return err_set(
				e, ERR_LIMIT, "more than %d certificates", TRUST_ANCHORS_MAX);
		add_anchor(store, span_skip(buf_span(der), start), &why);
	}
	if (store->count > 0)
		return true;
	err_set(e, ERR_USAGE, "no usable certificate in it: %s", why);
	return err_hint(e,
		"it must hold PEM certificates (BEGIN CERTIFICATE) with keys for RSA of at "
		"least 2048 bits, or for ECDSA on P-256, P-384 or P-521");
}

bool
trust_load(struct trust_store *store, const char *path, struct trust *t, struct err *e)
{
	struct quoted q;
	struct buf file = BUF(store->file);
	struct buf der = BUF(store->der);
	store->count = 0;
	store->alone = 0;
	store->left_out = 0;
	if (!fdio_read_file(path, &file, e))
		return err_ctx(e, "CA bundle");
	if (!add_anchors(store, buf_span(&file), &der, e))
		return err_ctx(e, "CA bundle: %s", quote(&q, span_of(path)));
	*t = (struct trust){ .anchor = store->anchor,
		.count = store->count,
		.alone = store->alone,
		.left_out = store->left_out,
		.bundle = buf_span(&der) };
	return true;
}
