#include "base/secret.h"

#include "base/bounds.h"
#include "base/bulk.h"

/* Every value, and a handful of credentials and tokens. */
#define SECRETS_MAX (PARAMS_MAX + 64)

BULK static struct span kept[SECRETS_MAX];
static size_t kept_count;

struct secret
secret_keep(struct span bytes)
{
	if (bytes.n > 0 && kept_count < SECRETS_MAX)
		kept[kept_count++] = bytes;
	return (struct secret){ bytes };
}

size_t
secret_prefix(struct span text)
{
	size_t longest = 0;
	for (size_t i = 0; i < kept_count; i++) {
		if (kept[i].n > longest && span_starts_with(text, kept[i]))
			longest = kept[i].n;
	}
	return longest;
}

size_t
secret_mark(void)
{
	return kept_count;
}

void
secret_forget_since(size_t mark)
{
	kept_count = mark;
}

void
secret_forget_all(void)
{
	secret_forget_since(0);
}
