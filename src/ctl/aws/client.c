#include "ctl/aws/client.h"

#include "aws/retry.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/secret.h"
#include "ctl/base/memory.h"
#include "ctl/profile/profile.h"
#include "fetch/access.h"
#include "fetch/awscall.h"
#include "fetch/ecs_task.h"
#include "fetch/talk.h"

/* Secrets Manager takes 64 KiB, of which each byte may be a \u escape, twice: JSON in JSON. */
#define BODY_MAX (1024 * 1024)
#define REQUEST_MAX (BODY_MAX + HTTP_REQUEST_MAX)

/* A service of AWS, and the connection to it. */
struct place {
	bool is_located;
	bool is_open; /* the call has ended, and may be asked again on its connection */
	struct endpoint endpoint;
	struct peer peer;
	struct awscall aws;
};

struct client {
	struct profile_plan profile;
	struct access access;
	struct ecs_task task;
	clock_ms timeout_ms; /* of a question */
	bool has_identity; /* credentials were got once */
	struct secret_list secrets;
	struct place place[ENDPOINT_SECRETS_MANAGER + 1];

	/* The question. */
	struct awscall_op op;
	const struct client_question *question;
	struct json_value root; /* of the response, or */
	struct span text; /* of STS */

	char body[BODY_MAX];
	char request[REQUEST_MAX];
};

struct client *
client_open(const struct client_settings *settings, struct err *e)
{
	struct client *c = memory_get(sizeof(*c));
	secret_use(&c->secrets);
	c->timeout_ms = settings->timeout_ms;
	if (!profile_plan(settings->environ, &c->profile, e))
		return NULL;
	const struct access_settings access = {
		.environ = c->profile.environ,
		.user_agent = "antechamberctl/" ANTECHAMBER_VERSION,
		.attempts_max = settings->attempts_max,
		.allow_http = settings->allow_http,
	};
	access_init(&c->access, &access);
	return c;
}

static bool
ask_task(struct client *c, struct err *e)
{
	struct ecs_task *t = &c->task;
	struct call *const call = &t->call;
	struct access *a = &c->access;
	if (!ecs_task_plan(t, a->environ, &a->session.scratch, e) ||
		!access_locate(a, &t->url, false, &t->peer, e))
		return err_ctx(e, "task metadata");
	ecs_task_start(t);
	if (!talk(&call, 1, &a->terms.deadline, e))
		return false;
	access_set_region(a, t->region, "ECS task metadata");
	return true;
}

static bool
find_region(struct client *c, struct err *e)
{
	struct access *a = &c->access;
	if (a->region.n == 0 && ecs_task_is_there(a->environ) && !ask_task(c, e))
		return false;
	if (a->region.n == 0 && a->session.identity.plan.source == SOURCE_IMDS &&
		!access_ask_instance(a, e))
		return false;
	if (a->region.n > 0)
		return true;
	err_set(e, ERR_USAGE,
		"region: none is configured: CHAMBER_AWS_REGION, AWS_REGION and "
		"AWS_DEFAULT_REGION are unset, and the profile has none");
	return err_hint(e, "set AWS_REGION, for example AWS_REGION=eu-west-1, or the region of "
			   "the profile");
}

static bool
open_place(struct client *c, enum endpoint_service service, struct err *e)
{
	struct place *p = &c->place[service];
	if (p->is_located)
		return true;
	p->is_located =
		endpoint_select(service, c->access.region, c->access.environ, &p->endpoint, e) &&
		access_locate_endpoint(&c->access, &p->endpoint, &p->peer, e);
	return p->is_located;
}

static void
put_body(const struct awscall *aws, struct buf *b)
{
	const struct client *c = aws->owner;
	buf_put(b, c->question->body);
}

static enum call_result
read_json(struct awscall *aws, struct json_value root, struct err *e)
{
	struct client *c = aws->owner;
	const struct client_question *q = c->question;
	c->root = root;
	return q->read == NULL || q->read(q->owner, root, e) ? CALL_DONE : CALL_FAILED;
}

