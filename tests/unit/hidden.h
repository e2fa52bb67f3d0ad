#ifndef UNIT_HIDDEN_H
#define UNIT_HIDDEN_H

#include "base/secret.h"

/* Whether a message would show nothing of text but ***. */
static inline bool
is_hidden(struct span text)
{
	const bool *hidden;
	size_t n = secret_look(text, &hidden);
	for (size_t i = 0; i < n; i++) {
		if (hidden == NULL || !hidden[i])
			return false;
	}
	return n == text.n;
}

#endif
