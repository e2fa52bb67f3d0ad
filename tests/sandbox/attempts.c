#include "attempts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/bounded.h"
#include "base/stop.h"
#include "net/resolve.h"
#include "sandbox/kernel.h"

/*
 * Real attempts. Each makes the call with arguments that work, or that the kernel would at least
 * look at, so that EPERM and SIGSYS can only come from the jail.
 */

struct attempt_things things;

static char page[4096] __attribute__((aligned(4096)));

#define CALL(name, ...)             \
	static long name(void)      \
	{                           \
		return __VA_ARGS__; \
	}

static struct sockaddr_in
loopback(unsigned short port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Files. */
CALL(open_hosts, syscall(SYS_openat, AT_FDCWD, "/etc/hosts", O_RDONLY | O_CLOEXEC))
#ifdef SYS_open
CALL(old_open_hosts, syscall(SYS_open, "/etc/hosts", O_RDONLY))
CALL(old_open_write, syscall(SYS_open, "/dev/null", O_WRONLY))
#endif
CALL(open_resolv_conf, syscall(SYS_openat, AT_FDCWD, "/etc/resolv.conf", O_RDONLY))
CALL(open_own_memory, syscall(SYS_openat, AT_FDCWD, "/proc/self/status", O_RDONLY))
CALL(open_foreign_memory, syscall(SYS_openat, AT_FDCWD, "/proc/1/mem", O_RDONLY))
CALL(open_write, syscall(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY))
CALL(open_path, syscall(SYS_openat, AT_FDCWD, "/etc/hosts", O_PATH))
CALL(open_directory, syscall(SYS_openat, AT_FDCWD, "/etc", O_RDONLY | O_DIRECTORY))
CALL(open_create, syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY | O_CREAT, 0600))
CALL(open_in_folder, syscall(SYS_openat, things.pipe[0], "/etc/hosts", O_RDONLY))
CALL(read_stdin, read(STDIN_FILENO, page, 0))
CALL(read_socket, read(things.tcp, page, 0))
CALL(read_block, read(things.block, page, 1))
CALL(write_stdout, write(STDOUT_FILENO, "", 0))
CALL(write_socket, write(things.tcp, "", 0))
CALL(write_vector, writev(STDERR_FILENO, &(struct iovec){ page, 0 }, 1))
CALL(stat_file, syscall(SYS_newfstatat, AT_FDCWD, "/etc/hosts", page, 0))
CALL(change_folder, syscall(SYS_chdir, "."))
CALL(read_link, syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", page, 100))
CALL(unlink_file, syscall(SYS_unlinkat, AT_FDCWD, "/nowhere/at/all", 0))
CALL(make_memfd, syscall(SYS_memfd_create, "more", 0))
CALL(write_block, write(things.block, "A=1", 4))
CALL(truncate_block, ftruncate(things.block, 1))
CALL(write_stderr, write(STDERR_FILENO, "", 0))
CALL(duplicate, dup(things.block))
CALL(duplicate_by_fcntl, fcntl(things.block, F_DUPFD, 10))
CALL(get_file_flags, fcntl(things.tcp, F_GETFL))
CALL(set_file_flags, fcntl(things.tcp, F_SETFL, O_RDWR | O_NONBLOCK))
CALL(set_fd_flags, fcntl(things.tcp, F_SETFD, FD_CLOEXEC))
CALL(set_owner, fcntl(things.tcp, F_SETOWN, getpid()))
CALL(device_control, syscall(SYS_ioctl, things.pipe[0], 0x5421, page)) /* FIONBIO */
CALL(close_one, close(things.pipe[1]))

/* Sockets. */
CALL(tcp_socket, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
CALL(tcp6_socket, socket(AF_INET6, SOCK_STREAM, 0))
CALL(tcp_socket_by_protocol, socket(AF_INET, SOCK_STREAM, IPPROTO_TCP))
CALL(mptcp_socket, socket(AF_INET, SOCK_STREAM, 262))
CALL(sctp_socket, socket(AF_INET, SOCK_STREAM, 132))
CALL(udp_socket, socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
CALL(udp_socket_by_protocol, socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP))
CALL(ping_socket, socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP))
CALL(raw_socket, socket(AF_INET, SOCK_RAW, IPPROTO_TCP))
CALL(unix_socket, socket(AF_UNIX, SOCK_STREAM, 0))
CALL(netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))
CALL(socket_pair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)(void *)page))
CALL(no_delay, setsockopt(things.tcp, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int)))
CALL(socket_error, getsockopt(things.tcp, SOL_SOCKET, SO_ERROR, page, &(socklen_t){ 4 }))
CALL(peer_name, getpeername(things.tcp, (void *)page, &(socklen_t){ 100 }))
CALL(own_name, getsockname(things.tcp, (void *)page, &(socklen_t){ 100 }))
CALL(socket_filter, setsockopt(things.tcp, SOL_SOCKET, 27, &(int){ 0 }, sizeof(int))) /* detach */
CALL(shut_down, shutdown(things.tcp, SHUT_WR))

