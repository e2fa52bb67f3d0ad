/*
 * What the way to the store alone takes: a client that waits for as many round trips as TLS 1.3
 * needs (one exchange for the handshake, one for each page), and computes nothing.
 *
 *	client PORT SERVICES PAGES CREDENTIALS_MS COMMAND...
 *
 * The server is store.py's serve_exchanges, which has the same sizes.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_BYTES 500
#define RESPONSE_BYTES 2500
#define SERVICES_MAX 8

static void
need(int is_so, const char *what)
{
	if (is_so)
		return;
	perror(what);
	exit(1);
}

static int
dial(const char *port)
{
	const int on = 1;
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(fd >= 0, "socket");
	need(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "TCP_NODELAY");
	need(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0, "connect");
	return fd;
}

/* One request on each connection, then all the responses. */
static void
exchange(const int *fd, int services)
{
	static char bytes[RESPONSE_BYTES];
	for (int i = 0; i < services; i++)
		need(send(fd[i], bytes, REQUEST_BYTES, 0) == REQUEST_BYTES, "send");
	for (int i = 0; i < services; i++)
		need(recv(fd[i], bytes, sizeof(bytes), MSG_WAITALL) == sizeof(bytes), "recv");
}

int
main(int argc, char **argv)
{
	int fd[SERVICES_MAX];
	struct timespec ready;
	need(argc > 5 && atoi(argv[2]) <= SERVICES_MAX, "arguments");
	const int services = atoi(argv[2]);
	clock_gettime(CLOCK_MONOTONIC, &ready);
	ready.tv_nsec += atol(argv[4]) * 1000000;
	ready.tv_sec += ready.tv_nsec / 1000000000;
	ready.tv_nsec %= 1000000000;
	for (int i = 0; i < services; i++)
		fd[i] = dial(argv[1]);
	exchange(fd, services);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ready, NULL);
	for (int pages = atoi(argv[3]); pages > 0; pages--)
		exchange(fd, services);
	execv(argv[5], argv + 5);
	need(0, argv[5]);
}
