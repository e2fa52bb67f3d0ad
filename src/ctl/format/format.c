#include "ctl/format/format.h"

#include "base/quote.h"
#include "ctl/format/character.h"
#include "ctl/format/reader.h"
#include "ctl/format/write.h"

static const struct format formats[] = {
	{ "json", json_write },
	{ "yaml", yaml_write },
	{ "csv", csv_write },
	{ "tsv", tsv_write },
	{ "dotenv", dotenv_write },
	{ "tfvars", tfvars_write },
	{ "java-properties", properties_write },
	{ "properties", properties_write },
};

const struct format *
format_find(struct span name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (span_eq_nocase(name, span_of(formats[i].name)))
			return &formats[i];
	}
	return NULL;
}

static bool
ends_with_nocase(struct span s, struct span end)
{
	return s.n >= end.n && span_eq_nocase(span_skip(s, s.n - end.n), end);
}

/* The last part of a path. */
static struct span
base_name(struct span path)
{
	struct span name = path;
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/')
			name = span_skip(path, i + 1);
	}
	return name;
}

/* A first line that is neither empty nor a comment decides: '{', "NAME=" or what YAML has. */
static enum format_file
guess_by_content(struct span text)
{
	struct span line;
	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == '\r')
			continue;
		if (line.p[0] == '{')
			return FORMAT_FILE_JSON;
		if (span_starts_with(line, SPAN("export ")))
			return FORMAT_FILE_DOTENV;
		const struct span name = { line.p, span_alnum(line, "_.-") };
		const struct span rest = span_trim(span_skip(line, name.n));
		return name.n > 0 && span_starts_with(rest, SPAN("=")) ? FORMAT_FILE_DOTENV
								       : FORMAT_FILE_YAML;
	}
	return FORMAT_FILE_YAML;
}

static struct span
without_mark(struct span text)
{
	static const struct span mark = { "\xef\xbb\xbf", 3 };
	return span_starts_with(text, mark) ? span_skip(text, mark.n) : text;
}

enum format_file
format_guess(struct span filename, struct span text)
{
	const struct span name = base_name(filename);
	if (ends_with_nocase(name, SPAN(".json")))
		return FORMAT_FILE_JSON;
	if (ends_with_nocase(name, SPAN(".yaml")) || ends_with_nocase(name, SPAN(".yml")))
		return FORMAT_FILE_YAML;
	if (ends_with_nocase(name, SPAN(".env")) || span_starts_with(name, SPAN(".env")))
		return FORMAT_FILE_DOTENV;
	return guess_by_content(without_mark(text));
}

/* What no reader accepts; a text that is nothing but blanks is an upload that went wrong. */
static bool
check_text(const struct reader *r)
{
	struct span rest = r->text;
	struct character c;
	size_t blanks = 0;
	if (span_starts_with(rest, SPAN("\xff\xfe")) || span_starts_with(rest, SPAN("\xfe\xff")))
		return err_set(r->e, ERR_USAGE, "the file is UTF-16, where UTF-8 is expected");
	while (character_take(&rest, &c)) {
		const size_t at = (size_t)(c.bytes.p - r->text.p);
		if (c.code == CHARACTER_NONE)
			return reader_fail_at(r, at, "a byte that is not UTF-8");
		if (c.code == 0)
			return reader_fail_at(r, at, "a NUL byte, which no value may contain");
		blanks += c.code == ' ' || (c.code >= '\t' && c.code <= '\r');
	}
	return blanks < r->text.n || err_set(r->e, ERR_USAGE, "the file is empty");
}

static bool
check_keys(const struct pairs *pairs, struct err *e)
{
	struct quoted_long q;
	struct pairs sorted = { 0 };
	for (size_t i = 0; i < pairs->count; i++)
		pairs_add(&sorted, pairs->pair[i].key, pairs->pair[i].value);
	pairs_sort(&sorted);
	if (sorted.count > 0 && sorted.pair[0].key.n == 0)
		return err_set(e, ERR_USAGE, "a key is empty");
	for (size_t i = 1; i < sorted.count; i++) {
		const struct span key = sorted.pair[i].key;
		if (span_eq(sorted.pair[i - 1].key, key))
			return err_set(
				e, ERR_USAGE, "key %s: given more than once", quote_name(&q, key));
	}
	return true;
}

static bool
read_as(enum format_file kind, struct reader *r)
{
	switch (kind) {
	case FORMAT_FILE_JSON:
		return json_read(r);
	case FORMAT_FILE_YAML:
		return yaml_read(r);
	case FORMAT_FILE_DOTENV:
		break;
	}
	return dotenv_read(r);
}

bool
format_read(enum format_file kind, struct span text, struct pairs *pairs, struct err *e)
{
	struct reader r = { .text = without_mark(text), .pairs = pairs, .e = e };
	return check_text(&r) && read_as(kind, &r) && check_keys(pairs, e);
}
