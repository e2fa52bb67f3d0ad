#include "ctl/profile/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/time.h"
#include "base/quote.h"
#include "ctl/base/memory.h"
#include "json/json.h"

/* How often a process is looked at: its output may not end, because another one has it too. */
#define LOOK_MS 50
/* The longest time of RFC 3339 that is read. */
#define TIME_TEXT_MAX 64

/* What the shell exits with for a command that it cannot execute, or does not find. */
#define SHELL_NOT_EXECUTABLE 126
#define SHELL_NOT_FOUND 127

struct process {
	pid_t pid;
	int output; /* the pipe's end that is read */
	int status;
	bool has_ended;
	clock_ms end; /* the deadline */
	struct buf *b;
};

static void
set_default(int number)
{
	const struct sigaction action = { .sa_handler = SIG_DFL };
	sigaction(number, &action, NULL);
}

/* In the child: only what is safe between fork and execve. */
static _Noreturn void
become(const char *command, int output, char *const *environment)
{
	static char shell[] = "/bin/sh";
	static char option[] = "-c";
	char *const argv[] = { shell, option, (char *)(uintptr_t)command, NULL };
	sigset_t none;
	sigemptyset(&none);
	set_default(SIGPIPE);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!isatty(STDIN_FILENO)) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null >= 0)
			dup2(null, STDIN_FILENO);
	}
	/* dup2 of a descriptor onto itself would leave it close-on-exec. */
	if (output == STDOUT_FILENO)
		fcntl(output, F_SETFD, 0);
	else
		dup2(output, STDOUT_FILENO);
	execve(shell, argv, environment);
	_exit(SHELL_NOT_FOUND);
}

static bool
start(struct process *p, const char *command, char *const *environment, struct err *e)
{
	int end[2];
	if (pipe2(end, O_CLOEXEC) != 0)
		return err_sys(e, ERR_FINAL, errno, "make a pipe");
	/* An ignored SIGCHLD, which is inherited, would reap the process for us. */
	set_default(SIGCHLD);
	p->pid = fork();
	if (p->pid == 0)
		become(command, end[1], environment);
	close(end[1]);
	p->output = end[0];
	if (p->pid > 0)
		return true;
	close(end[0]);
	return err_sys(e, ERR_FINAL, errno, "start a process");
}

static void
look(struct process *p, int options)
{
	pid_t ended;
	do {
		ended = waitpid(p->pid, &p->status, options);
	} while (ended < 0 && errno == EINTR);
	p->has_ended = ended == p->pid;
}

/* Reads once; *is_end when nothing more comes. */
static bool
take_output(struct process *p, bool *is_end, struct err *e)
{
	char spare;
	bool is_full = p->b->len == p->b->cap;
	ssize_t n = is_full ? read(p->output, &spare, 1)
			    : read(p->output, p->b->p + p->b->len, p->b->cap - p->b->len);
	if (n < 0 && errno != EINTR)
		return err_sys(e, ERR_FINAL, errno, "read its output");
	if (n > 0 && is_full)
		return err_set(e, ERR_LIMIT, "more than %zu bytes of output", p->b->cap);
	p->b->len += n > 0 ? (size_t)n : 0;
	*is_end = n == 0;
	return true;
}

/* Reads until the output ends, or the process has and all of its output is read. */
static bool
read_output(struct process *p, struct err *e)
{
	bool is_end = false;
	while (!is_end) {
		const clock_ms now = clock_now();
		struct pollfd waited = { .fd = p->output, .events = POLLIN };
		if (now >= p->end)
			return true;
		/* First whether it has ended, then whether there is output, so that none is
		 * missed. */
		if (!p->has_ended)
			look(p, WNOHANG);
		int wait = p->has_ended ? 0 : clock_until(p->end, now);
		int ready = poll(&waited, 1, wait > LOOK_MS ? LOOK_MS : wait);
		if (ready == 0 && p->has_ended)
			return true;
		if (ready > 0 && !take_output(p, &is_end, e))
			return false;
	}
	return true;
}

/* The output has ended; the process is about to. */
static void
await_end(struct process *p)
{
	while (!p->has_ended && clock_now() < p->end) {
		look(p, WNOHANG);
		if (!p->has_ended)
			poll(NULL, 0, LOOK_MS / 10);
	}
}

