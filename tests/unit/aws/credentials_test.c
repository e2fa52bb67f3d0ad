#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "hidden.h"

static struct secret_list secrets;

#define VARIABLES_MAX 16

/* An environment of the variables of a line, parted by '|'; good until the next call. */
static char *const *
environ_of(const char *line)
{
	static char text[4096];
	static char *list[VARIABLES_MAX + 1];
	size_t count = 0;
	if (strlen(line) >= sizeof(text))
		abort();
	memcpy(text, line, strlen(line) + 1);
	for (char *next = *text == '\0' ? NULL : text; next != NULL && count < VARIABLES_MAX;) {
		list[count++] = next;
		next = strchr(next, '|');
		if (next != NULL)
			*next++ = '\0';
	}
	list[count] = NULL;
	return list;
}

static struct credential_plan plan;
static struct err e;

static int
reset(void **state)
{
	(void)state;
	secret_use(&secrets);
	memset(&e, 0, sizeof(e));
	return 0;
}

static void
plan_good(const char *environ_line)
{
	if (!credential_plan(environ_of(environ_line), &plan, &e))
		fail_msg("%s: %s", environ_line, e.text);
}

static void
assert_text(const char *text, const char *wanted)
{
	if ((text == NULL) != (wanted == NULL) || (text != NULL && strcmp(text, wanted) != 0))
		fail_msg("%s is not %s", text, wanted);
}

/* Each source hides those that come after it. */
static void
test_order(void **state)
{
	(void)state;
	static const struct {
		const char *environ_line;
		enum credential_source source;
	} row[] = {
		{ "AWS_ACCESS_KEY_ID=i|AWS_SECRET_ACCESS_KEY=s|AWS_WEB_IDENTITY_TOKEN_FILE=f|"
		  "AWS_ROLE_ARN=r|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x",
			SOURCE_STATIC },
		{ "AWS_WEB_IDENTITY_TOKEN_FILE=f|AWS_ROLE_ARN=r|"
		  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x",
			SOURCE_WEB_IDENTITY },
		{ "AWS_ROLE_ARN=r|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x", SOURCE_CONTAINER },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://h/x", SOURCE_CONTAINER },
		{ "AWS_ROLE_ARN=r|AWS_SESSION_TOKEN=t", SOURCE_IMDS },
		{ "", SOURCE_IMDS },
		/* Empty and blank variables are what a template left. */
		{ "AWS_ACCESS_KEY_ID=|AWS_SECRET_ACCESS_KEY= |AWS_WEB_IDENTITY_TOKEN_FILE=|"
		  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=",
			SOURCE_IMDS },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		plan_good(row[i].environ_line);
		if (plan.source != row[i].source)
			fail_msg(
				"%s: %s", row[i].environ_line, credential_source_name(plan.source));
	}
}

static void
test_static(void **state)
{
	(void)state;
	plan_good("AWS_ACCESS_KEY_ID=AKIDEXAMPLE|AWS_SECRET_ACCESS_KEY=hunter2-hunter2|AWS_SESSION_"
		  "TOKEN=sessiontoken");
	assert_true(span_eq(plan.fixed.access_key_id.bytes, SPAN("AKIDEXAMPLE")));
	assert_true(span_eq(plan.fixed.secret_access_key.bytes, SPAN("hunter2-hunter2")));
	assert_true(span_eq(plan.fixed.session_token.bytes, SPAN("sessiontoken")));
	assert_int_equal(plan.fixed.expires, 0);
	/* All three are never printed from now on. */
	assert_true(is_hidden(SPAN("AKIDEXAMPLE")));
	assert_true(is_hidden(SPAN("hunter2-hunter2")));
	assert_true(is_hidden(SPAN("sessiontoken")));

	plan_good("AWS_ACCESS_KEY_ID=AKIDEXAMPLE|AWS_SECRET_ACCESS_KEY=hunter2-hunter2|AWS_SESSION_"
		  "TOKEN=");
	assert_int_equal(plan.fixed.session_token.bytes.n, 0);
}

