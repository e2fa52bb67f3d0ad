#include "fetch/identity.h"

#include "base/fdio.h"
#include "base/log.h"
#include "fetch/identity_ops.h"

/* No token has a line break, and no field may hold one: said where the variable is known. */
static bool
check_token(struct span token, struct err *e)
{
	for (size_t n = 0; n < token.n; n++) {
		unsigned char c = (unsigned char)token.p[n];
		if (c >= ' ' && c != 0x7f)
			continue;
		err_set(e, ERR_USAGE, "byte %zu of %zu is a control character, which no token has",
			n + 1, token.n);
		return err_hint(e, "write the token without a line break at its end");
	}
	return true;
}

/* Reads a token file whole: no SDK trims it, and neither do we. */
static bool
read_token(struct identity *i, struct err *e)
{
	struct buf text = BUF(i->token_text);
	if (!fdio_read_file(i->plan.token_file, &text, e))
		return false;
	i->token = secret_keep(buf_span(&text));
	return text.len > 0 || err_set(e, ERR_USAGE, "the file is empty");
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
	return (ok && check_token(i->token.bytes, e)) || err_ctx(e, "credentials: %s", variable);
}

bool
identity_plan(struct identity *i, char *const *environ, struct err *e)
{
	i->environ = environ;
	i->is_known = false;
	i->was_stale = false;
	i->generation = 0;
	i->wants_region = false;
	i->arena = BUF(i->bytes);
	i->region.n = 0;
	i->role.n = 0;
	if (!credential_plan(environ, &i->plan, e) || !plan_token(i, e))
		return false;
	log_debug("credentials from the %s", credential_source_name(i->plan.source));
	if (i->plan.source == SOURCE_STATIC) {
		i->now = i->plan.fixed;
		i->is_known = true;
	}
	return true;
}

void
identity_start(struct identity *i)
{
	bool imds = i->plan.source == SOURCE_IMDS;
	i->step = imds ? IDENTITY_IMDS_TOKEN : IDENTITY_ONLY_STEP;
	call_init(&i->call, imds ? &identity_imds_ops : &identity_ops, i, "get credentials",
		&i->peer);
}

bool
identity_renew(struct identity *i, unsigned generation)
{
	/* Another service may have begun already, or even be done. */
	if (!i->is_known || i->generation != generation)
		return true;
	if (i->plan.source == SOURCE_STATIC || i->arena.len > CREDENTIALS_MAX)
		return false;
	log_debug("the session has expired: fetching the credentials once more");
	i->is_known = false;
	identity_start(i);
	return true;
}
