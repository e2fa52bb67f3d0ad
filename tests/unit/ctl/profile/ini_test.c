#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ctl/profile/ini.h"

static char shown[4096];

static void
put(struct buf *b, struct span s)
{
	buf_put(b, s);
}

/* All entries: "[section]", "name=value", "parent.name=value", with ~ where lines continue one. */
static const char *
show(const struct ini *ini)
{
	struct buf b = BUF(shown);
	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_entry *entry = &ini->entry[i];
		if (i > 0)
			buf_put_char(&b, ' ');
		if (entry->name.n == 0) {
			buf_printf(&b, "[%.*s]", (int)entry->section.n, entry->section.p);
			continue;
		}
		if (entry->parent.n > 0) {
			put(&b, entry->parent);
			buf_put_char(&b, '.');
		}
		put(&b, entry->name);
		buf_put_char(&b, '=');
		put(&b, entry->value);
		if (entry->continued > 0)
			buf_printf(&b, "~%u", entry->continued);
	}
	return buf_str(&b);
}

static void
test_what_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *shown;
	} row[] = {
		{ "", "" },
		{ "\n\r\n  \n\t\n", "" },
		{ "[default]", "[default]" },
		{ "[default]\nregion = eu-west-1\n", "[default] region=eu-west-1" },
		{ "[default]\r\nregion = eu-west-1\r\n", "[default] region=eu-west-1" },
		{ "\xef\xbb\xbf[default]\na=b", "[default] a=b" },
		{ "[ profile a ]\n\ta=b", "[profile a] a=b" },
		{ "[a] # comment\n[b];comment\n", "[a] [b]" },
		{ "# comment\n ; comment\n[a]\n#b=c\n", "[a]" },
		/* Values. */
		{ "[a]\nb=c=d==", "[a] b=c=d==" },
		{ "[a]\nb: c=d", "[a] b=c=d" },
		{ "[a]\nb = http://c:1/", "[a] b=http://c:1/" },
		{ "[a]\nb =", "[a] b=" },
		{ "[a]\nb = c d\t", "[a] b=c d" },
		{ "[a]\nb = c # comment", "[a] b=c" },
		{ "[a]\nb = c\t; comment", "[a] b=c" },
		{ "[a]\nb = c#d;e", "[a] b=c#d;e" },
		{ "[a]\nb = # comment", "[a] b=" },
		{ "[a]\nb = \"c\"", "[a] b=\"c\"" },
		{ "[a]\nB = c\nb = d", "[a] B=c b=d" },
		/* Sections again. */
		{ "[a]\nb=1\n[c]\n[a]\nd=2", "[a] b=1 [c] [a] d=2" },
		/* Nested settings, and what continues a value. */
		{ "[a]\ns3 =\n  b = c # d\n\te=f\ng=h", "[a] s3= s3.b=c s3.e=f g=h" },
		{ "[a]\ns3 =\n  no setting\n  b=c", "[a] s3= s3.b=c" },
		{ "[a]\nb = c\n  d = e\nf=g", "[a] b=c~3 f=g" },
		{ "[a]\nb = c\n\n  # comment\nf=g", "[a] b=c f=g" },
		{ "[a]\nb = c\n  [d]\n", "[a] b=c~3" },
		/* All of a section may be indented, as the AWS CLI has it. */
		{ "[a]\n  b = c\n  d = e\n", "[a] b=c d=e" },
		{ "[a]\n  b =\n    d = e\n  f=g", "[a] b= b.d=e f=g" },
		{ "[a]\n  b = c\n[d]\n e=f", "[a] b=c [d] e=f" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct ini ini = { 0 };
		struct err e = { 0 };
		if (!ini_read("file", span_of(row[i].text), &ini, &e))
			fail_msg("%s: %s", row[i].text, e.text);
		assert_string_equal(show(&ini), row[i].shown);
	}
}

static void
test_what_is_malformed(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} row[] = {
		{ "a = b", "file:1: there is text before the first [section]" },
		{ "\n# c\n[a\n", "file:3: the section's name has no ] at its end" },
		{ "[a] b\n", "file:1: there is text after the section's ]" },
		{ "[]\n", "file:1: the section has no name" },
		{ "[a]\n[ ]\n", "file:2: the section has no name" },
		{ "[a]\nAKIDEXAMPLE\n",
			"file:2: the line is neither NAME = VALUE, [SECTION] nor a # comment" },
		{ "[a]\n= b\n",
			"file:2: the line is neither NAME = VALUE, [SECTION] nor a # comment" },
		{ "[a]\r\n\r\nb # = c\r\n",
			"file:3: the line is neither NAME = VALUE, [SECTION] nor a # comment" },
		{ "[a]\nb = \x01\n", "file:2: a control character" },
		{ "[a]\nb = c\rd = e\n", "file:2: a control character" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct ini ini = { 0 };
		struct err e = { 0 };
		assert_false(ini_read("file", span_of(row[i].text), &ini, &e));
		assert_int_equal(e.kind, ERR_USAGE);
		assert_string_equal(e.text, row[i].message);
	}
}

static void
test_nul(void **state)
{
	(void)state;
	struct ini ini = { 0 };
	struct err e = { 0 };
	assert_false(ini_read("file", SPAN("[a]\nb = c\0d\n"), &ini, &e));
	assert_string_equal(e.text, "file:2: a control character");
}

static void
test_places(void **state)
{
	(void)state;
	struct ini ini = { 0 };
	struct err e = { 0 };
	assert_true(ini_read("file", SPAN("\n[a]\n\nb=\n c=d\n"), &ini, &e));
	assert_int_equal(ini.count, 3);
	assert_int_equal(ini.entry[0].line, 2);
	assert_int_equal(ini.entry[1].line, 4);
	assert_int_equal(ini.entry[2].line, 5);
	assert_string_equal(ini.entry[2].path, "file");
}

/* More entries than the list begins with. */
static void
test_many(void **state)
{
	(void)state;
	static char text[64 * 1024];
	struct buf b = BUF(text);
	struct ini ini = { 0 };
	struct err e = { 0 };
	for (unsigned i = 0; i < 2000; i++)
		buf_printf(&b, "[profile p%u]\nregion = r%u\n", i, i);
	assert_false(b.overflow);
	assert_true(ini_read("file", buf_span(&b), &ini, &e));
	assert_int_equal(ini.count, 4000);
	assert_true(span_eq(ini.entry[3999].value, SPAN("r1999")));
	assert_true(span_eq(ini.entry[3999].section, SPAN("profile p1999")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_read),
		cmocka_unit_test(test_what_is_malformed),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
