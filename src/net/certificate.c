#include "net/certificate.h"

#include "base/base64.h"

/* DER tags (ITU-T X.690). */
#define TAG_BOOLEAN 0x01
#define TAG_INTEGER 0x02
#define TAG_BIT_STRING 0x03
#define TAG_OCTET_STRING 0x04
#define TAG_OID 0x06
#define TAG_SEQUENCE 0x30
#define TAG_SET 0x31
#define TAG_VERSION 0xa0
#define TAG_EXTENSIONS 0xa3

#define BEGIN SPAN("-----BEGIN CERTIFICATE-----")
#define END SPAN("-----END CERTIFICATE-----")

/* RFC 5280 appendix A.1. */
#define OID_COMMON_NAME SPAN("\x55\x04\x03")
/* RFC 3279 section 2.3, RFC 5480 section 2.1.1, RFC 5280 section 4.2.1.9. */
#define OID_RSA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_EC SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_P256 SPAN("\x2a\x86\x48\xce\x3d\x03\x01\x07")
#define OID_P384 SPAN("\x2b\x81\x04\x00\x22")
#define OID_P521 SPAN("\x2b\x81\x04\x00\x23")
#define OID_BASIC_CONSTRAINTS SPAN("\x55\x1d\x13")
/* RFC 5280 section 4.2.1.12. */
#define OID_EXTENDED_KEY_USAGE SPAN("\x55\x1d\x25")
#define OID_ANY_USAGE SPAN("\x55\x1d\x25\x00")
#define OID_SERVER_AUTH SPAN("\x2b\x06\x01\x05\x05\x07\x03\x01")

/* The value of a base64 digit (RFC 4648 section 4), or 64. */
static unsigned
base64_value(char c)
{
	return (unsigned)span_find((struct span){ base64_digits, 64 }, c);
}

bool
certificate_next_pem(struct span *text, struct buf *der)
{
	size_t start = der->len;
	unsigned bits = 0;
	unsigned count = 0;
	if (!span_skip_past(text, BEGIN))
		return false;
	for (; text->n > 0 && text->p[0] != '-'; *text = span_skip(*text, 1)) {
		unsigned value = base64_value(text->p[0]);
		if (value == 64)
			continue;
		bits = bits << 6 | value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_put_char(der, (char)(bits >> count & 0xff));
		}
	}
	if (der->overflow || !span_starts_with(*text, END)) {
		der->len = start;
		der->overflow = false;
	}
	return true;
}

/*
 * Takes the next element off *in when it has this tag: its content, and all of it with the header.
 */
static bool
take_whole(struct span *in, unsigned char tag, struct span *content, struct span *whole)
{
	if (in->n < 2 || (unsigned char)in->p[0] != tag)
		return false;
	size_t header = 2;
	size_t length = (unsigned char)in->p[1];
	if (length >= 0x80) {
		size_t digits = length & 0x7f;
		if (digits == 0 || digits > 3 || in->n < 2 + digits)
			return false;
		for (length = 0; header < 2 + digits; header++)
			length = length << 8 | (unsigned char)in->p[header];
	}
	if (length > in->n - header)
		return false;
	*content = (struct span){ in->p + header, length };
	*whole = (struct span){ in->p, header + length };
	*in = span_skip(*in, header + length);
	return true;
}

static bool
take(struct span *in, unsigned char tag, struct span *content)
{
	struct span whole;
	return take_whole(in, tag, content, &whole);
}

static unsigned char *
bytes_of(struct span s)
{
	/* BearSSL's anchors have no const members, and it writes to none. */
	union {
		const char *ours;
		unsigned char *theirs;
	} u = { .ours = s.p };
	return u.theirs;
}

static bool
take_number(struct span *in, unsigned char **p, size_t *n)
{
	struct span number;
	if (!take(in, TAG_INTEGER, &number))
		return false;
	while (number.n > 0 && number.p[0] == 0)
		number = span_skip(number, 1);
	*p = bytes_of(number);
	*n = number.n;
	return number.n > 0;
}

static const char damaged[] = "it is damaged";
static const char other_key[] = "its key is neither for RSA nor for ECDSA on P-256, P-384 or P-521";

static const char *
read_rsa(struct span bits, br_x509_pkey *key)
{
	struct span numbers;
	key->key_type = BR_KEYTYPE_RSA;
	if (!take(&bits, TAG_SEQUENCE, &numbers) ||
		!take_number(&numbers, &key->key.rsa.n, &key->key.rsa.nlen) ||
		!take_number(&numbers, &key->key.rsa.e, &key->key.rsa.elen))
		return damaged;
	return key->key.rsa.nlen >= CERTIFICATE_RSA_BYTES_MIN
		       ? NULL
		       : "its RSA key has less than 2048 bits";
}

