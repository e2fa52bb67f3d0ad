#include "fetch/parameters.h"

#include <string.h>

#include "aws/hash.h"
#include "aws/ssm.h"
#include "fetch/loader.h"

bool
parameters_name(struct json_value string, struct buf *name, struct err *e)
{
	json_unescape(string, name);
	return !name->overflow ||
	       err_set(e, ERR_LIMIT, "a name has more than %zu bytes", name->cap);
}

static void
put_body(const struct awscall *c, struct buf *b)
{
	const struct loader *l = c->owner;
	const struct ssm_by_path request = {
		.path = l->path,
		.label = l->service.label,
		.recursive = l->recursive,
		.token = { l->token, l->token_len },
	};
	ssm_put_by_path(b, &request);
}

/* Two tokens are one when the first eight bytes of their digests are: no peer can make them so. */
static uint64_t
digest_of(struct span token)
{
	struct hash_sha256 hash;
	uint64_t digest;
	hash_sha256(token, &hash);
	memcpy(&digest, hash.byte, sizeof(digest));
	return digest;
}

/* Turns to the page of a token; a list that goes round would never end. */
static bool
turn_page(struct loader *l, struct span token, struct err *e)
{
	uint64_t digest = digest_of(token);
	for (unsigned i = 0; i < l->page; i++) {
		if (l->seen[i] == digest)
			return err_set(e, ERR_FINAL,
				"malformed response: page %u has the NextToken of an earlier one",
				l->page + 1);
	}
	if (l->page + 1 == PAGES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d pages", PAGES_MAX);
	l->seen[l->page++] = digest;
	l->token_len = token.n;
	return true;
}

static bool
add_all(const struct loader *l, struct store *store, struct json_value response, struct err *e)
{
	struct ssm_cursor cursor = { 0 };
	struct ssm_parameter p;
	for (;;) {
		char text[URL_MAX];
		struct buf name = BUF(text);
		switch (ssm_next(response, &cursor, &p, e)) {
		case SSM_END:
			return true;
		case SSM_MALFORMED:
			return false;
		case SSM_ITEM:
			break;
		}
		if (!parameters_name(p.name, &name, e) ||
			!loader_add(l, store, buf_span(&name), p.value, e))
			return false;
	}
}

/* The token comes last: of a page that fails before, the one to ask for it is still there. */
static enum call_result
read_page(struct awscall *c, struct json_value root, struct err *e)
{
	struct loader *l = c->owner;
	struct buf token = BUF(l->token);
	if (!add_all(l, &c->session->store, root, e) || !ssm_put_token(root, &token, e))
		return CALL_FAILED;
	if (token.len == 0)
		return CALL_DONE;
	return turn_page(l, buf_span(&token), e) ? CALL_NEXT : CALL_FAILED;
}

const struct awscall_op parameters_op = {
	.target = SSM_TARGET_BY_PATH,
	.put_body = put_body,
	.read = read_page,
};
