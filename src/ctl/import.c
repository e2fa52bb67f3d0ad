#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/input.h"
#include "ctl/base/memory.h"
#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/change.h"
#include "ctl/format/format.h"
#include "ctl/options.h"

/* A file of 100,000 secrets has some ten megabytes. */
#define FILE_MAX (256 * 1024 * 1024)

static struct span
lower(struct span s)
{
	const struct span copy = memory_copy(s);
	for (size_t i = 0; i < s.n; i++)
		((char *)(uintptr_t)copy.p)[i] = ascii_lower(s.p[i]);
	return copy;
}

/* Keys are taken as written, as chamber does, unless --normalize-keys. */
static bool
check_keys(const struct ctl *c, struct pairs *pairs, struct err *e)
{
	for (size_t i = 0; i < pairs->count; i++) {
		struct pair *p = &pairs->pair[i];
		struct quoted q;
		if (c->options->normalize_keys)
			p->key = lower(p->key);
		if (span_alnum(p->key, "_.-") < p->key.n)
			return err_set(e, ERR_USAGE,
				"key \"%s\": only letters, digits and \"_.-\" are allowed",
				quote(&q, p->key));
	}
	pairs_sort(pairs);
	for (size_t i = 1; i < pairs->count; i++) {
		struct quoted q;
		if (span_eq(pairs->pair[i].key, pairs->pair[i - 1].key))
			return err_set(e, ERR_USAGE, "key \"%s\" is given twice%s",
				quote(&q, pairs->pair[i].key),
				c->options->normalize_keys ? " in lower case" : "");
	}
	return true;
}

static bool
read_file(const struct ctl *c, struct span service, struct pairs *pairs, struct err *e)
{
	struct quoted_long q;
	struct text text = { 0 };
	const char *path = c->word[1];
	const struct span name = span_of(path);
	if (!input_read(path, FILE_MAX, &text, e))
		return false;
	const struct span s = text_span(&text);
	return (format_read(format_guess(name, s), s, pairs, e) && check_keys(c, pairs, e) &&
		       change_check(c, service, pairs, e)) ||
	       err_ctx(e, "%s", span_eq(name, SPAN("-")) ? "standard input" : quote_name(&q, name));
}

static bool
tell(const struct changes *changes, struct err *e)
{
	struct text line = { 0 };
	struct quoted_long q;
	log_info("import into %s: %zu written, %zu unchanged", quote_name(&q, changes->service),
		changes->count - changes->unchanged, changes->unchanged);
	/* chamber's line on standard output. */
	text_printf(&line, "Successfully imported %zu secrets\n", changes->count);
	return outfile_print(text_span(&line), e);
}

bool
command_import(struct ctl *c, struct err *e)
{
	struct span service;
	struct pairs pairs = { 0 };
	struct changes changes;
	if (!ctl_open(c, e) || !ctl_new_service(c, c->word[0], &service, e) ||
		!read_file(c, service, &pairs, e) ||
		!change_plan(c, service, &pairs, &changes, e) ||
		!change_check_types(c, &changes, e))
		return false;
	if (c->options->dry_run)
		return change_print(c, &changes, e);
	return change_apply(c, &changes, "import", e) && tell(&changes, e);
}
