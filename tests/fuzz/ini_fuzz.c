#include "ctl/profile/ini.h"
#include "fuzz/claims.h"

static void
check_trimmed(struct span s)
{
	fuzz_check(span_trim(s).n == s.n, "blanks at the ends do not count");
	fuzz_check(span_find(s, '\n') == s.n, "a line ends with its break");
}

static void
check_entry(const struct ini *ini, size_t i, struct span text)
{
	const struct ini_entry *entry = &ini->entry[i];
	const struct ini_entry *before = i == 0 ? NULL : entry - 1;
	const bool is_section = entry->name.n == 0;
	fuzz_check(entry->section.n > 0, "each entry is in a section");
	fuzz_check(fuzz_lies_in(entry->section, text), "an entry points into the text");
	check_trimmed(entry->section);
	fuzz_check(is_section || before != NULL, "a section comes before its settings");
	fuzz_check(is_section || span_eq(entry->section, before->section), "in their section");
	fuzz_check(before == NULL || entry->line > before->line, "one entry a line");
	if (is_section)
		return;
	fuzz_check(fuzz_lies_in(entry->name, text), "an entry points into the text");
	fuzz_check(fuzz_lies_in(entry->value, text), "an entry points into the text");
	check_trimmed(entry->name);
	check_trimmed(entry->value);
	fuzz_check(span_find(entry->name, '=') == entry->name.n, "the first = separates");
	fuzz_check(span_find(entry->name, ':') == entry->name.n, "the first : separates");
	fuzz_check(entry->continued == 0 || entry->value.n > 0, "a value is continued");
	fuzz_check(entry->continued == 0 || entry->continued > entry->line, "by a later line");
	fuzz_check(entry->parent.n == 0 || before->name.n > 0, "a nested setting has a parent");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Its memory lives as long as the process: it is used again. */
	static struct ini ini;
	const struct span text = fuzz_input(data, size);
	struct err e = { 0 };
	ini.count = 0;
	if (!ini_read("file", text, &ini, &e)) {
		fuzz_check_error(&e);
		fuzz_check(e.kind == ERR_USAGE, "the kind of the error");
		fuzz_check(span_starts_with(span_of(e.text), SPAN("file:")), "it names the file");
		fuzz_check(!fuzz_contains(span_of(e.text), FUZZ_SECRET), "a message shows no text");
		return 0;
	}
	for (size_t i = 0; i < ini.count; i++)
		check_entry(&ini, i, text);
	return 0;
}
