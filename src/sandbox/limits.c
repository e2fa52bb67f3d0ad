#include "sandbox/limits.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/pages.h"

/* Where the linker put the begin and the end of the executable, its zeroed memory included. */
extern const char image_start[] __asm__("__executable_start");
extern const char image_end[] __asm__("_end");

/*
 * stderr may be a file that others have filled beyond the bound. The limit leaves it as much room
 * as it leaves our output, or no message of ours would arrive.
 */
static rlim_t
file_bytes(size_t file_max)
{
	struct stat st;
	/* The call itself: the C library's brings a kilobyte for kernels without it. */
	if (syscall(SYS_fstat, STDERR_FILENO, &st) != 0 || !S_ISREG(st.st_mode))
		return file_max;
	return (rlim_t)file_max + (rlim_t)st.st_size;
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

/*
 * The file's name, the last string that the kernel puts onto a stack: up to 6 MiB of arguments and
 * environment are below it. The sum needs no /proc.
 */
static rlim_t
address_bytes(void)
{
#if HAS_SHADOW
	return RLIM_INFINITY;
#else
	const uintptr_t image = (uintptr_t)image_end - (uintptr_t)image_start;
	const uintptr_t stack = getauxval(AT_EXECFN) - (uintptr_t)__builtin_frame_address(0);
	return image + stack + pages_mapped() + FETCHER_GROWTH_MAX;
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
limits_lower(size_t file_max, struct err *e)
{
	const struct {
		int resource;
		rlim_t bound;
	} limits[] = {
		{ RLIMIT_CORE, 0 }, /* the memory holds secrets */
		{ RLIMIT_NPROC, 0 }, /* the filter refuses a fork too; this needs no seccomp */
		{ RLIMIT_NOFILE, LIMITS_DESCRIPTORS },
		{ RLIMIT_FSIZE, file_bytes(file_max) }, /* memfds too */
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
