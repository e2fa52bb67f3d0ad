#include "ctl/put.h"

#include "base/quote.h"
#include "base/secret.h"
#include "ctl/options.h"
#include "json/utf8.h"

/* PutParameter: "Standard parameters have a value limit of 4 KB. Advanced parameters ... 8 KB." */
#define STANDARD_MAX 4096
#define ADVANCED_MAX 8192

/* A parameter's name: "maximum 2048 characters, which includes 1037 internal ones". */
#define NAME_MAX_BYTES 1011

/* How often a key may turn out to be new and then not, because others create and delete it. */
#define RACES_MAX 5

static bool
check_text(const struct put *p, struct err *e)
{
	struct quoted_long q;
	const char *key = quote_name(&q, p->key);
	for (size_t at = 0; at < p->value.n;) {
		const size_t n = utf8_length(span_skip(p->value, at));
		if (n == 0 || p->value.p[at] == '\0') {
			err_set(e, ERR_USAGE, "the value of %s: byte %zu is %s", key, at + 1,
				n == 0 ? "not UTF-8" : "a NUL");
			return err_hint(e, "only text can be stored: encode the value, for "
					   "example in base64");
		}
		at += n;
	}
	return p->value.n > 0 || err_set(e, ERR_USAGE, "the value of %s is empty", key);
}

static bool
check_size(const struct ctl *c, const struct put *p, struct err *e)
{
	struct quoted_long q;
	const bool is_standard =
		c->options->tier == NULL || span_eq(span_of(c->options->tier), SPAN("Standard"));
	const size_t most = is_standard ? STANDARD_MAX : ADVANCED_MAX;
	if (c->store.ops != &store_ssm || p->value.n <= most)
		return true;
	err_set(e, ERR_LIMIT, "the value of %s has %zu bytes, a %s parameter at most %zu",
		quote_name(&q, p->key), p->value.n, is_standard ? "standard" : "advanced", most);
	return err_hint(e, p->value.n <= ADVANCED_MAX ? "use --tier Advanced, which AWS charges for"
						      : "split the value, or store it elsewhere");
}

static bool
check_name(const struct ctl *c, const struct put *p, struct err *e)
{
	struct quoted q;
	const size_t n = p->service.n + p->key.n + 2;
	return c->store.ops != &store_ssm || n <= NAME_MAX_BYTES ||
	       err_set(e, ERR_LIMIT,
		       "key \"%s\": with its service the name has %zu bytes, at most %d are "
		       "allowed",
		       quote(&q, p->key), n, NAME_MAX_BYTES);
}

bool
put_check(const struct ctl *c, const struct put *p, struct err *e)
{
	return check_name(c, p, e) && check_text(p, e) && check_size(c, p, e);
}

static bool
check_version(const struct put *p, uint64_t present, struct err *e)
{
	struct quoted_long q;
	if (!p->expects_version || p->expect_version == present)
		return true;
	if (present == 0)
		err_set(e, ERR_REFUSED, "there is no key %s: version %llu was expected",
			quote_name(&q, p->key), (unsigned long long)p->expect_version);
	else
		err_set(e, ERR_REFUSED, "%s has version %llu, but %llu was expected",
			quote_name(&q, p->key), (unsigned long long)present,
			(unsigned long long)p->expect_version);
	return err_hint(e, "somebody else has written it: read it before you write");
}

static struct span
type_of(const struct ctl *c, const struct put *p)
{
	return p->type.n > 0 ? p->type : span_of(c->options->type);
}

/* A parameter keeps its type: what was meant to be encrypted must not be written in the clear. */
static bool
check_type(const struct ctl *c, const struct put *p, const struct item *before, struct err *e)
{
	struct quoted q;
	struct quoted o;
	struct quoted_long r;
	const struct span wanted = type_of(c, p);
	const struct span type = wanted.n > 0 ? wanted : SPAN("SecureString");
	if (before->name.n == 0 || before->type.n == 0 || span_eq(before->type, type))
		return true;
	err_set(e, ERR_REFUSED, "%s is of type %s, and AWS cannot make it a %s",
		quote_name(&r, before->key), quote(&q, before->type), quote(&o, type));
	return p->type.n > 0 ? err_hint(e, "delete it first")
			     : err_hint(e, "keep its type with --type %s, or delete it first",
				       quote(&q, before->type));
}

bool
put_check_before(const struct ctl *c, const struct put *p, const struct item *before, struct err *e)
{
	struct quoted_long q;
	if (!check_version(p, before->name.n == 0 ? 0 : before->version, e) ||
		!check_type(c, p, before, e))
		return false;
	if (before->name.n == 0 || p->tags.count == 0)
		return true;
	err_set(e, ERR_USAGE, "usage: --tags is for a new key, and %s is there already",
		quote_name(&q, p->key));
	return err_hint(e, "use 'antechamberctl tag write' for a key that exists");
}

/* The version after ours came from somebody else, between our look and our write. */
static bool
check_result(const struct put *p, uint64_t version, struct err *e)
{
	struct quoted_long q;
	if (!p->expects_version || version == p->expect_version + 1)
		return true;
	err_set(e, ERR_REFUSED,
		"%s was written by somebody else meanwhile: your value is version %llu",
		quote_name(&q, p->key), (unsigned long long)version);
	return err_hint(e, "'antechamberctl history' shows who it was; theirs is version %llu",
		(unsigned long long)version - 1);
}

struct store_write
put_make(const struct ctl *c, const struct put *p, const struct item *before)
{
	/* A refusal may repeat it. */
	secret_keep(p->value);
	return (struct store_write){
		.service = p->service,
		.key = p->key,
		.value = p->value,
		.type = type_of(c, p),
		.tier = span_of(c->options->tier),
		.kms_key = ctl_kms_key(c),
		.before = before->name.n > 0 ? before : NULL,
		.tag = p->tags.tag,
		.tag_count = p->tags.count,
	};
}

bool
put_write(const struct ctl *c, const struct put *p, const struct item *before, uint64_t *version,
	struct err *e)
{
	const struct store_key k = { p->service, p->key, 0 };
	struct item present = *before;
	bool is_taken = false;
	for (unsigned race = 0; race < RACES_MAX; race++) {
		if (!put_check_before(c, p, &present, e))
			return false;
		const struct store_write w = put_make(c, p, &present);
		if (c->store.ops->write(&c->store, &w, version, &is_taken, e)) {
			secret_forget(p->value);
			return check_result(p, *version, e);
		}
		if (!is_taken || p->expects_version ||
			!c->store.ops->find(&c->store, &k, &present, e))
			return false;
		/* Our own request may have come through, and its response got lost. */
		if (present.name.n > 0 && span_eq(present.value, p->value)) {
			*version = present.version;
			return true;
		}
	}
	return false;
}
