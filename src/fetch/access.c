#include "fetch/access.h"

#include "base/envvar.h"
#include "base/log.h"
#include "fetch/talk.h"

static const char *
first_variable(char *const *environ, const char *const *names, size_t count, const char **used)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = envvar_get(environ, names[i]);
		if (value != NULL) {
			*used = names[i];
			return value;
		}
	}
	return NULL;
}

bool
access_plan_trust(struct access *a, struct err *e)
{
	static const char *const names[] = { "AWS_CA_BUNDLE", "SSL_CERT_FILE" };
	const char *used = NULL;
	const char *path = first_variable(a->environ, names, 2, &used);
	a->terms.trust = trust_builtin();
	if (path != NULL) {
		if (!trust_load(&a->trust_store, path, &a->terms.trust, e))
			return err_ctx(e, "%s", used);
		log_debug("trust: %zu certificates of %s", a->terms.trust.count, used);
	}
	a->chain_proof.key.key.key_type = 0;
	a->terms.trust.proof = &a->chain_proof;
	return true;
}

bool
access_plan_region(struct access *a, struct err *e)
{
	static const char *const names[] = { "CHAMBER_AWS_REGION", "AWS_REGION",
		"AWS_DEFAULT_REGION" };
	a->region = span_of(first_variable(a->environ, names, 3, &a->region_source));
	return a->region.n == 0 || endpoint_check_region(a->region, e) ||
	       err_ctx(e, "%s", a->region_source);
}

bool
access_plan(struct access *a, struct err *e)
{
	return access_plan_region(a, e) &&
	       credentials_plan(&a->session.identity, a->environ, &a->session.scratch, e) &&
	       access_plan_trust(a, e);
}

/* As the SDKs have it: "app/" and up to 50 characters of a token; any other byte becomes '-'. */
static void
plan_user_agent(struct access *a, const char *program)
{
	struct buf b = BUF(a->user_agent);
	struct span id = span_of(envvar_get(a->environ, "AWS_SDK_UA_APP_ID"));
	buf_put_str(&b, program);
	a->terms.user_agent = buf_span(&b);
	if (id.n == 0)
		return;
	buf_put_str(&b, " app/");
	for (size_t i = 0; i < id.n; i++) {
		bool fits = span_alnum(span_skip(id, i), "!#$%&'*+-.^_`|~") > 0;
		buf_put_char(&b, fits ? id.p[i] : '-');
	}
	if (id.n > APP_ID_MAX)
		log_warning("AWS_SDK_UA_APP_ID: %zu bytes, at most %d should be used%s", id.n,
			APP_ID_MAX, b.overflow ? ": it is left out" : "");
	if (!b.overflow)
		a->terms.user_agent = buf_span(&b);
}

void
access_init(struct access *a, const struct access_settings *settings)
{
	a->environ = settings->environ;
	a->allow_http = settings->allow_http;
	a->terms.environ = settings->environ;
	a->terms.attempts_max = settings->attempts_max;
	a->terms.deadline = settings->deadline;
	a->terms.resolver = &a->resolver;
	plan_user_agent(a, settings->user_agent);
}

bool
access_locate(const struct access *a, const struct url *url, bool is_composed, struct peer *p,
	struct err *e)
{
	peer_init(p, url, &a->terms);
	p->dial_is_absolute = p->dial_is_absolute || is_composed;
	return peer_use_proxy(p, e) && peer_resolve(p, e);
}

/* A plain-http AWS endpoint is an emulator on this machine, or one that was allowed. */
bool
access_locate_endpoint(
	const struct access *a, const struct endpoint *endpoint, struct peer *p, struct err *e)
{
	if (!access_locate(a, &endpoint->url, endpoint->variable == NULL, p, e))
		return false;
	if (p->tls || a->allow_http || peer_is_loopback(p))
		return true;
	err_set(e, ERR_USAGE, "%s: http://%s is not this machine: nothing is sent in the clear",
		endpoint->variable, p->name);
	return err_hint(e, "use https, or --allow-http for an emulator");
}

void
access_set_region(struct access *a, struct span region, const char *source)
{
	a->region = region;
	a->region_source = source;
}

/* Credentials in the clear are taken from the addresses of hostrule_allows_credentials alone. */
static bool
locate_agent(
	const struct access *a, const struct credential_plan *plan, struct peer *p, struct err *e)
{
	if (!access_locate(a, &plan->url, false, p, e))
		return false;
	if (p->tls || plan->source != SOURCE_CONTAINER || peer_may_have_credentials(p))
		return true;
	err_set(e, ERR_USAGE,
		"%s: %s is neither loopback nor the address of an ECS or EKS agent: nothing is "
		"sent there in the clear",
		plan->variable, p->name);
	return err_hint(
		e, "use https, or 127.0.0.1, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]");
}

bool
access_locate_credentials(struct access *a, struct err *e)
{
	struct identity *i = &a->session.identity;
	bool ok;
	if (i->plan.source == SOURCE_WEB_IDENTITY)
		ok = endpoint_select(ENDPOINT_STS, a->region, a->environ, &i->sts, e) &&
		     access_locate_endpoint(a, &i->sts, &i->peer, e);
	else
		ok = locate_agent(a, &i->plan, &i->peer, e);
	if (!ok)
		return err_ctx(e, "credentials");
	credentials_start(i);
	return true;
}

bool
access_ask_instance(struct access *a, struct err *e)
{
	struct call *const call = &a->session.identity.call;
	a->session.identity.wants_region = true;
	if (!access_locate_credentials(a, e) || !talk(&call, 1, &a->terms.deadline, e))
		return false;
	access_set_region(a, a->session.identity.region, "EC2 instance metadata");
	return true;
}
