#include "net/trust.h"

#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "net/certificate.h"

struct trust
trust_builtin(void)
{
	return (struct trust){ trust_roots, trust_roots_count };
}

static bool
add_anchors(struct trust_store *store, struct span text, struct err *e)
{
	struct buf der = BUF(store->der);
	size_t left_out = 0;
	for (size_t start = 0; certificate_next_pem(&text, &der); start = der.len) {
		if (store->count == TRUST_ANCHORS_MAX)
			return err_set(
				e, ERR_LIMIT, "more than %d certificates", TRUST_ANCHORS_MAX);
		if (certificate_anchor(
			    span_skip(buf_span(&der), start), &store->anchor[store->count]))
			store->count++;
		else
			left_out++;
	}
	if (left_out > 0)
		log_debug("%zu certificates that cannot be used are left out", left_out);
	if (store->count > 0)
		return true;
	err_set(e, ERR_USAGE, "no usable certificate in it");
	return err_hint(e, "it must hold PEM certificates (BEGIN CERTIFICATE)");
}

bool
trust_load(struct trust_store *store, const char *path, struct trust *t, struct err *e)
{
	struct quoted q;
	struct buf file = BUF(store->file);
	store->count = 0;
	if (!fdio_read_file(path, &file, e))
		return err_ctx(e, "CA bundle");
	if (!add_anchors(store, buf_span(&file), e))
		return err_ctx(e, "CA bundle: %s", quote(&q, span_of(path)));
	*t = (struct trust){ store->anchor, store->count };
	return true;
}
