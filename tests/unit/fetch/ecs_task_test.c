#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "fetch/ecs_task.h"
#include "unit/fetch/wire.h"

static struct scratch scratch;
static struct ecs_task task;
static struct peer_terms terms;
static struct err e;

static int
reset(void **state)
{
	(void)state;
	log_setup(LOG_ERROR, false);
	memset(&e, 0, sizeof(e));
	if (!ecs_task_plan(&task,
		    wire_environ("ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/abc"),
		    &scratch, &e))
		return -1;
	terms.attempts_max = 3;
	peer_init(&task.peer, &task.url, &terms);
	ecs_task_start(&task);
	return 0;
}

static enum call_result
take(unsigned status, const char *body)
{
	wire_answer(&task.call.exchange.response, status, "", body);
	return task.call.ops->take(&task.call, &e);
}

static void
assert_names(const char *region, const char *service, const char *family, const char *cluster)
{
	assert_true(span_eq(task.region, span_of(region)));
	assert_true(span_eq(task.service, span_of(service)));
	assert_true(span_eq(task.family, span_of(family)));
	assert_true(span_eq(task.cluster, span_of(cluster)));
}

static void
test_is_there(void **state)
{
	(void)state;
	assert_true(ecs_task_is_there(wire_environ("ECS_CONTAINER_METADATA_URI_V4=http://x")));
	assert_false(ecs_task_is_there(wire_environ("ECS_CONTAINER_METADATA_URI_V4=")));
	assert_false(ecs_task_is_there(wire_environ("ECS_CONTAINER_METADATA_URI=http://x")));
}

static void
test_request(void **state)
{
	(void)state;
	char text[512];
	struct buf b = BUF(text);
	assert_true(task.call.ops->build(&task.call, &b, &e));
	assert_string_equal(buf_str(&b), "GET /v4/abc/task HTTP/1.1\r\nHost: 169.254.170.2\r\n"
					 "Accept: application/json\r\n"
					 "User-Agent: antechamber/" ANTECHAMBER_VERSION "\r\n\r\n");
	assert_null(strstr(buf_str(&b), "Authorization"));
}

/* A slash at the end of the variable is not doubled. */
static void
test_slash(void **state)
{
	(void)state;
	static const char *const row[] = { "ECS_CONTAINER_METADATA_URI_V4=http://h/v4/abc/",
		"ECS_CONTAINER_METADATA_URI_V4=http://h/v4/abc//" };
	for (size_t i = 0; i < 2; i++) {
		assert_true(ecs_task_plan(&task, wire_environ(row[i]), &scratch, &e));
		assert_true(span_eq(task.url.target, SPAN("/v4/abc/task")));
	}
	assert_true(ecs_task_plan(
		&task, wire_environ("ECS_CONTAINER_METADATA_URI_V4=http://h"), &scratch, &e));
	assert_true(span_eq(task.url.target, SPAN("/task")));
}

static void
test_answer(void **state)
{
	(void)state;
	assert_int_equal(
		take(200, "{\"Cluster\":\"arn:aws:ecs:us-west-2:1:cluster/default\",\"TaskARN\":"
			  "\"arn:aws:ecs:us-west-2:111122223333:task/default/158d1c8083dd49d6\","
			  "\"Family\":\"curltest\",\"Revision\":\"26\",\"ServiceName\":\"web\","
			  "\"Containers\":[{\"DockerId\":\"x\",\"Family\":\"other\"}]}"),
		CALL_DONE);
	assert_names("us-west-2", "web", "curltest", "arn:aws:ecs:us-west-2:1:cluster/default");
	/* What the answer has not is empty, not what an earlier one had. */
	assert_int_equal(
		take(200, "{\"TaskARN\":\"arn:aws-cn:ecs:cn-north-1:1:task/x\"}"), CALL_DONE);
	assert_names("cn-north-1", "", "", "");
	assert_int_equal(take(200, "{\"ServiceName\":null,\"TaskARN\":\"nonsense\"}"), CALL_DONE);
	assert_names("", "", "", "");
}

static void
test_failures(void **state)
{
	(void)state;
	static const struct {
		unsigned status;
		const char *body;
		bool retryable;
	} row[] = {
		{ 200, "", true },
		{ 200, "[]", true },
		{ 200, "{\"TaskARN\":3}", true },
		{ 200, "{\"ServiceName\":[]}", true },
		{ 200, "{\"Family\":\"a\",\"Family\":\"b\"}", true },
		{ 200, "{\"Cluster\":{}}", true },
		{ 500, "oops", true },
		{ 429, "", true },
		{ 404, "no such task", false },
		{ 301, "", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (take(row[i].status, row[i].body) != CALL_FAILED)
			fail_msg("%s is taken", row[i].body);
		assert_int_equal(err_is_retryable(&e), row[i].retryable);
	}
}

static void
test_bad_url(void **state)
{
	(void)state;
	assert_false(ecs_task_plan(&task,
		wire_environ("ECS_CONTAINER_METADATA_URI_V4=169.254.170.2/v4"), &scratch, &e));
	assert_int_equal(err_exit_code(&e), 100);
	assert_true(span_starts_with(span_of(e.text), SPAN("ECS_CONTAINER_METADATA_URI_V4: ")));
}

static void
test_names_too_long(void **state)
{
	(void)state;
	static char body[16 * 1024];
	struct buf b = BUF(body);
	buf_put_str(&b, "{\"Family\":\"");
	while (b.len < 9000)
		buf_put_char(&b, 'f');
	buf_put_str(&b, "\"}");
	assert_int_equal(take(200, buf_str(&b)), CALL_FAILED);
	assert_int_equal(e.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_is_there, reset),
		cmocka_unit_test_setup(test_request, reset),
		cmocka_unit_test_setup(test_slash, reset),
		cmocka_unit_test_setup(test_answer, reset),
		cmocka_unit_test_setup(test_failures, reset),
		cmocka_unit_test_setup(test_bad_url, reset),
		cmocka_unit_test_setup(test_names_too_long, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
