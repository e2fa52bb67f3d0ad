#include "unit/ctl/format/sample.h"

static void
test_tfvars(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("tf_var_Db-Name", "x", "Db_Name = \"x\"\n"),
		SAMPLE("TF_VAR_a", "x", "TF_VAR_a = \"x\"\n"),
		SAMPLE("k", "a\"b\\c\nd\re\tf", "k = \"a\\\"b\\\\c\\nd\\re\\tf\"\n"),
		SAMPLE("k", "$a `b` 5%", "k = \"$a `b` 5%\"\n"),
		SAMPLE("k", "${a} %{b}", "k = \"$${a} %%{b}\"\n"),
		SAMPLE("k", "$${a}", "k = \"$$${a}\"\n"),
		SAMPLE("k", "\x01", "k = \"\\u0001\"\n"),
		SAMPLE("k", "\xf0\x9f\x98\x80", "k = \"\xf0\x9f\x98\x80\"\n"),
	};
	assert_samples("tfvars", samples, COUNT(samples));
}

static void
test_refused(void **state)
{
	(void)state;
	assert_not_written("tfvars", SPAN("tf_var_1a"), SPAN("x"),
		"key 1a: the name of a variable must begin with a letter or an underscore");
	assert_not_written("tfvars", SPAN("tf_var_A"), SPAN("x"),
		"keys A and tf_var_A: both become the same variable of Terraform");
	assert_not_written("tfvars", SPAN("k"), SPAN("\xff"),
		"key k: the value is not UTF-8, which tfvars needs");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tfvars),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
