#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/span.h"

/*
 * Bytes that must never be printed. A type of its own: no formatter and no log function takes it,
 * so that leaking one needs a visible ".bytes".
 */
struct secret {
	struct span bytes;
};

/*
 * Makes bytes a secret and remembers them for quote(). They must stay where they are for the
 * life of the process. At most SECRETS_MAX are remembered; the fetcher's bounds stay below it.
 */
struct secret secret_keep(struct span bytes);

/*
 * The longest remembered secret that text begins with, as a length; 0 when there is none.
 */
size_t secret_prefix(struct span text);

/*
 * How many are remembered, and forgetting those that came later: their bytes are about to be used
 * for something else.
 */
size_t secret_mark(void);
void secret_forget_since(size_t mark);

/* Forgets all, for tests. */
void secret_forget_all(void);

#endif
