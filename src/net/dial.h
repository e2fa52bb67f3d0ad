#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/span.h"

/* Sockets that never block. */

/*
 * A new one, close-on-exec; -1 and errno. The system call itself: where the kernel refuses it, the
 * C library tries without the flags, and the socket would block, because the sandbox does not
 * allow it to add them.
 */
int dial_socket(int family, int type);

/*
 * Begins to connect with TCP_NODELAY set (a TLS handshake in several writes otherwise waits for
 * delayed acknowledgements, 40 ms each). The descriptor is close-on-exec. ERR_TRANSIENT when it
 * fails at once; *fd is -1 then.
 */
bool dial_start(const struct sockaddr_storage *to, socklen_t size, int *fd, struct err *e);

/* How the connect ended, when poll says that fd is writable. ERR_TRANSIENT. */
bool dial_finish(int fd, struct err *e);

enum dial_io {
	DIAL_MOVED, /* some bytes, *n of them */
	DIAL_BLOCKED, /* poll first */
	DIAL_END, /* the peer closed its side; only from dial_receive */
	DIAL_FAILED, /* e is set, ERR_TRANSIENT */
};

enum dial_io dial_send(int fd, struct span bytes, size_t *n, struct err *e);
enum dial_io dial_receive(int fd, char *to, size_t cap, size_t *n, struct err *e);

#endif
