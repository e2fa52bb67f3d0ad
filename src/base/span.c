#include "base/span.h"

#include <string.h>

struct span
span_of(const char *s)
{
	return (struct span){ s, s == NULL ? 0 : strlen(s) };
}

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_eq_nocase(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	}
	return true;
}

bool
span_starts_with(struct span s, struct span prefix)
{
	return s.n >= prefix.n && span_eq((struct span){ s.p, prefix.n }, prefix);
}

bool
span_skip_past(struct span *s, struct span mark)
{
	for (; s->n >= mark.n; *s = span_skip(*s, 1)) {
		if (span_starts_with(*s, mark)) {
			*s = span_skip(*s, mark.n);
			return true;
		}
	}
	return false;
}

bool
span_ends_with(struct span s, struct span suffix)
{
	return s.n >= suffix.n && span_eq(span_skip(s, s.n - suffix.n), suffix);
}

struct span
span_skip(struct span s, size_t n)
{
	return n == 0 ? s : (struct span){ s.p + n, s.n - n };
}

size_t
span_find(struct span s, char c)
{
	const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);
	return hit == NULL ? s.n : (size_t)(hit - s.p);
}

bool
span_split(struct span *rest, char separator, struct span *part)
{
	if (rest->p == NULL)
		return false;
	size_t n = span_find(*rest, separator);
	*part = (struct span){ rest->p, n };
	*rest = n == rest->n ? (struct span){ NULL, 0 } : span_skip(*rest, n + 1);
	return true;
}

static bool
is_one_of(char c, const char *set)
{
	struct span s = span_of(set);
	return span_find(s, c) < s.n;
}

bool
span_word(struct span *rest, const char *separators, struct span *word)
{
	size_t start = 0;
	while (start < rest->n && is_one_of(rest->p[start], separators))
		start++;
	size_t end = start;
	while (end < rest->n && !is_one_of(rest->p[end], separators))
		end++;
	if (end == start)
		return false;
	*word = (struct span){ rest->p + start, end - start };
	*rest = span_skip(*rest, end);
	return true;
}

size_t
span_alnum(struct span s, const char *others)
{
	size_t n = 0;
	while (n < s.n && (ascii_is_alnum(s.p[n]) || is_one_of(s.p[n], others)))
		n++;
	return n;
}

struct span
span_trim(struct span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = span_skip(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

bool
span_u64(struct span s, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return false;
		uint64_t digit = (uint64_t)(s.p[i] - '0');
		if (digit > max || sum > (max - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}

size_t
span_hex(struct span s, size_t most, uint64_t *value)
{
	*value = 0;
	for (size_t n = 0; n < most; n++) {
		char c = n < s.n ? ascii_lower(s.p[n]) : '\0';
		if (ascii_is_digit(c))
			*value = *value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*value = *value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return n;
	}
	return most;
}

int
span_compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
	if (order != 0)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

char
ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}
