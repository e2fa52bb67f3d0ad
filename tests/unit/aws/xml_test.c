#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/xml.h"

static void
test_text(void **state)
{
	(void)state;
	static const struct {
		const char *xml;
		const char *text; /* NULL: there is none */
	} row[] = {
		{ "<Code>Denied</Code>", "Denied" },
		{ "<a><Code>Denied</Code></a>", "Denied" },
		{ "<?xml version=\"1.0\"?>\n<E xmlns=\"u\">\n <Code>Denied</Code>\n</E>\n",
			"Denied" },
		{ "<Code></Code>", "" },
		{ "<Code> two words\n</Code>", " two words\n" },
		{ "<Code>&lt;&gt;&amp;&quot;&apos;</Code>", "<>&\"'" },
		{ "<Code>&amp;lt;</Code>", "&lt;" },
		/* The first one counts. */
		{ "<Code>one</Code><Code>two</Code>", "one" },
		{ "<CodeX>no</CodeX><Code>yes</Code>", "yes" },
		{ "<XCode>no</XCode><Code>yes</Code>", "yes" },
		{ "<Code>\xc3\xa4</Code>", "\xc3\xa4" },
		{ "", NULL },
		{ "<", NULL },
		{ "<Code>", NULL },
		{ "<Code>cut", NULL },
		{ "<Code>cut</Cod", NULL },
		{ "</Code><Code>", NULL },
		{ "<code>case</code>", NULL },
		{ "<Code/>", NULL },
		{ "<Code a=\"b\">attributes</Code>", NULL },
		{ "<Code><b>markup</b></Code>", NULL },
		{ "<Code><![CDATA[x]]></Code>", NULL },
		{ "<Code>&nbsp;</Code>", NULL },
		{ "<Code>&#65;&#x41;&#x2B;&#xe4;&#128512;</Code>", "AA+\xc3\xa4\xf0\x9f\x98\x80" },
		{ "<Code>&#;</Code>", NULL },
		{ "<Code>&#x;</Code>", NULL },
		{ "<Code>&#65</Code>", NULL },
		{ "<Code>&#0;</Code>", NULL },
		{ "<Code>&#xd800;</Code>", NULL },
		{ "<Code>&#x110000;</Code>", NULL },
		{ "<Code>&#x0000041;</Code>", NULL },
		{ "<Code>&#-1;</Code>", NULL },
		{ "<Code>a & b</Code>", NULL },
		{ "<Code>&</Code>", NULL },
		{ "<Code>&am</Code>", NULL },
		{ "{\"Code\":\"json\"}", NULL },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[64];
		struct buf b = BUF(bytes);
		bool found = xml_put_text(&b, span_of(row[i].xml), "Code");
		if (found != (row[i].text != NULL))
			fail_msg("%s: %d", row[i].xml, found);
		assert_false(b.overflow);
		assert_string_equal(buf_str(&b), found ? row[i].text : "");
	}
}

static void
test_appends_and_overflows(void **state)
{
	(void)state;
	char bytes[8];
	struct buf b = BUF(bytes);
	buf_put_str(&b, "ab");
	assert_true(xml_put_text(&b, SPAN("<N>cd</N>"), "N"));
	assert_string_equal(buf_str(&b), "abcd");
	assert_true(xml_put_text(&b, SPAN("<N>efghi</N>"), "N"));
	assert_true(b.overflow);
}

/* Without a NUL anywhere, and cut at every place. */
static void
test_every_cut(void **state)
{
	(void)state;
	static const char xml[] = "<R><Code>a&amp;b</Code></R>";
	for (size_t n = 0; n < sizeof(xml); n++) {
		char bytes[16];
		struct buf b = BUF(bytes);
		bool found = xml_put_text(&b, (struct span){ xml, n }, "Code");
		assert_int_equal(found, n >= sizeof("<R><Code>a&amp;b</Code>") - 1);
	}
}

static void
test_name_too_long(void **state)
{
	(void)state;
	char bytes[16];
	struct buf b = BUF(bytes);
	static const char name[] =
		"NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN";
	assert_false(xml_put_text(&b, SPAN("<N>a</N>"), name));
}

static void
test_is(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		bool is_xml;
	} row[] = {
		{ "<a/>", true },
		{ " \t\r\n<a/>", true },
		{ "<", true },
		{ "", false },
		{ " \n", false },
		{ "{}", false },
		{ "a<b>", false },
		{ "\xef\xbb\xbf<a/>", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(xml_is(span_of(row[i].body)), row[i].is_xml);
	assert_false(xml_is((struct span){ NULL, 0 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_appends_and_overflows),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_name_too_long),
		cmocka_unit_test(test_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
