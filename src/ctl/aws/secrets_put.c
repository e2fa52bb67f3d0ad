#include <errno.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/quote.h"
#include "ctl/aws/body.h"
#include "ctl/aws/secrets_job.h"

/* The requests that write a secret. */

/* SecretString of PutSecretValue: "Length Constraints: ... Maximum length of 65536." */
#define STRING_MAX 65536

/* Secrets Manager quotas: "Labels attached across all versions of a secret: 20". */
#define STAGES_MAX 20

/* Two hexadecimal digits a byte; AWS wants 32 to 64 characters. */
#define TOKEN_BYTES 16

/*
 * The id of the version that is written. A request that is sent again because its response was lost
 * has the same one, and does nothing the second time.
 */
static bool
make_token(struct span *token, struct err *e)
{
	uint8_t bytes[TOKEN_BYTES];
	struct text t = { 0 };
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return err_sys(e, ERR_FINAL, errno, "name a version of the secret");
	for (size_t i = 0; i < sizeof(bytes); i++)
		text_printf(&t, "%02x", (unsigned)bytes[i]);
	*token = text_span(&t);
	return true;
}

bool
secrets_describe(
	const struct secrets_job *j, const char *verb, struct json_value *root, struct err *e)
{
	struct text doing = { 0 };
	struct text body = { 0 };
	struct client_question q = {
		.target = "secretsmanager.DescribeSecret",
		.doing = store_doing_service(&doing, verb, j->service),
	};
	body_put_text(&body, "SecretId", j->service);
	return secrets_ask(j->store, &q, &body, root, e);
}

/* What rotation generates would replace what is written, and a hand-written value breaks it. */
static bool
check_rotation(const struct secrets_job *j, struct json_value root, struct err *e)
{
	struct json_value rotates;
	if (!json_member(root, "RotationEnabled", JSON_BOOL, &rotates, e))
		return err_ctx(e, "%s: malformed response", j->doing);
	if (!span_eq(json_raw(rotates), SPAN("true")))
		return true;
	err_set(e, ERR_REFUSED, "%s: the secret has rotation enabled", j->doing);
	return err_hint(e, "turn it off first (aws secretsmanager cancel-rotate-secret), or write "
			   "to another service");
}

/* An alias is stored as its ARN. */
static bool
warn_key(const struct secrets_job *j, struct json_value root, struct err *e)
{
	struct quoted_long q;
	struct quoted_long r;
	struct span key;
	if (!body_get_text(root, "KmsKeyId", &key, e))
		return false;
	if (j->kms_key.n > 0 && !span_ends_with(key, j->kms_key))
		log_warning("the secret %s keeps its KMS key, %s: --key-id is for a new one",
			quote_name(&q, j->service),
			key.n == 0 ? "aws/secretsmanager" : quote_name(&r, key));
	return true;
}

/* The stage of a written version: of several keys the one that was written most often. */
static uint64_t
stage_number(const struct secrets_job *j)
{
	uint64_t most = 0;
	for (size_t i = 0; i < j->edit.changes; i++) {
		if (j->edit.change[i].value.p != NULL && j->version[i] > most)
			most = j->version[i];
	}
	return most;
}

/* How many stages there will be without ours: AWSCURRENT, AWSPREVIOUS and those of the versions. */
static size_t
count_stages(struct json_value versions, struct span ours)
{
	struct json_value id;
	struct json_value list;
	struct json_value v;
	size_t count = 2;
	for (int at = 0; json_next(versions, &at, &id, &list);) {
		for (int i = 0; json_type(list) == JSON_ARRAY && json_next(list, &i, NULL, &v);) {
			if (!json_string_is(v, SPAN("AWSCURRENT")) &&
				!json_string_is(v, SPAN("AWSPREVIOUS")) && !json_string_is(v, ours))
				count++;
		}
	}
	return count;
}

