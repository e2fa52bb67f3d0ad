#include "base/buf.h"

#include <string.h>

void
buf_put(struct buf *b, struct span s)
{
	if (b->overflow || s.n > b->cap - b->len) {
		b->overflow = true;
		return;
	}
	if (s.n > 0)
		memcpy(b->p + b->len, s.p, s.n);
	b->len += s.n;
}

void
buf_put_str(struct buf *b, const char *s)
{
	buf_put(b, span_of(s));
}

void
buf_put_char(struct buf *b, char c)
{
	buf_put(b, (struct span){ &c, 1 });
}

void
buf_put_cut(struct buf *b, struct span s)
{
	static const struct span dots = { "...", 3 };
	const size_t room = b->cap - b->len;
	if (s.n > room) {
		const size_t end = room < BUF_CUT_END + dots.n ? room : BUF_CUT_END;
		if (end < room) {
			buf_put(b, (struct span){ s.p, room - end - dots.n });
			buf_put(b, dots);
		}
		s = span_skip(s, s.n - end);
	}
	buf_put(b, s);
}

/* In decimal for 'u', for 'x' and 'X' as two hexadecimal digits or more. */
static void
put_number(struct buf *b, unsigned long long value, char form)
{
	const unsigned base = form == 'u' ? 10 : 16;
	const size_t least = form == 'u' ? 1 : 2;
	char text[24];
	size_t n = sizeof(text);
	while (value > 0 || sizeof(text) - n < least) {
		char digit = "0123456789abcdef"[value % base];
		text[--n] = form == 'X' ? ascii_upper(digit) : digit;
		value /= base;
	}
	buf_put(b, (struct span){ text + n, sizeof(text) - n });
}

static void
put_signed(struct buf *b, int value)
{
	if (value < 0)
		buf_put_char(b, '-');
	put_number(b, value < 0 ? 0u - (unsigned)value : (unsigned)value, 'u');
}

/* The conversions of buf.h, each as a format has it after its '%'. */
static const char conversions[][4] = { "s", ".*s", "c", "d", "u", "llu", "zu", "02x", "02X", "%" };
#define CONVERSION_COUNT (sizeof(conversions) / sizeof(*conversions))

/* Writes the conversion that fmt begins with (after its '%'); returns its length, 0 for none. */
static size_t
put_conversion(struct buf *b, const char *fmt, va_list *ap)
{
	size_t i = 0;
	while (i < CONVERSION_COUNT && !span_starts_with(span_of(fmt), span_of(conversions[i])))
		i++;
	if (i == CONVERSION_COUNT)
		return 0;

	const struct span text = span_of(conversions[i]);
	int n;
	switch (text.p[0]) {
	case 's':
		buf_put_str(b, va_arg(*ap, const char *));
		break;
	case '.':
		n = va_arg(*ap, int);
		buf_put(b, (struct span){ va_arg(*ap, const char *), (size_t)n });
		break;
	case 'c':
		buf_put_char(b, (char)va_arg(*ap, int));
		break;
	case 'd':
		put_signed(b, va_arg(*ap, int));
		break;
	case 'l':
		put_number(b, va_arg(*ap, unsigned long long), 'u');
		break;
	case 'z':
		put_number(b, va_arg(*ap, size_t), 'u');
		break;
	case '%':
		buf_put_char(b, '%');
		break;
	default: /* u, 02x, 02X */
		put_number(b, va_arg(*ap, unsigned), text.p[text.n - 1]);
		break;
	}
	return text.n;
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list args;
	va_copy(args, ap);
	while (*fmt != '\0') {
		struct span plain = span_of(fmt);
		plain.n = span_find(plain, '%');
		buf_put(b, plain);
		fmt += plain.n;
		if (*fmt == '\0')
			break;
		size_t taken = put_conversion(b, fmt + 1, &args);
		if (taken == 0)
			buf_put_char(b, '%');
		fmt += 1 + taken;
	}
	va_end(args);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct span
buf_span(const struct buf *b)
{
	return (struct span){ b->p, b->len };
}

const char *
buf_str(struct buf *b)
{
	if (b->len == b->cap)
		return "";
	b->p[b->len] = '\0';
	return b->p;
}
