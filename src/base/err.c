#include "base/err.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"

/* A message may be cut, data never: room for the cut text and its NUL is always there. */
static void
print_cut(char *text, size_t size, const char *fmt, va_list ap)
{
	struct buf b = { .p = text, .cap = size - 1 };
	buf_vprintf(&b, fmt, ap);
	text[b.len] = '\0';
}

static void
append_cut(char *text, size_t size, const char *more)
{
	size_t len = strlen(text);
	size_t n = strlen(more);
	if (n > size - 1 - len)
		n = size - 1 - len;
	memcpy(text + len, more, n);
	text[len + n] = '\0';
}

bool
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	e->kind = kind;
	e->hint[0] = '\0';
	print_cut(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return false;
}

bool
err_sys(struct err *e, enum err_kind kind, int number, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	e->kind = kind;
	e->hint[0] = '\0';
	print_cut(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	append_cut(e->text, sizeof(e->text), ": ");
	append_cut(e->text, sizeof(e->text), strerror(number));
	return false;
}

bool
err_ctx(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->text)];
	memcpy(inner, e->text, sizeof(inner));

	va_list ap;
	va_start(ap, fmt);
	print_cut(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	append_cut(e->text, sizeof(e->text), ": ");
	append_cut(e->text, sizeof(e->text), inner);
	return false;
}

bool
err_hint(struct err *e, const char *fmt, ...)
{
	if (e->hint[0] != '\0')
		return false;
	va_list ap;
	va_start(ap, fmt);
	print_cut(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
	return false;
}

bool
err_is_retryable(const struct err *e)
{
	return e->kind == ERR_TRANSIENT || e->kind == ERR_THROTTLED;
}

int
err_exit_code(const struct err *e)
{
	switch (e->kind) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
	case ERR_REFUSED:
	case ERR_LIMIT:
		return EXIT_REFUSED;
	case ERR_TRANSIENT:
	case ERR_THROTTLED:
	case ERR_FINAL:
		return EXIT_TEMPORARY;
	case ERR_NOT_EXECUTABLE:
		return EXIT_NOT_EXECUTABLE;
	case ERR_NOT_FOUND:
		return EXIT_NOT_FOUND;
	}
	return EXIT_REFUSED;
}
