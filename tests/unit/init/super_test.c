#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>

#include <cmocka.h>

#include "init/super.h"

/* wait(2)'s statuses. */
#define EXITED(code) ((code) << 8)
#define KILLED(signo) (signo)

#define FETCHER 11
#define COMMAND 22
#define STRANGER 33

static struct supervision rules;

static int
set_rules(void **state)
{
	(void)state;
	rules = (struct supervision){ .grace_ms = 2000 };
	for (int i = 1; i <= SIGNAL_MAX; i++)
		rules.rewrite[i] = (uint8_t)i;
	return 0;
}

static struct super
in_fetch(void)
{
	return super_fetching(&rules, FETCHER);
}

static struct super_event
sent(int signo)
{
	return (struct super_event){ .kind = EVENT_SIGNAL, .signo = signo };
}

static struct super_event
ended(pid_t pid, int status)
{
	return (struct super_event){ .kind = EVENT_ENDED, .pid = pid, .status = status };
}

static struct super_event
stopped(pid_t pid, int signo)
{
	return (struct super_event){ .kind = EVENT_STOPPED, .pid = pid, .signo = signo };
}

static struct super_event
plain(enum super_event_kind kind)
{
	return (struct super_event){ .kind = kind };
}

static struct super
in_start(void)
{
	struct super s = in_fetch();
	super_launched(&s, COMMAND);
	assert_int_equal(s.phase, PHASE_START);
	return s;
}

static struct super
in_run(void)
{
	struct super s = in_start();
	assert_int_equal(super_step(&s, plain(EVENT_EXECUTED)).todo, TODO_SETTLE);
	assert_int_equal(s.phase, PHASE_RUN);
	return s;
}

static struct super
in_grace(int code)
{
	struct super s = in_run();
	assert_int_equal(super_step(&s, ended(COMMAND, EXITED(code))).todo, TODO_NOTHING);
	assert_int_equal(s.phase, PHASE_GRACE);
	return s;
}

static void
expect(struct super *s, struct super_event event, enum super_todo todo, int value)
{
	struct super_action action = super_step(s, event);
	assert_int_equal(action.todo, todo);
	assert_int_equal(action.value, value);
}

/* Each signal in each phase: what is done with it when nothing else has happened. */
static void
test_signals(void **state)
{
	(void)state;
	for (int signo = 1; signo <= SIGNAL_MAX; signo++) {
		bool ends_start =
			signo == SIGTERM || signo == SIGINT || signo == SIGQUIT || signo == SIGHUP;
		bool ends_grace = signo == SIGTERM || signo == SIGINT || signo == SIGQUIT;
		struct super s = in_fetch();
		expect(&s, sent(signo), ends_start ? TODO_STOP_FETCHER : TODO_DROP, signo);
		assert_int_equal(s.phase, PHASE_FETCH);

		s = in_start();
		expect(&s, sent(signo), ends_start ? TODO_STOP_LAUNCHER : TODO_FORWARD, signo);
		assert_int_equal(s.phase, PHASE_START);

		s = in_run();
		expect(&s, sent(signo), TODO_FORWARD, signo);
		assert_int_equal(s.phase, PHASE_RUN);

		s = in_grace(7);
		expect(&s, sent(signo), ends_grace ? TODO_LEAVE : TODO_DROP,
			ends_grace ? 7 : signo);
	}
}

static void
test_fetcher_ends(void **state)
{
	(void)state;
	struct super s = in_fetch();
	expect(&s, ended(STRANGER, EXITED(3)), TODO_NOTHING, 0);
	expect(&s, ended(FETCHER, EXITED(0)), TODO_LAUNCH, 0);

	s = in_fetch();
	expect(&s, ended(FETCHER, EXITED(100)), TODO_LEAVE, 100);
	s = in_fetch();
	expect(&s, ended(FETCHER, EXITED(111)), TODO_LEAVE, 111);
	s = in_fetch();
	expect(&s, ended(FETCHER, KILLED(SIGSYS)), TODO_LEAVE, 111);
	s = in_fetch();
	expect(&s, ended(FETCHER, KILLED(SIGKILL)), TODO_LEAVE, 111);
}

