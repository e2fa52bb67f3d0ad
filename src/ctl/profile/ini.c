#include "ctl/profile/ini.h"

#include "base/quote.h"
#include "ctl/base/memory.h"

#define ENTRIES_LEAST 64

struct reader {
	struct ini *ini;
	const char *path;
	unsigned line;
	struct span section;
	size_t setting; /* the index of the last one that is not nested, plus 1; 0: none */
	size_t indent; /* its own */
	struct err *e;
};

static bool
malformed(struct reader *r, const char *why)
{
	struct quoted_long q;
	return err_set(
		r->e, ERR_USAGE, "%s:%u: %s", quote_name(&q, span_of(r->path)), r->line, why);
}

static struct ini_entry *
add(struct reader *r, struct span name, struct span value)
{
	struct ini *ini = r->ini;
	if (ini->count == ini->cap) {
		size_t cap = ini->cap == 0 ? ENTRIES_LEAST : 2 * ini->cap;
		ini->entry = memory_grow(
			ini->entry, ini->cap * sizeof(*ini->entry), cap * sizeof(*ini->entry));
		ini->cap = cap;
	}
	struct ini_entry *entry = &ini->entry[ini->count++];
	*entry = (struct ini_entry){ .path = r->path,
		.line = r->line,
		.section = r->section,
		.name = name,
		.value = value };
	return entry;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_comment(struct span s)
{
	return s.n > 0 && (s.p[0] == '#' || s.p[0] == ';');
}

static struct span
without_comment(struct span s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (is_blank(s.p[i - 1]) && is_comment(span_skip(s, i)))
			return span_trim((struct span){ s.p, i });
	}
	return span_trim(s);
}

static bool
split_setting(struct span s, struct span *name, struct span *value)
{
	size_t at = span_find(s, '=');
	size_t colon = span_find(s, ':');
	if (colon < at)
		at = colon;
	if (at == s.n)
		return false;
	*name = span_trim((struct span){ s.p, at });
	*value = span_trim(span_skip(s, at + 1));
	return name->n > 0;
}

static bool
read_section(struct reader *r, struct span line)
{
	size_t end = span_find(line, ']');
	if (end == line.n)
		return malformed(r, "the section's name has no ] at its end");
	const struct span rest = span_trim(span_skip(line, end + 1));
	if (rest.n > 0 && !is_comment(rest))
		return malformed(r, "there is text after the section's ]");
	r->section = span_trim((struct span){ line.p + 1, end - 1 });
	if (r->section.n == 0)
		return malformed(r, "the section has no name");
	r->setting = 0;
	add(r, (struct span){ 0 }, (struct span){ 0 });
	return true;
}

static bool
read_setting(struct reader *r, struct span line, size_t indent)
{
	struct span name;
	struct span value;
	if (r->section.n == 0)
		return malformed(r, "there is text before the first [section]");
	if (!split_setting(without_comment(line), &name, &value))
		return malformed(r, "the line is neither NAME = VALUE, [SECTION] nor a # comment");
	add(r, name, value);
	r->setting = r->ini->count;
	r->indent = indent;
	return true;
}

/* A line that is deeper than the setting above it. */
static void
read_deeper(struct reader *r, struct span line)
{
	struct ini_entry *above = &r->ini->entry[r->setting - 1];
	struct span name;
	struct span value;
	if (above->value.n > 0) {
		above->continued = r->line;
	} else if (split_setting(without_comment(line), &name, &value)) {
		struct span parent = above->name;
		add(r, name, value)->parent = parent;
	}
}

static bool
read_line(struct reader *r, struct span line)
{
	for (size_t i = 0; i < line.n; i++) {
		if ((unsigned char)line.p[i] < ' ' && line.p[i] != '\t')
			return malformed(r, "a control character");
	}
	const struct span text = span_trim(line);
	if (text.n == 0 || is_comment(text))
		return true;
	/* As in Python's configparser, which the AWS CLI reads with: all of a section may be
	 * indented. */
	size_t indent = (size_t)(text.p - line.p);
	if (r->setting > 0 && indent > r->indent) {
		read_deeper(r, text);
		return true;
	}
	return text.p[0] == '[' ? read_section(r, text) : read_setting(r, text, indent);
}

bool
ini_read(const char *path, struct span text, struct ini *ini, struct err *e)
{
	struct reader r = { .ini = ini, .path = path, .e = e };
	struct span line;
	/* Editors of Windows begin a file with a byte order mark. */
	if (span_starts_with(text, SPAN("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	while (span_split(&text, '\n', &line)) {
		r.line++;
		if (span_ends_with(line, SPAN("\r")))
			line.n--;
		if (!read_line(&r, line))
			return false;
	}
	return true;
}
