#include "ctl/profile/chain.h"

#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/base/text.h"
#include "ctl/profile/link.h"
#include "ctl/profile/source.h"

/* What STS takes (AWS STS API Reference, AssumeRole). */
#define DURATION_LEAST 900
#define DURATION_MOST 43200

/* At most one place where credentials come from, and a role where one is needed. */
static bool
check_link(const struct chain *c)
{
	static const enum setting sources[] = { SOURCE_PROFILE, CREDENTIAL_SOURCE,
		WEB_IDENTITY_TOKEN_FILE };
	const struct ini_entry *first = NULL;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		enum setting s = sources[i];
		if (c->set[s] == NULL)
			continue;
		if (c->set[ROLE_ARN] == NULL)
			return link_refuse(
				c, s, "it needs a role_arn, which the profile does not have");
		if (first != NULL)
			return link_refuse(c, s,
				"the profile has another source of credentials: of source_profile, "
				"credential_source and web_identity_token_file it can have one");
		first = c->set[s];
	}
	return true;
}

static bool
refuse_length(const struct chain *c)
{
	struct quoted_long q;
	return err_set(c->e, ERR_LIMIT, "profile '%s': more than %d roles in a chain",
		quote_name(&q, span_of(c->plan->name)), PROFILE_ROLES_MAX);
}

static bool
add_role(struct chain *c)
{
	struct profile_plan *plan = c->plan;
	uint64_t duration = 0;
	if (!link_check_role(c))
		return false;
	if (c->set[MFA_SERIAL] != NULL) {
		link_refuse(c, MFA_SERIAL, "the role asks for a code of an MFA device");
		return link_hint_at_tools(c);
	}
	if (c->set[DURATION_SECONDS] != NULL &&
		(!span_u64(span_of(link_value(c, DURATION_SECONDS)), DURATION_MOST, &duration) ||
			duration < DURATION_LEAST))
		return link_refuse(c, DURATION_SECONDS, "it is not a number from 900 to 43200");
	if (plan->role_count == PROFILE_ROLES_MAX)
		return refuse_length(c);
	struct profile_role *role = &plan->role[plan->role_count++];
	role->profile = memory_copy(c->profile).p;
	role->arn = link_value(c, ROLE_ARN);
	role->session_name = link_value(c, ROLE_SESSION_NAME);
	if (role->session_name == NULL)
		role->session_name = "antechamberctl";
	role->external_id = link_value(c, EXTERNAL_ID);
	role->duration_seconds = (unsigned)duration;
	return true;
}

/* Goes on to the source_profile; an error if the chain has been there. */
static bool
go_on(struct chain *c)
{
	struct text names = { 0 };
	struct quoted_long q;
	const struct span next = span_of(link_value(c, SOURCE_PROFILE));
	c->before[c->count++] = c->profile;
	if (!profile_exists(c->files, next)) {
		profile_unknown(c->files, next, c->e);
		return link_at(c, SOURCE_PROFILE);
	}
	for (size_t i = 0; i < c->count; i++) {
		if (span_eq(c->before[i], next)) {
			for (; i < c->count; i++)
				text_printf(&names, "%s -> ", quote_name(&q, c->before[i]));
			err_set(c->e, ERR_USAGE, "a loop: %s%s", text_str(&names),
				quote_name(&q, next));
			return link_at(c, SOURCE_PROFILE);
		}
	}
	return link_read(c, next);
}

/* The role that is assumed first was found last. */
static void
reverse_roles(struct profile_plan *plan)
{
	for (size_t i = 0; i < plan->role_count / 2; i++) {
		const size_t other = plan->role_count - 1 - i;
		const struct profile_role role = plan->role[i];
		plan->role[i] = plan->role[other];
		plan->role[other] = role;
	}
}

/*
 * A profile may name itself: its own keys assume its role. The keys of a source end the chain, as
 * in the AWS CLI; the SDK for Go goes on to assume the role of the source too, if it has one.
 */
static bool
follow(struct chain *c)
{
	for (;;) {
		if (c->count > 0 && source_has_keys(c))
			return source_take_keys(c);
		if (!check_link(c))
			return false;
		if (c->set[ROLE_ARN] != NULL && c->set[WEB_IDENTITY_TOKEN_FILE] == NULL &&
			!add_role(c))
			return false;
		if (c->set[SOURCE_PROFILE] == NULL ||
			span_eq(span_of(link_value(c, SOURCE_PROFILE)), c->profile))
			return source_take(c);
		if (!go_on(c))
			return false;
	}
}

bool
chain_follow(const struct profile_files *files, struct profile_plan *plan, struct err *e)
{
	struct chain c = { .files = files, .plan = plan, .e = e };
	if (!link_read(&c, span_of(plan->name)) || !follow(&c))
		return false;
	reverse_roles(plan);
	return true;
}