/* A key that was written often may find no more room for the stage of its version. */
static bool
check_stages(struct secrets_job *j, struct json_value root, struct err *e)
{
	struct quoted_long q;
	struct json_value versions;
	struct text stage = { 0 };
	if (!json_member(root, "VersionIdsToStages", JSON_OBJECT, &versions, e))
		return err_ctx(e, "%s: malformed response", j->doing);
	text_printf(&stage, "CHAMBER%llu", (unsigned long long)stage_number(j));
	if (stage_number(j) == 0 || versions.doc == NULL ||
		count_stages(versions, text_span(&stage)) < STAGES_MAX)
		return true;
	j->has_no_stage = true;
	log_warning(
		"the secret %s has as many stages as AWS allows: this version gets no stage %s, "
		"and will vanish from the history",
		quote_name(&q, j->service), text_str(&stage));
	return true;
}

static bool
check_secret(struct secrets_job *j, struct err *e)
{
	struct json_value root;
	if (j->was_checked)
		return true;
	j->was_checked = secrets_describe(j, "check the secret", &root, e) &&
			 check_rotation(j, root, e) && warn_key(j, root, e) &&
			 check_stages(j, root, e);
	return j->was_checked;
}

static bool
put_version(const struct secrets_job *j, struct span value, struct err *e)
{
	const uint64_t stage = stage_number(j);
	struct text body = { 0 };
	struct json_value root;
	struct client_question q = {
		.target = "secretsmanager.PutSecretValue",
		.doing = j->doing,
		.kms = "kms:GenerateDataKey and kms:Decrypt",
	};
	body_put_text(&body, "SecretId", j->service);
	body_put_text(&body, "ClientRequestToken", j->own[j->attempts]);
	body_put_text(&body, "SecretString", value);
	text_put_str(&body, ",\"VersionStages\":[\"AWSCURRENT\"");
	if (stage > 0 && !j->has_no_stage)
		text_printf(&body, ",\"CHAMBER%llu\"", (unsigned long long)stage);
	text_put_char(&body, ']');
	return secrets_ask(j->store, &q, &body, &root, e);
}

/* Gives the first version the stage that CreateSecret cannot, so that the history keeps it. */
static void
put_first_stage(const struct secrets_job *j)
{
	struct err ignored;
	struct text doing = { 0 };
	struct text body = { 0 };
	struct json_value root;
	struct client_question q = {
		.target = "secretsmanager.UpdateSecretVersionStage",
		.doing = store_doing_service(&doing, "keep version 1 of", j->service),
	};
	body_put_text(&body, "SecretId", j->service);
	body_put_text(&body, "VersionStage", SPAN("CHAMBER1"));
	body_put_text(&body, "MoveToVersionId", j->own[j->attempts]);
	if (!secrets_ask(j->store, &q, &body, &root, &ignored))
		log_warning("%s", ignored.text);
}

/* *is_new is false when the secret is there after all: by somebody else, or without a value. */
static bool
create(const struct secrets_job *j, struct span value, bool *is_new, struct err *e)
{
	struct text body = { 0 };
	struct json_value root;
	struct client_question q = {
		.target = "secretsmanager.CreateSecret",
		.doing = j->doing,
		.kms = "kms:GenerateDataKey and kms:Decrypt",
	};
	body_put_text(&body, "Name", j->service);
	body_put_text(&body, "ClientRequestToken", j->own[j->attempts]);
	body_put_text(&body, "SecretString", value);
	if (j->kms_key.n > 0)
		body_put_text(&body, "KmsKeyId", j->kms_key);
	*is_new = secrets_ask(j->store, &q, &body, &root, e);
	if (*is_new)
		put_first_stage(j);
	return *is_new || secrets_is_code(j->store, "ResourceExistsException");
}

static bool
check_size(const struct secrets_job *j, struct span value, struct err *e)
{
	if (value.n <= STRING_MAX)
		return true;
	err_set(e, ERR_LIMIT, "%s: the secret would have %zu bytes, and Secrets Manager takes %d",
		j->doing, value.n, STRING_MAX);
	return err_hint(e, "a secret holds all keys of a service: use several services");
}

bool
secrets_put(struct secrets_job *j, struct span text, bool *is_new, struct err *e)
{
	*is_new = false;
	if (!check_size(j, text, e) || !make_token(&j->own[j->attempts], e))
		return false;
	if (!j->base.is_there && !create(j, text, is_new, e))
		return false;
	return *is_new || (check_secret(j, e) && put_version(j, text, e));
}
