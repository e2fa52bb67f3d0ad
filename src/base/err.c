#include "base/err.h"

#include <errno.h>
#include <stdarg.h>

#include "base/buf.h"
#include "base/errno_text.h"

/* A message may be cut, data never: room for the cut text and its NUL is always there. */
__attribute__((format(printf, 3, 0))) static void
print_cut(char *text, size_t size, const char *fmt, va_list ap)
{
	struct buf b = { .p = text, .cap = size - 1 };
	buf_vprintf(&b, fmt, ap);
	text[b.len] = '\0';
}

bool
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;
	e->kind = kind;
	e->number = 0;
	e->hint[0] = '\0';
	va_start(ap, fmt);
	print_cut(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return false;
}

bool
err_is_shortage(int number)
{
	return number == ENOMEM || number == EMFILE || number == ENFILE || number == ENOBUFS;
}

bool
err_number(struct err *e, enum err_kind kind, int number)
{
	const bool may_pass = err_is_shortage(number) && kind != ERR_TRANSIENT;
	err_set(e, may_pass ? ERR_FINAL : kind, "%s", errno_text(number));
	e->number = number;
	return false;
}

__attribute__((format(printf, 2, 0))) static void
put_before(struct err *e, const char *fmt, va_list ap)
{
	const struct err inner = *e;
	struct buf b = { .p = e->text, .cap = sizeof(e->text) - 1 };
	buf_vprintf(&b, fmt, ap);
	buf_put_str(&b, ": ");
	b.overflow = false;
	buf_put_cut(&b, span_of(inner.text));
	e->text[b.len] = '\0';
}

bool
err_sys(struct err *e, enum err_kind kind, int number, const char *fmt, ...)
{
	va_list ap;
	err_number(e, kind, number);
	va_start(ap, fmt);
	put_before(e, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_ctx(struct err *e, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put_before(e, fmt, ap);
	va_end(ap);
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
