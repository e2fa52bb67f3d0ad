#include "sandbox/limits.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the linker put the begin and the end of the executable, its zeroed memory included. */
extern const char image_start[] __asm__("__executable_start");
extern const char image_end[] __asm__("_end");

/*
 * stderr may be a file that others have filled beyond BLOCK_MAX. The limit leaves it as much
 * room as it leaves the block, or no message of ours would arrive.
 */
static rlim_t
file_bytes(void)
{
	struct stat st;
	/* The call itself: the C library's brings a kilobyte for kernels without it. */
	if (syscall(SYS_fstat, STDERR_FILENO, &st) != 0 || !S_ISREG(st.st_mode))
		return BLOCK_MAX;
	return (rlim_t)BLOCK_MAX + (rlim_t)st.st_size;
}

/* A sanitizer reserves terabytes for its shadow of the memory. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SHADOW 1
#elif defined(__has_feature)
#define HAS_SHADOW                                                              \
	(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
		__has_feature(memory_sanitizer))
#else
#define HAS_SHADOW 0
#endif

static rlim_t
address_bytes(void)
{
#if HAS_SHADOW
	return RLIM_INFINITY;
#else
	return (uintptr_t)image_end - (uintptr_t)image_start + LIMITS_SPARE_BYTES;
#endif
}

/* The raw call: musl's setrlimit brings code that stops threads. */
static bool
lower(int resource, rlim_t bound)
{
	struct rlimit old;
	if (syscall(SYS_prlimit64, 0, resource, NULL, &old) != 0)
		return false;
	if (bound > old.rlim_max)
		bound = old.rlim_max;
	const struct rlimit new = { .rlim_cur = bound, .rlim_max = bound };
	return syscall(SYS_prlimit64, 0, resource, &new, NULL) == 0;
}

bool
limits_lower(struct err *e)
{
	const struct {
		int resource;
		rlim_t bound;
	} limits[] = {
		{ RLIMIT_CORE, 0 }, /* the memory holds secrets */
		{ RLIMIT_NPROC, 0 }, /* the filter refuses a fork too; this needs no seccomp */
		{ RLIMIT_NOFILE, LIMITS_DESCRIPTORS },
		{ RLIMIT_FSIZE, file_bytes() }, /* memfds too */
		{ RLIMIT_AS, address_bytes() },
	};

	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	if (sigaction(SIGXFSZ, &ignore, NULL) != 0)
		return err_sys(e, ERR_REFUSED, errno, "resource limits");
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (!lower(limits[i].resource, limits[i].bound))
			return err_sys(e, ERR_REFUSED, errno, "resource limits");
	return true;
}
