#include "init/fds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/span.h"

/* memfd_create(2): linux/memfd.h of older systems does not have the second. */
#define MEMORY_CLOEXEC 0x1u
#define MEMORY_NOEXEC_SEAL 0x8u

/* Where neither close_range nor /proc helps: more descriptors than an entrypoint inherits. */
#define CLOSE_BLINDLY_MAX 65536

int
fds_memory(struct err *e)
{
	/* Kernels from 6.3 on may demand that it cannot be executed; older ones know no flag. */
	long fd = syscall(SYS_memfd_create, "antechamber", MEMORY_CLOEXEC | MEMORY_NOEXEC_SEAL);
	if (fd < 0 && errno == EINVAL)
		fd = syscall(SYS_memfd_create, "antechamber", MEMORY_CLOEXEC);
	if (fd < 0)
		err_sys(e, ERR_FINAL, errno, "make a file in memory for the parameters");
	return (int)fd;
}

/* The kernel's struct linux_dirent64, up to its name. */
struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* Closes what one buffer of /proc/self/fd lists, but not the directory itself. */
static void
close_listed(const char *list, size_t n, int first, int directory)
{
	for (size_t at = 0; at < n;) {
		const struct entry *entry = (const void *)(list + at);
		uint64_t fd = 0;
		if (span_u64(span_of(entry->name), INT32_MAX, &fd) && (int)fd >= first &&
			(int)fd != directory)
			close((int)fd);
		at += entry->size;
	}
}

static bool
close_by_proc(int first)
{
	_Alignas(struct entry) char list[1024];
	int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return false;
	long n;
	while ((n = syscall(SYS_getdents64, directory, list, sizeof(list))) > 0)
		close_listed(list, (size_t)n, first, directory);
	close(directory);
	return n == 0;
}

void
fds_close_from(int first)
{
	if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
		return;
	if (close_by_proc(first))
		return;
	struct rlimit limit = { .rlim_cur = CLOSE_BLINDLY_MAX };
	syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
	for (int fd = first; fd < CLOSE_BLINDLY_MAX && (rlim_t)fd < limit.rlim_cur; fd++)
		close(fd);
}

bool
fds_guard_standard(struct err *e)
{
	struct pollfd fds[] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	if (poll(fds, 3, 0) == 0)
		return true;
	/* open(2) takes the lowest number; a path descriptor fails with EBADF like a closed one. */
	int fd;
	do {
		fd = open("/", O_PATH | O_CLOEXEC);
	} while (fd >= 0 && fd < STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return fd >= 0 || err_sys(e, ERR_FINAL, errno, "guard the standard streams");
}
