#include <dlfcn.h>
#include <poll.h>
#include <sanitizer/msan_interface.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/*
 * syscall(2) for builds with MemorySanitizer, which knows what the C library's functions write and
 * nothing about system calls made by number: tells it what the kernel wrote.
 */

/* A call, and which of its arguments, from 1, points to what it writes. */
static const struct {
	long number;
	int argument;
	size_t size; /* 0: as many bytes as the call returns */
} writers[] = {
	{ SYS_capget, 2, 2 * 3 * sizeof(unsigned) },
	{ SYS_clock_gettime, 2, sizeof(struct timespec) },
	{ SYS_fstat, 2, sizeof(struct stat) },
	{ SYS_getdents64, 2, 0 },
	{ SYS_getrandom, 1, 0 },
	{ SYS_newfstatat, 3, sizeof(struct stat) },
	{ SYS_pipe2, 1, 2 * sizeof(int) },
	{ SYS_prlimit64, 4, sizeof(struct rlimit) },
	{ SYS_read, 2, 0 },
	{ SYS_rt_sigpending, 1, sizeof(unsigned long) },
	{ SYS_rt_sigprocmask, 3, sizeof(unsigned long) },
	{ SYS_rt_sigtimedwait, 2, sizeof(siginfo_t) },
	{ SYS_timer_create, 3, sizeof(int) },
};

#define ARGUMENTS 6

typedef long syscall_function(long, ...);

static void
tell(long number, const unsigned long *a, long result)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
		void *written = (void *)a[writers[i].argument - 1];
		const size_t size = writers[i].size == 0 ? (size_t)result : writers[i].size;
		if (writers[i].number == number && written != NULL)
			__msan_unpoison(written, size);
	}
	if (number == SYS_ppoll)
		__msan_unpoison((void *)a[0], a[1] * sizeof(struct pollfd));
}

/* The kernel does not look at arguments that a call does not have. */
__attribute__((no_sanitize("memory"))) long
syscall(long number, ...)
{
	unsigned long a[ARGUMENTS];
	va_list list;
	va_start(list, number);
	for (int i = 0; i < ARGUMENTS; i++)
		a[i] = va_arg(list, unsigned long);
	va_end(list);
	union {
		void *found;
		syscall_function *call;
	} real = { dlsym(RTLD_NEXT, "syscall") };
	const long result = real.call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (result >= 0)
		tell(number, a, result);
	return result;
}
