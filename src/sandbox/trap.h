#ifndef SANDBOX_TRAP_H
#define SANDBOX_TRAP_H

/*
 * For debug builds (-DSANDBOX_TRAP): a system call that the tables do not allow is named on stderr
 * and ends the process with EXIT_REFUSED, instead of EPERM or SIGSYS. Installs the handler of
 * SIGSYS.
 */
void trap_report(void);

#endif
