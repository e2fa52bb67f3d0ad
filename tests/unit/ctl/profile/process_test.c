#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/secret.h"
#include "ctl/profile/process.h"
#include "hidden.h"

static struct secret_list secrets;
static struct err e;
static char output[4096];
static char arena_bytes[4096];

static int
enter(void **state)
{
	(void)state;
	secret_use(&secrets);
	memset(&e, 0, sizeof(e));
	return 0;
}

static bool
run(const char *command, clock_ms timeout, struct buf *b)
{
	char path[] = "PATH=/bin:/usr/bin";
	char name[] = "NAME=value";
	char *variables[] = { path, name, NULL };
	*b = BUF(output);
	return process_run(command, variables, timeout, b, &e);
}

static void
test_output(void **state)
{
	(void)state;
	static const struct {
		const char *command;
		const char *output;
	} row[] = {
		{ "echo a", "a\n" },
		{ "printf %s \"$NAME\"", "value" },
		{ "printf a; printf b | cat", "ab" },
		{ "true", "" },
		/* Standard input is not ours to give: what is piped into us is a value. */
		{ "cat", "" },
		/* It closes its output before it ends. */
		{ "printf a; exec >&-; sleep 0.1", "a" },
		/* What it leaves in the background keeps the pipe open. */
		{ "sleep 3 & printf a", "a" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct buf b;
		clock_ms start = clock_now();
		if (!run(row[i].command, 60000, &b))
			fail_msg("%s: %s", row[i].command, e.text);
		assert_string_equal(buf_str(&b), row[i].output);
		assert_true(clock_now() - start < 2900);
	}
}

static void
test_failures(void **state)
{
	(void)state;
	static const struct {
		const char *command;
		enum err_kind kind;
		const char *message;
	} row[] = {
		{ "echo secret; exit 3", ERR_REFUSED, "exit code 3" },
		{ "exec /nonexistent", ERR_USAGE, "exit code 127: the shell cannot find it" },
		{ "exec /", ERR_USAGE, "exit code 126: the shell cannot execute it" },
		{ "kill -9 $$", ERR_FINAL, "signal 9 ended it" },
		{ "head -c 5000 /dev/zero", ERR_LIMIT, "more than 4096 bytes of output" },
		{ "cat /dev/zero", ERR_LIMIT, "more than 4096 bytes of output" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct buf b;
		memset(&e, 0, sizeof(e));
		assert_false(run(row[i].command, 60000, &b));
		assert_int_equal(e.kind, row[i].kind);
		assert_string_equal(e.text, row[i].message);
	}
}

static void
test_timeout(void **state)
{
	(void)state;
	static const char *const commands[] = { "exec sleep 100", "exec >&-; exec sleep 100",
		"trap '' TERM; exec sleep 100" };
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		struct buf b;
		memset(&e, 0, sizeof(e));
		assert_false(run(commands[i], 200, &b));
		assert_int_equal(e.kind, ERR_FINAL);
		assert_string_equal(e.text, "it did not end within 0 s, and was killed");
	}
}

/* Inherited as ignored, SIGCHLD would take the exit code away. */
static void
test_ignored_sigchld(void **state)
{
	(void)state;
	struct buf b;
	struct sigaction ignored = { .sa_handler = SIG_IGN };
	sigaction(SIGCHLD, &ignored, NULL);
	assert_false(run("exit 3", 60000, &b));
	assert_string_equal(e.text, "exit code 3");
}

/* The shell has the signals that a shell expects. */
static void
test_signals(void **state)
{
	(void)state;
	struct buf b;
	struct sigaction ignored = { .sa_handler = SIG_IGN };
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	sigaction(SIGPIPE, &ignored, NULL);
	sigprocmask(SIG_SETMASK, &all, &before);
	bool ok = run("grep -E '^Sig(Blk|Ign)' /proc/self/status", 60000, &b);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_true(ok);
	assert_string_equal(buf_str(&b), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

static bool
read_keys(const char *text, struct credentials *c)
{
	struct buf arena = BUF(arena_bytes);
	memset(c, 0, sizeof(*c));
	memset(&e, 0, sizeof(e));
	return process_read(span_of(text), &arena, c, &e);
}

static void
test_keys(void **state)
{
	(void)state;
	struct credentials c;
	assert_true(read_keys("{\"Version\":1,\"AccessKeyId\":\"AKIDEXAMPLE\",\"SecretAccessKey\":"
			      "\"secret\\/key\",\"SessionToken\":\"token-token\",\"Expiration\":"
			      "\"2020-01-01T00:00:00+00:00\",\"Other\":{}}\n",
		&c));
	assert_string_equal(c.access_key_id.bytes.p, "AKIDEXAMPLE");
	assert_string_equal(c.secret_access_key.bytes.p, "secret/key");
	assert_string_equal(c.session_token.bytes.p, "token-token");
	assert_int_equal(c.expires, 1577836800);
	assert_true(is_hidden(SPAN("secret/key")));
	assert_true(is_hidden(SPAN("token-token")));
	assert_true(read_keys(
		"{\"Version\": 1, \"AccessKeyId\": \"a\", \"SecretAccessKey\": \"b\"}", &c));
	assert_int_equal(c.session_token.bytes.n, 0);
	assert_int_equal(c.expires, 0);
}

static void
test_malformed_keys(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} row[] = {
		{ "", "malformed output: not JSON: " },
		{ "s3cret-value", "malformed output: not JSON: " },
		{ "{\"Version\":1,\"AccessKeyId\":\"s3cret-value\"",
			"malformed output: not JSON: " },
		{ "[]", "malformed output: " },
		{ "{}", "malformed output: " },
		{ "{\"Version\":2,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"s3cret-value\"}",
			"malformed output: Version is not 1" },
		{ "{\"Version\":\"1\",\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}",
			"malformed output: " },
		{ "{\"Version\":1,\"SecretAccessKey\":\"b\"}", "malformed output: no AccessKeyId" },
		{ "{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"b\"}",
			"malformed output: no AccessKeyId" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\"}", "malformed output: no SecretAccessKey" },
		{ "{\"Version\":1,\"AccessKeyId\":1,\"SecretAccessKey\":\"b\"}",
			"malformed output: " },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"s3cret-value\\n\"}",
			"malformed output: SecretAccessKey: byte 13 of 13 is a line break" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\\u0000\",\"SecretAccessKey\":\"b\"}",
			"malformed output: AccessKeyId: byte 2 of 2 is not printable ASCII" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\","
		  "\"Expiration\":\"tomorrow\"}",
			"malformed output: Expiration is not a time as RFC 3339 writes it" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\","
		  "\"Expiration\":\"\"}",
			"malformed output: Expiration is not a time as RFC 3339 writes it" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\","
		  "\"Expiration\":1577836800}",
			"malformed output: " },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct credentials c;
		assert_false(read_keys(row[i].text, &c));
		assert_int_equal(e.kind, ERR_REFUSED);
		assert_memory_equal(e.text, row[i].message, strlen(row[i].message));
		assert_null(strstr(e.text, "s3cret"));
	}
}

static void
test_long_keys(void **state)
{
	(void)state;
	static char text[8192];
	struct buf b = BUF(text);
	struct credentials c;
	buf_put_str(&b, "{\"Version\":1,\"AccessKeyId\":\"");
	for (unsigned i = 0; i < 5000; i++)
		buf_put_char(&b, 'a');
	buf_put_str(&b, "\",\"SecretAccessKey\":\"b\"}");
	assert_false(read_keys(buf_str(&b), &c));
	assert_int_equal(e.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_output, enter),
		cmocka_unit_test_setup(test_failures, enter),
		cmocka_unit_test_setup(test_timeout, enter),
		cmocka_unit_test_setup(test_ignored_sigchld, enter),
		cmocka_unit_test_setup(test_signals, enter),
		cmocka_unit_test_setup(test_keys, enter),
		cmocka_unit_test_setup(test_malformed_keys, enter),
		cmocka_unit_test_setup(test_long_keys, enter),
	};
	/* What test_output must not find. */
	int end[2];
	if (pipe(end) != 0 || write(end[1], "value", 5) != 5 || dup2(end[0], STDIN_FILENO) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
