#include "fetch/identity_ops.h"

#include "base/clock.h"
#include "base/log.h"
#include "fetch/identity.h"
#include "fetch/question.h"

/* Credentials that end within a minute may be over before they are used. */
#define FRESH_SECONDS 60

/* EC2 User Guide: the longest a metadata session may last; ours ends with the process. */
#define IMDS_TTL SPAN("21600")
#define IMDS_ROLES "/latest/meta-data/iam/security-credentials/"

static struct identity *
identity_of(const struct call *call)
{
	return call->owner;
}

/* Takes credentials that were read; false for those that are over already. */
static enum call_result
accept_credentials(struct identity *i, struct err *e)
{
	int64_t now = clock_unix();
	bool stale = i->now.expires != 0 && i->now.expires <= now + FRESH_SECONDS;
	if (stale && !i->was_stale) {
		i->was_stale = true;
		log_debug("the credentials are about to expire: asking once more");
		return CALL_AGAIN;
	}
	if (i->now.expires != 0 && i->now.expires <= now) {
		err_set(e, ERR_REFUSED, "the credentials have expired %llu s ago",
			(unsigned long long)(now - i->now.expires));
		err_hint(
			e, "check this machine's clock against the one of the credentials' source");
		return CALL_FAILED;
	}
	i->is_known = true;
	log_debug("credentials received");
	return CALL_DONE;
}

static enum call_result
take_failure(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	failure_read(i->failure, &call->exchange.response, i->doc);
	failure_err(i->failure, call->exchange.response.status, e);
	return CALL_FAILED;
}

static enum call_result
take_keys(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	struct json_value root;
	if (call->exchange.response.status != 200)
		return take_failure(call, e);
	if (!json_parse(i->doc, http_response_body(&call->exchange.response), &root, e)) {
		err_ctx(e, "malformed credentials");
		return CALL_FAILED;
	}
	if (!credential_read_json(root, &i->arena, &i->now, e))
		return CALL_FAILED;
	return accept_credentials(i, e);
}

/* SDK reference guide, "Container credential provider". */
static bool
build_container(struct call *call, struct buf *request, struct err *e)
{
	const struct identity *i = identity_of(call);
	const struct question q = {
		.method = SPAN("GET"),
		.target = i->plan.url.target,
		.field = { SPAN("Authorization"), i->token.bytes },
	};
	return question_put(request, &i->plan.url, &q, e);
}

const struct call_ops identity_container_ops = { .build = build_container, .take = take_keys };

/* Not signed: the token says who asks. */
static bool
build_sts(struct call *call, struct buf *request, struct err *e)
{
	struct identity *i = identity_of(call);
	struct buf form = BUF(i->body);
	credential_put_sts_form(&form, i->plan.role_arn, i->plan.session_name, i->token);
	if (form.overflow)
		return err_set(
			e, ERR_LIMIT, "the web identity token: more than %d bytes", TOKEN_FILE_MAX);
	const struct question q = {
		.method = SPAN("POST"),
		.target = i->sts.path,
		.field = { SPAN("Content-Type"), SPAN("application/x-www-form-urlencoded") },
		.body = buf_span(&form),
	};
	return question_put(request, &i->sts.url, &q, e);
}

static enum call_result
take_sts(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	const struct http_response *r = &call->exchange.response;
	if (r->status != 200) {
		take_failure(call, e);
		if (span_eq(span_of(i->failure->code), SPAN("AccessDenied")))
			err_hint(e,
				"let the role's trust policy allow sts:AssumeRoleWithWebIdentity "
				"for this token");
		return CALL_FAILED;
	}
	if (!credential_read_sts(http_response_body(r), i->doc, &i->arena, &i->now, e))
		return CALL_FAILED;
	return accept_credentials(i, e);
}

const struct call_ops identity_sts_ops = { .build = build_sts, .take = take_sts };