static void
test_web_identity(void **state)
{
	(void)state;
	plan_good("AWS_WEB_IDENTITY_TOKEN_FILE=/t|AWS_ROLE_ARN=arn:r|AWS_ROLE_SESSION_NAME=me");
	assert_text(plan.token_file, "/t");
	assert_text(plan.role_arn, "arn:r");
	assert_text(plan.session_name, "me");
	plan_good("AWS_WEB_IDENTITY_TOKEN_FILE=/t|AWS_ROLE_ARN=arn:r");
	assert_text(plan.session_name, NULL);
}

static void
test_container(void **state)
{
	(void)state;
	static const struct {
		const char *environ_line;
		const char *host;
		unsigned port;
		bool tls;
		const char *target;
		const char *token_file;
		const char *token;
		bool relative;
	} row[] = {
		{ "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/c?id=1", "169.254.170.2", 80, false,
			"/v2/c?id=1", NULL, NULL, true },
		/* RELATIVE before FULL; the token goes with either. */
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=https://h/|"
		  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/"
		  "r|AWS_CONTAINER_AUTHORIZATION_TOKEN=plaintoken",
			"169.254.170.2", 80, false, "/r", NULL, "plaintoken", true },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9099/creds|"
		  "AWS_CONTAINER_AUTHORIZATION_TOKEN=plaintoken",
			"127.0.0.1", 9099, false, "/creds", NULL, "plaintoken", false },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials|"
		  "AWS_CONTAINER_AUTHORIZATION_TOKEN=plaintoken|AWS_CONTAINER_AUTHORIZATION_TOKEN_"
		  "FILE=/f",
			"169.254.170.23", 80, false, "/v1/credentials", "/f", "plaintoken", false },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://[fd00:ec2::23]/v1/credentials",
			"fd00:ec2::23", 80, false, "/v1/credentials", NULL, NULL, false },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=https://creds.example", "creds.example", 443,
			true, "", NULL, NULL, false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		plan_good(row[i].environ_line);
		assert_int_equal(plan.source, SOURCE_CONTAINER);
		assert_true(span_eq(plan.url.host, span_of(row[i].host)));
		assert_int_equal(plan.url.port, row[i].port);
		assert_int_equal(plan.url.tls, row[i].tls);
		assert_true(span_eq(plan.url.target, span_of(row[i].target)));
		assert_text(plan.token_file, row[i].token_file);
		assert_text(plan.token, row[i].token);
		assert_int_equal(plan.relative, row[i].relative);
		assert_text(plan.variable, row[i].relative
						   ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
						   : "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	}
	assert_true(is_hidden(SPAN("plaintoken")));
}

