/*
 * The C start code of a static PIE, in place of musl's rcrt1.o. It does what that does and two
 * things that it does not: it knows the packed form of relative relocations (DT_RELR), which makes
 * the file 11 KiB smaller and which musl reads since 1.2.4 only; and it makes the relocated tables
 * read-only (PT_GNU_RELRO), which nobody does for a static executable otherwise.
 *
 * Until relocate() is done no address may be read from memory, and until the C library has run no
 * canary: so no tables, no strings, no calls out of this file, no stack protector.
 */

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define R_RELATIVE R_X86_64_RELATIVE
__asm__(".pushsection .text._start, \"ax\", @progbits\n"
	".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call start_static\n"
	".size _start, . - _start\n"
	".popsection\n");

static long
protect(uintptr_t address, size_t length)
{
	long result = 10; /* mprotect */
	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(address), "S"(length), "d"(1L) /* PROT_READ */
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
#define R_RELATIVE R_AARCH64_RELATIVE
__asm__(".pushsection .text._start, \"ax\", @progbits\n"
	".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	mov x29, #0\n"
	"	mov x30, #0\n"
	"	mov x0, sp\n"
	"	and sp, x0, #-16\n"
	"	b start_static\n"
	".size _start, . - _start\n"
	".popsection\n");

static long
protect(uintptr_t address, size_t length)
{
	register long number __asm__("x8") = 226; /* mprotect */
	register uintptr_t first __asm__("x0") = address;
	register size_t second __asm__("x1") = length;
	register long third __asm__("x2") = 1; /* PROT_READ */
	__asm__ volatile("svc #0" : "+r"(first) : "r"(number), "r"(second), "r"(third) : "memory");
	return (long)first;
}
#else
#error "the start code is written for x86-64 and aarch64"
#endif

/* Made by the linker; their addresses are taken relative to the instruction. */
extern Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));

/*
 * The C library's default for threads, of which there are none. Its own definition has a value: the
 * only data of the program that is neither constant nor zero at first, for which the kernel would
 * have to keep apart a page more.
 */
extern unsigned __default_stacksize;
unsigned __default_stacksize;

int main(int argc, char **argv, char **envp);

/* The C library's own: sets itself up, runs main and exits with its result. It ignores the rest. */
_Noreturn void __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*loader)(void));

_Noreturn void start_static(uintptr_t *stack);

/* A word of the image at an address that the linker counted from 0. */
static uintptr_t *
word_at(uintptr_t base, uintptr_t address)
{
	return (uintptr_t *)(base + address);
}

static void
relocate_rela(uintptr_t base, const Elf64_Rela *rela, size_t size)
{
	for (size_t i = 0; i < size / sizeof(*rela); i++)
		if (ELF64_R_TYPE(rela[i].r_info) == R_RELATIVE)
			*word_at(base, rela[i].r_offset) = base + (uintptr_t)rela[i].r_addend;
}

/*
 * The gABI's DT_RELR: an even entry is the address of a word to relocate; an odd one is a map of
 * the 63 words behind the last one that was spoken of, its bit i (from 1) for word i - 1.
 */
static void
relocate_relr(uintptr_t base, const uintptr_t *relr, size_t size)
{
	uintptr_t *next = word_at(base, 0);
	for (size_t i = 0; i < size / sizeof(*relr); i++) {
		if ((relr[i] & 1) == 0) {
			next = word_at(base, relr[i]);
			*next++ += base;
			continue;
		}
		for (size_t bit = 1; bit < 64; bit++)
			if ((relr[i] >> bit & 1) != 0)
				next[bit - 1] += base;
		next += 63;
	}
}

/* Tags of the gABI that older <elf.h> do not know. */
#define TAG_RELRSZ 35
#define TAG_RELR 36

static void
relocate(uintptr_t base)
{
	uintptr_t rela = 0;
	uintptr_t relr = 0;
	size_t rela_size = 0;
	size_t relr_size = 0;
	for (const Elf64_Dyn *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_RELA)
			rela = d->d_un.d_ptr;
		else if (d->d_tag == DT_RELASZ)
			rela_size = d->d_un.d_val;
		else if (d->d_tag == TAG_RELR)
			relr = d->d_un.d_ptr;
		else if (d->d_tag == TAG_RELRSZ)
			relr_size = d->d_un.d_val;
	}
	relocate_rela(base, (const Elf64_Rela *)(base + rela), rela_size);
	relocate_relr(base, (const uintptr_t *)(base + relr), relr_size);
}

/* The linker ends the area at a page's end; its first page is ours from its beginning. */
static void
seal(uintptr_t base)
{
	const Elf64_Phdr *segment = (const Elf64_Phdr *)(base + __ehdr_start.e_phoff);
	for (size_t i = 0; i < __ehdr_start.e_phnum; i++) {
		if (segment[i].p_type != PT_GNU_RELRO)
			continue;
		uintptr_t start = (base + segment[i].p_vaddr) & ~(uintptr_t)4095;
		uintptr_t end = (base + segment[i].p_vaddr + segment[i].p_memsz) & ~(uintptr_t)4095;
		/* A kernel that refuses leaves the tables writable, which is no reason to die. */
		(void)protect(start, end - start);
	}
}

_Noreturn __attribute__((no_stack_protector, used, visibility("hidden"))) void
start_static(uintptr_t *stack)
{
	uintptr_t base = (uintptr_t)&__ehdr_start;
	relocate(base);
	seal(base);
	__libc_start_main(main, (int)stack[0], (char **)(stack + 1), NULL, NULL, NULL);
}
