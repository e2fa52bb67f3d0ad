#include "ctl/aws/secrets_value.h"

#include "aws/time.h"
#include "base/quote.h"
#include "base/sort.h"
#include "ctl/aws/body.h"
#include "ctl/base/memory.h"
#include "ctl/base/time.h"
#include "json/json.h"

/* One at a time: nothing of it is needed once a secret was taken apart. */
static struct json_doc *
scratch(void)
{
	static struct json_doc *doc;
	if (doc == NULL)
		doc = memory_get(sizeof(*doc));
	return doc;
}

static size_t
count_members(struct json_value object)
{
	struct json_value name;
	struct json_value value;
	size_t count = 0;
	for (int at = 0; json_next(object, &at, &name, &value);)
		count++;
	return count;
}

/* The JSON of a value: a string's with the quotes around it. */
static struct span
whole_json(struct json_value v)
{
	const struct span raw = json_raw(v);
	if (json_type(v) != JSON_STRING)
		return raw;
	return (struct span){ raw.p - 1, raw.n + 2 };
}

static bool
comes_before(const void *items, size_t a, size_t b)
{
	const struct span *name = items;
	return span_compare(name[a], name[b]) < 0;
}

static void
swap(void *items, size_t a, size_t b)
{
	struct span *name = items;
	const struct span kept = name[a];
	name[a] = name[b];
	name[b] = kept;
}

/* Written back, one of two members of the same name would be lost. */
static bool
check_repeated(const struct secrets_value *v, struct err *e)
{
	struct quoted_long q;
	struct span *name = memory_get((v->members + 1) * sizeof(*name));
	for (size_t i = 0; i < v->members; i++)
		name[i] = v->member[i].name;
	sort(&(struct sort_array){ name, comes_before, swap }, v->members);
	for (size_t i = 1; i < v->members; i++) {
		if (span_eq(name[i - 1], name[i]))
			return err_set(e, ERR_REFUSED, "it has the member %s twice",
				quote_name(&q, name[i]));
	}
	return true;
}

/* Parses into the scratch document. Text that is not JSON stays so: ERR_REFUSED. */
static bool
parse_object(struct span text, struct json_value *object, struct err *e)
{
	if (!json_parse(scratch(), text, object, e)) {
		e->kind = ERR_REFUSED;
		return false;
	}
	return json_type(*object) == JSON_OBJECT ||
	       err_set(e, ERR_REFUSED, "it is %s", json_type_name(json_type(*object)));
}

static bool
read_members(struct span text, struct secrets_value *v, struct span *metadata, struct err *e)
{
	struct json_value object;
	struct json_value name;
	struct json_value value;
	if (!parse_object(text, &object, e)) {
		err_ctx(e, "the secret is not a JSON object");
		return err_hint(e, "store a flat JSON object: {\"NAME\":\"value\"}");
	}
	v->member = memory_get((count_members(object) + 1) * sizeof(*v->member));
	for (int at = 0; json_next(object, &at, &name, &value);) {
		const bool is_string = json_type(value) == JSON_STRING;
		const struct secrets_member m = {
			.name = body_unescape(name),
			.json = whole_json(value),
			.value = is_string ? body_unescape(value) : json_raw(value),
		};
		if (!span_eq(m.name, SECRETS_METADATA)) {
			v->member[v->members++] = m;
			continue;
		}
		if (v->has_metadata || !is_string)
			return err_set(e, ERR_REFUSED, "_chamber_metadata is not one string");
		v->has_metadata = true;
		*metadata = m.value;
	}
	return check_repeated(v, e);
}

/* A time that is none, and year 1, which is Go's "no time", are not known. */
static int64_t
read_time(struct span text)
{
	int64_t seconds;
	if (!time_parse_rfc3339(text, &seconds) || seconds < 0)
		return TIME_NONE;
	return seconds * 1000;
}

static bool
read_note(struct json_value entry, struct secrets_note *note, struct err *e)
{
	struct span created = { 0 };
	note->time = TIME_NONE;
	if (json_type(entry) == JSON_NULL)
		return true;
	if (!body_get_text(entry, "created", &created, e) ||
		!body_get_text(entry, "created_by", &note->user, e) ||
		!body_get_count(entry, "version", &note->version, e))
		return false;
	note->time = read_time(created);
	if (note->user.n == 0)
		note->user = (struct span){ 0 };
	return true;
}

static bool
read_notes(struct span metadata, struct secrets_value *v, struct err *e)
{
	struct json_value object;
	struct json_value name;
	struct json_value value;
	/* What chamber writes for a map that was never made. */
	if (span_eq(metadata, SPAN("null")))
		return true;
	if (!parse_object(metadata, &object, e))
		return false;
	v->note = memory_get((count_members(object) + 1) * sizeof(*v->note));
	for (int at = 0; json_next(object, &at, &name, &value);) {
		struct secrets_note note = { .key = body_unescape(name),
			.json = whole_json(value) };
		if (!read_note(value, &note, e))
			return false;
		v->note[v->notes++] = note;
	}
	return true;
}

bool
secrets_value_read(struct span text, struct secrets_value *v, struct err *e)
{
	struct span metadata = { 0 };
	*v = (struct secrets_value){ 0 };
	if (!read_members(text, v, &metadata, e))
		return false;
	if (!v->has_metadata || read_notes(metadata, v, e))
		return true;
	e->kind = ERR_REFUSED;
	err_ctx(e, "_chamber_metadata is damaged");
	return err_hint(e, "repair this member of the secret, or remove it: who wrote which "
			   "version is then not known");
}

const struct secrets_member *
secrets_value_find(const struct secrets_value *v, struct span key)
{
	for (size_t i = 0; i < v->members; i++) {
		if (span_eq(v->member[i].name, key))
			return &v->member[i];
	}
	return NULL;
}

const struct secrets_note *
secrets_value_note(const struct secrets_value *v, struct span key)
{
	for (size_t i = 0; i < v->notes; i++) {
		if (span_eq(v->note[i].key, key))
			return &v->note[i];
	}
	return NULL;
}

static struct item
item_of(const struct secrets_value *v, const struct secrets_member *m)
{
	const struct secrets_note *note = secrets_value_note(v, m->name);
	struct item item = { .name = m->name, .key = m->name, .time = TIME_NONE };
	item.value = m->value;
	if (note == NULL)
		return item;
	item.user = note->user;
	item.version = note->version;
	item.time = note->time;
	return item;
}

void
secrets_value_item(const struct secrets_value *v, struct span key, struct item *item)
{
	const struct secrets_member *m = secrets_value_find(v, key);
	*item = (struct item){ 0 };
	if (m != NULL)
		*item = item_of(v, m);
}

void
secrets_value_items(const struct secrets_value *v, bool with_values, struct items *items)
{
	for (size_t i = 0; i < v->members; i++) {
		struct item item = item_of(v, &v->member[i]);
		if (!with_values)
			item.value = (struct span){ 0 };
		items_add(items, &item);
	}
}
