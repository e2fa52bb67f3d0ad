#include "ctl/base/memory.h"
#include "ctl/base/text.h"
#include "ctl/options.h"
#include "ctl/services.h"

/* "/prod" of "prod", for Parameter Store; secrets have no slash in front. */
static struct span
prefix_of(const struct ctl *c)
{
	struct text t = { 0 };
	const struct span word = span_of(c->words > 0 ? c->word[0] : "");
	if (c->store.ops == &store_ssm && !span_starts_with(word, SPAN("/")))
		text_put_char(&t, '/');
	for (size_t i = 0; i < word.n; i++)
		text_put_char(&t, c->options->keep_case ? word.p[i] : ascii_lower(word.p[i]));
	return text_span(&t);
}

bool
command_list_services(struct ctl *c, struct err *e)
{
	struct items items = { 0 };
	if (!ctl_open(c, e))
		return false;
	if (c->options->secrets && c->store.ops != &store_ssm)
		return store_lacks(&c->store, "list of all keys (--secrets)", e);
	if (!services_walk(c, prefix_of(c), &items, e))
		return false;
	struct span *names = memory_get((items.count + 1) * sizeof(*names));
	for (size_t i = 0; i < items.count; i++) {
		const struct item *item = &items.item[i];
		names[i] = c->options->secrets ? item->name : services_of(item);
	}
	return services_print(c, names, items.count, e);
}
