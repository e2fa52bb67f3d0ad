#include "net/early.h"

#include <string.h>

/* The content type of a record (RFC 5246 section 6.2.1). */
#define APPLICATION_DATA 23

/*
 * What is relied on: out.vtable names the protection of outgoing records, which changes with our
 * ChangeCipherSpec; out.gcm.seq counts the records sealed since; encrypt takes the text with
 * EARLY_BEFORE bytes of room before it and EARLY_AFTER after it, and returns where the record
 * begins; application_data is 0 until both sides' Finished were verified.
 */
_Static_assert(sizeof(br_sslrec_gcm_context) <= sizeof(((br_ssl_engine_context *)NULL)->out),
	"the context for AES-GCM is one of those for outgoing records");

bool
early_is_possible(const br_ssl_engine_context *engine)
{
	unsigned state = br_ssl_engine_current_state(engine);
	return state == BR_SSL_RECVREC && engine->application_data == 0 &&
	       engine->out.vtable == &br_sslrec_out_gcm_vtable.inner && engine->out.gcm.seq == 1;
}

size_t
early_seal(struct early *early, br_ssl_engine_context *engine, struct span bytes)
{
	size_t n = bytes.n < EARLY_MAX ? bytes.n : EARLY_MAX;
	size_t size = n;
	unsigned char *text = early->bytes + EARLY_BEFORE;
	memcpy(text, bytes.p, n);
	const unsigned char *record = engine->out.vtable->encrypt(
		&engine->out.vtable, APPLICATION_DATA, engine->version_out, text, &size);
	early->from = (size_t)(record - early->bytes);
	early->to = early->from + size;
	return n;
}