static enum call_result
read_text(struct awscall *aws, struct span body, struct err *e)
{
	struct client *c = aws->owner;
	(void)e;
	c->text = body;
	return CALL_DONE;
}

/* "ssm:PutParameter" is what IAM calls "AmazonSSM.PutParameter". */
static void
explain(const struct awscall *aws, struct err *e)
{
	const struct client *c = aws->owner;
	const struct client_question *q = c->question;
	struct span action = span_of(q->target);
	const struct span service = aws->endpoint->service;
	const size_t dot = span_find(action, '.');
	if (!span_starts_with(client_code(c), SPAN("AccessDenied")))
		return;
	if (dot < action.n)
		action = span_skip(action, dot + 1);
	if (span_eq(action, SPAN("AssumeRole"))) {
		err_hint(e,
			"allow sts:AssumeRole on that role in the policy of the caller, and the "
			"caller in the trust policy of the role");
		return;
	}
	err_hint(e, "allow %.*s:%.*s%s%s in the policy of the role or user", (int)service.n,
		service.p, (int)action.n, action.p, q->kms == NULL ? "" : ", and on the KMS key ",
		q->kms == NULL ? "" : q->kms);
}

/* Makes the call of a service ready for the client's question. */
static struct call *
start_call(struct client *c, const struct client_question *q)
{
	struct place *p = &c->place[q->service];
	const bool is_form = q->service == ENDPOINT_STS;
	const struct awscall_terms terms = {
		.session = &c->access.session,
		.peer = &p->peer,
		.endpoint = &p->endpoint,
		.doing = q->doing,
	};
	c->question = q;
	c->op = (struct awscall_op){
		.target = q->target,
		.put_body = put_body,
		.read = read_json,
		.read_text = is_form ? read_text : NULL,
		.explain = explain,
	};
	if (p->is_open) {
		p->aws.call.doing = q->doing;
		p->aws.was_renewed = false;
		p->aws.was_reset = false;
		call_again(&p->aws.call, clock_now());
	} else {
		awscall_start(&p->aws, &c->op, c, &terms);
	}
	p->aws.body = BUF(c->body);
	p->aws.call.room = BUF(c->request);
	p->aws.call.keeps_connection = true;
	return &p->aws.call;
}

/* Asks with the credentials that are there, or that their call gets meanwhile. */
static bool
ask(struct client *c, const struct client_question *q, struct err *e)
{
	struct identity *i = &c->access.session.identity;
	struct call *calls[2];
	size_t count = 0;
	if (!open_place(c, q->service, e))
		return err_ctx(e, "%s", q->doing);
	c->access.session.scratch.failure.code[0] = '\0';
	if (i->plan.source != SOURCE_STATIC)
		calls[count++] = &i->call;
	calls[count++] = start_call(c, q);
	struct place *p = &c->place[q->service];
	const bool ok = talk(calls, count, &c->access.terms.deadline, e);
	/* A refusal that came as a whole leaves the connection as good as it was. */
	p->is_open = ok || (p->aws.call.state == CALL_ENDED &&
				   p->aws.call.exchange.state == EXCHANGE_IDLE);
	if (!p->is_open)
		exchange_close(&p->aws.call.exchange);
	if (ok)
		return true;
	profile_hint_none(&c->profile, e);
	return false;
}

