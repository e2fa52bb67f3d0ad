/*
 * The writers and readers of src/ctl/format, for tests in Python.
 * usage: formats FORMAT            pairs from standard input to a file on standard output
 *        formats env [-e] [-p]     the same for the command env
 *        formats read KIND         a file from standard input to pairs; json, yaml, dotenv or guess
 * A pair is two netstrings: "3:key,5:value,". An error goes to standard error.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/format/format.h"

static struct span
read_all(void)
{
	static struct text t;
	char bytes[4096];
	size_t n;
	while ((n = fread(bytes, 1, sizeof(bytes), stdin)) > 0)
		text_put(&t, (struct span){ bytes, n });
	return text_span(&t);
}

static struct span
take_string(struct span *rest)
{
	uint64_t n;
	const size_t digits = span_find(*rest, ':');
	span_u64((struct span){ rest->p, digits }, rest->n, &n);
	*rest = span_skip(*rest, digits + 1);
	const struct span s = { rest->p, (size_t)n };
	*rest = span_skip(*rest, s.n + 1);
	return s;
}

static struct pairs
read_pairs(void)
{
	struct pairs pairs = { 0 };
	struct span rest = read_all();
	while (rest.n > 0) {
		const struct span key = take_string(&rest);
		pairs_add(&pairs, key, take_string(&rest));
	}
	pairs_sort(&pairs);
	return pairs;
}

static void
put_string(struct text *out, struct span s)
{
	text_printf(out, "%zu:", s.n);
	text_put(out, s);
	text_put_char(out, ',');
}

static bool
read_file(const char *name, struct text *out, struct err *e)
{
	const struct span text = read_all();
	struct pairs pairs = { 0 };
	enum format_file kind = format_guess(SPAN("-"), text);
	if (strcmp(name, "guess") != 0) {
		char file[32];
		snprintf(file, sizeof(file), "file.%s", strcmp(name, "dotenv") == 0 ? "env" : name);
		kind = format_guess(span_of(file), text);
	}
	if (!format_read(kind, text, &pairs, e))
		return false;
	for (size_t i = 0; i < pairs.count; i++) {
		put_string(out, pairs.pair[i].key);
		put_string(out, pairs.pair[i].value);
	}
	return true;
}

static bool
run(int argc, char **argv, struct text *out, struct err *e)
{
	struct shell_style style = { 0 };
	if (strcmp(argv[1], "read") == 0)
		return read_file(argv[2], out, e);
	const struct pairs pairs = read_pairs();
	if (strcmp(argv[1], "env") != 0)
		return format_find(span_of(argv[1]))->write(&pairs, out, e);
	for (int i = 2; i < argc; i++) {
		style.escapes_strings |= strcmp(argv[i], "-e") == 0;
		style.preserves_case |= strcmp(argv[i], "-p") == 0;
	}
	return shell_write(&pairs, style, out, e);
}

int
main(int argc, char **argv)
{
	struct text out = { 0 };
	struct err e = { 0 };
	if (!run(argc, argv, &out, &e)) {
		fprintf(stderr, "%s\n%s", e.text, e.hint);
		return err_exit_code(&e);
	}
	return fwrite(out.p, 1, out.n, stdout) == out.n ? 0 : 1;
}
