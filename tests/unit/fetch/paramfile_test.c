#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/secret.h"
#include "fetch/paramfile.h"

/* Parameter Store's rules, lower-cased. */
static const struct config plain;
static struct secret_list secrets;

static struct paramfile file;
static struct session session;
static struct store *const store = &session.store;
static struct loader loader;
static struct err e;
static char path[] = "/tmp/paramfile_test.XXXXXX";

static int
enter(void **state)
{
	(void)state;
	secret_use(&secrets);
	log_setup(LOG_ERROR, false);
	store->count = 0;
	store->bytes_len = 0;
	memset(&e, 0, sizeof(e));
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	int fd = mkstemp(path);
	return fd >= 0 && close(fd) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	return unlink(path);
}

static void
read_file(const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	if (!paramfile_read(&file, path, &e))
		fail_msg("%s", e.text);
}

static bool
load(const char *under, bool recursive)
{
	struct span all = span_of(under);
	assert_true(
		service_parse((struct span){ all.p + 1, all.n - 2 }, &plain, &loader.service, &e));
	loader.index = 4;
	loader.recursive = recursive;
	loader_init(&loader, false);
	return paramfile_load(&file, &loader, 1, &session, &e);
}

#define PARAMETER(name, value) \
	"{\"Name\":\"" name "\",\"Type\":\"SecureString\",\"Value\":\"" value "\",\"Version\":1}"

/* As the AWS CLI prints it; each service takes what is its own. */
static void
test_services(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		bool recursive;
		const char *names; /* each ended by ';' */
	} row[] = {
		{ "/kops/", false, "/kops/a;/kops/b;" },
		{ "/kops/", true, "/kops/a;/kops/b;/kops/db/x;" },
		{ "/kops/db/", false, "/kops/db/x;" },
		{ "/kop/", true, "" },
		{ "/other/", false, "/other/c;" },
		{ "/none/", true, "" },
	};
	read_file("{\n    \"Parameters\": [\n" PARAMETER("/kops/a", "1") "," PARAMETER(
		"/kops/b", "2") "," PARAMETER("/kops/db/x", "3") "," PARAMETER("/other/c",
		"4") ",{\"Name\":\"toplevel\",\"Value\":\"5\"}]\n}\n");
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char names[128];
		struct buf b = BUF(names);
		store->count = 0;
		if (!load(row[i].path, row[i].recursive))
			fail_msg("%s", e.text);
		for (size_t k = 0; k < store->count; k++) {
			assert_int_equal(store->param[k].service, 4);
			buf_put(&b, store->param[k].name);
			buf_put_char(&b, ';');
		}
		assert_string_equal(buf_str(&b), row[i].names);
	}
}

/* A name that makes no variable is left out. */
static void
test_skipped(void **state)
{
	(void)state;
	read_file("{\"Parameters\":[" PARAMETER("/s/a b", "1") "," PARAMETER("/s/c", "2") "]}");
	assert_true(load("/s/", false));
	assert_int_equal(store->count, 1);
}

static void
test_bad(void **state)
{
	(void)state;
	static const char *const row[] = {
		"",
		"not JSON",
		"[]",
		"{}",
		"{\"Parameters\":{}}",
		"{\"Parameters\":[{\"Name\":\"/s/a\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/a\",\"Value\":3}]}",
		"{\"Parameters\":[]} trailing",
		"{\"Parameters\":[{\"Name\":\"/s/a\",\"Value\":\"\xff\"}]}",
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		read_file(row[i]);
		if (load("/s/", false))
			fail_msg("%s is taken", row[i]);
		assert_int_equal(err_exit_code(&e), 100);
		assert_true(span_starts_with(span_of(e.text), SPAN("--backend file")));
		assert_non_null(strstr(e.hint, "get-parameters-by-path"));
	}
}

/* A bound refuses as itself: the file is what it must be, but there is too much of it. */
static void
test_too_many(void **state)
{
	(void)state;
	static char text[PARAMS_MAX * 32];
	struct buf b = BUF(text);
	buf_put_str(&b, "{\"Parameters\":[{\"Name\":\"/s/0\",\"Value\":\"\"}");
	for (unsigned i = 1; i < PARAMS_MAX; i++)
		buf_printf(&b, ",{\"Name\":\"/s/%u\",\"Value\":\"\"}", i);
	size_t len = b.len;
	buf_put_str(&b, "]}");
	read_file(buf_str(&b));
	assert_true(load("/s/", false));
	assert_int_equal(store->count, PARAMS_MAX);

	store->count = 0;
	store->bytes_len = 0;
	b.len = len;
	buf_put_str(&b, ",{\"Name\":\"/s/more\",\"Value\":\"\"}]}");
	read_file(buf_str(&b));
	assert_false(load("/s/", false));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, ": parameters: more than 16384"));
}

static void
test_unreadable(void **state)
{
	(void)state;
	assert_false(paramfile_read(&file, "/nonexistent/params.json", &e));
	assert_int_equal(err_exit_code(&e), 100);
	assert_non_null(strstr(e.text, "open /nonexistent/params.json: No such file"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_services, enter, leave),
		cmocka_unit_test_setup_teardown(test_skipped, enter, leave),
		cmocka_unit_test_setup_teardown(test_bad, enter, leave),
		cmocka_unit_test_setup_teardown(test_too_many, enter, leave),
		cmocka_unit_test_setup_teardown(test_unreadable, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
