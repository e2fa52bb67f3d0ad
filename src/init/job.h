#ifndef INIT_JOB_H
#define INIT_JOB_H

#include <stdbool.h>
#include <sys/types.h>

/* Job control: we are between a shell and the command, which is a process group of its own. */

/* What job control has to know; own is 0 for a group that is not of this PID namespace. */
struct job {
	pid_t command; /* its process and group */
	pid_t own; /* our group */
	bool is_pid1;
};

/*
 * A terminal's signal stopped the command. Where a shell can continue us, hands the terminal back
 * and stops; once we go on, so does the command. Where nobody can, the command goes on at once,
 * unless somebody asked for the stop with a signal, or it would stop again and again.
 */
void job_suspend(const struct job *job, int signo, bool asked);

/* A SIGCONT: a shell may have put us in the foreground, where the command belongs. */
void job_continue(const struct job *job);

/* The command has ended: the processes of our group find the terminal as we found it. */
void job_end(const struct job *job);

#endif
