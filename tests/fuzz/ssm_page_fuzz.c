#include "base/log.h"
#include "base/secret.h"
#include "env/envname.h"
#include "fetch/loader.h"
#include "fuzz/claims.h"

/* Parameter Store's rules, lower-cased. */
static const struct config plain;

/*
 * The first byte says what the rest is: 'p' the answers of GetParametersByPath for a service, one
 * after the other and parted by 0xff, 'r' the same with --recursive, 's' the answer of
 * GetSecretValue, 'm' the text of a secret, in an answer that is put around it.
 */

#define SEPARATOR ((char)0xff)
#define INPUT_MAX 4096
#define SERVICE_INDEX 3

static struct secret_list secrets;
static struct session session;
static struct store *const store = &session.store;
static struct loader loader;
static struct awscall aws;
static struct json_doc doc;
static struct peer_terms terms;
static struct peer peer;

static void
start(bool recursive, bool is_secret)
{
	struct err e = { 0 };
	log_setup(LOG_ERROR, false);
	fuzz_check(service_parse(SPAN("svc"), &plain, &loader.service, &e), "a good service");
	loader.index = SERVICE_INDEX;
	loader.recursive = recursive;
	loader_init(&loader, is_secret);
	peer.terms = &terms;
	loader_start(&loader, &aws, (struct awscall_terms){ .session = &session, .peer = &peer });
	secret_use(&secrets);
	store_reset(store, (struct store_mark){ 0 });
}

/* Whether nothing has changed since the mark was made, or a parameter was added for each secret. */
static void
check_store(struct store_mark before, enum call_result result, const struct err *e)
{
	struct store_mark now = store_mark(store);
	size_t bytes = before.bytes_len;
	size_t kept = before.secrets;
	if (result == CALL_FAILED) {
		fuzz_check_error(e);
		fuzz_check(now.count == before.count && now.bytes_len == before.bytes_len &&
				   now.secrets >= before.secrets,
			"nothing of an answer that fails is used");
		return;
	}
	for (size_t i = before.count; i < now.count; i++) {
		const struct param *p = &store->param[i];
		fuzz_check(p->service == SERVICE_INDEX, "a parameter is its service's");
		fuzz_check(loader.is_secret || p->name.p == store->bytes + bytes,
			"pages are kept in their order");
		fuzz_check(p->value.p == p->name.p + p->name.n, "a value follows its name");
		bytes += p->name.n + p->value.n;
		kept += p->value.n >= SECRET_LEAST ? 1 : 0;
	}
	fuzz_check(now.bytes_len == bytes, "the store has no other bytes");
	fuzz_check(now.secrets == kept, "every value is a secret, and nothing else");
}

static bool
takes(struct span name, bool recursive)
{
	struct span rest;
	return envname_below(name, SPAN("/svc/"), &rest) && envname_fits_parameter(name) &&
	       (recursive || span_find(rest, '/') == rest.n);
}

/* The parameters that were added are those of the answer whose names fit, in their order. */
static void
check_page(struct json_value root, size_t first)
{
	struct json_value list;
	struct json_value item;
	struct json_value name;
	struct json_value value;
	struct err e = { 0 };
	size_t i = first;
	int at = 0;
	fuzz_check(json_need(root, "Parameters", JSON_ARRAY, &list, &e), "there is a list");
	while (json_next(list, &at, NULL, &item)) {
		static char text[INPUT_MAX];
		struct buf b = BUF(text);
		fuzz_check(json_need(item, "Name", JSON_STRING, &name, &e), "it has a name");
		fuzz_check(json_need(item, "Value", JSON_STRING, &value, &e), "it has a value");
		json_unescape(name, &b);
		if (!takes(buf_span(&b), loader.recursive))
			continue;
		fuzz_check(i < store->count, "a good parameter is taken");
		fuzz_check(span_eq(store->param[i].name, buf_span(&b)), "under its name");
		fuzz_check(json_string_is(value, store->param[i].value), "with its value");
		i++;
	}
	fuzz_check(i == store->count, "no other parameter is taken");
}

/* The next question has the answer's token, byte for byte. */
static void
check_question(struct json_value answer)
{
	static char text[HTTP_REQUEST_MAX];
	static struct json_doc question;
	struct buf b = BUF(text);
	struct json_value root;
	struct json_value given;
	struct json_value asked;
	struct err e = { 0 };
	fuzz_check(json_need(answer, "NextToken", JSON_STRING, &given, &e), "a token was given");
	fuzz_check(json_raw(given).n > 0, "it is not empty");
	parameters_op.put_body(&aws, &b);
	fuzz_check(!b.overflow, "a question has room");
	fuzz_check(json_parse(&question, buf_span(&b), &root, &e), "a question is JSON");
	fuzz_check(json_need(root, "NextToken", JSON_STRING, &asked, &e), "it asks by a token");
	struct span token = { loader.token, loader.token_len };
	fuzz_check(json_string_is(given, token) && json_string_is(asked, token), "it is that one");
}

