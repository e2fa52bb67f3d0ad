#include "base/pages.h"

#include <errno.h>
#include <sys/mman.h>

static size_t mapped;

void *
pages_map(size_t size, const char *refusal, struct err *e)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p != MAP_FAILED) {
		mapped += size;
		return p;
	}
	err_sys(e, ERR_FINAL, errno, "%s, %zu KiB of addresses", refusal, (size + 1023) / 1024);
	err_hint(e, "raise the limit of the address space (ulimit -v), or allow overcommit "
		    "(vm.overcommit_memory)");
	return NULL;
}

size_t
pages_mapped(void)
{
	return mapped;
}
