#include "aws/failure.h"

#include "aws/retry.h"
#include "aws/xml.h"
#include "base/buf.h"
#include "base/quote.h"

/* "com.amazonaws.ssm#ThrottlingException:http://..." is a ThrottlingException. */
static void
set_code(struct failure *f, struct span code)
{
	code.n = span_find(code, ':');
	size_t hash = span_find(code, '#');
	if (hash < code.n)
		code = span_skip(code, hash + 1);
	struct buf b = { .p = f->code, .cap = sizeof(f->code) - 1 };
	if (code.n > b.cap)
		code.n = 0;
	buf_put(&b, code);
	f->code[b.len] = '\0';
}

/* The member as text: what does not fit, or is of another type, counts as absent. */
static bool
member_text(struct json_value object, const char *name, struct buf *b)
{
	struct err ignored = { 0 };
	struct json_value value;
	bool found;
	b->len = 0;
	b->overflow = false;
	if (!json_member(object, name, JSON_STRING, &found, &value, &ignored) || !found)
		return false;
	json_unescape(value, b);
	return b->len > 0;
}

static void
read_json(struct failure *f, struct json_value root)
{
	struct err ignored = { 0 };
	struct json_value inner;
	bool found;
	char code[FAILURE_CODE_MAX * 2];
	struct buf code_buf = BUF(code);
	struct buf message = BUF(f->text);
	if (json_type(root) != JSON_OBJECT)
		return;
	/* STS in JSON. */
	if (json_member(root, "Error", JSON_OBJECT, &found, &inner, &ignored) && found)
		root = inner;
	if (f->code[0] == '\0' &&
		(member_text(root, "__type", &code_buf) || member_text(root, "code", &code_buf) ||
			member_text(root, "Code", &code_buf)))
		set_code(f, buf_span(&code_buf));
	if (member_text(root, "message", &message) || member_text(root, "Message", &message))
		f->message = buf_span(&message);
}

static void
read_xml(struct failure *f, struct span body)
{
	char code[FAILURE_CODE_MAX];
	struct buf code_buf = BUF(code);
	struct buf message = BUF(f->text);
	if (f->code[0] == '\0' && xml_put_text(&code_buf, body, "Code"))
		set_code(f, buf_span(&code_buf));
	if (xml_put_text(&message, body, "Message"))
		f->message = buf_span(&message);
}

void
failure_read(struct failure *f, const struct http_response *r, struct json_doc *scratch)
{
	struct err ignored = { 0 };
	struct json_value root;
	struct span body = http_response_body(r);
	f->code[0] = '\0';
	f->message = (struct span){ f->text, 0 };
	set_code(f, http_response_field(r, SPAN("x-amzn-ErrorType")));
	if (xml_is(body))
		read_xml(f, body);
	else if (json_parse(scratch, body, &root, &ignored))
		read_json(f, root);
}

static const struct {
	char code[32];
	char hint[150];
} hints[] = {
	{ "UnrecognizedClientException",
		"the access key is unknown here: is it of another account, partition or region?" },
	{ "InvalidClientTokenId",
		"the access key is unknown here: is it of another account, partition or region?" },
	{ "InvalidSignatureException",
		"the secret access key does not fit the key's id, or a proxy changes requests" },
	{ "SignatureDoesNotMatch",
		"the secret access key does not fit the key's id, or a proxy changes requests" },
	{ "RequestTimeTooSkewed", "set this machine's clock" },
	{ "ExpiredTokenException", "renew the credentials; check this machine's clock" },
	{ "ExpiredToken", "renew the credentials; check this machine's clock" },
	{ "InvalidKeyId", "the KMS key of a parameter is disabled, deleted or not reachable" },
	{ "CredentialsUninitialized", "the container agent has no credentials for this task yet" },
};

bool
failure_err(const struct failure *f, unsigned status, struct err *e)
{
	struct quoted code;
	struct quoted message;
	struct span code_span = span_of(f->code);
	enum err_kind kind = retry_classify(status, code_span);
	if (code_span.n == 0 && f->message.n == 0)
		err_set(e, kind, "status %u", status);
	else if (code_span.n == 0)
		err_set(e, kind, "status %u: %s", status, quote(&message, f->message));
	else if (f->message.n == 0)
		err_set(e, kind, "%s (status %u)", quote(&code, code_span), status);
	else
		err_set(e, kind, "%s: %s", quote(&code, code_span), quote(&message, f->message));
	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++) {
		if (span_eq(code_span, span_of(hints[i].code)))
			err_hint(e, "%s", hints[i].hint);
	}
	return false;
}
