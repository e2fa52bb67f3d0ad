#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/buf.h"

static struct {
	enum log_level max;
	bool json;
	const char *role;
	int patience_ms;
} sink = { LOG_INFO, false, "main", 100 };

static const char *const level_name[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};
_Static_assert(sizeof(level_name) / sizeof(*level_name) == LOG_DEBUG + 1, "a level has no name");

void
log_setup(enum log_level max, bool json)
{
	sink.max = max;
	sink.json = json;
}

void
log_role(const char *role)
{
	sink.role = role;
}

void
log_patience(int milliseconds)
{
	sink.patience_ms = milliseconds;
}

bool
log_is_on(enum log_level level)
{
	return level <= sink.max;
}

/*
 * A full pipe takes a line of at most PIPE_BUF (4096) whole when poll says that it is writable,
 * so the write below does not block. What cannot be written has nobody who could be told.
 */
static void
write_line(struct buf *line)
{
	if (line->overflow) {
		line->overflow = false;
		if (line->len == line->cap)
			line->len--;
	}
	buf_put_char(line, '\n');

	struct pollfd out = { .fd = STDERR_FILENO, .events = POLLOUT };
	if (poll(&out, 1, sink.patience_ms) != 1 || (out.revents & POLLOUT) == 0)
		return;
	ssize_t n;
	do {
		n = write(STDERR_FILENO, line->p, line->len);
	} while (n < 0 && errno == EINTR);
}

/* RFC 8259 section 7. Messages are ASCII; a field's bytes that are not are escaped as U+00NN. */
static void
put_json_string(struct buf *b, struct span s)
{
	buf_put_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c >= ' ' && c <= '~')
			buf_put_char(b, c);
		else
			buf_printf(b, "\\u00%02x", (unsigned)(unsigned char)c);
	}
	buf_put_char(b, '"');
}

static void
write_json(
	enum log_level level, const struct log_field *fields, unsigned count, struct span message)
{
	char text[LOG_LINE_MAX];
	/* Room for the closing brace and the newline stays, whatever the fields hold. */
	struct buf b = { .p = text, .cap = sizeof(text) - 2 };
	buf_printf(
		&b, "{\"level\":\"%s\",\"role\":\"%s\",\"message\":", level_name[level], sink.role);
	put_json_string(&b, message);
	for (unsigned i = 0; i < count; i++) {
		size_t before = b.len;
		buf_printf(&b, ",\"%s\":", fields[i].name);
		put_json_string(&b, fields[i].value);
		if (b.overflow) {
			b.overflow = false;
			b.len = before;
		}
	}
	b.cap = sizeof(text);
	buf_put_char(&b, '}');
	write_line(&b);
}

static void
write_message(enum log_level level, bool verbatim, const struct log_field *fields, unsigned count,
	struct span message)
{
	if (sink.json) {
		write_json(level, fields, count, message);
		return;
	}
	char text[LOG_LINE_MAX];
	struct buf b = BUF(text);
	if (!verbatim)
		buf_put_str(&b, "antechamber: ");
	if (!verbatim && level != LOG_INFO)
		buf_printf(&b, "%s: ", level_name[level]);
	buf_put(&b, message);
	write_line(&b);
}

static void
log_format(enum log_level level, bool verbatim, const struct log_field *fields, unsigned count,
	const char *fmt, va_list ap)
{
	char text[LOG_MESSAGE_MAX];
	if (!log_is_on(level))
		return;
	struct buf b = BUF(text);
	buf_vprintf(&b, fmt, ap);
	write_message(level, verbatim, fields, count, buf_span(&b));
}

void
log_error(const struct err *e)
{
	struct log_field hint = { "hint", span_of(e->hint) };
	unsigned hints = e->hint[0] != '\0';
	write_message(LOG_ERROR, false, &hint, hints, span_of(e->text));
	if (hints == 0 || sink.json)
		return;
	char text[LOG_LINE_MAX];
	struct buf b = BUF(text);
	buf_printf(&b, "antechamber: hint: %s", e->hint);
	write_line(&b);
}

void
log_event(
	enum log_level level, const struct log_field *fields, unsigned count, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_format(level, false, fields, count, fmt, ap);
	va_end(ap);
}

void
log_verbatim(
	enum log_level level, const struct log_field *fields, unsigned count, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_format(level, true, fields, count, fmt, ap);
	va_end(ap);
}

void
log_warning(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_format(LOG_WARNING, false, NULL, 0, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_format(LOG_INFO, false, NULL, 0, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_format(LOG_DEBUG, false, NULL, 0, fmt, ap);
	va_end(ap);
}
