#include "base/secret.h"

#include <string.h>
#include <sys/auxv.h>

static struct secret_list *list;

/* How many secrets before a mark are compared with those after it. */
#define LOOK_BACK 256

void
secret_use(struct secret_list *l)
{
	list = l;
	if (l == NULL)
		return;
	/* Sixteen random bytes from the kernel, of which the C library takes the first eight. */
	const char *random = (const char *)getauxval(AT_RANDOM);
	if (random != NULL)
		memcpy(&l->key, random + 8, sizeof(l->key));
	l->count = 0;
	l->past_len = 0;
	l->has_lost = false;
	memset(l->has_length, 0, sizeof(l->has_length));
}

struct secret
secret_keep(struct span bytes)
{
	const struct secret s = { bytes };
	if (list == NULL || bytes.n < SECRET_LEAST)
		return s;
	if (list->count == SECRETS_MAX) {
		list->has_lost = true;
		return s;
	}
	list->has_length[bytes.n < SECRET_RUN ? bytes.n : SECRET_RUN] = true;
	list->kept[list->count++] = bytes;
	return s;
}

void
secret_forget(struct span bytes)
{
	for (size_t i = list == NULL ? 0 : list->count; i > 0; i--) {
		if (list->kept[i - 1].p == bytes.p && list->kept[i - 1].n == bytes.n)
			list->kept[i - 1] = list->kept[--list->count];
	}
}

size_t
secret_mark(void)
{
	return list == NULL ? 0 : list->count;
}

/* A response that is rejected comes again with the next attempt: a look back finds its secrets. */
static bool
is_known(size_t mark, struct span secret)
{
	const size_t oldest = mark > LOOK_BACK ? mark - LOOK_BACK : 0;
	while (mark > oldest && !span_eq(list->kept[mark - 1], secret))
		mark--;
	return mark > oldest;
}

void
secret_copy_since(size_t mark)
{
	if (list == NULL)
		return;
	const size_t end = list->count;
	list->count = mark;
	for (size_t i = mark; i < end; i++) {
		struct span s = list->kept[i];
		if (is_known(mark, s))
			continue;
		if (s.n > SECRET_PAST_MAX - list->past_len) {
			list->has_lost = true;
			continue;
		}
		s.p = memcpy(list->past + list->past_len, s.p, s.n);
		list->past_len += s.n;
		list->kept[list->count++] = s;
	}
}

/*
 * The windows of a text, that is its runs of len bytes, each distinct one once: a hash table with
 * open addressing. A slot holds where the window begins, plus one; zero is free.
 */
struct windows {
	struct secret_list *l;
	struct span text;
	size_t len;
	size_t slots; /* a power of two, at least twice the windows */
};

/* In a slot: a secret has this window. */
#define SLOT_FOUND 0x80000000u

/* Four bytes; the bit in which upper and lower case differ is set, and other bytes merge too. */
static uint32_t
load_folded(const char *p)
{
	uint32_t x;
	memcpy(&x, p, sizeof(x));
	return x | 0x20202020u;
}

static size_t
hash_window(const struct windows *w, const char *p)
{
	const uint64_t key = w->l->key;
	const uint64_t a = load_folded(p) + (key & 0xffffffffu);
	const uint64_t b = load_folded(p + 4) + (key >> 32);
	const uint64_t c = load_folded(p + w->len - 4);
	const uint64_t sum = a * b + c * (key | 1);
	return (size_t)((sum ^ sum >> 29) * 0x9e3779b97f4a7c15u >> 32) & (w->slots - 1);
}

/* A run is the same in either case; a short secret is looked for as it is. */
static bool
is_same(const struct windows *w, const char *a, const char *b)
{
	const struct span x = { a, w->len };
	const struct span y = { b, w->len };
	return w->len == SECRET_RUN ? span_eq_nocase(x, y) : span_eq(x, y);
}

/* The slot of the window that p begins, or the free one where it belongs. */
static uint32_t *
find_slot(const struct windows *w, const char *p)
{
	size_t i = hash_window(w, p);
	for (;; i = (i + 1) & (w->slots - 1)) {
		uint32_t *slot = &w->l->slot[i];
		if (*slot == 0 || is_same(w, w->text.p + (*slot & ~SLOT_FOUND) - 1, p))
			return slot;
	}
}

static void
mark_window(const struct windows *w, const char *p)
{
	uint32_t *slot = find_slot(w, p);
	if (*slot != 0)
		*slot |= SLOT_FOUND;
}

static uint32_t
hash_gram(const char *p)
{
	return load_folded(p) * 0x9e3779b1u >> 16;
}

/*
 * Of nine places in a row one is a multiple of nine, so each run of twelve bytes has four that
 * begin at one: most of a secret is passed over by a look at these.
 */
static void
mark_runs(const struct windows *w, struct span secret)
{
	const size_t stride = SECRET_RUN - 4 + 1;
	for (size_t p = 0; p + 4 <= secret.n; p += stride) {
		const uint32_t gram = hash_gram(secret.p + p);
		if ((w->l->grams[gram / 8] >> gram % 8 & 1) == 0)
			continue;
		for (size_t i = p < stride ? 0 : p - stride + 1;
			i <= p && i + SECRET_RUN <= secret.n; i++)
			mark_window(w, secret.p + i);
	}
}

static void
mark_secrets(const struct windows *w)
{
	for (size_t i = 0; i < w->l->count; i++) {
		const struct span secret = w->l->kept[i];
		if (w->len == SECRET_RUN)
			mark_runs(w, secret);
		else if (secret.n == w->len)
			mark_window(w, secret.p);
	}
}

static void
collect(struct windows *w)
{
	struct secret_list *l = w->l;
	w->slots = 2;
	while (w->slots < 2 * w->text.n)
		w->slots *= 2;
	memset(l->slot, 0, w->slots * sizeof(*l->slot));
	memset(l->grams, 0, sizeof(l->grams));
	for (size_t i = 0; i + w->len <= w->text.n; i++)
		*find_slot(w, w->text.p + i) = (uint32_t)i + 1;
	for (size_t i = 0; i + 4 <= w->text.n; i++) {
		const uint32_t gram = hash_gram(w->text.p + i);
		l->grams[gram / 8] |= (uint8_t)(1u << gram % 8);
	}
}

/* Flags the bytes of each window that a secret has; true when there is one. */
static bool
hide(const struct windows *w)
{
	size_t end = 0;
	for (size_t i = 0; i < w->text.n; i++) {
		if (i + w->len <= w->text.n && (*find_slot(w, w->text.p + i) & SLOT_FOUND) != 0)
			end = i + w->len;
		if (i < end)
			w->l->hidden[i] = true;
	}
	return end > 0;
}

size_t
secret_look(struct span text, const bool **hidden)
{
	*hidden = NULL;
	if (list == NULL || text.n == 0)
		return text.n;
	const bool is_whole = text.n <= SECRET_LOOK_MAX;
	if (!is_whole)
		text.n = SECRET_LOOK_MAX;
	memset(list->hidden, list->has_lost, text.n);
	bool found = list->has_lost;
	for (size_t len = SECRET_LEAST; len <= SECRET_RUN && !list->has_lost; len++) {
		struct windows w = { .l = list, .text = text, .len = len };
		if (!list->has_length[len] || text.n < len)
			continue;
		collect(&w);
		mark_secrets(&w);
		found = hide(&w) || found;
	}
	if (found)
		*hidden = list->hidden;
	/* A run that the end of what was looked at cuts is not recognized. */
	return is_whole ? text.n : text.n - (SECRET_RUN - 1);
}
