#ifndef CTL_BASE_TYPING_H
#define CTL_BASE_TYPING_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "ctl/base/text.h"

/*
 * A line that is typed at a terminal without canonical mode, whose lines the kernel cuts silently
 * at 4095 bytes. It is edited as there: erase a character, a word or all of it, and take the next
 * character literally (VERASE, VWERASE, VKILL, VLNEXT). Pure.
 */
struct typing {
	struct text *line;
	size_t most; /* bytes; what comes after them is not kept */
	bool is_too_long;
	bool is_literal;
};

enum typing_state {
	TYPING_MORE,
	TYPING_DONE, /* Enter; *line is what was typed */
	TYPING_END, /* the character for end of input (VEOF) and nothing was typed before it */
};

/* Takes one byte; keys has the characters that edit. */
enum typing_state typing_take(struct typing *t, const struct termios *keys, char c);

#endif