/* What ends the fetch first wins, over a late success and over a second reason. */
static void
test_fetch_is_ended(void **state)
{
	(void)state;
	struct super s = in_fetch();
	expect(&s, sent(SIGINT), TODO_STOP_FETCHER, SIGINT);
	expect(&s, ended(FETCHER, EXITED(0)), TODO_LEAVE, 130);

	s = in_fetch();
	expect(&s, sent(SIGTERM), TODO_STOP_FETCHER, SIGTERM);
	expect(&s, sent(SIGINT), TODO_DROP, SIGINT);
	expect(&s, sent(SIGUSR1), TODO_DROP, SIGUSR1);
	expect(&s, plain(EVENT_DEADLINE), TODO_KILL, 0);
	expect(&s, ended(STRANGER, EXITED(0)), TODO_NOTHING, 0);
	expect(&s, ended(FETCHER, KILLED(SIGKILL)), TODO_LEAVE, 143);

	s = in_fetch();
	expect(&s, plain(EVENT_DEADLINE), TODO_KILL, 0);
	expect(&s, sent(SIGTERM), TODO_DROP, SIGTERM);
	expect(&s, ended(FETCHER, KILLED(SIGKILL)), TODO_LEAVE, 111);
}

static void
test_launcher_executes(void **state)
{
	(void)state;
	struct super s = in_start();
	expect(&s, ended(STRANGER, EXITED(3)), TODO_NOTHING, 0);
	expect(&s, plain(EVENT_LEFTOVERS), TODO_NOTHING, 0);
	expect(&s, sent(SIGUSR1), TODO_FORWARD, SIGUSR1);
	expect(&s, stopped(COMMAND, SIGSTOP), TODO_NOTHING, 0);
	expect(&s, stopped(COMMAND, SIGTSTP), TODO_SUSPEND, SIGTSTP);
	expect(&s, plain(EVENT_EXECUTED), TODO_SETTLE, 0);
	/* One that ignores the signal runs on: it did not end the start after all. */
	s = in_start();
	expect(&s, sent(SIGHUP), TODO_STOP_LAUNCHER, SIGHUP);
	expect(&s, plain(EVENT_EXECUTED), TODO_SETTLE, 0);
	assert_int_equal(s.code, 0);
	assert_int_equal(s.stopped_by, 0);
	expect(&s, ended(COMMAND, EXITED(4)), TODO_NOTHING, 0);
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 4);
}

/* What its role returns is no code of the command's. */
static void
test_launcher_returns(void **state)
{
	(void)state;
	static const int codes[] = { 0, 100, 111, 126, 127 };
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		rules.remap_exit[codes[i]] = true;
		struct super s = in_start();
		expect(&s, plain(EVENT_RETURNED), TODO_NOTHING, 0);
		expect(&s, ended(COMMAND, EXITED(codes[i])), TODO_NOTHING, 0);
		expect(&s, plain(EVENT_ALONE), TODO_LEAVE, codes[i]);
	}
}

static void
test_launcher_is_ended(void **state)
{
	(void)state;
	rules.rewrite[SIGTERM] = SIGINT;
	rules.rewrite[SIGHUP] = 0;
	struct super s = in_start();
	expect(&s, sent(SIGHUP), TODO_DROP, SIGHUP);
	expect(&s, sent(SIGTERM), TODO_STOP_LAUNCHER, SIGINT);
	expect(&s, sent(SIGQUIT), TODO_FORWARD, SIGQUIT);
	expect(&s, sent(SIGUSR1), TODO_FORWARD, SIGUSR1);
	struct super t = s;
	expect(&t, ended(COMMAND, KILLED(SIGINT)), TODO_NOTHING, 0);
	expect(&t, plain(EVENT_ALONE), TODO_LEAVE, 130);
	expect(&s, plain(EVENT_DEADLINE), TODO_KILL, 0);
	expect(&s, ended(COMMAND, KILLED(SIGKILL)), TODO_LEAVE, 130);

	s = in_start();
	expect(&s, plain(EVENT_DEADLINE), TODO_KILL, 0);
	expect(&s, ended(COMMAND, KILLED(SIGKILL)), TODO_LEAVE, 111);
	s = in_start();
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 111);
}

