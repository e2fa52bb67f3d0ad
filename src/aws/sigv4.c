#include "aws/sigv4.h"

#include <string.h>

#include "aws/hash.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

static void
put_lower(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_put_char(b, ascii_lower(s.p[i]));
}

/* "name:value" and a line's end for each, the value with one blank for each run of them inside. */
static void
put_fields(struct buf *b, const struct sigv4_request *r)
{
	for (unsigned i = 0; i < r->field_count; i++) {
		struct span value = r->field[i].value;
		struct span word;
		put_lower(b, r->field[i].name);
		buf_put_char(b, ':');
		for (bool first = true; span_word(&value, " \t", &word); first = false) {
			if (!first)
				buf_put_char(b, ' ');
			buf_put(b, word);
		}
		buf_put_char(b, '\n');
	}
}

static void
put_names(struct buf *b, const struct sigv4_request *r)
{
	for (unsigned i = 0; i < r->field_count; i++) {
		if (i > 0)
			buf_put_char(b, ';');
		put_lower(b, r->field[i].name);
	}
}

static void
put_digest(struct buf *b, struct span message)
{
	struct hash_sha256 digest;
	hash_sha256(message, &digest);
	hash_put_hex(b, &digest);
}

static void
put_line(struct buf *b, struct span s)
{
	buf_put(b, s);
	buf_put_char(b, '\n');
}

void
sigv4_put_canonical_request(struct buf *b, const struct sigv4_request *r)
{
	put_line(b, r->method);
	put_line(b, r->path);
	put_line(b, r->query);
	put_fields(b, r);
	buf_put_char(b, '\n');
	put_names(b, r);
	buf_put_char(b, '\n');
	put_digest(b, r->payload);
}

static struct span
date_of(const struct sigv4_scope *scope)
{
	return (struct span){ scope->stamp.p, sizeof("YYYYMMDD") - 1 };
}

/* date/region/service/aws4_request */
static void
put_scope(struct buf *b, const struct sigv4_scope *scope)
{
	buf_put(b, date_of(scope));
	buf_put_char(b, '/');
	buf_put(b, scope->region);
	buf_put_char(b, '/');
	buf_put(b, scope->service);
	buf_put_str(b, "/aws4_request");
}

void
sigv4_put_string_to_sign(
	struct buf *b, const struct sigv4_scope *scope, struct span canonical_request)
{
	put_line(b, SPAN(ALGORITHM));
	put_line(b, scope->stamp);
	put_scope(b, scope);
	buf_put_char(b, '\n');
	put_digest(b, canonical_request);
}

/* HMAC chain of secret, date, region, service; b holds the prefixed secret for a moment. */
static void
derive_key(struct buf *b, const struct credentials *c, const struct sigv4_scope *scope,
	struct hash_sha256 *key)
{
	size_t start = b->len;
	buf_put_str(b, "AWS4");
	buf_put(b, c->secret_access_key.bytes);
	hash_hmac_sha256(span_skip(buf_span(b), start), date_of(scope), key);
	memset(b->p + start, 0, b->len - start);
	b->len = start;

	hash_hmac_sha256(hash_bytes(key), scope->region, key);
	hash_hmac_sha256(hash_bytes(key), scope->service, key);
	hash_hmac_sha256(hash_bytes(key), SPAN("aws4_request"), key);
}

/* The signature of r; the intermediate texts follow each other in b. */
static void
sign(struct buf *b, const struct credentials *c, const struct sigv4_scope *scope,
	const struct sigv4_request *r, struct hash_sha256 *signature)
{
	size_t start = b->len;
	derive_key(b, c, scope, signature);
	sigv4_put_canonical_request(b, r);
	size_t to_sign = b->len;
	sigv4_put_string_to_sign(b, scope, span_skip(buf_span(b), start));
	hash_hmac_sha256(hash_bytes(signature), span_skip(buf_span(b), to_sign), signature);
	b->len = start;
}

bool
sigv4_put_authorization(struct buf *b, const struct credentials *c, const struct sigv4_scope *scope,
	const struct sigv4_request *r, struct err *e)
{
	struct buf before = *b;
	struct hash_sha256 signature;
	sign(b, c, scope, r, &signature);

	buf_put_str(b, ALGORITHM " Credential=");
	buf_put(b, c->access_key_id.bytes);
	buf_put_char(b, '/');
	put_scope(b, scope);
	buf_put_str(b, ", SignedHeaders=");
	put_names(b, r);
	buf_put_str(b, ", Signature=");
	hash_put_hex(b, &signature);
	if (!b->overflow)
		return true;
	*b = before;
	return err_set(e, ERR_LIMIT, "the request to sign does not fit into %zu bytes",
		before.cap - before.len);
}

void
sigv4_put_encoded(struct buf *b, struct span s, const char *plain)
{
	for (;;) {
		size_t n = span_alnum(s, plain);
		buf_put(b, (struct span){ s.p, n });
		if (n == s.n)
			return;
		buf_printf(b, "%%%02X", (unsigned)(unsigned char)s.p[n]);
		s = span_skip(s, n + 1);
	}
}

/* Takes "/last" off what was written since start; there is nothing above the root. */
static void
drop_segment(struct buf *b, size_t start)
{
	while (b->len > start) {
		b->len--;
		if (b->p[b->len] == '/')
			return;
	}
}

void
sigv4_put_path(struct buf *b, struct span path)
{
	size_t start = b->len;
	struct span segment;
	bool open = true; /* the path ends in a slash, or in a dot segment, which leaves one */
	/* Each segment is written with the slash before it; one at the end is followed by none. */
	while (span_split(&path, '/', &segment)) {
		bool is_up = span_eq(segment, SPAN(".."));
		open = segment.n == 0 || is_up || span_eq(segment, SPAN("."));
		if (is_up)
			drop_segment(b, start);
		if (open)
			continue;
		buf_put_char(b, '/');
		sigv4_put_encoded(b, segment, SIGV4_UNRESERVED);
	}
	if (open)
		buf_put_char(b, '/');
}
