#include "init/entry.h"

/*
 * Where the kernel enters the program (the link says -e antechamber_start), in front of the C
 * library's _start: its first system call blocks every signal. PID 1 has no default actions, so
 * a signal that finds it neither blocking nor handling it is dropped by the kernel; nothing of
 * ours can run earlier than this.
 *
 * It runs before a static PIE has relocated itself: addresses are relative to the instruction, no
 * table is read. The stack and the register that carries the dynamic loader's exit function (rdx,
 * x0) reach _start as the kernel or the loader left them. The "all" set has 64 bits, as the kernel
 * takes it: 32 to 34 too, which the C libraries' sigfillset leaves out.
 */

const uint64_t entry_all_signals __attribute__((used, visibility("hidden"))) = UINT64_MAX;
uint64_t entry_signal_mask __attribute__((used, visibility("hidden")));
int entry_result __attribute__((used, visibility("hidden")));

#if defined(__x86_64__)
__asm__(".pushsection .text.antechamber_start, \"ax\", @progbits\n"
	".globl antechamber_start\n"
	".type antechamber_start, @function\n"
	"antechamber_start:\n"
#ifdef __CET__
	"	endbr64\n"
#endif
	"	mov %rdx, %r9\n"
	"	mov $14, %eax\n" /* rt_sigprocmask */
	"	mov $2, %edi\n" /* SIG_SETMASK */
	"	lea entry_all_signals(%rip), %rsi\n"
	"	lea entry_signal_mask(%rip), %rdx\n"
	"	mov $8, %r10d\n"
	"	syscall\n"
	"	mov %eax, entry_result(%rip)\n"
	"	mov %r9, %rdx\n"
	"	jmp _start\n"
	".size antechamber_start, . - antechamber_start\n"
	".popsection\n");
#elif defined(__aarch64__)
__asm__(".pushsection .text.antechamber_start, \"ax\", @progbits\n"
	".globl antechamber_start\n"
	".type antechamber_start, @function\n"
	"antechamber_start:\n"
	"	hint #34\n" /* bti c; a no-op where the processor has none */
	"	mov x9, x0\n"
	"	mov x8, #135\n" /* rt_sigprocmask */
	"	mov x0, #2\n" /* SIG_SETMASK */
	"	adrp x1, entry_all_signals\n"
	"	add x1, x1, :lo12:entry_all_signals\n"
	"	adrp x2, entry_signal_mask\n"
	"	add x2, x2, :lo12:entry_signal_mask\n"
	"	mov x3, #8\n"
	"	svc #0\n"
	"	adrp x1, entry_result\n"
	"	str w0, [x1, :lo12:entry_result]\n"
	"	mov x0, x9\n"
	"	b _start\n"
	".size antechamber_start, . - antechamber_start\n"
	".popsection\n");
#else
#error "the entry point is written for x86-64 and aarch64"
#endif
