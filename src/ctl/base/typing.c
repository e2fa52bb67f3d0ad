#include "ctl/base/typing.h"

#include <unistd.h>

/* Of the keyboard's two keys for it, a terminal's settings name one. */
#define BACKSPACE '\b'
#define DELETE '\x7f'

static bool
is_key(const struct termios *keys, unsigned index, char c)
{
	const cc_t key = keys->c_cc[index];
	return key != _POSIX_VDISABLE && key == (cc_t)c;
}

static void
erase_character(struct text *line)
{
	bool is_inside;
	do {
		is_inside = line->n > 1 && ((unsigned char)line->p[line->n - 1] & 0xc0) == 0x80;
		line->n -= line->n > 0 ? 1 : 0;
	} while (is_inside);
}

static bool
ends_with_blank(const struct text *line)
{
	return line->n > 0 && (line->p[line->n - 1] == ' ' || line->p[line->n - 1] == '\t');
}

static void
erase_word(struct text *line)
{
	while (ends_with_blank(line))
		line->n--;
	while (line->n > 0 && !ends_with_blank(line))
		line->n--;
}

static void
add(struct typing *t, char c)
{
	t->is_literal = false;
	if (t->line->n >= t->most)
		t->is_too_long = true;
	else
		text_put_char(t->line, c);
}

enum typing_state
typing_take(struct typing *t, const struct termios *keys, char c)
{
	if (t->is_literal) {
		add(t, c);
	} else if (c == '\n' || c == '\r') {
		return TYPING_DONE;
	} else if (is_key(keys, VEOF, c)) {
		return t->line->n == 0 ? TYPING_END : TYPING_MORE;
	} else if (is_key(keys, VLNEXT, c)) {
		t->is_literal = true;
	} else if (is_key(keys, VKILL, c)) {
		text_clear(t->line);
		t->is_too_long = false;
	} else if (is_key(keys, VWERASE, c)) {
		erase_word(t->line);
	} else if (is_key(keys, VERASE, c) || c == BACKSPACE || c == DELETE) {
		erase_character(t->line);
	} else {
		add(t, c);
	}
	return TYPING_MORE;
}
