#ifndef INIT_SUPERVISOR_H
#define INIT_SUPERVISOR_H

#include <signal.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "config/config.h"
#include "init/execpipe.h"
#include "init/leftovers.h"
#include "init/roles.h"
#include "init/super.h"

/* PID 1's state, and the doing of what super.h decides. For init/ alone. */
struct supervisor {
	const struct config *c;
	const struct init_roles *roles;
	const struct inherited *inherited;
	struct err *e;
	pid_t self;
	bool supervises;
	enum leftovers_reach reach;
	int block_fd; /* -1: none */
	struct execpipe pipe;
	struct super super;
	clock_ms deadline; /* of the phase */
	int work; /* since we last looked at everything */
	bool is_settled;
	bool has_news; /* children have more than a turn has room for */
	int code; /* to leave with, once the loop has ended */
};

/* Decides about an event and does what was decided. False: to leave, with init->code. */
bool supervisor_step(struct supervisor *init, struct super_event event, const siginfo_t *info);

/* Starts the launcher, or becomes it. False: to leave. */
bool supervisor_launch(struct supervisor *init);

/* The kernel refuses, by errno, a call without which there is no supervising. False. */
bool supervisor_give_up(struct supervisor *init, const char *what);

/* The terminal is as we found it again, for the processes of our group. */
void supervisor_end(const struct supervisor *init);

/* Says an error and returns its exit code. */
int supervisor_fail(const struct err *e);

#endif
