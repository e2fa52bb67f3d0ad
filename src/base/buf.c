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

static void
put_number(struct buf *b, unsigned long long value, unsigned base, size_t width)
{
	char digits[24];
	size_t n = sizeof(digits);
	do {
		digits[--n] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value > 0);
	while (sizeof(digits) - n < width)
		digits[--n] = '0';
	buf_put(b, (struct span){ digits + n, sizeof(digits) - n });
}

static void
put_signed(struct buf *b, int value)
{
	unsigned magnitude = (unsigned)value;
	if (value < 0) {
		buf_put_char(b, '-');
		magnitude = 0u - magnitude;
	}
	put_number(b, magnitude, 10, 0);
}

/* The conversions of buf.h, each as it stands in a format behind its '%'. */
enum conversion {
	CONVERT_STRING,
	CONVERT_SPAN,
	CONVERT_CHAR,
	CONVERT_INT,
	CONVERT_UINT,
	CONVERT_ULONG,
	CONVERT_ULLONG,
	CONVERT_SIZE,
	CONVERT_HEX_BYTE,
	CONVERT_HEX_BYTE_UPPER,
	CONVERT_PERCENT,
};

static const struct {
	struct span text;
	enum conversion conversion;
} conversions[] = {
	{ { "s", 1 }, CONVERT_STRING },
	{ { ".*s", 3 }, CONVERT_SPAN },
	{ { "c", 1 }, CONVERT_CHAR },
	{ { "d", 1 }, CONVERT_INT },
	{ { "u", 1 }, CONVERT_UINT },
	{ { "lu", 2 }, CONVERT_ULONG },
	{ { "llu", 3 }, CONVERT_ULLONG },
	{ { "zu", 2 }, CONVERT_SIZE },
	{ { "02x", 3 }, CONVERT_HEX_BYTE },
	{ { "02X", 3 }, CONVERT_HEX_BYTE_UPPER },
	{ { "%", 1 }, CONVERT_PERCENT },
};

/* Writes the conversion that fmt begins with (behind its '%'); returns its length, 0 for none. */
static size_t
put_conversion(struct buf *b, const char *fmt, va_list *ap)
{
	size_t i = 0;
	while (i < sizeof(conversions) / sizeof(*conversions) &&
		!span_starts_with(span_of(fmt), conversions[i].text))
		i++;
	if (i == sizeof(conversions) / sizeof(*conversions))
		return 0;

	switch (conversions[i].conversion) {
	case CONVERT_STRING:
		buf_put_str(b, va_arg(*ap, const char *));
		break;
	case CONVERT_SPAN: {
		int n = va_arg(*ap, int);
		const char *p = va_arg(*ap, const char *);
		buf_put(b, (struct span){ p, (size_t)n });
		break;
	}
	case CONVERT_CHAR:
		buf_put_char(b, (char)va_arg(*ap, int));
		break;
	case CONVERT_INT:
		put_signed(b, va_arg(*ap, int));
		break;
	case CONVERT_UINT:
		put_number(b, va_arg(*ap, unsigned), 10, 0);
		break;
	case CONVERT_ULONG:
		put_number(b, va_arg(*ap, unsigned long), 10, 0);
		break;
	case CONVERT_ULLONG:
		put_number(b, va_arg(*ap, unsigned long long), 10, 0);
		break;
	case CONVERT_SIZE:
		put_number(b, va_arg(*ap, size_t), 10, 0);
		break;
	case CONVERT_HEX_BYTE:
		put_number(b, va_arg(*ap, unsigned), 16, 2);
		break;
	case CONVERT_HEX_BYTE_UPPER: {
		unsigned byte = va_arg(*ap, unsigned);
		buf_put_char(b, "0123456789ABCDEF"[byte >> 4 & 15]);
		buf_put_char(b, "0123456789ABCDEF"[byte & 15]);
		break;
	}
	case CONVERT_PERCENT:
		buf_put_char(b, '%');
		break;
	}
	return conversions[i].text.n;
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list args;
	va_copy(args, ap);
	while (*fmt != '\0') {
		size_t plain = strcspn(fmt, "%");
		buf_put(b, (struct span){ fmt, plain });
		fmt += plain;
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
