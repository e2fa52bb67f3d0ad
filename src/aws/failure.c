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
 * that is no text, or stands there twice, counts as absent.
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

void
failure_read(struct failure *f, const struct http_response *r, struct json_doc *scratch)
{
	struct json_value root;
	struct json_value inner;
	struct span body = http_response_body(r);
	f->message = (struct span){ f->text, 0 };
	set_code(f, http_response_field(r, SPAN("x-amzn-ErrorType")));
	if (xml_is(body)) {
		read_body(f, NULL, body);
		return;
	}
	if (!json_parse(scratch, body, &root, &f->ignored))
		return;
	/* STS in JSON. */
	if (json_member(root, "Error", JSON_OBJECT, &inner, &f->ignored) && inner.doc != NULL)
		root = inner;
	read_body(f, &root, body);
}

/* Codes, a colon and what to do. */
static const char hints[] =
	"UnrecognizedClientException InvalidClientTokenId:"
	"the access key is unknown here: is it of another account, partition or region?\n"
	"InvalidSignatureException SignatureDoesNotMatch:"
	"the secret access key does not fit the key's id, or a proxy changes requests\n"
	"RequestTimeTooSkewed:set this machine's clock\n"
	"ExpiredTokenException ExpiredToken:renew the credentials; check this machine's clock\n"
	"InvalidKeyId:the KMS key of a parameter is disabled, deleted or not reachable\n"
	"CredentialsUninitialized:the container agent has no credentials for this task yet";

static void
add_hint(struct span code, struct err *e)
{
	struct span rest = span_of(hints);
	struct span line;
	struct span codes;
	while (span_split(&rest, '\n', &line)) {
		span_split(&line, ':', &codes);
		if (retry_is_one_of(code, codes))
			err_hint(e, "%.*s", (int)line.n, line.p);
	}
}

bool
failure_err(const struct failure *f, unsigned status, struct err *e)
{
	struct quoted quoted_code;
	struct quoted_long quoted_message;
	struct span code = span_of(f->code);
	enum err_kind kind = retry_classify(status, code);
	const char *message = quote_long(&quoted_message, f->message);
	quote(&quoted_code, code);
	if (code.n == 0)
		err_set(e, kind, f->message.n > 0 ? "status %u: %s" : "status %u", status, message);
	else if (f->message.n == 0)
		err_set(e, kind, "%s (status %u)", quoted_code.text, status);
	else
		err_set(e, kind, "%s: %s", quoted_code.text, message);
	add_hint(code, e);
	return false;
}
