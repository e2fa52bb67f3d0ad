#include "base/relro.h"

#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

/* Made by the linker; glibc's <link.h> declares it, musl's does not. */
extern ElfW(Dyn) _DYNAMIC[]; /* NOLINT(readability-redundant-declaration) */

/* How far the kernel moved the program from where the linker had put it. */
static uintptr_t
load_bias(const ElfW(Phdr) * header, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (header[i].p_type == PT_DYNAMIC)
			return (uintptr_t)_DYNAMIC - header[i].p_vaddr;
	return 0;
}

/* The linker lets the area end where a page ends; before it there is nothing that is written. */
static void
seal(uintptr_t start, uintptr_t end, uintptr_t page_size)
{
	start &= ~(page_size - 1);
	end &= ~(page_size - 1);
	/* Where this is refused the tables stay writable: no reason not to start the command. */
	if (start < end)
		(void)mprotect((void *)start, end - start, PROT_READ);
}

void
relro_seal(void)
{
	const ElfW(Phdr) *header = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	const size_t count = getauxval(AT_PHNUM);
	const uintptr_t page_size = getauxval(AT_PAGESZ);
	if (header == NULL || page_size == 0)
		return;

	const uintptr_t bias = load_bias(header, count);
	for (size_t i = 0; i < count; i++)
		if (header[i].p_type == PT_GNU_RELRO)
			seal(bias + header[i].p_vaddr, bias + header[i].p_vaddr + header[i].p_memsz,
				page_size);
}
