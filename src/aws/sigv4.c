#include "aws/sigv4.h"

#include <string.h>

#include "aws/hash.h"
#include "aws/time.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

/* A request's fields by name, the order of equal names kept. */
struct field_order {
	const struct http_field *field[SIGV4_FIELDS_MAX];
	unsigned count;
};

static int
compare_names(struct span a, struct span b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int order = (unsigned char)ascii_lower(a.p[i]) - (unsigned char)ascii_lower(b.p[i]);
		if (order != 0)
			return order;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

static void
order_fields(const struct sigv4_request *r, struct field_order *order)
{
	order->count = 0;
	for (unsigned i = 0; i < r->field_count && i < SIGV4_FIELDS_MAX; i++) {
		const struct http_field *field = &r->field[i];
		unsigned at = order->count++;
		while (at > 0 && compare_names(field->name, order->field[at - 1]->name) < 0) {
			order->field[at] = order->field[at - 1];
			at--;
		}
		order->field[at] = field;
	}
}

static void
put_lower(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_put_char(b, ascii_lower(s.p[i]));
}

/* A value without blanks at its ends and with one for each run of them inside. */
static void
put_value(struct buf *b, struct span value)
{
	struct span word = { 0 };
	for (bool first = true; span_word(&value, " \t", &word); first = false) {
		if (!first)
			buf_put_char(b, ' ');
		buf_put(b, word);
	}
}

/* Equal names stand next to each other; no field has the empty one. */
static void
put_fields(struct buf *b, const struct field_order *order)
{
	struct span before = { 0 };
	for (unsigned i = 0; i < order->count; i++) {
		struct span name = order->field[i]->name;
		if (compare_names(name, before) == 0) {
			buf_put_char(b, ',');
		} else {
			if (i > 0)
				buf_put_char(b, '\n');
			put_lower(b, name);
			buf_put_char(b, ':');
		}
		put_value(b, order->field[i]->value);
		before = name;
	}
	if (order->count > 0)
		buf_put_char(b, '\n');
}

static void
put_names(struct buf *b, const struct field_order *order)
{
	struct span before = { 0 };
	for (unsigned i = 0; i < order->count; i++) {
		struct span name = order->field[i]->name;
		if (compare_names(name, before) == 0)
			continue;
		if (i > 0)
			buf_put_char(b, ';');
		put_lower(b, name);
		before = name;
	}
}

static void
put_digest(struct buf *b, struct span message)
{
	struct hash_sha256 digest;
	hash_sha256(message, &digest);
	hash_put_hex(b, hash_bytes(&digest));
}

void
sigv4_put_canonical_request(struct buf *b, const struct sigv4_request *r)
{
	struct field_order order;
	order_fields(r, &order);

	buf_put(b, r->method);
	buf_put_char(b, '\n');
	buf_put(b, r->path);
	buf_put_char(b, '\n');
	buf_put(b, r->query);
	buf_put_char(b, '\n');
	put_fields(b, &order);
	buf_put_char(b, '\n');
	put_names(b, &order);
	buf_put_char(b, '\n');
	put_digest(b, r->payload);
}

/* date/region/service/aws4_request */
static void
put_scope(struct buf *b, const struct sigv4_scope *scope, struct span stamp)
{
	buf_put(b, (struct span){ stamp.p, sizeof("YYYYMMDD") - 1 });
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
	char text[TIME_STAMP_LEN];
	struct buf stamp = BUF(text);
	time_put_stamp(&stamp, scope->time);

	buf_put_str(b, ALGORITHM "\n");
	buf_put(b, buf_span(&stamp));
	buf_put_char(b, '\n');
	put_scope(b, scope, buf_span(&stamp));
	buf_put_char(b, '\n');
	put_digest(b, canonical_request);
}

/* The free room of b as a buffer of its own, for text that does not stay. */
static struct buf
scratch_of(const struct buf *b)
{
	return (struct buf){ .p = b->p + b->len, .cap = b->cap - b->len, .overflow = b->overflow };
}

/* HMAC chain of secret, date, region, service; scratch holds the prefixed secret for a moment. */
static bool
derive_key(struct buf scratch, const struct credentials *c, const struct sigv4_scope *scope,
	struct hash_sha256 *key)
{
	char text[TIME_STAMP_LEN];
	struct buf stamp = BUF(text);
	time_put_stamp(&stamp, scope->time);

	buf_put_str(&scratch, "AWS4");
	buf_put(&scratch, c->secret_access_key.bytes);
	if (scratch.overflow)
		return false;
	hash_hmac_sha256(buf_span(&scratch), (struct span){ text, sizeof("YYYYMMDD") - 1 }, key);
	hash_hmac_sha256(hash_bytes(key), scope->region, key);
	hash_hmac_sha256(hash_bytes(key), scope->service, key);
	hash_hmac_sha256(hash_bytes(key), SPAN("aws4_request"), key);
	memset(scratch.p, 0, scratch.len);
	return true;
}

/* The signature of r; the pieces of text on the way to it follow each other in scratch. */
static bool
sign(struct buf scratch, const struct credentials *c, const struct sigv4_scope *scope,
	const struct sigv4_request *r, struct hash_sha256 *signature)
{
	struct hash_sha256 key;
	if (!derive_key(scratch, c, scope, &key))
		return false;

	sigv4_put_canonical_request(&scratch, r);
	struct span canonical = buf_span(&scratch);
	struct buf rest = scratch_of(&scratch);
	sigv4_put_string_to_sign(&rest, scope, canonical);
	hash_hmac_sha256(hash_bytes(&key), buf_span(&rest), signature);
	return !rest.overflow;
}

static void
put_authorization(struct buf *b, const struct credentials *c, const struct sigv4_scope *scope,
	const struct sigv4_request *r, const struct hash_sha256 *signature)
{
	char text[TIME_STAMP_LEN];
	struct buf stamp = BUF(text);
	time_put_stamp(&stamp, scope->time);
	struct field_order order;
	order_fields(r, &order);

	buf_put_str(b, ALGORITHM " Credential=");
	buf_put(b, c->access_key_id.bytes);
	buf_put_char(b, '/');
	put_scope(b, scope, buf_span(&stamp));
	buf_put_str(b, ", SignedHeaders=");
	put_names(b, &order);
	buf_put_str(b, ", Signature=");
	hash_put_hex(b, hash_bytes(signature));
}

bool
sigv4_put_authorization(struct buf *b, const struct credentials *c, const struct sigv4_scope *scope,
	const struct sigv4_request *r, struct err *e)
{
	if (r->field_count > SIGV4_FIELDS_MAX)
		return err_set(e, ERR_LIMIT, "%u fields to sign, at most %d (SIGV4_FIELDS_MAX)",
			r->field_count, SIGV4_FIELDS_MAX);

	struct buf before = *b;
	struct hash_sha256 signature;
	if (sign(scratch_of(b), c, scope, r, &signature)) {
		put_authorization(b, c, scope, r, &signature);
		if (!b->overflow)
			return true;
	}
	*b = before;
	return err_set(e, ERR_LIMIT, "the request to sign does not fit into %zu bytes",
		before.cap - before.len);
}

static bool
is_unreserved(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void
put_encoded(struct buf *b, struct span s)
{
	static const char digit[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned byte = (unsigned char)s.p[i];
		const char escape[3] = { '%', digit[byte >> 4], digit[byte & 15] };
		if (is_unreserved(s.p[i]) || s.p[i] == '/')
			buf_put_char(b, s.p[i]);
		else
			buf_put(b, (struct span){ escape, sizeof(escape) });
	}
}

/* Takes "/last" off what was written since start; there is nothing above the root. */
static void
drop_segment(struct buf *b, size_t start)
{
	while (b->len > start && b->p[b->len - 1] != '/')
		b->len--;
	if (b->len > start)
		b->len--;
}

/* Each segment is written with the slash before it; one at the end has none behind it. */
static void
put_normalized(struct buf *b, struct span path)
{
	size_t start = b->len;
	struct span segment = { 0 };
	bool open = true; /* the path ends in a slash, or in a dot segment, which leaves one */
	while (span_split(&path, '/', &segment)) {
		open = segment.n == 0 || span_eq(segment, SPAN(".")) ||
		       span_eq(segment, SPAN(".."));
		if (span_eq(segment, SPAN("..")))
			drop_segment(b, start);
		if (open)
			continue;
		buf_put_char(b, '/');
		put_encoded(b, segment);
	}
	if (open)
		buf_put_char(b, '/');
}

void
sigv4_put_path(struct buf *b, struct span path, bool normalize)
{
	if (path.n == 0)
		buf_put_char(b, '/');
	else if (normalize)
		put_normalized(b, path);
	else
		put_encoded(b, path);
}
