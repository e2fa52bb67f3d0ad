#ifndef INIT_RESIDENT_H
#define INIT_RESIDENT_H

/*
 * What stays in memory while the command runs. The loop of PID 1, from the wait for a signal to
 * its forwarding and to a reaped child, stands in one section and makes its system calls by itself,
 * so that all other pages of the executable can be given back (resident_shrink) and none is
 * brought in again: the kernel maps 16 pages around each one that is missing.
 */
#define RESIDENT __attribute__((section("init_resident")))

/* A system call of at most four arguments: the result, or a negative errno value. */
static inline long
resident_call(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
	register long fourth __asm__("r10") = d;
	__asm__ volatile("syscall"
			 : "+a"(number)
			 : "D"(a), "S"(b), "d"(c), "r"(fourth)
			 : "rcx", "r11", "memory");
	return number;
#elif defined(__aarch64__)
	register long called __asm__("x8") = number;
	register long first __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	__asm__ volatile("svc #0"
			 : "+r"(first)
			 : "r"(called), "r"(second), "r"(third), "r"(fourth)
			 : "memory");
	return first;
#else
#error "system calls are written for x86-64 and aarch64"
#endif
}

/*
 * Gives back the pages of the executable that hold neither data that was written nor the resident
 * section. They are still mapped: whoever needs one gets it from the page cache.
 */
void resident_shrink(void);

#endif
