#ifndef FETCH_STORE_H
#define FETCH_STORE_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"

/* The parameters of all services as they arrive, page by page and in any order of services. */

struct param {
	unsigned service; /* its place on the command line; STORE_REFERENCES for references */
	struct span name; /* of the parameter, or the variable of a reference */
	struct span value;
};

#define STORE_REFERENCES SERVICES_MAX

struct store {
	size_t count;
	size_t bytes_len;
	size_t name_len; /* of the parameter that was begun */
	struct param param[PARAMS_MAX];
	char bytes[PARAM_BYTES_MAX];
};

/*
 * A place to go back to, so that nothing of a malformed response is used. Between the two no secret
 * is kept but the values that the store takes.
 */
struct store_mark {
	size_t count;
	size_t bytes_len;
	size_t secrets;
};

/*
 * Sorts what was added since there were first: references (a service overwrites them), then the
 * services in their order, each by name; of one name (a file can have it twice) in the order of
 * arrival, in which the store fills.
 */
void store_sort(struct store *s, size_t first);

/* Sorts likewise, of one service; one of two that have the same name, NULL when there are none. */
const struct param *store_find_repeated(struct store *s, size_t first);

struct store_mark store_mark(const struct store *s);
void store_reset(struct store *s, struct store_mark mark);

/* Begins a parameter: the value is what is appended to *b until store_end. */
void store_begin(struct store *s, struct span name, struct buf *b);

/*
 * Ends it; the value is remembered as a secret. ERR_LIMIT: PARAMS_MAX, PARAM_BYTES_MAX. The spans
 * of what was added point into the store and stay.
 */
bool store_end(struct store *s, unsigned service, const struct buf *b, struct err *e);

/* Both, with the text of a JSON string as the value. */
bool store_add(struct store *s, unsigned service, struct span name, struct json_value value,
	struct err *e);

#endif