static long
connect_and_talk(void)
{
	const struct sockaddr_in to = loopback(things.port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char back[4] = "";
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0 ||
		send(fd, "ping", 4, MSG_NOSIGNAL) != 4 || poll(&ready, 1, 5000) != 1 ||
		recv(fd, back, sizeof(back), MSG_WAITALL) != 4)
		return -1;
	errno = EIO;
	return memcmp(back, "ping", 4) == 0 ? 0 : -1;
}

/* Where nobody has planned to connect to. */
static long
connect_elsewhere(void)
{
	const struct sockaddr_in to = loopback(things.other_port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd < 0 ? -1 : connect(fd, (const struct sockaddr *)&to, sizeof(to));
}

static long
bind_to_loopback(int type)
{
	const struct sockaddr_in to = loopback(0);
	int fd = socket(AF_INET, type, 0);
	return fd < 0 ? -1 : bind(fd, (const struct sockaddr *)&to, sizeof(to));
}
CALL(bind_udp, bind_to_loopback(SOCK_DGRAM))
CALL(bind_tcp, bind_to_loopback(SOCK_STREAM))
CALL(listen_tcp, listen(socket(AF_INET, SOCK_STREAM, 0), 1))
CALL(accept_tcp, accept4(things.tcp, NULL, NULL, 0))

static long
message_to_itself(void)
{
	struct sockaddr_in to;
	socklen_t size = sizeof(to);
	struct iovec bytes = { page, 3 };
	struct msghdr out = { .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &bytes };
	struct msghdr in = { .msg_iov = &bytes };
	out.msg_iovlen = 1;
	in.msg_iovlen = 1;
	if (getsockname(things.udp, (struct sockaddr *)&to, &size) != 0 ||
		sendmsg(things.udp, &out, 0) != 3)
		return -1;
	return recvmsg(things.udp, &in, 0);
}

static long
look_up(const char *name)
{
	static struct resolver resolver;
	const struct resolve_query query = { span_of(name), 443, false, clock_now() + 100 };
	struct addresses found;
	struct err e = { 0 };
	errno = EIO;
	return resolve_host(&resolver, &query, &found, &e) ? 0 : -1;
}
CALL(look_up_local, look_up("localhost"))
CALL(look_up_address, look_up("127.0.0.1"))
CALL(look_up_address6, look_up("fd00:ec2::23"))

/* Memory. */
static long
map(int protection, int flags, int fd)
{
	/* The raw call: musl turns EPERM into ENOMEM. */
	return syscall(SYS_mmap, NULL, 4096, protection, flags, fd, 0) == -1 ? -1 : 0;
}
CALL(map_memory, map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1))
CALL(map_code, map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1))
CALL(map_shared, map(PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1))
CALL(map_file, map(PROT_READ, MAP_PRIVATE, things.block))
CALL(protect_data, mprotect(page, sizeof(page), PROT_READ | PROT_WRITE))
CALL(protect_code, mprotect(page, sizeof(page), PROT_READ | PROT_EXEC))
CALL(unmap_memory, munmap(page, sizeof(page)))
CALL(grow_heap, syscall(SYS_brk, 0))

