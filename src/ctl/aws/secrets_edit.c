#include "ctl/aws/body.h"
#include "ctl/aws/secrets_value.h"
#include "ctl/base/time.h"

/* The change of a key, or NULL. */
static const struct secrets_change *
change_of(const struct secrets_edit *edit, struct span key)
{
	for (size_t i = 0; i < edit->changes; i++) {
		if (span_eq(edit->change[i].key, key))
			return &edit->change[i];
	}
	return NULL;
}

uint64_t
secrets_value_next(const struct secrets_value *v, struct span key)
{
	const struct secrets_note *note = secrets_value_note(v, key);
	return note == NULL ? 1 : note->version + 1;
}

/* Appends {"name": or ,"name": by what is there. */
static void
put_name(struct text *out, struct span name)
{
	text_put_char(out, out->n == 0 ? '{' : ',');
	body_put_string(out, name);
	text_put_char(out, ':');
}

static void
end_object(struct text *out)
{
	text_put_str(out, out->n == 0 ? "{}" : "}");
}

static void
put_note(const struct secrets_value *v, const struct secrets_edit *edit,
	const struct secrets_change *c, struct text *out)
{
	struct text note = { 0 };
	struct text created = { 0 };
	time_put_utc(&created, edit->time);
	body_put_text(&note, "created", text_span(&created));
	body_put_text(&note, "created_by", edit->user);
	body_put_name(&note, "version");
	text_printf(&note, "%llu}", (unsigned long long)secrets_value_next(v, c->key));
	put_name(out, c->key);
	text_put(out, text_span(&note));
}

static void
put_metadata(const struct secrets_value *v, const struct secrets_edit *edit, struct text *out)
{
	for (size_t i = 0; i < v->notes; i++) {
		if (change_of(edit, v->note[i].key) != NULL)
			continue;
		put_name(out, v->note[i].key);
		text_put(out, v->note[i].json);
	}
	for (size_t i = 0; i < edit->changes; i++) {
		if (edit->change[i].value.p != NULL)
			put_note(v, edit, &edit->change[i], out);
	}
	end_object(out);
}

/* The members that are there: as they were, changed, or removed. */
static void
put_members(const struct secrets_value *v, const struct secrets_edit *edit, struct text *out)
{
	for (size_t i = 0; i < v->members; i++) {
		const struct secrets_member *m = &v->member[i];
		const struct secrets_change *c = change_of(edit, m->name);
		if (c != NULL && c->value.p == NULL)
			continue;
		put_name(out, m->name);
		if (c == NULL)
			text_put(out, m->json);
		else
			body_put_string(out, c->value);
	}
}

void
secrets_value_put(const struct secrets_value *v, const struct secrets_edit *edit, struct text *out)
{
	struct text secret = { 0 };
	struct text metadata = { 0 };
	put_members(v, edit, &secret);
	for (size_t i = 0; i < edit->changes; i++) {
		const struct secrets_change *c = &edit->change[i];
		if (c->value.p == NULL || secrets_value_find(v, c->key) != NULL)
			continue;
		put_name(&secret, c->key);
		body_put_string(&secret, c->value);
	}
	put_metadata(v, edit, &metadata);
	/* A secret of somebody else without metadata gets none by losing a key. */
	if (v->has_metadata || metadata.n > sizeof("{}") - 1) {
		put_name(&secret, SECRETS_METADATA);
		body_put_string(&secret, text_span(&metadata));
	}
	end_object(&secret);
	text_put(out, text_span(&secret));
}

/* Whether a change is in v, or one of somebody who had read it. */
static bool
has_change(const struct secrets_value *v, const struct secrets_change *c, uint64_t version)
{
	const struct secrets_member *m = secrets_value_find(v, c->key);
	const struct secrets_note *note = secrets_value_note(v, c->key);
	const uint64_t found = note == NULL ? 0 : note->version;
	if (c->value.p == NULL)
		return m == NULL || found != version;
	return found > version || (found == version && m != NULL && span_eq(m->value, c->value));
}

bool
secrets_value_has(
	const struct secrets_value *v, const struct secrets_edit *edit, const uint64_t *version)
{
	for (size_t i = 0; i < edit->changes; i++) {
		if (!has_change(v, &edit->change[i], version[i]))
			return false;
	}
	return true;
}