/* No token is asked by twice, or a list that goes round would never end. */
static void
check_progress(struct span tokens[], struct buf *bytes)
{
	struct span token = { loader.token, loader.token_len };
	unsigned i = 0;
	for (; i + 1 < loader.page; i++)
		fuzz_check(!span_eq(tokens[i], token), "a token is new");
	tokens[i] = span_skip(buf_span(bytes), bytes->len);
	tokens[i].n = token.n;
	buf_put(bytes, token);
}

static void
read_pages(struct span rest, bool recursive)
{
	static struct span tokens[PAGES_MAX];
	static char token_bytes[INPUT_MAX];
	struct buf bytes = BUF(token_bytes);
	start(recursive, false);
	while (rest.n > 0) {
		struct span text = fuzz_part(&rest, SEPARATOR);
		struct store_mark before = store_mark(store);
		unsigned page = loader.page;
		struct json_value root;
		struct err e = { 0 };
		if (!json_parse(&doc, text, &root, &e))
			return;
		enum call_result result = awscall_read(&aws, root, &e);
		check_store(before, result, &e);
		fuzz_check(result != CALL_AGAIN, "an answer is not asked for again");
		fuzz_check(loader.page == page + (result == CALL_NEXT), "a page is one answer");
		if (result != CALL_FAILED)
			check_page(root, before.count);
		if (result != CALL_NEXT)
			return;
		check_question(root);
		check_progress(tokens, &bytes);
	}
}

static void
check_members(void)
{
	for (size_t i = 0; i < store->count; i++) {
		struct span name = store->param[i].name;
		fuzz_check(envname_fits_part(name), "a member's name becomes a variable's");
		fuzz_check(!span_eq(name, SPAN("_chamber_metadata")), "chamber's own is none");
		for (size_t k = 0; k < i; k++)
			fuzz_check(!span_eq(name, store->param[k].name), "no member twice");
	}
}

static void
read_answer(struct span text)
{
	struct json_value root;
	struct err e = { 0 };
	start(false, true);
	struct store_mark before = store_mark(store);
	if (!json_parse(&doc, text, &root, &e))
		return;
	enum call_result result = awscall_read(&aws, root, &e);
	fuzz_check(result == CALL_DONE || result == CALL_FAILED, "a secret is one answer");
	check_store(before, result, &e);
	if (result == CALL_DONE)
		check_members();
}

/* The member of the secret that has the name of the parameter has its value, by its type. */
static void
check_value(struct json_value object, const struct param *p)
{
	struct json_value name;
	struct json_value value;
	for (int at = 0; json_next(object, &at, &name, &value);) {
		if (!json_string_is(name, p->name))
			continue;
		fuzz_check(json_type(value) == JSON_STRING ? json_string_is(value, p->value)
							   : span_eq(json_raw(value), p->value),
			"a member keeps its value");
		return;
	}
	fuzz_check(false, "a parameter is a member");
}

/* Members that are skipped have names that fit no variable, or chamber's. */
static size_t
count_good(struct json_value object)
{
	static char text[INPUT_MAX];
	struct json_value name;
	struct json_value value;
	size_t count = 0;
	for (int at = 0; json_next(object, &at, &name, &value);) {
		struct buf b = BUF(text);
		json_unescape(name, &b);
		count += envname_fits_part(buf_span(&b)) &&
			 !json_string_is(name, SPAN("_chamber_metadata"));
	}
	return count;
}

static void
read_secret_text(struct span secret)
{
	static char text[8 * INPUT_MAX];
	struct buf answer = BUF(text);
	struct json_value object;
	struct err e = { 0 };
	buf_put_str(&answer, "{\"Name\":\"svc\",\"SecretString\":");
	json_put_string(&answer, secret);
	buf_put_char(&answer, '}');
	read_answer(buf_span(&answer));
	/* Without a member there is nothing to compare. */
	if (store->count == 0 || !json_parse(&doc, secret, &object, &e))
		return;
	fuzz_check(store->count == count_good(object), "the good members are taken, and no other");
	for (size_t i = 0; i < store->count; i++)
		check_value(object, &store->param[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = fuzz_input(data, size);
	if (size == 0 || size > INPUT_MAX)
		return 0;
	text = span_skip(text, 1);
	if (data[0] == 'p' || data[0] == 'r')
		read_pages(text, data[0] == 'r');
	if (data[0] == 's')
		read_answer(text);
	if (data[0] == 'm')
		read_secret_text(text);
	return 0;
}
