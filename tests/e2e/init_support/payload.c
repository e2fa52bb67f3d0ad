/*
 * What the inits run in the tests: a program that does what its arguments say, word by word.
 *
 *	say TEXT            write a line             exit N              end
 *	die SIG             end by this signal       pause               wait for ever
 *	sleep MS            wait                     until FILE          wait for the file
 *	up                  count one more           await N             wait for that count
 *	settle              wait until the init, then the parent, sleep with no signal left
 *	trap SIG            say "got SIG" each time  ignore SIG          default SIG
 *	kill SIG WHO        WHO: init, self, last, parent, group, lastgroup, all
 *	queue SIG VALUE N   N times to init with sigqueue
 *	listen SIG          say each signal that comes, with its value, up to this one; counts
 *	                    as `up` once it listens
 *	count SIG           the same, but only say how many of each came
 *	fork { ... }        a child does the words   orphan { ... }      its parent ends at once
 *	many N { ... }      that many orphans        wait                for the last child
 *	setsid, group       a session, a group of its own
 *	leave               join the parent's group
 *	traceme             be traced by the parent
 *	background          put the parent's group in the terminal's foreground
 *	mine                put its own group there
 *	read                read from the terminal: says what came
 *	state               say how it was started
 *	fds                 say the open descriptors
 *	exec WORD...        run that instead
 *	uid N               become that user
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static pid_t last;
static pid_t init; /* our parent as we began */
static int output = 1;
/* Of all that were forked from one payload. */
static int *ups;

static void
say(const char *format, ...)
{
	char line[512];
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(line, sizeof(line) - 1, format, ap);
	va_end(ap);
	line[n] = '\n';
	if (write(output, line, (size_t)n + 1) < 0)
		_exit(97);
}

static void
got(int signo)
{
	int number = errno;
	char line[] = "got 00\n";
	line[4] = (char)('0' + signo / 10);
	line[5] = (char)('0' + signo % 10);
	if (write(output, line, 7) < 0)
		_exit(97);
	errno = number;
}

/* The kernel's own structure: the C library keeps some signals for itself. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

/* A signal whose handler the C library does not let us set is never trapped by the tests. */
static void
handle(int signo, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	if (sigaction(signo, &action, NULL) == 0)
		return;
	struct action raw = { .handler = handler };
	if (handler == got || syscall(SYS_rt_sigaction, signo, &raw, NULL, 8) != 0)
		say("cannot handle %d", signo);
}

static void
set_mask(uint64_t mask)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8);
}

static void
die(int signo)
{
	if (signo != SIGKILL)
		handle(signo, SIG_DFL);
	set_mask(0);
	syscall(SYS_kill, getpid(), signo);
	sleep(1);
	say("still here after %d", signo);
}

static void
sleep_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	while (nanosleep(&t, &t) != 0)
		;
}

static void
await_ups(int how_many)
{
	while (__atomic_load_n(ups, __ATOMIC_SEQ_CST) < how_many)
		sleep_ms(1);
}

