#include "aws/failure.h"

#include "aws/retry.h"
#include "aws/xml.h"
#include "base/buf.h"
#include "base/quote.h"

/* "com.amazonaws.ssm#ThrottlingException:http://..." is a ThrottlingException. */
static void
set_code(struct failure *f, struct span code)
{
	struct buf b = BUF(f->code);
	code.n = span_find(code, ':');
	size_t hash = span_find(code, '#');
	if (hash < code.n)
		code = span_skip(code, hash + 1);
	if (code.n < b.cap)
		buf_put(&b, code);
	f->code[b.len] = '\0';
}

/*
 * Reads a member of a JSON body, or the element of that name of an XML one, as the message. One
 * that is not text, or is repeated, counts as absent.
 */
static bool
read_text(struct failure *f, const struct json_value *root, struct span body, const char *name)
{
	struct buf text = BUF(f->text);
	struct json_value value;
	if (root == NULL)
		xml_put_text(&text, body, name);
	else if (json_member(*root, name, JSON_STRING, &value, &f->ignored))
		json_unescape(value, &text);
	f->message = buf_span(&text);
	return text.len > 0;
}

static void
read_body(struct failure *f, const struct json_value *root, struct span body)
{
	if (f->code[0] == '\0' &&
		(read_text(f, root, body, "__type") || read_text(f, root, body, "code") ||
			read_text(f, root, body, "Code")))
		set_code(f, f->message);
	if (!read_text(f, root, body, "message"))
		read_text(f, root, body, "Message");
}

/* A request id longer than any real one is left out. */
static void
set_request_id(struct failure *f, struct span id)
{
	struct buf b = BUF(f->request_id);
	if (f->request_id[0] != '\0' || id.n >= b.cap)
		return;
	buf_put(&b, id);
	f->request_id[b.len] = '\0';
}

static void
read_request_id(struct failure *f, const struct json_value *root, struct span body)
{
	if (f->request_id[0] == '\0' && read_text(f, root, body, "RequestId"))
		set_request_id(f, f->message);
	f->message.n = 0;
}

void
failure_read(struct failure *f, const struct http_response *r, struct json_doc *scratch)
{
	struct json_value root;
	struct json_value inner;
	struct span body = http_response_body(r);
	f->is_agent = false;
	f->message = (struct span){ f->text, 0 };
	f->request_id[0] = '\0';
	set_request_id(f, http_response_field(r, SPAN("x-amzn-RequestId")));
	set_request_id(f, http_response_field(r, SPAN("x-amz-request-id")));
	set_code(f, http_response_field(r, SPAN("x-amzn-ErrorType")));
	if (xml_is(body)) {
		read_request_id(f, NULL, body);
		read_body(f, NULL, body);
		return;
	}
	if (!json_parse(scratch, body, &root, &f->ignored))
		return;
	read_request_id(f, &root, body);
	/* STS in JSON. */
	if (json_member(root, "Error", JSON_OBJECT, &inner, &f->ignored) && inner.doc != NULL)
		root = inner;
	read_body(f, &root, body);
}

void
failure_read_agent(struct failure *f, const struct http_response *r, struct json_doc *scratch)
{
	const struct span type = http_response_field(r, SPAN("Content-Type"));
	const struct span plain = SPAN("text/plain");
	struct buf text = BUF(f->text);
	failure_read(f, r, scratch);
	f->is_agent = true;
	if (f->code[0] != '\0' || f->message.n > 0 || type.n < plain.n ||
		!span_eq_nocase((struct span){ type.p, plain.n }, plain))
		return;
	buf_put(&text, http_response_body(r));
	f->message = buf_span(&text);
	while (f->message.n > 0 && f->message.p[f->message.n - 1] <= ' ')
		f->message.n--;
}

/* What to do about an error; wanted is its code, or a part of the message. */
struct hint {
	char wanted[32];
	const char *text;
};

