#ifndef BENCH_INIT_SHARED_H
#define BENCH_INIT_SHARED_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What runs.c and payload.c tell each other, in a file that both have mapped. */

#define ORPHANS_MAX 4096

struct shared {
	_Atomic uint64_t at_main; /* ns: the payload's main began */
	_Atomic uint32_t ready; /* the payload does what it was asked to */
	_Atomic uint32_t go; /* orphans: make them */
	_Atomic uint32_t count; /* signals taken; orphans that have ended */
	_Atomic uint64_t at; /* ns: the last signal was taken; the last orphan was reaped */
	_Atomic int32_t pid[ORPHANS_MAX];
};

/* CLOCK_MONOTONIC by the system call: the same for who has just begun and who has long run. */
static inline uint64_t
now_ns(void)
{
	struct timespec t;
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* NULL: it cannot be mapped. */
static inline struct shared *
shared_map(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(struct shared)) != 0)
		return NULL;
	void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

#endif
