#include "ctl/base/progress.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/bounded.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/span.h"

#define DRAW_EVERY_MS 100

/* Where the terminal does not know how wide it is. */
#define COLUMNS_DEFAULT 80

/* No line is longer, and no terminal that is narrower shows more than it has columns. */
#define LINE_MAX_BYTES 160

static struct {
	const char *what; /* NULL: there is no work */
	uint64_t done;
	uint64_t total;
	clock_ms began;
	clock_ms drawn;
	size_t shown; /* columns that the line takes now */
} work;

/* One less than there are: a character in the last one would wrap. */
static size_t
columns(void)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return COLUMNS_DEFAULT - 1;
	return size.ws_col - 1u;
}

static void
put_rate(struct buf *b, clock_ms now)
{
	const uint64_t ms = now > work.began ? (uint64_t)(now - work.began) : 1;
	const uint64_t tenths = work.done * 10000 / ms;
	/* Not before there is something to tell. */
	if (work.done == 0)
		return;
	buf_printf(b, ", %llu", (unsigned long long)(tenths / 10));
	if (tenths < 100)
		buf_printf(b, ".%u", (unsigned)(tenths % 10));
	buf_put_str(b, "/s");
}

static void
put_line(struct buf *b, clock_ms now)
{
	buf_printf(b, "%s: %llu", work.what, (unsigned long long)work.done);
	if (work.total > 0)
		buf_printf(b, " of %llu", (unsigned long long)work.total);
	put_rate(b, now);
}

/* The text over the one that is there, with blanks over what it leaves of that. */
static void
draw(struct span text)
{
	char bytes[3 * LINE_MAX_BYTES];
	struct buf b = BUF(bytes);
	buf_put_char(&b, '\r');
	buf_put(&b, text);
	for (size_t i = text.n; i < work.shown; i++)
		buf_put_char(&b, ' ');
	if (text.n == 0)
		buf_put_char(&b, '\r');
	/* A terminal that takes nothing at the moment loses the line, not our time. */
	if (bounded_write(STDERR_FILENO, buf_span(&b), 0) > 0)
		work.shown = text.n;
}

static void
show(clock_ms now)
{
	char line[LINE_MAX_BYTES];
	struct buf b = BUF(line);
	put_line(&b, now);
	const size_t most = columns();
	struct span text = buf_span(&b);
	text.n = text.n > most ? most : text.n;
	work.drawn = now;
	draw(text);
}

void
progress_begin(const char *what, uint64_t total)
{
	progress_end();
	if (isatty(STDERR_FILENO) != 1)
		return;
	log_before_line(progress_clear);
	work.what = what;
	work.done = 0;
	work.total = total;
	work.began = clock_now();
	show(work.began);
}

void
progress_total(uint64_t total)
{
	work.total = total;
}

void
progress_set(uint64_t done)
{
	work.done = done;
	if (work.what == NULL)
		return;
	const clock_ms now = clock_now();
	if (now - work.drawn >= DRAW_EVERY_MS)
		show(now);
}

void
progress_clear(void)
{
	if (work.shown > 0)
		draw((struct span){ "", 0 });
}

void
progress_end(void)
{
	progress_clear();
	work.what = NULL;
	log_before_line(NULL);
}
