#include "base/fdio.h"
#include "base/envvar.h"
#include "base/log.h"
#include "base/quote.h"
#include "fetch/fetcher.h"

#define K8S_NAMESPACE_FILE "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

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

/* AWS_CA_BUNDLE, else SSL_CERT_FILE, else the roots that are built in. */
static bool
plan_trust(struct fetcher *f, struct err *e)
{
	static const char *const names[] = { "AWS_CA_BUNDLE", "SSL_CERT_FILE" };
	const char *used = NULL;
	const char *path = first_variable(f->config->environ, names, 2, &used);
	f->terms.trust = trust_builtin();
	if (path == NULL)
		return true;
	if (!trust_load(&f->trust_store, path, &f->terms.trust, e))
		return err_ctx(e, "%s", used);
	log_debug("trust: %zu certificates of %s", f->terms.trust.count, used);
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
	for (size_t i = 0; i < f->service_count; i++) {
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
name_service(const struct fetcher *f, struct span service, struct loader *l, struct err *e)
{
	struct quoted_long q;
	struct buf written = BUF(l->written);
	if (!placeholder_expand(service, &f->values, &written, e) ||
		!service_parse(buf_span(&written), f->config, &l->service, e))
		return false;
	if (f->config->backend != BACKEND_FILE || l->service.label.n == 0)
		return true;
	err_set(e, ERR_USAGE, "usage: service '%s': a file has no labels",
		quote_name(&q, l->service.written));
	return err_hint(e, "leave out the label, or use the backend ssm");
}

bool
fetcher_name_services(struct fetcher *f, struct err *e)
{
	for (unsigned i = 0; i < f->service_count; i++) {
		f->loader[i].index = i;
		f->loader[i].recursive = f->config->recursive;
		if (!name_service(f, f->config->service[i], &f->loader[i], e))
			return false;
	}
	return true;
}

bool
fetcher_asks_aws(const struct fetcher *f)
{
	return (f->service_count > 0 && f->config->backend != BACKEND_FILE) ||
	       f->references.group_count > 0;
}

/* Where to ask and with which credentials; files are read. */
static bool
plan_aws(struct fetcher *f, struct err *e)
{
	return plan_region(f, e) &&
	       credentials_plan(&f->session.identity, f->config->environ, &f->session.scratch, e) &&
	       plan_trust(f, e);
}

/* As the SDKs have it: "app/" and up to 50 characters of a token; any other byte becomes '-'. */
static void
plan_user_agent(struct fetcher *f)
{
	struct buf b = BUF(f->user_agent);
	struct span id = span_of(envvar_get(f->config->environ, "AWS_SDK_UA_APP_ID"));
	buf_put_str(&b, "antechamber/" ANTECHAMBER_VERSION);
	f->terms.user_agent = buf_span(&b);
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
		f->terms.user_agent = buf_span(&b);
}

static void
plan_terms(struct fetcher *f, const struct config *c)
{
	clock_ms end = c->timeout_ms == 0 ? CLOCK_NEVER : c->started + c->timeout_ms;
	f->config = c;
	f->service_count = c->backend == BACKEND_NULL ? 0 : (unsigned)c->service_count;
	f->terms.environ = c->environ;
	f->terms.attempts_max = c->retries;
	f->terms.deadline = (struct deadline){ end, c->timeout_ms };
	f->terms.resolver = &f->resolver;
	f->assembly.config = c;
	f->assembly.loader = f->loader;
	plan_user_agent(f);
}

/* The task metadata are asked for names of placeholders, and for a region that is not set. */
static bool
plan_task(struct fetcher *f, struct err *e)
{
	char *const *environ = f->config->environ;
	f->asks_task = (f->needs.ecs_task || (fetcher_asks_aws(f) && f->region.n == 0)) &&
		       ecs_task_is_there(environ);
	return !f->asks_task || ecs_task_plan(&f->task, environ, &f->session.scratch, e);
}

bool
fetcher_plan(struct fetcher *f, const struct config *c, struct err *e)
{
	plan_terms(f, c);
	if (!plan_placeholders(f, e))
		return false;
	/* Names that do not depend on a response are judged before anybody is asked. */
	if (!f->needs.ecs_task && !fetcher_name_services(f, e))
		return false;
	if (!references_find(&f->references, c, e))
		return false;
	if (fetcher_asks_aws(f) && !plan_aws(f, e))
		return false;
	if (c->backend == BACKEND_FILE && !paramfile_read(&f->paramfile, c->backend_file, e))
		return false;
	if (!plan_task(f, e))
		return false;
	if ((fetcher_asks_aws(f) || f->asks_task) && !resolver_read(&f->resolver, e))
		return false;
	f->times.planned = clock_now();
	return true;
}
