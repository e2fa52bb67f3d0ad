#include "fetch/identity.h"

#include "base/fdio.h"
#include "base/log.h"
#include "fetch/identity_ops.h"

static const struct exchange_limits agent_limits = { .connect = 2000, .answer = 5000 };
static const struct exchange_limits imds_limits = { .connect = 1000, .answer = 1000 };

/* Reads a token file whole: no SDK trims it, and neither do we. */
static bool
read_token(struct identity *i, const char *path, const char *variable, struct err *e)
{
	struct buf text = BUF(i->token_text);
	if (!fdio_read_file(path, &text, e))
		return err_ctx(e, "credentials: %s", variable);
	i->token = secret_keep(buf_span(&text));
	if (text.len == 0)
		return err_set(e, ERR_USAGE, "credentials: %s: the file is empty", variable);
	return true;
}

/* No token has a line break, and no field may hold one: said where the variable is known. */
static bool
check_token(const struct identity *i, const char *variable, struct err *e)
{
	struct span token = i->token.bytes;
	for (size_t n = 0; n < token.n; n++) {
		unsigned char c = (unsigned char)token.p[n];
		if (c >= ' ' && c != 0x7f)
			continue;
		err_set(e, ERR_USAGE,
			"credentials: %s: byte %zu of %zu is a control character, "
			"which no token has",
			variable, n + 1, token.n);
		return err_hint(e, "write the token without a line break at its end");
	}
	return true;
}

static bool
plan_token(struct identity *i, struct err *e)
{
	const struct credential_plan *plan = &i->plan;
	if (plan->source == SOURCE_WEB_IDENTITY)
		return read_token(i, plan->token_file, "AWS_WEB_IDENTITY_TOKEN_FILE", e) &&
		       check_token(i, "AWS_WEB_IDENTITY_TOKEN_FILE", e);
	if (plan->source != SOURCE_CONTAINER)
		return true;
	if (plan->token_file != NULL)
		return read_token(
			       i, plan->token_file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", e) &&
		       check_token(i, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", e);
	i->token.bytes = span_of(plan->token);
	return check_token(i, "AWS_CONTAINER_AUTHORIZATION_TOKEN", e);
}

bool
identity_plan(struct identity *i, char *const *environ, struct err *e)
{
	i->environ = environ;
	i->is_known = false;
	i->was_stale = false;
	i->wants_region = false;
	i->arena = BUF(i->bytes);
	i->token = (struct secret){ { NULL, 0 } };
	i->region_len = 0;
	if (!credential_plan(environ, &i->plan, e) || !plan_token(i, e))
		return false;
	log_debug("credentials from the %s", credential_source_name(i->plan.source));
	if (i->plan.source == SOURCE_STATIC) {
		i->now = i->plan.fixed;
		i->is_known = true;
	}
	return true;
}

bool
identity_needs_call(const struct identity *i)
{
	return i->plan.source != SOURCE_STATIC;
}

bool
identity_is_known(const struct identity *i)
{
	return i->is_known;
}

const struct credentials *
identity_credentials(const struct identity *i)
{
	return &i->now;
}

void
identity_set_peer(struct identity *i, struct trust trust)
{
	const struct url *url = i->plan.source == SOURCE_WEB_IDENTITY ? &i->sts.url : &i->plan.url;
	peer_init(&i->peer, url, trust);
}

static const struct call_ops *
ops_of(enum credential_source source)
{
	switch (source) {
	case SOURCE_WEB_IDENTITY:
		return &identity_sts_ops;
	case SOURCE_CONTAINER:
		return &identity_container_ops;
	case SOURCE_IMDS:
		return &identity_imds_ops;
	case SOURCE_STATIC:
		break;
	}
	return NULL;
}

void
identity_start(struct identity *i, unsigned attempts_max)
{
	bool imds = i->plan.source == SOURCE_IMDS;
	i->step = imds ? IDENTITY_IMDS_TOKEN : IDENTITY_ONLY_STEP;
	const struct call_setup setup = {
		.ops = ops_of(i->plan.source),
		.owner = i,
		.doing = "get credentials",
		.peer = &i->peer,
		.limits = imds ? &imds_limits : &agent_limits,
		.attempts_max = attempts_max,
	};
	call_init(&i->call, &setup);
}

bool
identity_renew(struct identity *i)
{
	if (!identity_needs_call(i) || i->arena.len > CREDENTIALS_MAX)
		return false;
	/* Another service may have begun already. */
	if (!i->is_known)
		return true;
	log_debug("the session has expired: fetching the credentials once more");
	i->is_known = false;
	identity_start(i, i->call.attempts_max);
	return true;
}

struct span
identity_region(const struct identity *i)
{
	return (struct span){ i->region, i->region_len };
}