/* The next credentials of a chain: the role, assumed with those that are there. */
static bool
assume_role(struct client *c, const struct profile_role *role, struct err *e)
{
	struct identity *i = &c->access.session.identity;
	struct buf form = { .p = memory_get(STS_FORM_MAX), .cap = STS_FORM_MAX };
	/* Messages may still redact the ones before. */
	struct buf keys = { .p = memory_get(CREDENTIALS_MAX), .cap = CREDENTIALS_MAX };
	struct credentials next = { 0 };
	assume_role_put_form(&form, role);
	const struct client_question q = {
		.service = ENDPOINT_STS,
		.target = "AssumeRole",
		.doing = "get credentials",
		.body = buf_span(&form),
	};
	if (form.overflow)
		return err_set(e, ERR_LIMIT, "the form for STS: more than %zu bytes", form.cap);
	if (!ask(c, &q, e) ||
		!credential_read_sts(c->text, &c->access.session.scratch.doc, &keys, &next, e))
		return false;
	i->now = next;
	i->generation++;
	/* They are not got anew as the first ones of the chain are. */
	i->plan.source = SOURCE_STATIC;
	return true;
}

/* Of a question, not of the command: long work has many, and people are waited for between two. */
static void
start_clock(struct client *c)
{
	const clock_ms at = c->timeout_ms > 0 ? clock_now() + c->timeout_ms : CLOCK_NEVER;
	c->access.terms.deadline = (struct deadline){ at, c->timeout_ms };
}

/* Gets credentials: the source's, and those of each role after them. */
static bool
get_identity(struct client *c, struct err *e)
{
	struct access *a = &c->access;
	struct quoted_long q;
	if (!profile_run(&c->profile, e))
		return false;
	/* It may have asked somebody. */
	start_clock(c);
	a->environ = c->profile.environ;
	a->terms.environ = c->profile.environ;
	if (!access_plan(a, e) || !resolver_read(&a->resolver, e) || !find_region(c, e)) {
		profile_hint_none(&c->profile, e);
		return false;
	}
	if (!a->session.identity.is_known && !access_locate_credentials(a, e))
		return false;
	for (size_t n = 0; n < c->profile.role_count; n++) {
		const struct profile_role *role = &c->profile.role[n];
		if (!assume_role(c, role, e))
			return err_ctx(e, "profile '%s': assume role %s",
				quote_name(&q, span_of(role->profile)), role->arn);
	}
	c->has_identity = true;
	return true;
}

/* Whether the credentials are of a kind that the fetcher's code does not get anew by itself. */
static bool
may_reset(const struct client *c)
{
	return c->profile.process != NULL || c->profile.role_count > 0;
}

static bool
ask_with_identity(struct client *c, const struct client_question *q, struct err *e)
{
	start_clock(c);
	if (!c->has_identity && !get_identity(c, e))
		return false;
	if (ask(c, q, e))
		return true;
	/* During long work they expire: from the start of the chain, once for a question. */
	if (!may_reset(c) || !retry_is_expired_token(client_code(c)))
		return false;
	log_debug("the credentials have expired: getting new ones");
	c->has_identity = false;
	return get_identity(c, e) && ask(c, q, e);
}

bool
client_ask(
	struct client *c, const struct client_question *q, struct json_value *root, struct err *e)
{
	if (!ask_with_identity(c, q, e))
		return false;
	*root = c->root;
	return true;
}

struct span
client_code(const struct client *c)
{
	return span_of(c->access.session.scratch.failure.code);
}

bool
client_caller(struct client *c, struct caller_identity *caller, struct err *e)
{
	struct buf form = { .p = memory_get(STS_FORM_MAX), .cap = STS_FORM_MAX };
	struct buf arena = { .p = memory_get(URL_MAX), .cap = URL_MAX };
	caller_identity_put_form(&form);
	const struct client_question q = {
		.service = ENDPOINT_STS,
		.target = "GetCallerIdentity",
		.doing = "find out the account",
		.body = buf_span(&form),
	};
	return ask_with_identity(c, &q, e) &&
	       (caller_identity_read(c->text, &c->access.session.scratch.doc, &arena, caller, e) ||
		       err_ctx(e, "%s", q.doing));
}

bool
client_region(struct client *c, struct span *region, struct err *e)
{
	start_clock(c);
	if (!c->has_identity && !get_identity(c, e))
		return false;
	*region = c->access.region;
	return true;
}
