/*
 * A command that makes no system call but its exit, so that none that is refused disturbs it: 7
 * when LOADED=yes is in its environment or its first argument is "any", else 8. With the argument
 * "busy" it does not end by itself, and makes none at all.
 */
#include <sys/syscall.h>

static int
is_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b)
		a++, b++;
	return *a == *b;
}

__attribute__((used)) void
run(long *stack)
{
	char **word = (char **)(stack + 1);
	long code = 8;
	if (stack[0] > 1 && is_equal(word[1], "any"))
		code = 7;
	while (stack[0] > 1 && is_equal(word[1], "busy"))
		__asm__ volatile("" : : : "memory");
	for (word += stack[0] + 1; *word != 0; word++)
		if (is_equal(*word, "LOADED=yes"))
			code = 7;
#ifdef __x86_64__
	__asm__ volatile("syscall" : : "a"((long)SYS_exit_group), "D"(code));
	__asm__ volatile("syscall" : : "a"((long)SYS_exit), "D"(code));
#else
	register long number __asm__("x8") = SYS_exit_group;
	register long first __asm__("x0") = code;
	__asm__ volatile("svc #0" : : "r"(number), "r"(first));
	number = SYS_exit;
	__asm__ volatile("svc #0" : : "r"(number), "r"(first));
#endif
}

#ifdef __x86_64__
__asm__(".globl _start\n_start:\n	mov %rsp, %rdi\n	and $-16, %rsp\n	call "
	"run\n");
#else
__asm__(".globl _start\n_start:\n	mov x0, sp\n	bl run\n");
#endif