static void
read_status(pid_t pid, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* Twice the same text, with its counts of switches: nothing happened between its lines. */
static void
settle(pid_t pid)
{
	static const char none[] = "nd:\t0000000000000000\n"; /* SigPnd and ShdPnd */
	char text[4096];
	char again[4096];
	for (;;) {
		read_status(pid, text, sizeof(text));
		read_status(pid, again, sizeof(again));
		const char *first = strstr(text, none);
		if (strcmp(text, again) == 0 && strstr(text, "State:\tS") != NULL &&
			first != NULL && strstr(first + 1, none) != NULL)
			return;
		sleep_ms(1);
	}
}

static pid_t
target(const char *who)
{
	if (strcmp(who, "init") == 0)
		return 1;
	if (strcmp(who, "self") == 0)
		return getpid();
	if (strcmp(who, "last") == 0)
		return last;
	if (strcmp(who, "parent") == 0)
		return getppid();
	if (strcmp(who, "group") == 0)
		return 0;
	if (strcmp(who, "lastgroup") == 0)
		return -last;
	if (strcmp(who, "all") == 0)
		return -1;
	return atoi(who);
}

static void
do_kill(int signo, const char *who)
{
	if (syscall(SYS_kill, target(who), signo) != 0)
		say("kill %d %s: %s", signo, who, strerror(errno));
}

static void
do_queue(int signo, int value, int times)
{
	for (int i = 0; i < times; i++) {
		siginfo_t info = { .si_signo = signo, .si_code = SI_QUEUE };
		info.si_pid = getpid();
		info.si_uid = getuid();
		info.si_value.sival_int = value + i;
		while (syscall(SYS_rt_sigqueueinfo, 1, signo, &info) != 0 && errno == EAGAIN)
			sleep_ms(1);
	}
}

/* With how_many NULL every signal is said, else counted. */
static void
listen_until(int end, int *how_many)
{
	uint64_t all = UINT64_MAX;
	set_mask(all);
	say("listening");
	__atomic_fetch_add(ups, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		siginfo_t info;
		int signo = (int)syscall(SYS_rt_sigtimedwait, &all, &info, NULL, 8);
		if (signo < 0)
			continue;
		if (how_many != NULL)
			how_many[signo]++;
		else
			say("signal %d code %d from %d value %d", signo, info.si_code,
				(int)info.si_pid, info.si_value.sival_int);
		if (signo == end)
			return;
	}
}

static void
count_until(int end)
{
	int how_many[65] = { 0 };
	listen_until(end, how_many);
	for (int signo = 1; signo <= 64; signo++) {
		if (how_many[signo] > 0)
			say("count %d %d", signo, how_many[signo]);
	}
}

static void
say_end(void)
{
	int status = 0;
	while (waitpid(last, &status, 0) < 0) {
		if (errno != EINTR) {
			say("wait: %s", strerror(errno));
			return;
		}
	}
	if (WIFSIGNALED(status))
		say("child signal %d", WTERMSIG(status));
	else
		say("child exit %d", WEXITSTATUS(status));
}

static void
say_state(void)
{
	uint64_t mask = 0;
	uint64_t ignored = 0;
	uint64_t handled = 0;
	char folder[256] = "?";
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, 8);
	for (int signo = 1; signo <= 64; signo++) {
		struct action action = { 0 };
		syscall(SYS_rt_sigaction, signo, NULL, &action, 8);
		if (action.handler == SIG_IGN)
			ignored |= UINT64_C(1) << (signo - 1);
		else if (action.handler != SIG_DFL)
			handled |= UINT64_C(1) << (signo - 1);
	}
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	say("mask %016llx", (unsigned long long)mask);
	say("ignored %016llx", (unsigned long long)ignored);
	say("handled %016llx", (unsigned long long)handled);
	say("pid %d", (int)getpid());
	say("parent %d", (int)getppid());
	say("group %d", (int)getpgrp());
	say("session %d", (int)getsid(0));
	say("foreground %d", tty < 0 ? -1 : (int)tcgetpgrp(tty));
	say("folder %s", getcwd(folder, sizeof(folder)) == NULL ? "?" : folder);
	const char *listen_pid = getenv("LISTEN_PID");
	say("listen_pid %s", listen_pid == NULL ? "-" : listen_pid);
	if (tty >= 0)
		close(tty);
	say("end");
}

static void
say_fds(void)
{
	for (int fd = 0; fd < 2048; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			say("fd %d", fd);
	}
	say("end");
}

static void
read_terminal(void)
{
	char text[64];
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	ssize_t n = read(tty, text, sizeof(text) - 1);
	if (n < 0)
		say("read: %s", strerror(errno));
	else
		say("read %.*s", (int)(n > 0 ? n - 1 : 0), text);
	close(tty);
}

static void
give_terminal(pid_t group)
{
	signal(SIGTTOU, SIG_IGN);
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tcsetpgrp(tty, group) != 0)
		say("tcsetpgrp: %s", strerror(errno));
	close(tty);
	signal(SIGTTOU, SIG_DFL);
}

/* The word after the brace that closes the one at word. */
static char **
behind(char **word)
{
	int depth = 0;
	for (;; word++) {
		if (*word == NULL)
			_exit(96);
		if (strcmp(*word, "{") == 0)
			depth++;
		if (strcmp(*word, "}") == 0 && --depth == 0)
			return word + 1;
	}
}

static void run(char **word);

static void
make_child(char **block)
{
	last = fork();
	if (last < 0)
		say("fork: %s", strerror(errno));
	if (last != 0)
		return;
	run(block + 1);
	_exit(0);
}

static void
make_orphan(char **block)
{
	pid_t between = fork();
	if (between == 0) {
		make_child(block);
		_exit(0);
	}
	while (waitpid(between, NULL, 0) < 0 && errno == EINTR)
		;
}

static char **
run_block(char **word)
{
	if (strcmp(*word, "fork") == 0) {
		make_child(word + 1);
		return behind(word + 1);
	}
	if (strcmp(*word, "orphan") == 0) {
		make_orphan(word + 1);
		return behind(word + 1);
	}
	if (strcmp(*word, "many") == 0) {
		for (int i = atoi(word[1]); i > 0; i--)
			make_orphan(word + 2);
		return behind(word + 2);
	}
	return NULL;
}

