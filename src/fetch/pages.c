#include "fetch/loader.h"

#include <string.h>

#include "aws/hash.h"

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
				"malformed answer: the NextToken of page %u came before",
				l->page + 1);
	}
	if (l->page + 1 == PAGES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d pages", PAGES_MAX);
	l->seen[l->page++] = digest;
	l->token_len = token.n;
	return true;
}

/* The token comes last: of a page that fails before, the one to ask it by is still there. */
static enum call_result
read_page(struct awscall *c, struct json_value root, struct err *e)
{
	struct loader *l = c->owner;
	struct buf token = BUF(l->token);
	if (!parameters_walk(root, loader_take, l, e) || !ssm_put_token(root, &token, e))
		return CALL_FAILED;
	if (token.len == 0)
		return CALL_DONE;
	return turn_page(l, buf_span(&token), e) ? CALL_NEXT : CALL_FAILED;
}

const struct awscall_op loader_pages = {
	.target = SSM_TARGET_BY_PATH,
	.put_body = put_body,
	.read = read_page,
};
