#include "fetch/credentials.h"

#include "base/log.h"
#include "base/secret.h"
#include "fetch/request.h"

/* What each step asks for, below /latest/. The role's name follows the last one. */
static const char *
path_of(enum imds_step step)
{
	switch (step) {
	case IMDS_TOKEN:
		return "api/token";
	case IMDS_REGION:
		return "meta-data/placement/region";
	case IMDS_ROLE:
	case IMDS_KEYS:
		break;
	}
	return "meta-data/iam/security-credentials/";
}

static bool
build(struct call *call, struct buf *b, struct err *e)
{
	const struct identity *i = call->owner;
	bool first = i->step == IMDS_TOKEN;
	char path[64 + sizeof(i->role_text)];
	struct buf target = BUF(path);
	struct request r;
	buf_printf(&target, "/latest/%s", path_of(i->step));
	if (i->step == IMDS_KEYS)
		buf_put(&target, i->role);
	request_init_unsigned(&r, &i->peer, first ? "PUT" : "GET", buf_span(&target));
	/* EC2 User Guide: the longest that a session may last; ours ends with the process. */
	if (first)
		request_add(&r, "X-aws-ec2-metadata-token-ttl-seconds", SPAN("21600"));
	else
		request_add(&r, "X-aws-ec2-metadata-token", i->token.bytes);
	return request_write(&r, b, e);
}

/*
 * The first line of a text response, kept in the array text: of the characters of roles (IAM User
 * Guide), of session tokens and of regions.
 */
static bool
take_line(struct identity *i, char *text, size_t size, struct span *line, struct err *e)
{
	const struct http_response *r = &i->call.exchange.response;
	struct buf b = { .p = text, .cap = size };
	struct span rest = http_response_body(r);
	struct span word;
	if (r->status != 200) {
		failure_read_agent(&i->scratch->failure, r, &i->scratch->doc);
		failure_err(&i->scratch->failure, r->status, e);
		if (r->status == 403)
			err_hint(e, "turn the instance's metadata on (HttpEndpoint), or give the "
				    "task or pod a role");
		return false;
	}
	if (span_word(&rest, "\r\n", &word))
		buf_put(&b, word);
	*line = buf_span(&b);
	return (line->n > 0 && span_alnum(*line, "_+=,.@/-") == line->n) ||
	       err_set(e, ERR_TRANSIENT, "malformed response: neither a name nor a token");
}

static bool
take_token(struct identity *i, struct err *e)
{
	struct span line;
	if (!take_line(i, i->token_text, sizeof(i->token_text), &line, e))
		return false;
	i->token = secret_keep(line);
	i->step = i->wants_region ? IMDS_REGION : IMDS_ROLE;
	return true;
}

static bool
take_region(struct identity *i, struct err *e)
{
	struct span line;
	if (!take_line(i, i->region_text, sizeof(i->region_text), &line, e) ||
		!endpoint_check_region(line, e))
		return false;
	i->region = line;
	i->wants_region = false;
	i->step = IMDS_ROLE;
	return true;
}

static bool
take_role(struct identity *i, struct err *e)
{
	if (take_line(i, i->role_text, sizeof(i->role_text), &i->role, e)) {
		i->step = IMDS_KEYS;
		return true;
	}
	if (i->call.exchange.response.status != 404)
		return false;
	err_set(e, ERR_REFUSED, "EC2 instance metadata: the instance has no role");
	return err_hint(e, "attach an instance profile, or give the task or pod a role");
}

/* Takes what the step asked for and goes on to the next one. */
static enum call_result
take(struct call *call, struct err *e)
{
	struct identity *i = call->owner;
	bool ok = false;
	switch (i->step) {
	case IMDS_TOKEN:
		ok = take_token(i, e);
		break;
	case IMDS_REGION:
		ok = take_region(i, e);
		break;
	case IMDS_ROLE:
		ok = take_role(i, e);
		break;
	case IMDS_KEYS:
		return credentials_take(call, e);
	}
	return ok ? CALL_NEXT : CALL_FAILED;
}

/* One that sends something is there, however wrong it is, and so is one that gave credentials. */
static bool
is_there(const struct identity *i)
{
	const struct exchange *x = &i->call.exchange;
	return i->generation > 0 || (x->is_accepted && x->response.framing_len > 0);
}

/*
 * Off EC2, and beyond a hop limit of 1, there is no response: then no source is configured at all.
 * The message says what was asked, since a misrouted or wrong address looks the same.
 */
static void
explain_silence(struct call *call, struct err *e)
{
	const struct identity *i = call->owner;
	struct err none = { 0 };
	/* What this machine lacks says nothing about the metadata service. */
	if (i->step != IMDS_TOKEN || is_there(i) || err_is_shortage(e->number))
		return;
	credential_none(i->environ, &none);
	char why[CALL_FAILURE_MAX];
	struct buf b = BUF(why);
	buf_put_cut(&b, span_of(e->text));
	err_set(e, ERR_USAGE, "%s (%.*s)", none.text, (int)b.len, b.p);
	if (call->exchange.is_accepted)
		err_hint(e, "the connection was accepted and the token never came: in a container, "
			    "raise the hop limit of the instance's metadata to 2 "
			    "(HttpPutResponseHopLimit), or give the task or pod a role");
	else
		err_hint(e, "%s", none.hint);
}

const struct call_ops imds_ops = {
	.build = build,
	.take = take,
	.no_response = explain_silence,
	.limits = { .connect = 1000, .response = 1000 },
};