static void
test_imds(void **state)
{
	(void)state;
	static const struct {
		const char *environ_line;
		const char *host;
	} row[] = {
		{ "", "169.254.169.254" },
		{ "AWS_EC2_METADATA_DISABLED=false", "169.254.169.254" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6", "fd00:ec2::254" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv4", "169.254.169.254" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv6", "fd00:ec2::254" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPV4", "169.254.169.254" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1338|"
		  "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6",
			"127.0.0.1" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		plan_good(row[i].environ_line);
		assert_int_equal(plan.source, SOURCE_IMDS);
		assert_true(span_eq(plan.url.host, span_of(row[i].host)));
		assert_false(plan.url.tls);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	static const char none[] =
		"none are configured: AWS_ACCESS_KEY_ID, "
		"AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI "
		"are unset, EC2 instance metadata is off or does not respond";
	static const struct {
		const char *environ_line;
		const char *text; /* how it begins */
	} row[] = {
		{ "AWS_ACCESS_KEY_ID=i",
			"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not" },
		{ "AWS_ACCESS_KEY_ID=|AWS_SECRET_ACCESS_KEY=s",
			"AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not" },
		/* What is configured and fails is an error, not a reason to look further. */
		{ "AWS_ACCESS_KEY_ID=i|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x",
			"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not" },
		/* What no header field takes, of any of the three. */
		{ "AWS_ACCESS_KEY_ID=AKID\n|AWS_SECRET_ACCESS_KEY=s",
			"AWS_ACCESS_KEY_ID: byte 5 of 5 is a line break" },
		{ "AWS_ACCESS_KEY_ID=i|AWS_SECRET_ACCESS_KEY=abc\r\n",
			"AWS_SECRET_ACCESS_KEY: byte 4 of 5 is a line break" },
		{ "AWS_ACCESS_KEY_ID=i|AWS_SECRET_ACCESS_KEY=s|AWS_SESSION_TOKEN=a\nb",
			"AWS_SESSION_TOKEN: byte 2 of 3 is a line break" },
		{ "AWS_ACCESS_KEY_ID= i|AWS_SECRET_ACCESS_KEY=s",
			"AWS_ACCESS_KEY_ID: byte 1 of 2 is a blank" },
		{ "AWS_ACCESS_KEY_ID=i\t|AWS_SECRET_ACCESS_KEY=s",
			"AWS_ACCESS_KEY_ID: byte 2 of 2 is a blank" },
		{ "AWS_ACCESS_KEY_ID=i|AWS_SECRET_ACCESS_KEY=s\x01",
			"AWS_SECRET_ACCESS_KEY: byte 2 of 2 is not printable ASCII" },
		{ "AWS_ACCESS_KEY_ID=i|AWS_SECRET_ACCESS_KEY=\xc3\xa4",
			"AWS_SECRET_ACCESS_KEY: byte 1 of 2 is not printable ASCII" },
		{ "AWS_WEB_IDENTITY_TOKEN_FILE=/t|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x",
			"AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not" },
		{ "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=x",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with "
			"/" },
		{ "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=@evil.example/x",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with "
			"/" },
		{ "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/a b",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: " },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=ftp://h/",
			"AWS_CONTAINER_CREDENTIALS_FULL_URI: " },
		{ "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://u:p@127.0.0.1/",
			"AWS_CONTAINER_CREDENTIALS_FULL_URI: user and password in "
			"it" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT=nonsense",
			"AWS_EC2_METADATA_SERVICE_ENDPOINT: " },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv5",
			"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv5' is "
			"neither IPv4 nor IPv6" },
		{ "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1338|"
		  "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=6",
			"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: '6' is neither" },
		{ "AWS_EC2_METADATA_DISABLED=true", none },
		{ "AWS_EC2_METADATA_DISABLED=TRUE|AWS_PROFILE=p", none },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (credential_plan(environ_of(row[i].environ_line), &plan, &e))
			fail_msg("%s is taken", row[i].environ_line);
		if (!span_starts_with(span_of(e.text), span_of(row[i].text)))
			fail_msg("%s: %s", row[i].environ_line, e.text);
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

static void
test_relative_too_long(void **state)
{
	(void)state;
	static char line[64 + URL_MAX];
	struct buf b = BUF(line);
	buf_put_str(&b, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/");
	while (b.len < URL_MAX + 39)
		buf_put_char(&b, 'x');
	assert_false(credential_plan(environ_of(buf_str(&b)), &plan, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: more than 2048"));
}

/* A URI may hold what names the credentials: it is not printed. */
static void
test_uri_is_not_printed(void **state)
{
	(void)state;
	assert_false(credential_plan(
		environ_of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/UUID-1 2"),
		&plan, &e));
	assert_null(strstr(e.text, "UUID"));
	assert_false(credential_plan(
		environ_of("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://user:pass word@h/"), &plan,
		&e));
	if (strstr(e.text, "pass ") != NULL)
		fail_msg("%s", e.text);
}

static void
test_profile_hint(void **state)
{
	(void)state;
	assert_false(credential_none(environ_of("AWS_PROFILE=dev"), &e));
	assert_non_null(strstr(e.hint, "aws-vault exec"));
	assert_non_null(strstr(e.hint, "aws configure export-credentials --format env"));
	assert_false(credential_none(environ_of(""), &e));
	assert_null(strstr(e.hint, "aws-vault"));
	assert_true(e.hint[0] != '\0');
	assert_int_equal(err_exit_code(&e), 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_order, reset),
		cmocka_unit_test_setup(test_static, reset),
		cmocka_unit_test_setup(test_web_identity, reset),
		cmocka_unit_test_setup(test_container, reset),
		cmocka_unit_test_setup(test_imds, reset),
		cmocka_unit_test_setup(test_bad, reset),
		cmocka_unit_test_setup(test_relative_too_long, reset),
		cmocka_unit_test_setup(test_uri_is_not_printed, reset),
		cmocka_unit_test_setup(test_profile_hint, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
