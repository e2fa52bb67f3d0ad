#ifndef FETCH_SESSION_H
#define FETCH_SESSION_H

#include <stdint.h>

#include "fetch/credentials.h"
#include "fetch/scratch.h"
#include "fetch/store.h"

/* What all calls to AWS have in common. */
struct session {
	struct identity identity; /* the credentials, and the call that gets them */
	int64_t clock_offset; /* seconds to add to our clock, so that it is AWS's */
	struct store store;
	struct scratch scratch;
};

#endif