static bool
build_imds(struct call *call, struct buf *request, struct err *e)
{
	const struct identity *i = identity_of(call);
	char path[sizeof(IMDS_ROLES) + sizeof(i->role)];
	struct buf target = BUF(path);
	struct question q = {
		.method = SPAN("GET"),
		.field = { SPAN("X-aws-ec2-metadata-token"), i->token.bytes },
	};
	switch (i->step) {
	case IDENTITY_IMDS_TOKEN:
		q.method = SPAN("PUT");
		q.field = (struct http_field){ SPAN("X-aws-ec2-metadata-token-ttl-seconds"),
			IMDS_TTL };
		buf_put_str(&target, "/latest/api/token");
		break;
	case IDENTITY_IMDS_REGION:
		buf_put_str(&target, "/latest/meta-data/placement/region");
		break;
	case IDENTITY_IMDS_ROLE:
		buf_put_str(&target, IMDS_ROLES);
		break;
	case IDENTITY_IMDS_KEYS:
		buf_printf(&target, IMDS_ROLES "%.*s", (int)i->role_len, i->role);
		break;
	case IDENTITY_ONLY_STEP:
		break;
	}
	q.target = buf_span(&target);
	return question_put(request, &i->plan.url, &q, e);
}

/* The characters of roles' names (IAM User Guide), of session tokens and of regions. */
static bool
is_word(struct span line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (!ascii_is_alnum(line.p[i]) && span_find(SPAN("_+=,.@/-"), line.p[i]) == 8)
			return false;
	}
	return line.n > 0;
}

/* The first line of a text answer, copied to where it stays. */
static enum call_result
take_line(struct call *call, const char *what, struct buf *to, struct err *e)
{
	struct span rest = http_response_body(&call->exchange.response);
	struct span line = { NULL, 0 };
	span_word(&rest, "\r\n", &line);
	buf_put(to, line);
	if (!is_word(line) || to->overflow) {
		err_set(e, ERR_TRANSIENT, "malformed answer: no %s in it", what);
		return CALL_FAILED;
	}
	return CALL_NEXT;
}

static enum call_result
take_imds_role(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	struct buf role = BUF(i->role);
	if (call->exchange.response.status == 404) {
		err_set(e, ERR_REFUSED, "EC2 instance metadata: the instance has no role");
		err_hint(e, "attach an instance profile, or give the task or pod a role");
		return CALL_FAILED;
	}
	if (call->exchange.response.status != 200)
		return take_failure(call, e);
	enum call_result result = take_line(call, "role", &role, e);
	i->role_len = role.len;
	i->step = IDENTITY_IMDS_KEYS;
	return result;
}

static enum call_result
take_imds_region(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	struct buf region = { .p = i->region, .cap = ENDPOINT_REGION_MAX };
	if (call->exchange.response.status != 200)
		return take_failure(call, e);
	enum call_result result = take_line(call, "region", &region, e);
	if (result == CALL_NEXT && !endpoint_check_region(buf_span(&region), e))
		return CALL_FAILED;
	i->region_len = region.len;
	i->step = IDENTITY_IMDS_ROLE;
	return result;
}

static enum call_result
take_imds_token(struct call *call, struct err *e)
{
	struct identity *i = identity_of(call);
	struct buf token = BUF(i->token_text);
	if (call->exchange.response.status != 200)
		return take_failure(call, e);
	enum call_result result = take_line(call, "session token", &token, e);
	i->token = secret_keep(buf_span(&token));
	i->step = i->wants_region && i->region_len == 0 ? IDENTITY_IMDS_REGION : IDENTITY_IMDS_ROLE;
	return result;
}

static enum call_result
take_imds(struct call *call, struct err *e)
{
	switch (identity_of(call)->step) {
	case IDENTITY_IMDS_TOKEN:
		return take_imds_token(call, e);
	case IDENTITY_IMDS_REGION:
		return take_imds_region(call, e);
	case IDENTITY_IMDS_ROLE:
		return take_imds_role(call, e);
	case IDENTITY_IMDS_KEYS:
	case IDENTITY_ONLY_STEP:
		break;
	}
	return take_keys(call, e);
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
};
