#include "ctl/base/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/span.h"
#include "ctl/base/memory.h"
#include "ctl/base/stop.h"
#include "ctl/base/text.h"
#include "ctl/base/typing.h"

/* How often two values are asked for that turn out to differ. */
#define TRIES 3

/* An answer that is longer is not "yes". */
#define ANSWER_MAX 256

#define HANGUP_MS 100

/*
 * What would end or stop the process, and leave the terminal without echo. Not those for writing
 * or reading in the background: they come to a process that does not have the terminal, and its
 * modes are then the shell's.
 */
static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGTSTP,
	SIGCONT };

struct session {
	int fd; /* the terminal */
	int signals; /* a signalfd(2): every signal is read, none is handled */
	sigset_t watched;
	sigset_t mask; /* as before */
	struct termios found;
	struct termios ours; /* while we ask */
	bool hides; /* what is typed */
};

/* What came while we waited. */
enum event {
	EVENT_KEY,
	EVENT_END, /* of input */
	EVENT_AGAIN, /* the process was stopped and continued: the prompt has to be shown again */
	EVENT_FAILED,
};

bool
terminal_is_input(void)
{
	return isatty(STDIN_FILENO) == 1;
}

/*
 * With a file description of our own, so that it can be non-blocking: a key that sends a signal
 * drops what was typed before it, perhaps between poll(2) and read(2).
 */
static int
open_terminal(void)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = terminal_is_input() ? open("/proc/self/fd/0", flags) : -1;
	return fd >= 0 ? fd : open("/dev/tty", flags);
}

static bool
watch_signals(struct session *s, struct err *e)
{
	sigemptyset(&s->watched);
	for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++) {
		/* One that is ignored could be read all the same. */
		if (!stop_is_ignored(watched[i]))
			sigaddset(&s->watched, watched[i]);
	}
	s->signals = signalfd(-1, &s->watched, SFD_CLOEXEC);
	if (s->signals < 0)
		return err_sys(e, ERR_FINAL, errno, "watch for signals at the terminal");
	sigprocmask(SIG_BLOCK, &s->watched, &s->mask);
	return true;
}

/*
 * At once: output that flow control holds back must not hold us. Of a process in the background the
 * kernel stops the group, until it has the terminal.
 */