static const struct {
	const char *name;
	int arguments;
} verbs[] = {
	{ "say", 1 },
	{ "exit", 1 },
	{ "die", 1 },
	{ "pause", 0 },
	{ "sleep", 1 },
	{ "until", 1 },
	{ "up", 0 },
	{ "await", 1 },
	{ "settle", 0 },
	{ "trap", 1 },
	{ "ignore", 1 },
	{ "default", 1 },
	{ "kill", 2 },
	{ "queue", 3 },
	{ "listen", 1 },
	{ "count", 1 },
	{ "wait", 0 },
	{ "setsid", 0 },
	{ "group", 0 },
	{ "leave", 0 },
	{ "traceme", 0 },
	{ "background", 0 },
	{ "mine", 0 },
	{ "read", 0 },
	{ "state", 0 },
	{ "fds", 0 },
	{ "exec", 1 },
	{ "uid", 1 },
};

static bool
is(const char *word, const char *name)
{
	return strcmp(word, name) == 0;
}

static void
run_signal_verb(const char *verb, char **argument)
{
	int number = argument[0] == NULL ? 0 : atoi(argument[0]);
	if (is(verb, "die"))
		die(number);
	else if (is(verb, "trap"))
		handle(number, got);
	else if (is(verb, "ignore"))
		handle(number, SIG_IGN);
	else if (is(verb, "default"))
		handle(number, SIG_DFL);
	else if (is(verb, "kill"))
		do_kill(number, argument[1]);
	else if (is(verb, "queue"))
		do_queue(number, atoi(argument[1]), atoi(argument[2]));
	else if (is(verb, "listen"))
		listen_until(number, NULL);
	else if (is(verb, "count"))
		count_until(number);
}

static void
run_verb(const char *verb, char **argument)
{
	struct stat st;
	if (is(verb, "say"))
		say("%s", argument[0]);
	else if (is(verb, "exit"))
		_exit(atoi(argument[0]));
	else if (is(verb, "sleep"))
		sleep_ms(atoi(argument[0]));
	else if (is(verb, "up"))
		__atomic_fetch_add(ups, 1, __ATOMIC_SEQ_CST);
	else if (is(verb, "await"))
		await_ups(atoi(argument[0]));
	else if (is(verb, "settle")) {
		settle(init);
		settle(getppid());
	} else if (is(verb, "wait"))
		say_end();
	else if (is(verb, "setsid"))
		setsid();
	else if (is(verb, "group"))
		setpgid(0, 0);
	else if (is(verb, "leave"))
		setpgid(0, getpgid(getppid()));
	else if (is(verb, "traceme"))
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	else if (is(verb, "background"))
		give_terminal(getpgid(getppid()));
	else if (is(verb, "mine"))
		give_terminal(getpgrp());
	else if (is(verb, "read"))
		read_terminal();
	else if (is(verb, "state"))
		say_state();
	else if (is(verb, "fds"))
		say_fds();
	else if (is(verb, "exec"))
		execv(argument[0], argument);
	else if (is(verb, "uid") && setuid((uid_t)atoi(argument[0])) != 0)
		say("setuid: %s", strerror(errno));
	while (is(verb, "pause"))
		pause();
	while (is(verb, "until") && stat(argument[0], &st) != 0)
		sleep_ms(2);
}

static void
run(char **word)
{
	while (*word != NULL && !is(*word, "}")) {
		char **next = run_block(word);
		size_t i = 0;
		while (next == NULL && i < sizeof(verbs) / sizeof(*verbs) &&
			!is(*word, verbs[i].name))
			i++;
		if (i == sizeof(verbs) / sizeof(*verbs)) {
			say("payload: what is %s?", *word);
			_exit(95);
		}
		if (next == NULL) {
			run_signal_verb(*word, word + 1);
			run_verb(*word, word + 1);
			next = word + 1 + verbs[i].arguments;
		}
		word = next;
	}
}

int
main(int argc, char **argv)
{
	(void)argc;
	init = getppid();
	ups = mmap(NULL, sizeof(*ups), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ups == MAP_FAILED)
		return 94;
	/* Where 1 is closed or somebody else's, PAYLOAD_OUTPUT names a file to append to. */
	const char *path = getenv("PAYLOAD_OUTPUT");
	if (path != NULL)
		output = fcntl(open(path, O_WRONLY | O_APPEND | O_CLOEXEC), F_DUPFD_CLOEXEC, 900);
	run(argv + 1);
	return 0;
}