static const struct hint by_code[] = {
	{ "UnrecognizedClientException",
		"the access key is unknown here: is it of another account, partition or region?" },
	{ "InvalidClientTokenId",
		"the access key is unknown here: is it of another account, partition or region?" },
	{ "InvalidSignatureException",
		"the secret access key does not match the key's id, or a proxy changes requests" },
	{ "SignatureDoesNotMatch",
		"the secret access key does not match the key's id, or a proxy changes requests" },
	{ "RequestTimeTooSkewed", "set this machine's clock" },
	{ "ExpiredTokenException", "renew the credentials; check this machine's clock" },
	{ "ExpiredToken", "renew the credentials; check this machine's clock" },
	{ "InvalidKeyId", "the KMS key of a parameter is disabled, deleted or not reachable" },
	{ "CredentialsUninitialized", "the container agent has no credentials for this task yet" },
	{ "InvalidIdInRequest",
		"the variable names no task of this agent: is it from another container?" },
	{ "NoIdInRequest",
		"the variable names no task of this agent: is it from another container?" },
};

/* What to do about a denial, by the reason in its message. The first that fits counts. */
static const struct hint by_reason[] = {
	{ "service control policy",
		"a service control policy of the organization denies it: ask its administrator" },
	{ "resource control policy",
		"a resource control policy of the organization denies it: ask its administrator" },
	{ "VPC endpoint policy", "allow it in the policy of the VPC endpoint" },
	{ "permissions boundary", "allow it in the role's permissions boundary" },
	{ "session policy", "allow it in the policy of the session" },
	{ "deny in an identity-based", "remove the Deny from the role's policy" },
	{ "deny in a resource-based",
		"remove the Deny from the policy of the secret or of the KMS key" },
	{ "no resource-based policy", "allow it in the policy of the secret or of the KMS key" },
	{ "kms:Decrypt", "allow kms:Decrypt on the key, in the role's policy and the key's" },
	{ "ciphertext refers", "allow kms:Decrypt on the key, in the role's policy and the key's" },
};

/* The same for what agents say in plain text. */
static const struct hint by_agent[] = {
	{ "No Pod Identity Association",
		"create a pod identity association for this service account, or restart the pod" },
	{ "ServiceAccount", "create a pod identity association for this service account" },
	{ "AccessDeniedException",
		"let the role's trust policy allow sts:AssumeRole and sts:TagSession to "
		"pods.eks.amazonaws.com" },
	{ "ExpiredToken", "the pod's token has expired: restart the pod" },
};

static bool
has_part(struct span s, struct span part)
{
	while (s.n >= part.n && !span_starts_with(s, part))
		s = span_skip(s, 1);
	return s.n >= part.n;
}

/* Adds the hints of a list that fit the text; an error keeps its first hint. */
#define ADD_HINTS(list, text, fits, e) \
	add_hints(list, sizeof(list) / sizeof(*(list)), text, fits, e)

static void
add_hints(const struct hint *list, size_t count, struct span text,
	bool (*fits)(struct span, struct span), struct err *e)
{
	for (const struct hint *h = list; h < list + count; h++) {
		if (fits(text, span_of(h->wanted)))
			err_hint(e, "%s", h->text);
	}
}

static void
add_hint(const struct failure *f, struct err *e)
{
	const struct span code = span_of(f->code);
	ADD_HINTS(by_code, code, span_eq, e);
	if (retry_is_one_of(code, SPAN("AccessDeniedException AccessDenied")))
		ADD_HINTS(by_reason, f->message, has_part, e);
	if (f->is_agent)
		ADD_HINTS(by_agent, f->message, has_part, e);
}

bool
failure_err(const struct failure *f, unsigned status, struct err *e)
{
	char suffix[QUOTE_MAX + 16] = "";
	struct buf b = BUF(suffix);
	struct quoted q;
	struct quoted short_message;
	struct quoted_long message;
	struct span code = span_of(f->code);
	enum err_kind kind = retry_classify(status, code);
	if (f->request_id[0] != '\0')
		buf_printf(&b, " (request id %s)", quote(&q, span_of(f->request_id)));
	const char *text =
		f->is_agent ? quote(&short_message, f->message) : quote_long(&message, f->message);
	quote(&q, code);
	if (code.n == 0)
		err_set(e, kind, f->message.n > 0 ? "status %u: %s%s" : "status %u%s%s", status,
			text, buf_str(&b));
	else if (f->message.n == 0)
		err_set(e, kind, "%s (status %u)%s", q.text, status, buf_str(&b));
	else
		err_set(e, kind, "%s: %s%s", q.text, text, buf_str(&b));
	add_hint(f, e);
	return false;
}
