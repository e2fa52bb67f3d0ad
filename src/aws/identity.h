#ifndef AWS_IDENTITY_H
#define AWS_IDENTITY_H

#include <stdint.h>

#include "base/secret.h"

/*
 * Who signs a request. The secrets borrow from the arena of whoever got them and live as long as
 * it does. The key's id is one of them: contract section 10 wants it unprinted too.
 */
struct credentials {
	struct secret access_key_id;
	struct secret secret_access_key;
	struct secret session_token; /* empty: none */
	int64_t expires; /* seconds since 1970; 0: never */
};

#endif
