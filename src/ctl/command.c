#include "ctl/command.h"

#include <string.h>

#include "base/quote.h"
#include "config/service.h"
#include "ctl/base/memory.h"
#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/options.h"

/* Aliases, ids and ARNs; policy prints it into JSON. */
static bool
check_key_id(const struct options *o, struct err *e)
{
	struct quoted q;
	const struct span key = span_of(o->key_id);
	return span_alnum(key, ":/_.-") == key.n ||
	       err_set(e, ERR_USAGE,
		       "usage: --key-id: \"%s\" is not an alias, an ID or an ARN of a KMS key",
		       quote(&q, key));
}

/* Options that say what only a parameter has. */
static bool
check_options(const struct ctl *c, struct err *e)
{
	const struct options *o = c->options;
	if (o->key_id != NULL && !check_key_id(o, e))
		return false;
	if (c->store.ops == &store_ssm)
		return true;
	if (o->type != NULL)
		return store_lacks(&c->store, "types of values (--type)", e);
	if (o->tier != NULL)
		return store_lacks(&c->store, "tiers (--tier)", e);
	return o->tags == NULL || store_lacks(&c->store, "tags of keys (--tags)", e);
}

bool
ctl_open(struct ctl *c, struct err *e)
{
	const struct client_settings settings = {
		.environ = c->environ,
		.attempts_max = (unsigned)c->options->retries,
		.timeout_ms = c->options->timeout_ms,
		.allow_http = c->options->allow_http,
	};
	const bool is_ssm = span_eq(span_of(c->options->backend), SPAN("ssm"));
	c->store.ops = is_ssm ? &store_ssm : &store_secrets;
	if (!check_options(c, e))
		return false;
	c->store.client = client_open(&settings, e);
	return c->store.client != NULL;
}

bool
ctl_service(const struct ctl *c, const char *word, struct span *service, struct span *label,
	struct err *e)
{
	struct quoted q;
	struct service *s = memory_get(sizeof(*s));
	struct config *config = memory_get(sizeof(*config));
	config->keep_case = c->options->keep_case;
	config->backend = c->store.ops == &store_ssm ? BACKEND_SSM : BACKEND_SECRETS_MANAGER;
	if (!service_parse(span_of(word), config, s, e))
		return false;
	*service = s->name;
	if (label != NULL)
		*label = s->label;
	return label != NULL || s->label.n == 0 ||
	       err_set(e, ERR_USAGE, "usage: service \"%s\": a label cannot be given here",
		       quote(&q, span_of(word)));
}

/* PutParameter: "A parameter name can't be prefixed with "aws" or "ssm" (case-insensitive)." */
static bool
is_reserved(struct span service)
{
	static const char names[][4] = { "aws", "ssm" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (service.n >= 3 &&
			span_eq_nocase((struct span){ service.p, 3 }, span_of(names[i])))
			return true;
	}
	return false;
}

bool
ctl_new_service(const struct ctl *c, const char *word, struct span *service, struct err *e)
{
	struct quoted q;
	if (!ctl_service(c, word, service, NULL, e))
		return false;
	if (c->store.ops != &store_ssm || !is_reserved(*service))
		return true;
	err_set(e, ERR_USAGE,
		"service \"%s\": AWS refuses names that begin with \"aws\" or \"ssm\"",
		quote(&q, span_of(word)));
	return err_hint(e, "choose another name for the service");
}

bool
ctl_key(const struct ctl *c, struct span word, struct span *key, struct err *e)
{
	struct quoted q;
	const size_t good = span_alnum(word, "_.-");
	if (word.n == 0)
		return err_set(e, ERR_USAGE, "usage: the key is empty");
	if (word.n > URL_MAX)
		return err_set(e, ERR_LIMIT, "usage: the key has %zu bytes, at most %d are allowed",
			word.n, URL_MAX);
	if (good < word.n)
		return err_set(e, ERR_USAGE,
			"usage: key \"%s\": only letters, digits and \"_.-\" are allowed",
			quote(&q, word));
	*key = memory_copy(word);
	for (size_t i = 0; i < key->n && !c->options->keep_case; i++)
		((char *)(uintptr_t)key->p)[i] = ascii_lower(word.p[i]);
	return true;
}

struct span
ctl_take_value(const char *word)
{
	const struct span s = span_of(word);
	const struct span value = memory_copy(s);
	memset((char *)(uintptr_t)word, '*', s.n);
	return value;
}

bool
ctl_print_table(const struct ctl *c, const struct table *t, struct err *e)
{
	struct text out = { 0 };
	if (span_eq(span_of(c->options->format), SPAN("json")))
		table_write_json(t, &out);
	else
		table_write(t, &out);
	return outfile_print(text_span(&out), e);
}

/* Whether it needs no "alias/": ids are UUIDs, or "mrk-" and 32 digits. */
static bool
is_key_id(struct span key)
{
	return span_starts_with(key, SPAN("arn:")) || span_starts_with(key, SPAN("alias/")) ||
	       span_starts_with(key, SPAN("mrk-")) ||
	       (key.n == 36 && key.p[8] == '-' && key.p[13] == '-' && key.p[18] == '-' &&
		       key.p[23] == '-');
}

struct span
ctl_kms_key(const struct ctl *c)
{
	const struct span key = span_of(c->options->key_id);
	struct text alias = { 0 };
	if (c->store.ops != &store_ssm && !c->options->has_key_id)
		return SPAN("");
	if (is_key_id(key))
		return key;
	text_put_str(&alias, "alias/");
	text_put(&alias, key);
	return text_span(&alias);
}

bool
ctl_missing(struct span service, struct span key, struct err *e)
{
	struct quoted_long q;
	struct quoted_long r;
	err_set(e, ERR_REFUSED, "there is no key %s in %s", quote_name(&q, key),
		quote_name(&r, service));
	return err_hint(e, "'antechamberctl list' shows the keys of a service");
}
