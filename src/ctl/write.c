#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/input.h"
#include "ctl/base/terminal.h"
#include "ctl/base/text.h"
#include "ctl/options.h"
#include "ctl/put.h"
#include "ctl/tag.h"

/* Nothing that a store takes is longer; an error that names the limit of the tier comes later. */
#define VALUE_MAX (64 * 1024)

static bool
ask_value(struct span key, struct span *value, struct err *e)
{
	struct quoted_long q;
	struct text what = { 0 };
	if (!terminal_is_input()) {
		err_set(e, ERR_USAGE,
			"usage: the value is missing, and there is no terminal to ask at");
		return err_hint(e, "give - to read it from standard input");
	}
	text_printf(&what, "value of %s", quote_name(&q, key));
	return terminal_ask_secret(
		text_str(&what), VALUE_MAX, "give -, and the value on standard input", value, e);
}

static bool
get_value(const struct ctl *c, struct span key, struct span *value, struct err *e)
{
	struct text t = { 0 };
	bool ok;
	if (c->words < 3)
		return ask_value(key, value, e);
	if (!span_eq(span_of(c->word[2]), SPAN("-"))) {
		*value = ctl_take_value(c->word[2]);
		return true;
	}
	if (c->options->singleline)
		ok = input_read_line("-", VALUE_MAX, &t, e);
	else
		ok = input_read("-", VALUE_MAX, &t, e);
	*value = text_span(&t);
	return ok || err_ctx(e, "the value on standard input");
}

static bool
write_value(const struct ctl *c, const struct put *p, struct err *e)
{
	const struct store_key k = { p->service, p->key, 0 };
	struct quoted_long q;
	struct quoted_long r;
	struct item before;
	uint64_t version;
	if (!c->store.ops->find(&c->store, &k, &before, e))
		return false;
	if (c->options->skip_unchanged && before.name.n > 0 && span_eq(before.value, p->value)) {
		log_info("%s of %s is unchanged: version %llu", quote_name(&q, p->key),
			quote_name(&r, p->service), (unsigned long long)before.version);
		return true;
	}
	if (!put_write(c, p, &before, &version, e))
		return false;
	log_info("%s of %s: wrote version %llu", quote_name(&q, p->key), quote_name(&r, p->service),
		(unsigned long long)version);
	return true;
}

bool
command_write(struct ctl *c, struct err *e)
{
	struct put p = {
		.expects_version = c->options->expects_version,
		.expect_version = c->options->expect_version,
	};
	if (!ctl_open(c, e) || !ctl_new_service(c, c->word[0], &p.service, e) ||
		!ctl_key(c, span_of(c->word[1]), &p.key, e) ||
		!tag_parse_list(c->options->tags, &p.tags, e) || !get_value(c, p.key, &p.value, e))
		return false;
	return put_check(c, &p, e) && write_value(c, &p, e);
}
