#include "fetch/identity_ops.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "fetch/answer.h"
#include "fetch/draft.h"
#include "fetch/identity.h"

static struct identity *
identity_of(const struct call *call)
{
	return call->owner;
}

/*
 * Takes credentials that were read. Expired ones too: where a metadata service cannot get newer
 * ones, AWS goes on accepting those for a while ("static stability"), and its SDKs use them.
 */
static enum call_result
accept_credentials(struct identity *i, const struct credentials *c)
{
	int64_t now = clock_unix();
	if (c->expires != 0 && c->expires <= now && !i->was_stale) {
		i->was_stale = true;
		log_warning("the credentials expired %llu s ago, by this machine's clock: AWS "
			    "decides whether they still count",
			(unsigned long long)(now - c->expires));
	}
	i->now = *c;
	i->generation++;
	i->is_known = true;
	return CALL_DONE;
}

static bool
read_keys(struct identity *i, const struct http_response *r, struct credentials *c, struct err *e)
{
	struct json_value root;
	if (i->plan.source != SOURCE_WEB_IDENTITY)
		return answer_read(r, &root, e) && credential_read_json(root, &i->arena, c, e);
	if (r->status == 200)
		return credential_read_sts(
			http_response_body(r), answer_scratch(), &i->arena, c, e);
	if (span_eq(span_of(answer_error(r, e)), SPAN("AccessDenied")))
		err_hint(e, "let the role's trust policy allow sts:AssumeRoleWithWebIdentity "
			    "for this token");
	return false;
}

static enum call_result
take_keys(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	struct credentials read = { 0 };
	size_t arena_len = i->arena.len;
	size_t secrets = secret_mark();
	if (read_keys(i, &call->exchange.response, &read, e))
		return accept_credentials(i, &read);
	/* The next response gets the bytes; what they held stays secret. */
	secret_copy_since(secrets);
	i->arena.len = arena_len;
	i->arena.overflow = false;
	return CALL_FAILED;
}

/* Neither is signed: the token says who asks. */
static bool
build_question(struct call *call, struct buf *request, struct err *e)
{
	struct identity *i = identity_of(call);
	struct buf form = BUF(i->body);
	struct draft d;
	if (i->plan.source != SOURCE_WEB_IDENTITY) {
		/* SDK reference guide, "Container credential provider". */
		draft_question(&d, "GET", &i->plan.url);
		draft_add(&d, "Authorization", i->token.bytes);
		return draft_write(&d, request, e);
	}
	credential_put_sts_form(&form, i->plan.role_arn, i->plan.session_name, i->token);
	if (form.overflow)
		return err_set(
			e, ERR_LIMIT, "the web identity token: more than %d bytes", TOKEN_FILE_MAX);
	draft_question(&d, "POST", &i->sts.url);
	draft_add(&d, "Content-Type", SPAN("application/x-www-form-urlencoded"));
	d.request.target = i->sts.path;
	d.request.body = buf_span(&form);
	return draft_write(&d, request, e);
}

const struct call_ops identity_ops = {
	.build = build_question,
	.take = take_keys,
	.limits = { .connect = 2000, .answer = 5000 },
};

/* What each step asks for, below /latest/. The role's name goes behind the last. */
static const char *
path_of(enum identity_step step)
{
	switch (step) {
	case IDENTITY_IMDS_TOKEN:
		return "api/token";
	case IDENTITY_IMDS_REGION:
		return "meta-data/placement/region";
	case IDENTITY_IMDS_ROLE:
	case IDENTITY_IMDS_KEYS:
	case IDENTITY_ONLY_STEP:
		break;
	}
	return "meta-data/iam/security-credentials/";
}

static bool
build_imds(struct call *call, struct buf *request, struct err *e)
{
	const struct identity *i = identity_of(call);
	bool first = i->step == IDENTITY_IMDS_TOKEN;
	char path[64 + sizeof(i->role_text)];
	struct buf target = BUF(path);
	struct draft d;
	buf_printf(&target, "/latest/%s", path_of(i->step));
	if (i->step == IDENTITY_IMDS_KEYS)
		buf_put(&target, i->role);
	draft_question(&d, first ? "PUT" : "GET", &i->plan.url);
	d.request.target = buf_span(&target);
	/* EC2 User Guide: the longest a session may last; ours ends with the process. */
	if (first)
		draft_add(&d, "X-aws-ec2-metadata-token-ttl-seconds", SPAN("21600"));
	else
		draft_add(&d, "X-aws-ec2-metadata-token", i->token.bytes);
	return draft_write(&d, request, e);
}

/*
 * The first line of a text answer, kept in the array text: of the characters of roles (IAM User
 * Guide), of session tokens and of regions.
 */
static bool
take_line(const struct http_response *r, char *text, size_t size, struct span *line, struct err *e)
{
	struct buf b = { .p = text, .cap = size };
	struct span rest = http_response_body(r);
	struct span word;
	if (r->status != 200) {
		answer_error(r, e);
		return false;
	}
	if (span_word(&rest, "\r\n", &word))
		buf_put(&b, word);
	*line = buf_span(&b);
	return (line->n > 0 && span_alnum(*line, "_+=,.@/-") == line->n) ||
	       err_set(e, ERR_TRANSIENT, "malformed answer: it is no name or token");
}

/* Takes what the step asked for and goes on to the next one. */
static bool
take_step(struct identity *i, const struct http_response *r, struct err *e)
{
	struct span line;
	switch (i->step) {
	case IDENTITY_IMDS_TOKEN:
		if (!take_line(r, i->token_text, sizeof(i->token_text), &line, e))
			return false;
		i->token = secret_keep(line);
		i->step = i->wants_region ? IDENTITY_IMDS_REGION : IDENTITY_IMDS_ROLE;
		return true;
	case IDENTITY_IMDS_REGION:
		if (!take_line(r, i->region_text, sizeof(i->region_text), &line, e) ||
			!endpoint_check_region(line, e))
			return false;
		i->region = line;
		i->wants_region = false;
		i->step = IDENTITY_IMDS_ROLE;
		return true;
	case IDENTITY_IMDS_ROLE:
	case IDENTITY_IMDS_KEYS:
	case IDENTITY_ONLY_STEP:
		break;
	}
	if (take_line(r, i->role_text, sizeof(i->role_text), &i->role, e)) {
		i->step = IDENTITY_IMDS_KEYS;
		return true;
	}
	if (r->status == 404) {
		err_set(e, ERR_REFUSED, "EC2 instance metadata: the instance has no role");
		err_hint(e, "attach an instance profile, or give the task or pod a role");
	}
	return false;
}

static enum call_result
take_imds(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	if (i->step == IDENTITY_IMDS_KEYS)
		return take_keys(call, e);
	return take_step(i, &call->exchange.response, e) ? CALL_NEXT : CALL_FAILED;
}

/* Off EC2, and behind a hop limit of 1, nobody answers: then no source is configured at all. */
static void
no_imds(struct call *call, struct err *e)
{
	const struct identity *i = identity_of(call);
	if (i->step != IDENTITY_IMDS_TOKEN)
		return;
	log_debug("EC2 instance metadata: %s", e->text);
	credential_none(i->environ, e);
}

const struct call_ops identity_imds_ops = {
	.build = build_imds,
	.take = take_imds,
	.no_answer = no_imds,
	.limits = { .connect = 1000, .answer = 1000 },
};
