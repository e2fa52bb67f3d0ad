#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/bounded.h"
#include "base/bounds.h"
#include "base/buf.h"
#include "base/clock.h"

/* How long all lines of a process together may wait for room on stderr. */
#define PATIENCE_MS 200

/* The defaults are zeros: a value would be the only data of the program, and cost a page. */
static struct {
	int louder; /* than LOG_INFO */
	bool json;
	bool hurries;
	clock_ms waited;
	unsigned dropped; /* lines, since the last one that was written */
	bool is_torn; /* the last one was cut by a lack of room */
	const char *program; /* NULL: "antechamber" */
	const char *role; /* NULL: "main" */
} sink;

/* Apart from the others: in a program that never sets it, it costs nothing. */
static void (*before_line)(void);

/* The second line of an error in text form. */
#define LINE_HINT (LOG_DEBUG + 1)

static const char level_name[][8] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
	[LINE_HINT] = "hint",
};
_Static_assert(sizeof(level_name) / sizeof(*level_name) == LINE_HINT + 1, "a level has no name");

void
log_setup(enum log_level max, bool json)
{
	sink.louder = (int)max - LOG_INFO;
	sink.json = json;
	sink.waited = 0;
}

void
log_program(const char *name)
{
	sink.program = name;
}

void
log_before_line(void (*call)(void))
{
	before_line = call;
}

void
log_role(const char *role)
{
	sink.role = role;
}

void
log_patience(bool waits)
{
	sink.hurries = !waits;
}

bool
log_is_on(enum log_level level)
{
	return (int)level - LOG_INFO <= sink.louder;
}

/* A line with a line break in front of it, which it needs when the one before was cut. */
static bool
write_line(struct span line)
{
	if (before_line != NULL)
		before_line();
	const clock_ms begin = clock_now();
	const int patience =
		sink.hurries || sink.waited >= PATIENCE_MS ? 0 : (int)(PATIENCE_MS - sink.waited);
	if (!sink.is_torn)
		line = span_skip(line, 1);
	ssize_t n = bounded_write(STDERR_FILENO, line, patience);
	sink.waited += clock_now() - begin;
	if (n > 0)
		sink.is_torn = (size_t)n < line.n;
	return n > 0 && !sink.is_torn;
}

/*
 * A member of an object (RFC 8259 section 7), left out when it does not fit. Messages are ASCII;
 * a field's bytes that are not are escaped as U+00NN.
 */
static void
put_member(struct buf *b, const char *name, struct span value)
{
	const size_t before = b->len;
	buf_printf(b, ",\"%s\":\"", name);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (c == '"' || c == '\\')
			buf_put_char(b, '\\');
		if (c >= ' ' && c <= '~')
			buf_put_char(b, c);
		else
			buf_printf(b, "\\u00%02x", (unsigned)(unsigned char)c);
	}
	buf_put_char(b, '"');
	if (b->overflow) {
		b->overflow = false;
		b->len = before;
	}
}

static void
put_json(struct buf *b, const struct log_event *event, struct span message)
{
	buf_printf(b, "{\"level\":\"%s\"", level_name[event->level]);
	put_member(b, "role", sink.role == NULL ? SPAN("main") : span_of(sink.role));
	put_member(b, "message", message);
	for (unsigned i = 0; i < event->count; i++)
		put_member(b, event->fields[i].name, event->fields[i].value);
}

static void
put_text(struct buf *b, const struct log_event *event, struct span message)
{
	if (!event->is_verbatim)
		buf_printf(b, "%s: ", sink.program == NULL ? "antechamber" : sink.program);
	if (!event->is_verbatim && event->level != LOG_INFO)
		buf_printf(b, "%s: ", level_name[event->level]);
	buf_put(b, message);
}

static bool
write_one(const struct log_event *event, struct span message)
{
	char text[LOG_LINE_MAX];
	const struct span end = sink.json ? SPAN("}\n") : SPAN("\n");
	/* Room for the end stays, whatever the fields hold. */
	struct buf b = { .p = text, .cap = sizeof(text) - end.n };
	buf_put_char(&b, '\n');
	if (sink.json)
		put_json(&b, event, message);
	else
		put_text(&b, event, message);
	b = (struct buf){ .p = text, .cap = sizeof(text), .len = b.len };
	buf_put(&b, end);
	return write_line(buf_span(&b));
}

/* Once there is room again. What cannot be written is not reported anywhere else. */
static bool
report_dropped(void)
{
	const struct log_event event = { .level = LOG_WARNING };
	char text[64];
	struct buf b = BUF(text);
	if (sink.dropped == 0 || !log_is_on(LOG_WARNING))
		return true;
	buf_printf(&b, "lines dropped because stderr was full: %u", sink.dropped);
	if (!write_one(&event, buf_span(&b)))
		return false;
	sink.dropped = 0;
	return true;
}

static void
write_event(const struct log_event *event, struct span message)
{
	if (!report_dropped() || !write_one(event, message))
		sink.dropped++;
}

__attribute__((format(printf, 2, 0))) static void
format_event(const struct log_event *event, const char *fmt, va_list ap)
{
	char text[LOG_MESSAGE_MAX];
	if (!log_is_on(event->level))
		return;
	struct buf b = BUF(text);
	buf_vprintf(&b, fmt, ap);
	write_event(event, buf_span(&b));
}

void
log_error(const struct err *e)
{
	const struct log_field hint = { "hint", span_of(e->hint) };
	const bool has_hint = e->hint[0] != '\0';
	write_event(&(struct log_event){ LOG_ERROR, false, &hint, has_hint }, span_of(e->text));
	if (has_hint && !sink.json)
		write_event(&(struct log_event){ .level = (enum log_level)LINE_HINT }, hint.value);
}

void
log_at(enum log_level level, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	format_event(&(struct log_event){ .level = level }, fmt, ap);
	va_end(ap);
}

void
log_write(const struct log_event *event, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	format_event(event, fmt, ap);
	va_end(ap);
}