static bool
judge(const struct process *p, clock_ms timeout, struct err *e)
{
	if (!p->has_ended) {
		err_set(e, ERR_FINAL, "it did not end within %llu s, and was killed",
			(unsigned long long)timeout / 1000);
		return err_hint(e, "does it wait for input? run it by itself");
	}
	if (WIFSIGNALED(p->status))
		return err_set(e, ERR_FINAL, "signal %d ended it", WTERMSIG(p->status));
	const int code = WEXITSTATUS(p->status);
	if (code == 0)
		return true;
	if (code == SHELL_NOT_FOUND || code == SHELL_NOT_EXECUTABLE) {
		err_set(e, ERR_USAGE, "exit code %d: the shell cannot %s it", code,
			code == SHELL_NOT_FOUND ? "find" : "execute");
		return err_hint(e, "give the whole path of an executable file");
	}
	err_set(e, ERR_REFUSED, "exit code %d", code);
	return err_hint(e, "what it wrote to stderr is above; run it by itself");
}

bool
process_run(const char *command, char *const *environment, clock_ms timeout, struct buf *output,
	struct err *e)
{
	struct process p = { .b = output, .end = clock_now() + timeout };
	if (!start(&p, command, environment, e))
		return false;
	bool ok = read_output(&p, e);
	close(p.output);
	if (ok)
		await_end(&p);
	ok = ok && judge(&p, timeout, e);
	if (!p.has_ended) {
		kill(p.pid, SIGKILL);
		look(&p, 0);
	}
	return ok;
}

static bool
malformed(struct err *e)
{
	/* Other than a response of AWS, it will be the same the next time. */
	e->kind = ERR_REFUSED;
	err_ctx(e, "malformed output");
	return err_hint(e, "it must write {\"Version\": 1, \"AccessKeyId\": ..., "
			   "\"SecretAccessKey\": ...} and nothing else to its standard output");
}

/* An absent one is empty. */
static bool
keep(struct json_value object, const char *name, struct buf *arena, struct secret *kept,
	struct err *e)
{
	size_t start = arena->len;
	struct json_value value;
	if (!json_member(object, name, JSON_STRING, &value, e))
		return malformed(e);
	json_unescape(value, arena);
	*kept = secret_keep(span_skip(buf_span(arena), start));
	/* The keys become variables of an environment, each with a NUL after it. */
	buf_put_char(arena, '\0');
	if (arena->overflow)
		return err_set(e, ERR_LIMIT, "keys of more than %zu bytes", arena->cap);
	if (credential_check_bytes(kept->bytes, ERR_REFUSED, e))
		return true;
	err_ctx(e, "%s", name);
	return malformed(e);
}

static bool
check_version(struct json_value root, struct err *e)
{
	struct json_value version;
	if (!json_need(root, "Version", JSON_NUMBER, &version, e))
		return malformed(e);
	if (span_eq(json_raw(version), SPAN("1")))
		return true;
	err_set(e, ERR_REFUSED, "Version is not 1");
	return malformed(e);
}

static bool
read_expiration(struct json_value root, int64_t *expires, struct err *e)
{
	char text[TIME_TEXT_MAX];
	struct buf b = BUF(text);
	struct json_value value;
	*expires = 0;
	if (!json_member(root, "Expiration", JSON_STRING, &value, e))
		return malformed(e);
	json_unescape(value, &b);
	if (value.doc == NULL || (!b.overflow && time_parse_rfc3339(buf_span(&b), expires)))
		return true;
	err_set(e, ERR_REFUSED, "Expiration is not a time as RFC 3339 writes it");
	return malformed(e);
}

bool
process_read(struct span output, struct buf *arena, struct credentials *c, struct err *e)
{
	struct json_doc *doc = memory_get(sizeof(*doc));
	struct json_value root;
	if (!json_parse(doc, output, &root, e))
		return malformed(e);
	if (!check_version(root, e) || !keep(root, "AccessKeyId", arena, &c->access_key_id, e) ||
		!keep(root, "SecretAccessKey", arena, &c->secret_access_key, e) ||
		!keep(root, "SessionToken", arena, &c->session_token, e) ||
		!read_expiration(root, &c->expires, e))
		return false;
	if (c->access_key_id.bytes.n > 0 && c->secret_access_key.bytes.n > 0)
		return true;
	err_set(e, ERR_REFUSED, "no %s",
		c->access_key_id.bytes.n == 0 ? "AccessKeyId" : "SecretAccessKey");
	return malformed(e);
}
