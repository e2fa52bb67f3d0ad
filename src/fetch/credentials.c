#include "fetch/credentials.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/secret.h"
#include "fetch/request.h"

/* No field value may hold a control character: said here, where the variable is known. */
static bool
check_token(struct span token, struct err *e)
{
	for (size_t n = 0; n < token.n; n++) {
		unsigned char c = (unsigned char)token.p[n];
		if (c >= ' ' && c != 0x7f)
			continue;
		err_set(e, ERR_USAGE, "byte %zu of %zu is %s, which a token cannot have", n + 1,
			token.n, c == '\n' || c == '\r' ? "a line break" : "a control character");
		return err_hint(e, "write the token without it");
	}
	return true;
}

/* Editors and `echo` end a file with a line break, which is not part of the token. */
static struct span
trim_line_breaks(struct span s)
{
	while (s.n > 0 && s.p[s.n - 1] == '\n') {
		s.n--;
		if (s.n > 0 && s.p[s.n - 1] == '\r')
			s.n--;
	}
	return s;
}

static bool
read_token(struct identity *i, struct err *e)
{
	struct buf text = BUF(i->token_text);
	if (!fdio_read_file(i->plan.token_file, &text, e))
		return false;
	i->token = secret_keep(trim_line_breaks(buf_span(&text)));
	return i->token.bytes.n > 0 || err_set(e, ERR_USAGE, "the file is empty");
}

static bool
plan_token(struct identity *i, struct err *e)
{
	const struct credential_plan *plan = &i->plan;
	const char *variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
	bool ok = true;
	i->token.bytes = span_of(plan->token);
	if (plan->token_file != NULL) {
		variable = plan->source == SOURCE_WEB_IDENTITY
				   ? "AWS_WEB_IDENTITY_TOKEN_FILE"
				   : "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
		ok = read_token(i, e);
	}
	return (ok && check_token(i->token.bytes, e)) || err_ctx(e, "%s", variable);
}

bool
credentials_plan(struct identity *i, char *const *environ, struct scratch *scratch, struct err *e)
{
	i->environ = environ;
	i->scratch = scratch;
	i->is_known = false;
	i->has_warned = false;
	i->generation = 0;
	i->wants_region = false;
	i->arena = BUF(i->bytes);
	i->region.n = 0;
	i->role.n = 0;
	if (!credential_plan(environ, &i->plan, e) || !plan_token(i, e))
		return err_ctx(e, "credentials");
	log_debug("credentials from the %s", credential_source_name(i->plan.source));
	if (i->plan.source == SOURCE_STATIC) {
		i->now = i->plan.fixed;
		i->is_known = true;
	}
	return true;
}

/*
 * Expired ones too: where a metadata service cannot get newer ones, AWS goes on accepting those for
 * a while ("static stability"), and its SDKs use them.
 */
static enum call_result
accept_credentials(struct identity *i, const struct credentials *c)
{
	int64_t now = clock_unix();
	if (c->expires != 0 && c->expires <= now && !i->has_warned) {
		i->has_warned = true;
		log_warning("the credentials expired %llu s ago by this machine's clock: they are "
			    "used all the same, AWS decides",
			(unsigned long long)(now - c->expires));
	}
	i->now = *c;
	i->generation++;
	i->is_known = true;
	return CALL_DONE;
}

/* The metadata of tasks and instances refuse too, but nobody sends them this token. */
static void
hint_at_token(const struct identity *i, unsigned status, struct err *e)
{
	if (i->plan.source == SOURCE_CONTAINER && (status == 401 || status == 403))
		err_hint(e, "the agent does not accept the authorization token: check "
			    "AWS_CONTAINER_AUTHORIZATION_TOKEN or its file");
}

static bool
read_keys(struct identity *i, const struct http_response *r, struct credentials *c, struct err *e)
{
	struct json_value root;
	struct buf text = BUF(i->scratch->text);
	if (i->plan.source != SOURCE_WEB_IDENTITY) {
		if (scratch_read(i->scratch, r, &root, e))
			return credential_read_json(root, &text, &i->arena, c, e);
		hint_at_token(i, r->status, e);
		return false;
	}
	if (r->status == 200)
		return credential_read_sts(
			http_response_body(r), &i->scratch->doc, &i->arena, c, e);
	if (span_eq(span_of(scratch_error(i->scratch, r, e)), SPAN("AccessDenied")))
		err_hint(e, "let the role's trust policy allow sts:AssumeRoleWithWebIdentity "
			    "for this token");
	return false;
}

enum call_result
credentials_take(struct call *call, struct err *e)
{
	struct identity *i = call->owner;
	struct credentials c = { 0 };
	size_t arena_len = i->arena.len;
	size_t secrets = secret_mark();
	if (read_keys(i, &call->exchange.response, &c, e))
		return accept_credentials(i, &c);
	/* The next response gets the bytes; what they held stays secret. */
	secret_copy_since(secrets);
	i->arena.len = arena_len;
	i->arena.overflow = false;
	return CALL_FAILED;
}

/* SDK reference guide, "Container credential provider". */
static bool
build_container(struct call *call, struct buf *b, struct err *e)
{
	const struct identity *i = call->owner;
	struct request r;
	request_init_unsigned(&r, &i->peer, "GET", i->plan.url.target);
	request_add(&r, "Authorization", i->token.bytes);
	return request_write(&r, b, e);
}

/* Not signed: the token is what authenticates. */
static bool
build_sts(struct call *call, struct buf *b, struct err *e)
{
	struct identity *i = call->owner;
	struct buf form = BUF(i->body);
	struct request r;
	credential_put_sts_form(&form, i->plan.role_arn, i->plan.session_name, i->token);
	if (form.overflow)
		return err_set(e, ERR_LIMIT, "the form for STS: more than %zu bytes", form.cap);
	request_init_unsigned(&r, &i->peer, "POST", i->sts.path);
	request_add(&r, "Content-Type", SPAN("application/x-www-form-urlencoded"));
	r.http.body = buf_span(&form);
	return request_write(&r, b, e);
}

static const struct call_ops container_ops = {
	.build = build_container,
	.take = credentials_take,
	.limits = { .connect = 2000, .response = 5000 },
};

static const struct call_ops sts_ops = {
	.build = build_sts,
	.take = credentials_take,
	.limits = { .connect = 2000, .response = 5000 },
};

void
credentials_start(struct identity *i)
{
	static const struct call_ops *const ops[] = {
		[SOURCE_WEB_IDENTITY] = &sts_ops,
		[SOURCE_CONTAINER] = &container_ops,
		[SOURCE_IMDS] = &imds_ops,
	};
	i->step = IMDS_TOKEN;
	call_init(&i->call, ops[i->plan.source], i, "get credentials", &i->peer);
}

bool
credentials_renew(struct identity *i, unsigned generation)
{
	/* Another service may have begun already, or even be done. */
	if (!i->is_known || i->generation != generation)
		return true;
	if (i->plan.source == SOURCE_STATIC || i->arena.len > CREDENTIALS_MAX)
		return false;
	log_debug("the credentials have expired: fetching them once more");
	i->is_known = false;
	credentials_start(i);
	return true;
}