/* Time, randomness, signals to itself. */
CALL(read_clock, syscall(SYS_clock_gettime, CLOCK_MONOTONIC, page))
CALL(wait_a_little, poll(NULL, 0, 1))
CALL(sleep_a_little, nanosleep(&(struct timespec){ 0, 1000 }, NULL))
CALL(get_random, syscall(SYS_getrandom, page, 32, 0))
CALL(set_timer, setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 9, 0 } }, NULL))
CALL(set_cpu_timer, setitimer(ITIMER_VIRTUAL, &(struct itimerval){ { 0, 0 }, { 9, 0 } }, NULL))
CALL(signal_self, syscall(SYS_tkill, getpid(), 0))
CALL(own_number, syscall(SYS_getpid))
CALL(own_thread, syscall(SYS_gettid))
CALL(set_action, sigaction(SIGABRT, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL))
CALL(set_mask, syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, page, 8))
CALL(signal_own_thread, syscall(SYS_tgkill, getpid(), getpid(), 0))

/* The signal that was sent before the jail: its handler runs and returns. */
static long
stop_waiting(void)
{
	bool interrupted = stop_poll(NULL, 0, 1000) == -1 && errno == EINTR;
	return interrupted && stop_signal() == SIGTERM ? 0 : -1;
}

CALL(set_other_timer, syscall(SYS_timer_settime, 1, 0, page, NULL))

/* The timer that was made before the jail interrupts the write. */
static long
write_to_full_pipe(void)
{
	const struct span bytes = { page, sizeof(page) };
	ssize_t n;
	do {
		n = bounded_write(STDERR_FILENO, bytes, 1);
	} while (n > 0);
	return 0;
}

static long
abort_now(void)
{
	abort();
	return -1;
}

/* The jail itself. */
CALL(strict_filter, syscall(SYS_seccomp, 2, 0, &(uint32_t){ KERNEL_SECCOMP_ALLOW }))
CALL(get_process_flag, prctl(PR_GET_DUMPABLE))
CALL(get_limit, syscall(SYS_prlimit64, 0, 0, NULL, page))
CALL(set_uid, syscall(SYS_setresuid, -1, -1, -1))
CALL(get_personality, syscall(SYS_personality, 0xffffffff))
CALL(add_rule, syscall(SYS_landlock_add_rule, -1, KERNEL_LANDLOCK_RULE_PORT, page, 0))

/* What ends the process. */
CALL(signal_parent, syscall(SYS_kill, getppid(), 0))
CALL(signal_all, syscall(SYS_kill, -1, 0))
CALL(signal_parent_thread, syscall(SYS_tkill, getppid(), 0))
CALL(signal_foreign_thread, syscall(SYS_tgkill, getppid(), getppid(), 0))
CALL(queue_signal, syscall(SYS_rt_sigqueueinfo, getpid(), 0, NULL))
CALL(queue_thread_signal, syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), 0, NULL))
CALL(signal_by_descriptor, syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0))
CALL(take_descriptor, syscall(SYS_pidfd_getfd, -1, 0, 0))
CALL(execute, syscall(SYS_execve, "/nowhere", NULL, NULL))
CALL(execute_at, syscall(SYS_execveat, -1, "nowhere", NULL, NULL, 0))
CALL(clone_new, syscall(SYS_clone3, NULL, 0))
CALL(trace, ptrace(PTRACE_TRACEME, 0, NULL, NULL))
CALL(io_uring, syscall(SYS_io_uring_setup, 0, NULL))
CALL(io_uring_go, syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0))
CALL(io_uring_add, syscall(SYS_io_uring_register, -1, 0, NULL, 0))
CALL(kernel_program, syscall(SYS_bpf, 0xffff, NULL, 0))
CALL(fault_handler, syscall(SYS_userfaultfd, -1))
CALL(performance, syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0))
CALL(key_ring, syscall(SYS_keyctl, 0, -3, 0))
CALL(new_key, syscall(SYS_add_key, NULL, NULL, NULL, 0, 0))
CALL(ask_for_key, syscall(SYS_request_key, NULL, NULL, NULL, 0))
CALL(new_namespace, syscall(SYS_unshare, 0))
CALL(join_namespace, syscall(SYS_setns, -1, 0))
CALL(mount_something, syscall(SYS_mount, NULL, NULL, NULL, 0, NULL))
CALL(load_module, syscall(SYS_init_module, NULL, 0, ""))
CALL(load_module_file, syscall(SYS_finit_module, -1, "", 0))
CALL(new_kernel, syscall(SYS_kexec_load, 0, 0, NULL, -1))

