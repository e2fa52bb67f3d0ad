#ifndef NET_TLS_H
#define NET_TLS_H

#include <bearssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"
#include "net/chain.h"
#include "net/early.h"
#include "net/trust.h"

/*
 * TLS 1.2 over a socket that does not block: forward secrecy and AEAD only. A profile of BearSSL's
 * engine; only what is named in tls.c and chain.c is linked.
 */
struct tls {
	br_ssl_client_context client;
	struct chain chain;
	char host[HOST_MAX];
	size_t left_out; /* certificates of the bundle that are not among the anchors */
	bool is_open; /* the handshake has ended: application data may be written */
	bool is_patient; /* waits for the server's Finished before it sends anything */
	bool peer_ended; /* the stream ended, with close_notify or not */
	struct early early;
	/* Half duplex: HTTP sends a request, then reads the response. */
	unsigned char buffer[BR_SSL_BUFSIZE_MONO];
};

/*
 * Makes t ready for a handshake with host. unix_now is the time for the certificates' validity.
 * What trust points to must stay. ERR_FINAL if the system returns no random bytes.
 */
bool tls_start(
	struct tls *t, struct span host, struct trust trust, int64_t unix_now, struct err *e);

/*
 * Moves records between the engine and the socket until the socket blocks, there is application
 * data to read, or very many had none; *events becomes what poll should wait for (0: nothing before
 * data is taken).
 * A refused handshake is ERR_REFUSED, an error of the network or of a record after the handshake
 * ERR_TRANSIENT.
 */
bool tls_move(struct tls *t, int fd, short *events, struct err *e);

/*
 * Whether tls_write takes bytes although the handshake has not ended (False Start): once, unless
 * the caller has made t patient after tls_start.
 */
bool tls_may_write_early(const struct tls *t);

/* Bytes were written early, and the server's Finished has not come. */
bool tls_is_early(const struct tls *t);

/* Gives the engine bytes to send; returns how many it took. tls_move sends them. */
size_t tls_write(struct tls *t, struct span bytes);

/* Whether tls_write would take bytes: the handshake has ended, no record waits to be sent. */
bool tls_has_room(const struct tls *t);

/* Application data that has arrived, and how much of it was used. Points into t. */
struct span tls_peek(const struct tls *t);
void tls_take(struct tls *t, size_t n);

/*
 * The peer ended the stream and said so (close_notify, RFC 5246 section 7.2.1), without which a
 * body that lasts until the close may have been cut by anybody.
 */
bool tls_ended_cleanly(const struct tls *t);

/* What a BearSSL error number means, as a sentence. NULL when it has no sentence of its own. */
const char *tls_error_text(int number);

#endif