static bool
set_modes(const struct session *s, const struct termios *modes)
{
	int status;
	do {
		status = tcsetattr(s->fd, TCSANOW, modes);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static void
choose_modes(struct session *s)
{
	s->ours = s->found;
	if (!s->hides)
		return;
	s->ours.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	s->ours.c_lflag |= ISIG;
	s->ours.c_cc[VMIN] = 1;
	s->ours.c_cc[VTIME] = 0;
}

static bool
open_session(struct session *s, bool hides, const char *instead, struct err *e)
{
	*s = (struct session){ .fd = open_terminal(), .hides = hides };
	/* In the background it waits here, where every signal still has its effect. */
	if (s->fd < 0 || tcgetattr(s->fd, &s->found) != 0 || !set_modes(s, &s->found)) {
		err_set(e, ERR_USAGE, "there is no terminal to ask at");
		err_hint(e, "%s", instead);
	} else if (watch_signals(s, e)) {
		choose_modes(s);
		/* What was typed before the prompt was typed for something else. */
		tcflush(s->fd, TCIFLUSH);
		return set_modes(s, &s->ours);
	}
	if (s->fd >= 0)
		close(s->fd);
	return false;
}

/* On a failure what is still to be read goes too: lines of a secret are not for the shell. */
static void
close_session(struct session *s, bool ok)
{
	if (!ok)
		tcflush(s->fd, TCIFLUSH);
	set_modes(s, &s->found);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	close(s->signals);
	close(s->fd);
}

/* What cannot be written, or not before a signal comes, is left out: reading fails too then. */
static void
put(const struct session *s, const char *text)
{
	struct pollfd fds[] = { { s->signals, POLLIN, 0 }, { s->fd, POLLOUT, 0 } };
	struct span rest = span_of(text);
	while (rest.n > 0 && poll(fds, 2, -1) > 0 && (fds[1].revents & POLLOUT) != 0) {
		ssize_t n = write(s->fd, rest.p, rest.n);
		if (n > 0)
			rest = span_skip(rest, (size_t)n);
		else if (errno != EAGAIN && errno != EINTR)
			return;
	}
}

/*
 * Stops as the terminal's key for it asks, or was stopped already; goes on with SIGCONT, in the
 * foreground. Meanwhile every signal has its effect.
 */
static void
suspend(struct session *s, bool is_stopped)
{
	set_modes(s, &s->found);
	if (!is_stopped)
		kill(getpid(), SIGTSTP);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	set_modes(s, &s->found);
	sigprocmask(SIG_BLOCK, &s->watched, NULL);
	set_modes(s, &s->ours);
}

static void
take_signal(struct session *s)
{
	struct signalfd_siginfo info;
	if (read(s->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	const int signo = (int)info.ssi_signo;
	put(s, "\n");
	if (signo == SIGTSTP || signo == SIGCONT) {
		suspend(s, signo == SIGCONT);
	} else {
		close_session(s, false);
		stop_die(signo);
	}
}

static enum event
wait_for_key(struct session *s, char *c, struct err *e)
{
	struct pollfd fds[] = { { s->signals, POLLIN, 0 }, { s->fd, POLLIN, 0 } };
	ssize_t n = -1;
	errno = EINTR;
	while (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents != 0) {
			take_signal(s);
			return EVENT_AGAIN;
		}
		n = read(s->fd, c, 1);
	}
	/* A terminal that hangs up sends SIGHUP too, perhaps a moment later. */
	if (n <= 0 && poll(fds, 1, HANGUP_MS) > 0) {
		take_signal(s);
		return EVENT_AGAIN;
	}
	if (n < 0)
		err_sys(e, ERR_FINAL, errno, "read the terminal");
	return n > 0 ? EVENT_KEY : n == 0 ? EVENT_END : EVENT_FAILED;
}

/* Shows the prompt and reads a line of at most most bytes. */
static bool
read_line(struct session *s, const char *prompt, size_t most, struct text *line, struct err *e)
{
	struct typing typing = { .line = line, .most = most };
	enum typing_state state = TYPING_MORE;
	enum event event = EVENT_AGAIN;
	text_clear(line);
	put(s, prompt);
	do {
		char c;
		event = wait_for_key(s, &c, e);
		if (event == EVENT_KEY)
			state = typing_take(&typing, &s->found, c);
		if (event == EVENT_AGAIN) {
			text_clear(line);
			typing = (struct typing){ .line = line, .most = most };
			put(s, prompt);
		}
	} while (state == TYPING_MORE && (event == EVENT_KEY || event == EVENT_AGAIN));
	if (s->hides || event != EVENT_KEY)
		put(s, "\n");
	if (event == EVENT_FAILED)
		return false;
	if (event == EVENT_END || state == TYPING_END)
		return err_set(e, ERR_USAGE, "end of input at the prompt: nothing was entered");
	return !typing.is_too_long ||
	       err_set(e, ERR_LIMIT, "what was typed is longer than %zu bytes", most);
}

static bool
ask_twice(struct session *s, const char *what, size_t most, struct text *value, struct err *e)
{
	struct text again = { 0 };
	struct text first = { 0 };
	struct text second = { 0 };
	text_printf(&first, "%s (not shown): ", what);
	text_printf(&second, "%s, again: ", what);
	for (int tries = TRIES; tries > 0; tries--) {
		if (!read_line(s, text_str(&first), most, value, e) ||
			!read_line(s, text_str(&second), most, &again, e))
			return false;
		if (span_eq(text_span(value), text_span(&again)))
			return true;
		/* The lines that are left of one that was pasted. */
		tcflush(s->fd, TCIFLUSH);
		if (tries > 1)
			put(s, "The values do not match. Type both again.\n");
	}
	return err_set(e, ERR_USAGE, "the values do not match, %d times", TRIES);
}

bool
terminal_ask_secret(
	const char *what, size_t most, const char *instead, struct span *value, struct err *e)
{
	struct session s;
	struct text typed = { 0 };
	if (!open_session(&s, true, instead, e))
		return err_ctx(e, "%s", what);
	bool ok = ask_twice(&s, what, most, &typed, e);
	close_session(&s, ok);
	if (!ok) {
		err_hint(e, "%s", instead);
		return err_ctx(e, "%s", what);
	}
	*value = memory_copy(text_span(&typed));
	secret_keep(*value);
	return true;
}

bool
terminal_confirm(const char *question, const char *instead, bool *yes, struct err *e)
{
	struct session s;
	struct text prompt = { 0 };
	struct text answer = { 0 };
	if (!open_session(&s, false, instead, e))
		return err_ctx(e, "%s", question);
	text_printf(&prompt, "%s [y/N] ", question);
	bool ok = read_line(&s, text_str(&prompt), ANSWER_MAX, &answer, e);
	close_session(&s, ok);
	if (!ok) {
		err_hint(e, "%s", instead);
		return err_ctx(e, "%s", question);
	}
	const struct span said = span_trim(text_span(&answer));
	*yes = span_eq_nocase(said, SPAN("y")) || span_eq_nocase(said, SPAN("yes"));
	return true;
}