/* A child that is made after all ends at once. */
static long
child_by(long number)
{
	long pid = syscall(number, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		syscall(SYS_exit_group, 0);
	return pid;
}
CALL(clone_child, child_by(SYS_clone))
#ifdef SYS_fork
CALL(fork_child, child_by(SYS_fork))
CALL(x32_call, syscall((long)(KERNEL_X32 | SYS_getpid)))

/* getpid by the other way into the kernel, where 20 means it and not writev. */
static long
i386_call(void)
{
	long result = 20;
	__asm__ volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11", "memory");
	return result;
}

/* A child that shares the memory may do nothing but end: not even return from here. */
static long
vfork_child(void)
{
	pid_t pid = vfork();
	if (pid == 0)
		_exit(0);
	return pid;
}
#endif

static long
move_memory(long number)
{
	char own[8] = "";
	struct iovec local = { own, sizeof(own) };
	struct iovec remote = { page, sizeof(own) };
	return syscall(number, getpid(), &local, 1, &remote, 1, 0);
}
CALL(read_memory, move_memory(SYS_process_vm_readv))
CALL(write_memory, move_memory(SYS_process_vm_writev))

const struct attempt attempts[] = {
	{ "open /etc/hosts", open_hosts, WORKS, REFUSED, REFUSED },
	{ "open /etc/resolv.conf", open_resolv_conf, LET_IN, REFUSED, REFUSED },
	{ "open /proc/self/status", open_own_memory, LET_IN, REFUSED, REFUSED },
	{ "open /proc/1/mem", open_foreign_memory, UNKNOWN, REFUSED, REFUSED },
#ifdef SYS_open
	{ "open /etc/hosts, the old call", old_open_hosts, WORKS, REFUSED, REFUSED },
	{ "open for writing, the old call", old_open_write, WORKS, REFUSED, REFUSED },
#endif
	{ "open for writing", open_write, WORKS, REFUSED, REFUSED },
	{ "open with O_PATH", open_path, WORKS, REFUSED, REFUSED },
	{ "open a directory", open_directory, WORKS, REFUSED, REFUSED },
	{ "open with O_CREAT", open_create, WORKS, REFUSED, REFUSED },
	{ "open beside a descriptor", open_in_folder, WORKS, REFUSED, REFUSED },
	{ "stat", stat_file, WORKS, REFUSED, REFUSED },
	{ "chdir", change_folder, WORKS, REFUSED, REFUSED },
	{ "readlink", read_link, LET_IN, REFUSED, REFUSED },
	{ "unlink", unlink_file, OTHER, REFUSED, REFUSED },
	{ "memfd_create", make_memfd, WORKS, REFUSED, REFUSED },
	{ "write the block", write_block, WORKS, WORKS, WORKS },
	{ "ftruncate the block", truncate_block, WORKS, REFUSED, REFUSED },
	{ "write stderr", write_stderr, WORKS, WORKS, WORKS },
	{ "read stdin", read_stdin, WORKS, REFUSED, REFUSED },
	{ "read a socket with read", read_socket, WORKS, REFUSED, REFUSED },
	{ "read the block", read_block, WORKS, REFUSED, REFUSED },
	{ "write stdout", write_stdout, WORKS, REFUSED, REFUSED },
	{ "write a socket with write", write_socket, WORKS, REFUSED, REFUSED },
	{ "writev", write_vector, WORKS, REFUSED, REFUSED },
	{ "dup", duplicate, WORKS, REFUSED, REFUSED },
	{ "fcntl F_DUPFD", duplicate_by_fcntl, WORKS, REFUSED, REFUSED },
	{ "fcntl F_GETFL", get_file_flags, WORKS, REFUSED, REFUSED },
	{ "fcntl F_SETFL", set_file_flags, WORKS, REFUSED, REFUSED },
	{ "fcntl F_SETFD", set_fd_flags, WORKS, REFUSED, REFUSED },
	{ "fcntl F_SETOWN", set_owner, WORKS, REFUSED, REFUSED },
	{ "ioctl", device_control, WORKS, REFUSED, REFUSED },
	{ "close", close_one, WORKS, WORKS, WORKS },

	{ "TCP socket", tcp_socket, WORKS, WORKS, WORKS },
	{ "TCP socket, IPv6", tcp6_socket, LET_IN, LET_IN, LET_IN },
	{ "connect, send, poll, receive", connect_and_talk, WORKS, WORKS, WORKS },
	{ "connect to another port", connect_elsewhere, WORKS, FENCED, FENCED },
	{ "TCP socket by its protocol", tcp_socket_by_protocol, WORKS, REFUSED, REFUSED },
	{ "MPTCP socket", mptcp_socket, UNKNOWN, REFUSED, REFUSED },
	{ "SCTP socket", sctp_socket, UNKNOWN, REFUSED, REFUSED },
	{ "TCP_NODELAY", no_delay, WORKS, WORKS, WORKS },
	{ "SO_ERROR", socket_error, WORKS, WORKS, WORKS },
	{ "shutdown", shut_down, WORKS, REFUSED, REFUSED },
	{ "UDP socket", udp_socket, WORKS, WORKS, REFUSED },
	{ "UDP socket by its protocol", udp_socket_by_protocol, WORKS, REFUSED, REFUSED },
	{ "bind UDP", bind_udp, WORKS, REFUSED, REFUSED },
	{ "sendmsg, recvmsg", message_to_itself, WORKS, REFUSED, REFUSED },
	{ "getsockname", own_name, WORKS, REFUSED, REFUSED },
	{ "resolve a name of this machine", look_up_local, WORKS, WORKS, WORKS },
	{ "resolve an address", look_up_address, WORKS, WORKS, WORKS },
	{ "resolve an address, IPv6", look_up_address6, WORKS, WORKS, WORKS },
	{ "bind TCP", bind_tcp, WORKS, REFUSED, REFUSED },
	{ "listen", listen_tcp, WORKS, REFUSED, REFUSED },
	{ "accept", accept_tcp, OTHER, REFUSED, REFUSED },
	{ "getpeername", peer_name, WORKS, REFUSED, REFUSED },
	{ "filter of a socket", socket_filter, OTHER, REFUSED, REFUSED },
	{ "ping socket", ping_socket, UNKNOWN, REFUSED, REFUSED },
	{ "raw socket", raw_socket, UNKNOWN, REFUSED, REFUSED },
	{ "Unix socket", unix_socket, WORKS, REFUSED, REFUSED },
	{ "netlink socket", netlink_socket, WORKS, REFUSED, REFUSED },
	{ "socketpair", socket_pair, WORKS, REFUSED, REFUSED },

	{ "mmap", map_memory, WORKS, REFUSED, REFUSED },
	{ "mmap with PROT_EXEC", map_code, WORKS, REFUSED, REFUSED },
	{ "mmap shared", map_shared, WORKS, REFUSED, REFUSED },
	{ "mmap of a file", map_file, WORKS, REFUSED, REFUSED },
	{ "mprotect", protect_data, WORKS, REFUSED, REFUSED },
	{ "mprotect with PROT_EXEC", protect_code, WORKS, REFUSED, REFUSED },
	{ "munmap", unmap_memory, WORKS, REFUSED, REFUSED },
	{ "brk", grow_heap, WORKS, REFUSED, REFUSED },

	{ "clock_gettime", read_clock, WORKS, WORKS, WORKS },
	{ "poll", wait_a_little, WORKS, WORKS, WORKS },
	{ "nanosleep", sleep_a_little, WORKS, REFUSED, REFUSED },
	{ "getrandom", get_random, WORKS, WORKS, WORKS },
	{ "write to a full pipe", write_to_full_pipe, WORKS, WORKS, WORKS },
	{ "set another timer", set_other_timer, OTHER, REFUSED, REFUSED },
	{ "setitimer", set_timer, WORKS, REFUSED, REFUSED },
	{ "setitimer, another clock", set_cpu_timer, WORKS, REFUSED, REFUSED },
	{ "getpid", own_number, WORKS, REFUSED, REFUSED },
	{ "gettid", own_thread, WORKS, REFUSED, REFUSED },
	{ "rt_sigaction", set_action, WORKS, REFUSED, REFUSED },
	{ "rt_sigprocmask", set_mask, WORKS, REFUSED, REFUSED },
	{ "tkill itself with another signal", signal_self, WORKS, KILLED, KILLED },
	{ "tgkill itself", signal_own_thread, WORKS, KILLED, KILLED },
	{ "stop by a signal", stop_waiting, WORKS, WORKS, WORKS },
	{ "abort", abort_now, ABORTED, ABORTED, ABORTED },

	{ "seccomp, another operation", strict_filter, WORKS, REFUSED, REFUSED },
	{ "prctl", get_process_flag, WORKS, REFUSED, REFUSED },
	{ "prlimit", get_limit, WORKS, REFUSED, REFUSED },
	{ "setresuid", set_uid, WORKS, REFUSED, REFUSED },
	{ "personality", get_personality, WORKS, REFUSED, REFUSED },
	{ "landlock_add_rule", add_rule, OTHER, OTHER, REFUSED },

	{ "kill the parent", signal_parent, WORKS, KILLED, KILLED },
	{ "kill all", signal_all, UNKNOWN, KILLED, KILLED },
	{ "tkill the parent", signal_parent_thread, WORKS, KILLED, KILLED },
	{ "tgkill the parent", signal_foreign_thread, WORKS, KILLED, KILLED },
	{ "rt_sigqueueinfo", queue_signal, OTHER, KILLED, KILLED },
	{ "rt_tgsigqueueinfo", queue_thread_signal, OTHER, KILLED, KILLED },
	{ "pidfd_send_signal", signal_by_descriptor, OTHER, KILLED, KILLED },
	{ "pidfd_getfd", take_descriptor, OTHER, KILLED, KILLED },
	{ "execve", execute, OTHER, KILLED, KILLED },
	{ "execveat", execute_at, OTHER, KILLED, KILLED },
#ifdef SYS_fork
	{ "fork", fork_child, WORKS, KILLED, KILLED },
	{ "vfork", vfork_child, WORKS, KILLED, KILLED },
	{ "x32 getpid", x32_call, LET_IN, KILLED, KILLED },
	{ "i386 getpid", i386_call, UNKNOWN, FOREIGN, FOREIGN },
#endif
	{ "clone", clone_child, WORKS, KILLED, KILLED },
	{ "clone3", clone_new, OTHER, KILLED, KILLED },
	{ "ptrace", trace, UNKNOWN, KILLED, KILLED },
	{ "process_vm_readv", read_memory, WORKS, KILLED, KILLED },
	{ "process_vm_writev", write_memory, WORKS, KILLED, KILLED },
	{ "io_uring_setup", io_uring, UNKNOWN, KILLED, KILLED },
	{ "io_uring_enter", io_uring_go, UNKNOWN, KILLED, KILLED },
	{ "io_uring_register", io_uring_add, UNKNOWN, KILLED, KILLED },
	{ "bpf", kernel_program, UNKNOWN, KILLED, KILLED },
	{ "userfaultfd", fault_handler, UNKNOWN, KILLED, KILLED },
	{ "perf_event_open", performance, UNKNOWN, KILLED, KILLED },
	{ "keyctl", key_ring, UNKNOWN, KILLED, KILLED },
	{ "add_key", new_key, UNKNOWN, KILLED, KILLED },
	{ "request_key", ask_for_key, UNKNOWN, KILLED, KILLED },
	{ "unshare", new_namespace, UNKNOWN, KILLED, KILLED },
	{ "setns", join_namespace, UNKNOWN, KILLED, KILLED },
	{ "mount", mount_something, UNKNOWN, KILLED, KILLED },
	{ "init_module", load_module, UNKNOWN, KILLED, KILLED },
	{ "finit_module", load_module_file, UNKNOWN, KILLED, KILLED },
	{ "kexec_load", new_kernel, UNKNOWN, KILLED, KILLED },
};

const size_t attempts_count = sizeof(attempts) / sizeof(*attempts);
