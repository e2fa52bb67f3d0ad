#include "net/tls.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/quote.h"
#include "net/curves.h"
#include "net/dial.h"

/*
 * In one call of tls_move. A handshake and a response have fewer without application data between
 * them; a peer that sends records which say nothing has any number.
 */
#define MOVES_MAX 200

/*
 * ECDSA before RSA (shorter chains), AES-128 before AES-256. ChaCha20 would cost 3.5 KiB, and every
 * AWS endpoint speaks AES-GCM.
 */
static const uint16_t suites[] = {
	BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

static void
set_algorithms(br_ssl_engine_context *engine)
{
	br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_suites(engine, suites, sizeof(suites) / sizeof(*suites));

	br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
	br_ssl_engine_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
	br_ssl_engine_set_prf_sha256(engine, br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(engine, br_tls12_sha384_prf);

	br_ssl_engine_set_ec(engine, &curves);
	br_ssl_engine_set_rsavrfy(engine, br_rsa_i62_pkcs1_vrfy);
	br_ssl_engine_set_ecdsa(engine, br_ecdsa_i31_vrfy_asn1);

	br_ssl_engine_set_aes_ctr(engine, &br_aes_ct64_ctr_vtable);
	br_ssl_engine_set_ghash(engine, br_ghash_ctmul64);
	br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
}

static bool
seed(br_ssl_engine_context *engine, struct err *e)
{
	unsigned char bytes[32];
	size_t len = 0;
	while (len < sizeof(bytes)) {
		ssize_t n = getrandom(bytes + len, sizeof(bytes) - len, 0);
		if (n < 0 && errno != EINTR)
			return err_sys(e, ERR_FINAL, errno, "random numbers for TLS");
		if (n > 0)
			len += (size_t)n;
	}
	br_ssl_engine_inject_entropy(engine, bytes, sizeof(bytes));
	return true;
}

bool
tls_start(struct tls *t, struct span host, struct trust trust, int64_t unix_now, struct err *e)
{
	struct quoted q;
	br_ssl_engine_context *engine = &t->client.eng;
	struct buf name = BUF(t->host);
	buf_put(&name, host);
	buf_put_char(&name, '\0');
	if (name.overflow)
		return err_set(e, ERR_LIMIT, "%s: longer than a host's name can be (%d bytes)",
			quote(&q, host), HOST_MAX - 1);

	t->left_out = trust.left_out;
	t->is_open = false;
	t->is_patient = false;
	t->early.from = 0;
	t->early.to = 0;
	t->peer_ended = false;
	br_ssl_client_zero(&t->client);
	set_algorithms(engine);
	chain_init(&t->chain, trust, unix_now);
	br_ssl_engine_set_x509(engine, &t->chain.vtable);
	br_ssl_engine_set_buffer(engine, t->buffer, sizeof(t->buffer), 0);
	if (!seed(engine, e))
		return false;
	/* No renegotiation: a response never needs one. */
	br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
	if (br_ssl_client_reset(&t->client, t->host, 0) != 1)
		return err_set(e, ERR_FINAL, "TLS: cannot start: error %d",
			br_ssl_engine_last_error(engine));
	return true;
}

static bool
refuse(const struct tls *t, int number, struct err *e)
{
	const char *text = tls_error_text(number);
	/* A server that does not accept False Start may respond with any alert. */
	bool may_pass = t->is_open || (tls_is_early(t) && number >= BR_ERR_RECV_FATAL_ALERT &&
					      number < BR_ERR_SEND_FATAL_ALERT);
	err_set(e, may_pass ? ERR_TRANSIENT : ERR_REFUSED, "TLS: %s (error %d)",
		text != NULL ? text : "the handshake failed", number);
	if (number == BR_ERR_X509_NOT_TRUSTED && t->left_out > 0) {
		err_set(e, ERR_REFUSED,
			"TLS: %s (error %d); certificates of the CA bundle that cannot be used: "
			"%zu",
			text, number, t->left_out);
		return err_hint(e, "--verbose says which certificates of the CA bundle cannot be "
				   "used, and why");
	}
	if (number == BR_ERR_X509_NOT_TRUSTED)
		err_hint(e, "for an endpoint or proxy with a CA of its own, give its certificate "
			    "in AWS_CA_BUNDLE");
	if (number == BR_ERR_X509_EXPIRED)
		err_hint(e, "check the certificate's dates and this machine's clock");
	return false;
}

/* One piece from the engine to the socket or back; false when the connection broke. */
static bool
move_records(struct tls *t, int fd, bool out, bool *blocked, struct err *e)
{
	br_ssl_engine_context *engine = &t->client.eng;
	size_t len;
	size_t n = 0;
	unsigned char *p = out ? br_ssl_engine_sendrec_buf(engine, &len)
			       : br_ssl_engine_recvrec_buf(engine, &len);
	enum dial_io io = out ? dial_send(fd, (struct span){ (const char *)p, len }, &n, e)
			      : dial_receive(fd, (char *)p, len, &n, e);
	switch (io) {
	case DIAL_MOVED:
		if (out)
			br_ssl_engine_sendrec_ack(engine, n);
		else
			br_ssl_engine_recvrec_ack(engine, n);
		return true;
	case DIAL_BLOCKED:
		*blocked = true;
		return true;
	case DIAL_END:
		t->peer_ended = true;
		return true;
	case DIAL_FAILED:
		return false;
	}
	return false;
}

/* False when the connection broke. */
static bool
send_early(struct tls *t, int fd, bool *blocked, struct err *e)
{
	struct early *early = &t->early;
	while (early->from < early->to && !*blocked) {
		const struct span rest = { (const char *)early->bytes + early->from,
			early->to - early->from };
		size_t n = 0;
		enum dial_io io = dial_send(fd, rest, &n, e);
		early->from += n;
		*blocked = io == DIAL_BLOCKED;
		if (io == DIAL_FAILED)
			return false;
	}
	return true;
}

bool
tls_move(struct tls *t, int fd, short *events, struct err *e)
{
	br_ssl_engine_context *engine = &t->client.eng;
	bool blocked = false;
	*events = 0;
	if (!send_early(t, fd, &blocked, e))
		return false;
	if (blocked) {
		*events = POLLOUT;
		return true;
	}
	for (unsigned moved = 0; !t->peer_ended; moved++) {
		unsigned state = br_ssl_engine_current_state(engine);
		if (state == BR_SSL_CLOSED) {
			int number = br_ssl_engine_last_error(engine);
			t->peer_ended = true;
			return number == BR_ERR_OK || refuse(t, number, e);
		}
		if ((state & (BR_SSL_SENDAPP | BR_SSL_RECVAPP)) != 0)
			t->is_open = true;
		if ((state & BR_SSL_RECVAPP) != 0)
			return true;
		bool out = (state & BR_SSL_SENDREC) != 0;
		/* A peer that never ceases does not keep us from looking at the clock. */
		blocked = moved == MOVES_MAX;
		if (!blocked && !move_records(t, fd, out, &blocked, e))
			return false;
		if (blocked) {
			*events = out ? POLLOUT : POLLIN;
			return true;
		}
	}
	return true;
}

bool
tls_may_write_early(const struct tls *t)
{
	return !t->is_open && !t->is_patient && t->early.to == 0 &&
	       early_is_possible(&t->client.eng);
}

bool
tls_is_early(const struct tls *t)
{
	return t->early.to > 0 && !t->is_open;
}

size_t
tls_write(struct tls *t, struct span bytes)
{
	size_t room;
	if (tls_may_write_early(t))
		return early_seal(&t->early, &t->client.eng, bytes);
	unsigned char *p = br_ssl_engine_sendapp_buf(&t->client.eng, &room);
	if (p == NULL)
		return 0;
	size_t n = bytes.n < room ? bytes.n : room;
	memcpy(p, bytes.p, n);
	br_ssl_engine_sendapp_ack(&t->client.eng, n);
	br_ssl_engine_flush(&t->client.eng, 0);
	return n;
}

bool
tls_has_room(const struct tls *t)
{
	size_t room;
	return br_ssl_engine_sendapp_buf(&t->client.eng, &room) != NULL;
}

struct span
tls_peek(const struct tls *t)
{
	size_t n = 0;
	unsigned char *p = br_ssl_engine_recvapp_buf(&t->client.eng, &n);
	return (struct span){ (const char *)p, p == NULL ? 0 : n };
}

void
tls_take(struct tls *t, size_t n)
{
	br_ssl_engine_recvapp_ack(&t->client.eng, n);
}

bool
tls_ended_cleanly(const struct tls *t)
{
	const br_ssl_engine_context *engine = &t->client.eng;
	return t->peer_ended && br_ssl_engine_current_state(engine) == BR_SSL_CLOSED &&
	       br_ssl_engine_last_error(engine) == BR_ERR_OK;
}
