#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A view of bytes that its maker owns. It is not terminated by NUL and may hold any byte.
 * A function that returns one says what it points into and how long that lives.
 */
struct span {
	const char *p;
	size_t n;
};

/* A string literal as a span; the "" refuses anything else at compile time. */
#define SPAN(literal) ((struct span){ "" literal, sizeof(literal) - 1 })

/* The bytes of a C string without its NUL; NULL is the empty span. */
struct span span_of(const char *s);

bool span_eq(struct span a, struct span b);
/* ASCII case folded, as HTTP field names (RFC 9110 section 5.1) and host names are compared. */
bool span_eq_nocase(struct span a, struct span b);
bool span_starts_with(struct span s, struct span prefix);
bool span_ends_with(struct span s, struct span suffix);

/* s without its first n bytes; n at most s.n. */
struct span span_skip(struct span s, size_t n);

/* Takes off *s all as far as the end of the first mark. False, and *s is short: there is none. */
bool span_skip_past(struct span *s, struct span mark);

/* The offset of the first c in s, or s.n when there is none. */
size_t span_find(struct span s, char c);

/*
 * Takes the part before the next separator off *rest. False when *rest is used up (its p is then
 * NULL). "a,,b" is "a", "", "b"; the empty span is one empty part.
 */
bool span_split(struct span *rest, char separator, struct span *part);

/* Like span_split, but parts end at any of the separators and empty parts are left out. */
bool span_word(struct span *rest, const char *separators, struct span *word);

/* How many bytes s begins with that are ASCII letters, digits or one of others. */
size_t span_alnum(struct span s, const char *others);

/* s without the blanks and tabs at both ends (RFC 9110 OWS). */
struct span span_trim(struct span s);

/* True for one or more decimal digits and nothing else, of a value of at most max. */
bool span_u64(struct span s, uint64_t max, uint64_t *value);

/*
 * Reads the hexadecimal digits, at most that many, that s begins with, in either case; returns how
 * many there are. Above 16 the value is what the last 16 say.
 */
size_t span_hex(struct span s, size_t most, uint64_t *value);

/* Orders as memcmp does, the shorter first where one is a prefix of the other. */
int span_compare(struct span a, struct span b);

/* ASCII classes and case, whatever the locale. */
bool ascii_is_digit(char c);
bool ascii_is_alnum(char c);
char ascii_lower(char c);
char ascii_upper(char c);

#endif
