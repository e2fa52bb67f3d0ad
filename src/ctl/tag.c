#include "ctl/tag.h"

#include <stdlib.h>

#include "base/quote.h"
#include "ctl/base/table.h"
#include "ctl/command.h"
#include "ctl/options.h"

#define KEY_MAX 128
#define VALUE_MAX 256

static bool
check(struct span s, const char *what, size_t most, struct err *e)
{
	struct quoted q;
	if (s.n == 0)
		return err_set(e, ERR_USAGE, "usage: a tag's %s is empty", what);
	if (s.n > most)
		return err_set(e, ERR_USAGE,
			"usage: tag %s \"%s\" has %zu bytes, at most %zu are allowed", what,
			quote(&q, s), s.n, most);
	return span_alnum(s, " +-=._:/@") == s.n ||
	       err_set(e, ERR_USAGE,
		       "usage: tag %s \"%s\": only letters, digits, blanks and \"+-=._:/@\" are "
		       "allowed",
		       what, quote(&q, s));
}

bool
tag_check_key(struct span key, struct err *e)
{
	return check(key, "key", KEY_MAX, e);
}

bool
tag_parse(struct span word, struct tags *tags, struct err *e)
{
	struct quoted q;
	const size_t equals = span_find(word, '=');
	if (equals == word.n)
		return err_set(e, ERR_USAGE, "usage: tag \"%s\" is not KEY=VALUE", quote(&q, word));
	const struct tag tag = { { word.p, equals }, span_skip(word, equals + 1) };
	for (size_t i = 0; i < tags->count; i++) {
		if (span_eq(tags->tag[i].key, tag.key))
			return err_set(e, ERR_USAGE, "usage: tag \"%s\" is given twice",
				quote(&q, tag.key));
	}
	if (!tag_check_key(tag.key, e) || !check(tag.value, "value", VALUE_MAX, e))
		return false;
	tags_add(tags, tag);
	return true;
}

bool
tag_parse_list(const char *text, struct tags *tags, struct err *e)
{
	struct span rest = span_of(text);
	struct span word;
	while (text != NULL && span_split(&rest, ',', &word)) {
		if (!tag_parse(word, tags, e))
			return false;
	}
	return true;
}

/* What all three commands begin with. */
static bool
open_key(struct ctl *c, struct store_key *k, struct err *e)
{
	if (!ctl_open(c, e))
		return false;
	if (c->store.ops->read_tags == NULL)
		return store_lacks(&c->store, "tags", e);
	return ctl_service(c, c->word[0], &k->service, NULL, e) &&
	       ctl_key(c, span_of(c->word[1]), &k->key, e);
}

static int
compare(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;
	return span_compare(x->key, y->key);
}

static bool
print(const struct ctl *c, const struct store_key *k, struct err *e)
{
	static const struct table_column columns[] = { { "Key", TABLE_TEXT },
		{ "Value", TABLE_TEXT } };
	struct tags tags = { 0 };
	struct table t;
	if (!c->store.ops->read_tags(&c->store, k->service, k->key, &tags, e))
		return false;
	if (tags.count > 1)
		qsort(tags.tag, tags.count, sizeof(*tags.tag), compare);
	table_init(&t, columns, 2);
	for (size_t i = 0; i < tags.count; i++) {
		const struct table_cell cells[] = { TABLE_CELL_TEXT(tags.tag[i].key),
			TABLE_CELL_TEXT(tags.tag[i].value) };
		table_row(&t, cells);
	}
	return ctl_print_table(c, &t, e);
}

bool
command_tag_read(struct ctl *c, struct err *e)
{
	struct store_key k = { 0 };
	return open_key(c, &k, e) && print(c, &k, e);
}

static bool
has_tag(const struct tags *tags, struct span key)
{
	for (size_t i = 0; i < tags->count; i++) {
		if (span_eq(tags->tag[i].key, key))
			return true;
	}
	return false;
}

/* New ones come first: if the deletion fails, none that was asked for is missing. */
static bool
delete_others(
	const struct ctl *c, const struct store_key *k, const struct tags *given, struct err *e)
{
	struct tags present = { 0 };
	struct tags others = { 0 };
	if (!c->store.ops->read_tags(&c->store, k->service, k->key, &present, e))
		return false;
	for (size_t i = 0; i < present.count; i++) {
		if (!has_tag(given, present.tag[i].key))
			tags_add(&others, present.tag[i]);
	}
	return others.count == 0 ||
	       c->store.ops->remove_tags(&c->store, k->service, k->key, &others, e);
}

bool
command_tag_write(struct ctl *c, struct err *e)
{
	struct store_key k = { 0 };
	struct tags tags = { 0 };
	for (size_t i = 2; i < c->words; i++) {
		if (!tag_parse(span_of(c->word[i]), &tags, e))
			return false;
	}
	return open_key(c, &k, e) &&
	       c->store.ops->add_tags(&c->store, k.service, k.key, &tags, e) &&
	       (!c->options->delete_other_tags || delete_others(c, &k, &tags, e)) &&
	       print(c, &k, e);
}

bool
command_tag_delete(struct ctl *c, struct err *e)
{
	struct store_key k = { 0 };
	struct tags tags = { 0 };
	for (size_t i = 2; i < c->words; i++) {
		const struct tag tag = { .key = span_of(c->word[i]) };
		if (!tag_check_key(tag.key, e))
			return false;
		tags_add(&tags, tag);
	}
	return open_key(c, &k, e) &&
	       c->store.ops->remove_tags(&c->store, k.service, k.key, &tags, e);
}
