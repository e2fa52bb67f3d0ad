#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/span.h"

/*
 * Bytes that must never be printed. A type of its own: no formatter and no log function takes it,
 * so that leaking one needs a visible ".bytes".
 */
struct secret {
	struct span bytes;
};

/*
 * Shorter secrets are not looked for: masking "1" or "prod" hides nothing, garbles the message and
 * reveals the value.
 */
#define SECRET_LEAST 8
/* A run of so many bytes that a text shares with a longer secret reveals part of it. */
#define SECRET_RUN 12

/* The secrets of a process, in its own memory. */
struct secret_list {
	uint64_t key; /* of the hash, so that no peer can make windows collide */
	size_t count;
	struct span kept[SECRETS_MAX];
	bool has_lost; /* there were more than fit: nothing from outside is printed any more */
	bool has_length[SECRET_RUN + 1]; /* whether one is that long, or longer for the last */

	size_t past_len;
	char past[SECRET_PAST_MAX]; /* copies of secrets whose own bytes were used anew */

	/* Scratch of secret_look. */
	bool hidden[SECRET_LOOK_MAX];
	uint8_t grams[(1u << 16) / 8];
	uint32_t slot[2 * SECRET_LOOK_MAX];
};

/* Empties the list and makes it the one that the functions below and quote() work with. */
void secret_use(struct secret_list *list);

/*
 * Makes bytes a secret and remembers them. They must stay where they are until secret_copy_since
 * or the end of the process.
 */
struct secret secret_keep(struct span bytes);

/* Forgets what was kept at this place: no text that may repeat it is to come any more. */
void secret_forget(struct span bytes);

/* How many are remembered. */
size_t secret_mark(void);

/* Copies those that were kept since the mark: their bytes are about to be used anew. */
void secret_copy_since(size_t mark);

/*
 * Finds what must not be printed of a text: every secret of at least SECRET_LEAST bytes, and every
 * run of at least SECRET_RUN bytes that it shares with one, letter case aside. Returns how many
 * bytes of the text, from its start, were judged: all, or nearly SECRET_LOOK_MAX. *hidden has a
 * flag for each of them until the next call, or is NULL where nothing is to be hidden. Takes time
 * in proportion to the text and to all secrets together, whatever they hold.
 */
size_t secret_look(struct span text, const bool **hidden);

#endif
