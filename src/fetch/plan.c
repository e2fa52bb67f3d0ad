#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "fetch/fetcher.h"

#define K8S_NAMESPACE_FILE "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

static const char *
first_variable(char *const *environ, const char *const *names, size_t count, const char **used)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = config_getenv(environ, names[i]);
		if (value != NULL) {
			*used = names[i];
			return value;
		}
	}
	return NULL;
}

/* AWS_CA_BUNDLE, else SSL_CERT_FILE, else the roots that are built in. */
static bool
plan_trust(struct fetcher *f, struct err *e)
{
	static const char *const names[] = { "AWS_CA_BUNDLE", "SSL_CERT_FILE" };
	const char *used = NULL;
	const char *path = first_variable(f->config->environ, names, 2, &used);
	f->trust = trust_builtin();
	if (path == NULL)
		return true;
	if (!trust_load(path, &f->trust, e))
		return err_ctx(e, "%s", used);
	log_debug("trust: %zu certificates of %s", f->trust.count, used);
	return true;
}

static bool
plan_region(struct fetcher *f, struct err *e)
{
	static const char *const names[] = { "CHAMBER_AWS_REGION", "AWS_REGION",
		"AWS_DEFAULT_REGION" };
	f->region = span_of(first_variable(f->config->environ, names, 3, &f->region_source));
	return f->region.n == 0 || endpoint_check_region(f->region, e) ||
	       err_ctx(e, "%s", f->region_source);
}

static bool
plan_placeholders(struct fetcher *f, struct err *e)
{
	const struct config *c = f->config;
	f->values.environ = c->environ;
	for (size_t i = 0; i < c->service_count; i++) {
		if (!placeholder_scan(c->service[i], &f->needs, e))
			return false;
	}
	if (!f->needs.k8s_namespace)
		return true;
	struct buf text = BUF(f->k8s_namespace);
	if (!fdio_read_file(K8S_NAMESPACE_FILE, &text, e))
		return err_ctx(e, "{k8s:namespace}");
	f->values.k8s_namespace = buf_span(&text);
	return true;
}

static bool
plan_service(struct fetcher *f, size_t i, struct err *e)
{
	struct quoted q;
	struct buf written = BUF(f->expanded[i]);
	if (!placeholder_expand(f->config->service[i], &f->values, &written, e))
		return false;
	f->written[i] = buf_span(&written);
	if (!service_parse(f->written[i], &f->service[i], e))
		return false;
	if (f->config->backend != BACKEND_FILE || f->service[i].label.n == 0)
		return true;
	err_set(e, ERR_USAGE, "usage: service '%s': a file has no labels",
		quote(&q, f->written[i]));
	return err_hint(e, "leave out the label, or use the backend ssm");
}

bool
fetcher_name_services(struct fetcher *f, struct err *e)
{
	for (size_t i = 0; i < f->config->service_count; i++) {
		if (!plan_service(f, i, e))
			return false;
	}
	return true;
}

bool
fetcher_asks_aws(const struct fetcher *f)
{
	const struct config *c = f->config;
	bool stored_there = c->backend == BACKEND_SSM || c->backend == BACKEND_SECRETS_MANAGER;
	return (stored_there && c->service_count > 0) || f->references.group_count > 0;
}

/* Whom to ask and as whom; files are read. */
static bool
plan_aws(struct fetcher *f, struct err *e)
{
	char *const *environ = f->config->environ;
	if (!fetcher_asks_aws(f))
		return true;
	return plan_region(f, e) && identity_plan(&f->identity, environ, e) && plan_trust(f, e);
}

bool
fetcher_plan(struct fetcher *f, const struct config *c, struct err *e)
{
	f->config = c;
	f->deadline.timeout_ms = c->timeout_ms;
	f->deadline.at = c->timeout_ms == 0 ? CLOCK_NEVER : c->started + c->timeout_ms;
	f->shared.identity = &f->identity;
	f->shared.doc = f->identity.doc = f->metadata.doc = f->paramfile.doc = &f->doc;
	f->shared.failure = f->identity.failure = f->metadata.failure = &f->failure;

	if (!plan_placeholders(f, e))
		return false;
	/* Names that need nobody's answer are judged before anybody is asked. */
	if (!f->needs.ecs_task && !fetcher_name_services(f, e))
		return false;
	if (!references_find(&f->references, c, e) || !plan_aws(f, e))
		return false;
	if (c->backend == BACKEND_FILE && !paramfile_read(&f->paramfile, c->backend_file, e))
		return false;
	bool wants_task = f->needs.ecs_task || (fetcher_asks_aws(f) && f->region.n == 0);
	if (wants_task && metadata_is_there(c->environ) &&
		!metadata_plan(&f->metadata, c->environ, e))
		return false;
	f->times.planned = clock_now();
	return true;
}
