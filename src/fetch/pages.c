#include "fetch/loader.h"

#include <string.h>

#include "aws/hash.h"
#include "aws/ssm.h"
#include "base/log.h"
#include "base/quote.h"
#include "env/envname.h"

static void
put_body(const struct awscall *c, struct buf *b)
{
	const struct loader *l = loader_of(c);
	const struct ssm_by_path request = {
		.path = span_of(l->path),
		.label = l->service->label,
		.recursive = l->recursive,
		.token = { l->token, l->token_len },
	};
	ssm_put_by_path(b, &request);
}

static bool
add_parameter(struct loader *l, const struct ssm_parameter *parameter, struct err *e)
{
	char text[URL_MAX];
	struct buf name = BUF(text);
	bool fits = false;
	json_unescape(parameter->name, &name);
	if (name.overflow)
		return err_set(e, ERR_LIMIT, "a parameter's name: more than %d bytes", URL_MAX);
	if (!loader_judge(buf_span(&name), span_of(l->path), l->recursive, &fits, e))
		return false;
	if (!fits)
		return true;
	l->loaded++;
	return store_add(l->store, l->index, buf_span(&name), parameter->value, e);
}

static bool
add_page(struct loader *l, struct json_value root, struct err *e)
{
	struct ssm_parameter parameter;
	bool more = true;
	for (int at = 0; more;) {
		if (!ssm_next(root, &at, &more, &parameter, e))
			return false;
		if (more && !add_parameter(l, &parameter, e))
			return false;
	}
	return true;
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

/* Takes over the token of the next page; a list that goes round would never end. */
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
	memcpy(l->token, token.p, token.n);
	l->token_len = token.n;
	return true;
}

static enum call_result
read_page(struct awscall *c, struct json_value root, struct err *e)
{
	static char token_text[LOADER_TOKEN_MAX];
	struct loader *l = loader_of(c);
	struct buf token = BUF(token_text);
	struct store_mark mark = store_mark(l->store);
	unsigned loaded = l->loaded;
	if (!ssm_put_token(root, &token, e) || !add_page(l, root, e)) {
		store_reset(l->store, mark);
		l->loaded = loaded;
		return CALL_FAILED;
	}
	if (token.len == 0)
		return CALL_DONE;
	return turn_page(l, buf_span(&token), e) ? CALL_NEXT : CALL_FAILED;
}

bool
loader_init_pages(struct loader *l, const struct loader_setup *setup, struct err *e)
{
	struct buf path = BUF(l->path);
	loader_set_up(l, setup);
	buf_printf(&path, "/%.*s/", (int)l->service->name.n, l->service->name.p);
	buf_put_char(&path, '\0');
	l->page = 0;
	l->token_len = 0;
	l->aws.target = SSM_TARGET_BY_PATH;
	l->aws.action = "ssm:GetParametersByPath";
	l->aws.put_body = put_body;
	l->aws.read = read_page;
	if (path.overflow)
		return err_set(
			e, ERR_LIMIT, "a service's path: more than %d bytes", SERVICE_NAME_MAX);
	return true;
}
