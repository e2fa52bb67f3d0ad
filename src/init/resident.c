#include "init/resident.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Made by the linker. */
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));
extern const char __start_init_resident[] __attribute__((visibility("hidden")));
extern const char __stop_init_resident[] __attribute__((visibility("hidden")));

/* Advice is of use or not; a kernel that does not take it keeps more memory. */
RESIDENT static void
advise(uintptr_t from, uintptr_t to, int advice)
{
	if (from < to)
		resident_call(SYS_madvise, (long)from, (long)(to - from), advice, 0);
}

/*
 * The advice about the order of reading makes the resident pages an area of their own, and the
 * kernel maps nothing around a page that is not of the same area. Nothing outside the section may
 * be called from the first piece that is given back on.
 */
RESIDENT static void
give_back(uintptr_t from, uintptr_t to, uintptr_t keep, uintptr_t keep_end)
{
	advise(keep, keep_end, MADV_RANDOM);
	advise(from, keep < to ? keep : to, MADV_DONTNEED);
	advise(keep_end > from ? keep_end : from, to, MADV_DONTNEED);
}

/* How deep the stack was while the options were read and the roles were started, at most. */
#define STACK_USED ((uintptr_t)128 * 1024)

RESIDENT void
resident_shrink(void)
{
	const uintptr_t page = (uintptr_t)getauxval(AT_PAGESZ) - 1;
	const uintptr_t base = (uintptr_t)&__ehdr_start;
	const uintptr_t keep = (uintptr_t)__start_init_resident & ~page;
	const uintptr_t keep_end = ((uintptr_t)__stop_init_resident + page) & ~page;
	const Elf64_Phdr *segment = (const Elf64_Phdr *)(base + __ehdr_start.e_phoff);
	uintptr_t bias = 0;
	uintptr_t from = 0;
	uintptr_t to = 0;
	/* The headers stand in a segment that goes too, so they are read before. */
	for (size_t i = 0; i < __ehdr_start.e_phnum; i++) {
		if (segment[i].p_type != PT_LOAD)
			continue;
		if (segment[i].p_offset == 0)
			bias = base - segment[i].p_vaddr;
		if ((segment[i].p_flags & PF_X) != 0) {
			from = bias + segment[i].p_vaddr;
			to = (from + segment[i].p_memsz + page) & ~page;
		}
	}
	/* Below this frame all is dead; one page more is kept for what is called from the loop. */
	const uintptr_t alive = ((uintptr_t)__builtin_frame_address(0) & ~page) - (page + 1);
	advise(alive - STACK_USED, alive, MADV_DONTNEED);
	give_back(from & ~page, to, keep, keep_end);
}
