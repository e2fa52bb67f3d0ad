#ifndef FETCH_CALL_H
#define FETCH_CALL_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "fetch/attempts.h"
#include "fetch/exchange.h"

/*
 * A sequence of requests to one peer, one after the other on one connection, each tried again by
 * the rules of aws/retry.h. What is asked and what becomes of the response is the owner's.
 */

struct call;

/* What an owner makes of a response. */
enum call_result {
	CALL_DONE, /* nothing more to ask */
	CALL_NEXT, /* another request */
	CALL_AGAIN, /* the same request at once, which does not count as an attempt */
	CALL_FAILED, /* e says why and whether another attempt may help */
};

struct call_ops {
	/* Whether a request can be made yet; until then the connection is made ahead. NULL: yes. */
	bool (*is_ready)(const struct call *call);
	/* Writes the next request, for each attempt. An error is final. */
	bool (*build)(struct call *call, struct buf *request, struct err *e);
	/* Reads call->exchange.response. */
	enum call_result (*take)(struct call *call, struct err *e);
	/* May change the error of an attempt that brought no response. NULL: as it is. */
	void (*no_response)(struct call *call, struct err *e);
	struct exchange_limits limits;
};

enum call_state {
	CALL_WAITING, /* not ready */
	CALL_PAUSED, /* until wake */
	CALL_ACTIVE, /* a request is under way */
	CALL_ENDED,
};

struct call {
	enum call_state state;
	const struct call_ops *ops;
	void *owner;
	const char *doing; /* context of errors: "load parameters under /svc/"; must stay */
	clock_ms wake;
	char failure[CALL_FAILURE_MAX]; /* of the last attempt; empty: it did not fail */
	struct attempts attempts;
	struct exchange exchange;
	bool keeps_connection; /* also after CALL_DONE, for call_again; the owner's to set */
	struct buf room; /* for the request: text, unless the owner has more */
	char text[HTTP_REQUEST_MAX];
};

/* A call that has done nothing yet; the buffers are not touched. The pointers must stay. */
void call_init(struct call *call, const struct call_ops *ops, void *owner, const char *doing,
	const struct peer *peer);

/*
 * A call that has ended well goes on with another request, as after CALL_NEXT: on the connection
 * that it kept, and after a pause where requests were throttled.
 */
void call_again(struct call *call, clock_ms now);

/* Goes as far as it can without waiting. False: the call has failed for good. */
bool call_move(struct call *call, clock_ms now, struct err *e);

/* What goes on, before the peer's name: "waiting for the response from". */
const char *call_waits_for(const struct call *call);

/* When call_move is to be called although nothing happened on the connection. */
clock_ms call_deadline(const struct call *call);

#endif