static const char *
read_ec(struct span curve, struct span bits, br_x509_pkey *key)
{
	key->key_type = BR_KEYTYPE_EC;
	key->key.ec.q = bytes_of(bits);
	key->key.ec.qlen = bits.n;
	if (span_eq(curve, OID_P256))
		key->key.ec.curve = BR_EC_secp256r1;
	else if (span_eq(curve, OID_P384))
		key->key.ec.curve = BR_EC_secp384r1;
	else if (span_eq(curve, OID_P521))
		key->key.ec.curve = BR_EC_secp521r1;
	else
		return other_key;
	return bits.n > 0 ? NULL : damaged;
}

/* SubjectPublicKeyInfo. NULL, or why the key cannot be used. */
static const char *
read_key(struct span info, br_x509_pkey *key)
{
	struct span algorithm;
	struct span oid;
	struct span curve = { NULL, 0 };
	struct span bits;
	if (!take(&info, TAG_SEQUENCE, &algorithm) || !take(&algorithm, TAG_OID, &oid) ||
		!take(&info, TAG_BIT_STRING, &bits) || bits.n == 0 || bits.p[0] != 0)
		return damaged;
	bits = span_skip(bits, 1);
	if (span_eq(oid, OID_RSA))
		return read_rsa(bits, key);
	if (!span_eq(oid, OID_EC))
		return other_key;
	take(&algorithm, TAG_OID, &curve);
	return read_ec(curve, bits, key);
}

/* The extension of an id: the content of its value, and where its id is. */
static bool
find_extension(struct span list, struct span id, struct extension *found)
{
	struct span extension;
	struct span part;
	while (take(&list, TAG_SEQUENCE, &extension)) {
		if (!take(&extension, TAG_OID, &part) || !span_eq(part, id))
			continue;
		found->id = part;
		found->is_critical =
			take(&extension, TAG_BOOLEAN, &part) && part.n == 1 && part.p[0] != 0;
		return take(&extension, TAG_OCTET_STRING, &found->value);
	}
	return false;
}

static bool
is_ca(struct span extensions)
{
	struct extension found;
	struct span constraints;
	struct span part;
	return find_extension(extensions, OID_BASIC_CONSTRAINTS, &found) &&
	       take(&found.value, TAG_SEQUENCE, &constraints) &&
	       take(&constraints, TAG_BOOLEAN, &part) && part.n == 1 && part.p[0] != 0;
}

bool
certificate_read(struct span der, struct certificate *c)
{
	struct span certificate;
	struct span body;
	struct span part;
	*c = (struct certificate){ .der = der };
	if (!take(&der, TAG_SEQUENCE, &certificate) || !take(&certificate, TAG_SEQUENCE, &body))
		return false;
	take(&body, TAG_VERSION, &part);
	/* serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo */
	if (!take(&body, TAG_INTEGER, &part) || !take(&body, TAG_SEQUENCE, &part) ||
		!take_whole(&body, TAG_SEQUENCE, &part, &c->issuer) ||
		!take(&body, TAG_SEQUENCE, &part) ||
		!take_whole(&body, TAG_SEQUENCE, &part, &c->subject) ||
		!take(&body, TAG_SEQUENCE, &c->key))
		return false;
	while (body.n > 0 && (unsigned char)body.p[0] != TAG_EXTENSIONS) {
		if (!take(&body, (unsigned char)body.p[0], &part))
			return true;
	}
	if (take(&body, TAG_EXTENSIONS, &part))
		take(&part, TAG_SEQUENCE, &c->extensions);
	return true;
}

bool
certificate_serves(const struct certificate *c, struct extension *usage)
{
	struct span list;
	struct span purpose;
	if (!find_extension(c->extensions, OID_EXTENDED_KEY_USAGE, usage)) {
		*usage = (struct extension){ 0 };
		return true;
	}
	struct span value = usage->value;
	if (!take(&value, TAG_SEQUENCE, &list))
		return false;
	while (take(&list, TAG_OID, &purpose)) {
		if (span_eq(purpose, OID_SERVER_AUTH) || span_eq(purpose, OID_ANY_USAGE))
			return true;
	}
	return false;
}

struct span
certificate_common_name(struct span der)
{
	struct certificate c;
	struct span names;
	struct span set;
	struct span pair;
	struct span part;
	if (!certificate_read(der, &c) || !take(&c.subject, TAG_SEQUENCE, &names))
		return SPAN("");
	while (take(&names, TAG_SET, &set)) {
		if (take(&set, TAG_SEQUENCE, &pair) && take(&pair, TAG_OID, &part) &&
			span_eq(part, OID_COMMON_NAME) && pair.n > 0 &&
			take(&pair, (unsigned char)pair.p[0], &part))
			return part;
	}
	return SPAN("");
}

bool
certificate_anchor(struct span der, br_x509_trust_anchor *anchor, const char **why)
{
	struct certificate c;
	*why = certificate_read(der, &c) ? read_key(c.key, &anchor->pkey) : damaged;
	if (*why != NULL)
		return false;
	anchor->dn.data = bytes_of(c.subject);
	anchor->dn.len = c.subject.n;
	anchor->flags = is_ca(c.extensions) ? BR_X509_TA_CA : 0;
	return true;
}
