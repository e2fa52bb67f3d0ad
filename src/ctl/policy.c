#include "aws/endpoint.h"
#include "ctl/base/memory.h"
#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/options.h"

/* What the texts of a policy are made of. */
struct place {
	struct span region;
	struct caller_identity caller;
	bool is_ssm;
};

static void
put_arn(struct text *t, const struct place *p, const char *service, const char *resource)
{
	text_printf(t, "\"arn:%.*s:%s:%.*s:%.*s:%s", (int)p->caller.partition.n,
		p->caller.partition.p, service, (int)p->region.n, p->region.p,
		(int)p->caller.account.n, p->caller.account.p, resource);
}

/* GetParametersByPath is judged by the path and by what is below it. */
static void
put_resources(struct text *t, const struct place *p, const struct span *service, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_put_str(t, i == 0 ? "\n        " : ",\n        ");
		if (p->is_ssm) {
			put_arn(t, p, "ssm", "parameter/");
			text_put(t, service[i]);
			text_put_str(t, "\",\n        ");
			put_arn(t, p, "ssm", "parameter/");
			text_put(t, service[i]);
			text_put_str(t, "/*\"");
		} else {
			/* Secrets Manager adds six characters to a name. */
			put_arn(t, p, "secretsmanager", "secret:");
			text_put(t, service[i]);
			text_put_str(t, "-??????\"");
		}
	}
	text_put_str(t, "\n      ]\n    }");
}

/* Parameter Store encrypts each value with its parameter's ARN: no other value can be decrypted. */
static void
put_context(struct text *t, const struct place *p, const struct span *service, size_t count)
{
	text_put_str(t, ",\n        \"StringLike\": { \"kms:EncryptionContext:PARAMETER_ARN\": [");
	for (size_t i = 0; i < count; i++) {
		text_put_str(t, i == 0 ? "\n          " : ",\n          ");
		put_arn(t, p, "ssm", "parameter/");
		text_put(t, service[i]);
		text_put_str(t, "/*\"");
	}
	text_put_str(t, "\n        ] }");
}

/* An alias is not a resource of a policy: it is a condition. */
static void
put_key(struct text *t, const struct ctl *c, const struct place *p, const struct span *service)
{
	const struct span key = ctl_kms_key(c);
	const bool is_alias = span_starts_with(key, SPAN("alias/"));
	text_put_str(t, "      \"Resource\": ");
	if (span_starts_with(key, SPAN("arn:"))) {
		text_put_char(t, '"');
		text_put(t, key);
	} else {
		put_arn(t, p, "kms", "key/");
		text_put(t, is_alias ? SPAN("*") : key);
	}
	text_printf(t,
		"\",\n      \"Condition\": {\n        \"StringEquals\": { \"kms:ViaService\": "
		"\"%s.%.*s.%s\" }",
		p->is_ssm ? "ssm" : "secretsmanager", (int)p->region.n, p->region.p,
		endpoint_suffix(p->region));
	if (is_alias)
		text_printf(t,
			",\n        \"ForAnyValue:StringEquals\": { \"kms:ResourceAliases\": "
			"\"%.*s\" }",
			(int)key.n, key.p);
	if (p->is_ssm)
		put_context(t, p, service, c->words);
	text_put_str(t, "\n      }\n    }\n");
}

static void
put_policy(struct text *t, const struct ctl *c, const struct place *p, const struct span *service)
{
	text_printf(t,
		"{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n"
		"      \"Sid\": \"%s\",\n      \"Effect\": \"Allow\",\n      \"Action\": \"%s\",\n"
		"      \"Resource\": [",
		p->is_ssm ? "ReadParameters" : "ReadSecrets",
		p->is_ssm ? "ssm:GetParametersByPath" : "secretsmanager:GetSecretValue");
	put_resources(t, p, service, c->words);
	/* The key that the account has for secrets needs no permission of its own. */
	if (ctl_kms_key(c).n == 0) {
		text_put_str(t, "\n  ]\n}\n");
		return;
	}
	text_put_str(t, ",\n    {\n      \"Sid\": \"Decrypt\",\n      \"Effect\": \"Allow\",\n"
			"      \"Action\": \"kms:Decrypt\",\n");
	put_key(t, c, p, service);
	text_put_str(t, "  ]\n}\n");
}

bool
command_policy(struct ctl *c, struct err *e)
{
	struct text t = { 0 };
	struct place p = { 0 };
	struct span *service = memory_get(c->words * sizeof(*service));
	if (!ctl_open(c, e))
		return false;
	for (size_t i = 0; i < c->words; i++) {
		if (!ctl_service(c, c->word[i], &service[i], NULL, e))
			return false;
	}
	p.is_ssm = c->store.ops == &store_ssm;
	if (!client_region(c->store.client, &p.region, e) ||
		!client_caller(c->store.client, &p.caller, e))
		return false;
	put_policy(&t, c, &p, service);
	return outfile_print(text_span(&t), e);
}
