/*
 * Executes a program under a filter that refuses one system call throughout, as a container's
 * profile may: usage: refuse NR ERRNO -- PROGRAM ARGUMENT...
 *
 * The filter outlives the execve and holds for all that the program starts. This program's own
 * execve is the exception.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* <linux/filter.h> and <linux/seccomp.h>, which the C libraries do not all have. */
struct instruction {
	uint16_t code;
	uint8_t jump_true, jump_false;
	uint32_t k;
};
struct program {
	unsigned short count;
	const struct instruction *code;
};
#define SET_MODE_FILTER 1
#define NR 0
#define FIRST_ARGUMENT 16
#define LOAD(offset)                 \
	{                            \
		0x20, 0, 0, (offset) \
	}
#define IF_EQUAL(value, yes, no)       \
	{                              \
		0x15, yes, no, (value) \
	}
#define RETURN(verdict)               \
	{                             \
		0x06, 0, 0, (verdict) \
	}
#define REFUSE 0x00050000u
#define ALLOW 0x7fff0000u

int
main(int argc, char **argv)
{
	if (argc < 5)
		return 98;
	unsigned nr = (unsigned)atoi(argv[1]);
	unsigned error = (unsigned)atoi(argv[2]);
	uint64_t path = (uintptr_t)argv[4];
	const struct instruction code[] = {
		LOAD(NR),
		IF_EQUAL(nr, 0, 6),
		IF_EQUAL(SYS_execve, 0, 4),
		LOAD(FIRST_ARGUMENT),
		IF_EQUAL((uint32_t)path, 0, 2),
		LOAD(FIRST_ARGUMENT + 4),
		IF_EQUAL((uint32_t)(path >> 32), 1, 0),
		RETURN(REFUSE | error),
		RETURN(ALLOW),
	};
	const struct program program = { sizeof(code) / sizeof(*code), code };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		syscall(SYS_seccomp, SET_MODE_FILTER, 0, &program) != 0) {
		perror("refuse");
		return 98;
	}
	execv(argv[4], argv + 4);
	perror(argv[4]);
	return 98;
}