/* A deadline that passes in any state leads out of the start, whatever the process does not do. */
static void
test_deadlines(void **state)
{
	(void)state;
	for (int launched = 0; launched < 2; launched++) {
		for (int asked = 0; asked < 2; asked++) {
			int code = asked ? 128 + SIGTERM : 111;
			struct super s = launched ? in_start() : in_fetch();
			if (asked)
				super_step(&s, sent(SIGTERM));
			assert_int_equal(super_starter(&s), launched ? COMMAND : FETCHER);
			expect(&s, plain(EVENT_DEADLINE), TODO_KILL, 0);
			expect(&s, plain(EVENT_DEADLINE), TODO_LEAVE, code);
		}
	}
	struct super s = in_run();
	expect(&s, plain(EVENT_DEADLINE), TODO_NOTHING, 0);
	assert_int_equal(s.phase, PHASE_RUN);
	s = in_grace(9);
	expect(&s, plain(EVENT_DEADLINE), TODO_LEAVE, 9);
	s = in_grace(9);
	expect(&s, plain(EVENT_LEFTOVERS), TODO_END_LEFTOVERS, 0);
	expect(&s, plain(EVENT_DEADLINE), TODO_LEAVE, 9);
}

static void
test_other_events_of_the_start(void **state)
{
	(void)state;
	struct super s = in_fetch();
	expect(&s, stopped(FETCHER, SIGSTOP), TODO_NOTHING, 0);
	expect(&s, stopped(STRANGER, SIGTSTP), TODO_NOTHING, 0);
	expect(&s, plain(EVENT_LEFTOVERS), TODO_NOTHING, 0);
	assert_int_equal(s.phase, PHASE_FETCH);
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 111);
	s = in_fetch();
	super_step(&s, sent(SIGHUP));
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 129);
}

static void
test_every_way_to_end(void **state)
{
	(void)state;
	for (int code = 0; code < 256; code++) {
		struct super s = in_grace(code);
		expect(&s, plain(EVENT_ALONE), TODO_LEAVE, code);
	}
	for (int signo = 1; signo <= SIGNAL_MAX; signo++) {
		struct super s = in_run();
		expect(&s, ended(COMMAND, KILLED(signo)), TODO_NOTHING, 0);
		expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 128 + signo);
		s = in_run();
		expect(&s, ended(COMMAND, KILLED(signo) | 0x80 /* with a core */), TODO_NOTHING, 0);
		expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 128 + signo);
	}
}

static void
test_remapped(void **state)
{
	(void)state;
	rules.remap_exit[143] = true;
	rules.remap_exit[3] = true;
	struct super s = in_grace(3);
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 0);
	s = in_run();
	super_step(&s, ended(COMMAND, KILLED(SIGTERM)));
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 0);
	s = in_grace(4);
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 4);
	/* It is the command's code that is remapped, not the start's. */
	s = in_fetch();
	super_step(&s, sent(SIGTERM));
	expect(&s, ended(FETCHER, KILLED(SIGKILL)), TODO_LEAVE, 143);
	s = in_fetch();
	expect(&s, ended(FETCHER, EXITED(3)), TODO_LEAVE, 3);
}

static void
test_rewritten(void **state)
{
	(void)state;
	rules.rewrite[SIGTERM] = SIGINT;
	rules.rewrite[SIGHUP] = 0;
	rules.rewrite[34] = 64;
	struct super s = in_run();
	expect(&s, sent(SIGTERM), TODO_FORWARD, SIGINT);
	expect(&s, sent(SIGINT), TODO_FORWARD, SIGINT);
	expect(&s, sent(SIGHUP), TODO_DROP, SIGHUP);
	expect(&s, sent(34), TODO_FORWARD, 64);
	/* Rewriting is for what is forwarded: it keeps nobody from ending the start. */
	s = in_fetch();
	expect(&s, sent(SIGHUP), TODO_STOP_FETCHER, SIGHUP);
	s = in_grace(0);
	expect(&s, sent(SIGTERM), TODO_LEAVE, 0);
}

static void
test_other_events_of_the_run(void **state)
{
	(void)state;
	struct super s = in_run();
	expect(&s, ended(STRANGER, EXITED(1)), TODO_NOTHING, 0);
	expect(&s, ended(FETCHER, EXITED(1)), TODO_NOTHING, 0);
	expect(&s, plain(EVENT_LEFTOVERS), TODO_NOTHING, 0);
	expect(&s, plain(EVENT_DEADLINE), TODO_NOTHING, 0);
	assert_int_equal(s.phase, PHASE_RUN);
	expect(&s, plain(EVENT_ALONE), TODO_LEAVE, 111);
}

