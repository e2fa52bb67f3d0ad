#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "config/signame.h"

static void
test_good(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int signo;
	} row[] = {
		{ "TERM", SIGTERM },
		{ "SIGTERM", SIGTERM },
		{ "sigterm", SIGTERM },
		{ "Term", SIGTERM },
		{ "15", SIGTERM },
		{ "015", SIGTERM },
		{ "HUP", SIGHUP },
		{ "INT", SIGINT },
		{ "QUIT", SIGQUIT },
		{ "ILL", SIGILL },
		{ "TRAP", SIGTRAP },
		{ "ABRT", SIGABRT },
		{ "BUS", SIGBUS },
		{ "FPE", SIGFPE },
		{ "KILL", SIGKILL },
		{ "USR1", SIGUSR1 },
		{ "SEGV", SIGSEGV },
		{ "USR2", SIGUSR2 },
		{ "PIPE", SIGPIPE },
		{ "ALRM", SIGALRM },
		{ "STKFLT", SIGSTKFLT },
		{ "CHLD", SIGCHLD },
		{ "CONT", SIGCONT },
		{ "STOP", SIGSTOP },
		{ "TSTP", SIGTSTP },
		{ "TTIN", SIGTTIN },
		{ "TTOU", SIGTTOU },
		{ "URG", SIGURG },
		{ "XCPU", SIGXCPU },
		{ "XFSZ", SIGXFSZ },
		{ "VTALRM", SIGVTALRM },
		{ "PROF", SIGPROF },
		{ "WINCH", SIGWINCH },
		{ "IO", SIGIO },
		{ "PWR", SIGPWR },
		{ "SYS", SIGSYS },
		/* signal(7): second names. */
		{ "IOT", SIGABRT },
		{ "SIGCLD", SIGCHLD },
		{ "poll", SIGIO },
		{ "UNUSED", SIGSYS },
		{ "1", 1 },
		{ "64", 64 },
		/* The C library's own two have no name, but a number. */
		{ "32", 32 },
		{ "RTMIN", 34 },
		{ "SIGRTMIN", 34 },
		{ "rtmin+0", 34 },
		{ "RTMIN+3", 37 },
		{ "SIGRTMIN+30", 64 },
		{ "RTMAX", 64 },
		{ "RTMAX-0", 64 },
		{ "RTMAX-1", 63 },
		{ "sigrtmax-30", 34 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int signo = -1;
		if (!signame_parse(span_of(row[i].text), &signo))
			fail_msg("%s is a signal", row[i].text);
		assert_int_equal(signo, row[i].signo);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	static const char *const row[] = { "", "0", "65", "-1", "15 ", " 15", "+15", "1e1", "SIG",
		"SIGSIGTERM", "SIG15", "TER", "TERMS", "RT", "RTMI", "RTMIN+", "RTMIN-1", "RTMIN3",
		"RTMIN+31", "RTMIN+99999999999999999999", "RTMIN+-1", "RTMAX+1", "RTMAX-31",
		"RTMAX-x", "99999999999999999999", "EXIT", "NULL" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int signo = -1;
		if (signame_parse(span_of(row[i]), &signo))
			fail_msg("\"%s\" is signal %d", row[i], signo);
	}
}

/* A name that messages show leads back to its number; the real-time ones share a word. */
static void
test_names_lead_back(void **state)
{
	(void)state;
	for (int i = 1; i <= 31; i++) {
		int signo = 0;
		assert_true(signame_parse(signame_of(i), &signo));
		assert_int_equal(signo, i);
	}
	for (int i = 32; i <= 64; i++)
		assert_true(span_eq(signame_of(i), SPAN("real-time")));
	assert_true(span_eq(signame_of(15), SPAN("TERM")));
	assert_true(span_eq(signame_of(29), SPAN("IO")));
	/* No number at all is no reason to read beyond a table. */
	assert_true(signame_of(-1).n > 0);
	assert_true(signame_of(65).n > 0);
}

/* The C library of the build host agrees on the names of 1 to 31. */
static void
test_as_the_library_names_them(void **state)
{
	(void)state;
#ifdef __GLIBC__
	for (int i = 1; i < 32; i++) {
		/* glibc calls it POLL. */
		const char *theirs = i == SIGIO ? "IO" : sigabbrev_np(i);
		assert_true(span_eq(signame_of(i), span_of(theirs)));
	}
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_names_lead_back),
		cmocka_unit_test(test_as_the_library_names_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