static void
test_stops(void **state)
{
	(void)state;
	static const int terminals[] = { SIGTSTP, SIGTTIN, SIGTTOU };
	struct super s = in_run();
	for (size_t i = 0; i < 3; i++) {
		struct super_action action = super_step(&s, stopped(COMMAND, terminals[i]));
		assert_int_equal(action.todo, TODO_SUSPEND);
		assert_int_equal(action.value, terminals[i]);
		assert_false(action.asked);
		expect(&s, stopped(STRANGER, terminals[i]), TODO_NOTHING, 0);
	}
	/* Whoever sends a SIGSTOP means it. */
	expect(&s, stopped(COMMAND, SIGSTOP), TODO_NOTHING, 0);
}

static void
test_stops_that_were_asked_for(void **state)
{
	(void)state;
	struct super s = in_run();
	super_step(&s, sent(SIGTSTP));
	assert_true(super_step(&s, stopped(COMMAND, SIGTSTP)).asked);
	/* Once. */
	assert_false(super_step(&s, stopped(COMMAND, SIGTSTP)).asked);
	/* A command that handled it and went on is not stopped by it later. */
	super_step(&s, sent(SIGTSTP));
	super_step(&s, sent(SIGCONT));
	assert_false(super_step(&s, stopped(COMMAND, SIGTSTP)).asked);
	/* A key that was pressed before the command had the terminal. */
	struct super_event key = sent(SIGTSTP);
	key.by_kernel = true;
	expect(&s, key, TODO_FORWARD, SIGTSTP);
	assert_false(super_step(&s, stopped(COMMAND, SIGTSTP)).asked);
	/* What counts is what the command got. */
	rules.rewrite[SIGUSR1] = SIGTTIN;
	rules.rewrite[SIGTSTP] = 0;
	super_step(&s, sent(SIGUSR1));
	assert_true(super_step(&s, stopped(COMMAND, SIGTTIN)).asked);
	super_step(&s, sent(SIGTSTP));
	assert_false(super_step(&s, stopped(COMMAND, SIGTSTP)).asked);
}

static void
test_grace(void **state)
{
	(void)state;
	struct super s = in_grace(9);
	expect(&s, plain(EVENT_LEFTOVERS), TODO_END_LEFTOVERS, 0);
	/* They are told once, however often one of them ends. */
	expect(&s, ended(STRANGER, EXITED(1)), TODO_NOTHING, 0);
	expect(&s, plain(EVENT_LEFTOVERS), TODO_NOTHING, 0);
	expect(&s, stopped(STRANGER, SIGTSTP), TODO_NOTHING, 0);
	expect(&s, sent(SIGHUP), TODO_DROP, SIGHUP);
	/* A new process may get the command's number. */
	expect(&s, ended(COMMAND, EXITED(1)), TODO_NOTHING, 0);
	struct super t = s;
	expect(&t, plain(EVENT_ALONE), TODO_LEAVE, 9);
	t = s;
	expect(&t, plain(EVENT_DEADLINE), TODO_LEAVE, 9);
	t = s;
	expect(&t, sent(SIGQUIT), TODO_LEAVE, 9);
}

static void
test_no_grace(void **state)
{
	(void)state;
	rules.grace_ms = 0;
	rules.remap_exit[5] = true;
	struct super s = in_run();
	expect(&s, ended(COMMAND, EXITED(9)), TODO_LEAVE, 9);
	s = in_run();
	expect(&s, ended(COMMAND, EXITED(5)), TODO_LEAVE, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_signals, set_rules),
		cmocka_unit_test_setup(test_fetcher_ends, set_rules),
		cmocka_unit_test_setup(test_fetch_is_ended, set_rules),
		cmocka_unit_test_setup(test_launcher_executes, set_rules),
		cmocka_unit_test_setup(test_launcher_returns, set_rules),
		cmocka_unit_test_setup(test_launcher_is_ended, set_rules),
		cmocka_unit_test_setup(test_deadlines, set_rules),
		cmocka_unit_test_setup(test_other_events_of_the_start, set_rules),
		cmocka_unit_test_setup(test_every_way_to_end, set_rules),
		cmocka_unit_test_setup(test_remapped, set_rules),
		cmocka_unit_test_setup(test_rewritten, set_rules),
		cmocka_unit_test_setup(test_other_events_of_the_run, set_rules),
		cmocka_unit_test_setup(test_stops, set_rules),
		cmocka_unit_test_setup(test_stops_that_were_asked_for, set_rules),
		cmocka_unit_test_setup(test_grace, set_rules),
		cmocka_unit_test_setup(test_no_grace, set_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
