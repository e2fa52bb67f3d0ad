#ifndef CTL_AWS_STORE_H
#define CTL_AWS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/aws/client.h"
#include "ctl/base/text.h"

/*
 * The store of the secrets, for the commands: Parameter Store (ctl/aws/ssm.c) or Secrets Manager
 * (ctl/aws/secrets.c, a secret for each service). All texts that these functions return live as
 * memory_get_brief's. Values are not registered as secrets: the commands do that.
 *
 * A service is its name as it is asked for, "prod/webapp"; a key is the last part of a parameter's
 * name. Both were checked before.
 */

struct item {
	struct span name; /* "/prod/webapp/db-password" of a parameter; the key in a secret */
	struct span key; /* the last part of it */
	struct span value; /* p is NULL: it was not asked for */
	struct span type; /* "SecureString"; empty: not known */
	struct span user; /* the ARN of who wrote it; p is NULL: not known */
	uint64_t version; /* 0: not known */
	int64_t time; /* of the last change, ctl/base/time.h; TIME_NONE: not known */
};

/* A list that grows; begins as all zeros. */
struct items {
	struct item *item;
	size_t count;
	size_t cap;
};

void items_add(struct items *items, const struct item *item);

/* What write sends. */
struct store_write {
	struct span service;
	struct span key;
	struct span value;
	struct span type; /* of Parameter Store; empty: SecureString */
	struct span tier; /* likewise; empty: the account's default */
	struct span kms_key; /* of a SecureString */
	const struct item *before; /* what is there; NULL: it must be new */
	const struct tag *tag;
	size_t tag_count; /* only where before is NULL */
};

struct tag {
	struct span key;
	struct span value;
};

/* A list that grows; begins as all zeros. */
struct tags {
	struct tag *tag;
	size_t count;
	size_t cap;
};

void tags_add(struct tags *tags, struct tag tag);

struct store {
	const struct store_ops *ops;
	struct client *client;
};

/* One key. */
struct store_key {
	struct span service;
	struct span key;
	uint64_t version; /* 0: the present one */
};

/* Most keys of one remove. */
#define STORE_REMOVE_MAX 10

struct store_removal {
	struct span service;
	struct span key[STORE_REMOVE_MAX];
	bool was_there
		[STORE_REMOVE_MAX]; /* the result: of each key, whether it was and is removed */
	size_t count;
};

/* An operation that is NULL is one that this backend does not have (store_lacks). */
struct store_ops {
	const char *name; /* "ssm" */

	/* One key, with its value. An item without a name: there is no such key (*item is zero). */
	bool (*find)(
		const struct store *s, const struct store_key *k, struct item *item, struct err *e);

	/* Every key of a service with its value, in any order; label may be empty. */
	bool (*load)(const struct store *s, struct span service, struct span label,
		struct items *items, struct err *e);

	/* Every key of a service without its value: who wrote it when. */
	bool (*list)(
		const struct store *s, struct span service, struct items *items, struct err *e);

	/* The versions of a key, oldest first, without values; none: there is no such key. */
	bool (*history)(const struct store *s, struct span service, struct span key,
		struct items *items, struct err *e);

	/*
	 * Every parameter whose name begins with prefix ("/prod", "": all), without its value; of
	 * Secrets Manager every secret ("prod"), as an item whose key is empty. After each page
	 * progress, if it is not NULL, gets the number of items; false ends the walk with
	 * progress's own error.
	 */
	bool (*walk)(const struct store *s, struct span prefix, struct items *items,
		bool (*progress)(size_t count, struct err *e), struct err *e);

	/*
	 * *version is the new one. False and *is_taken: before is not what is there: it is NULL,
	 * yet the key exists, or (Secrets Manager) it has another version.
	 */
	bool (*write)(const struct store *s, const struct store_write *w, uint64_t *version,
		bool *is_taken, struct err *e);

	/*
	 * Writes several keys of one service, all or none. NULL: they are written one by one. Not
	 * to be tried again by itself when before is not what is there.
	 */
	bool (*write_all)(
		const struct store *s, const struct store_write *w, size_t count, struct err *e);

	/* Removes keys, and says which of them were there. */
	bool (*remove)(const struct store *s, struct store_removal *r, struct err *e);

	bool (*read_tags)(const struct store *s, struct span service, struct span key,
		struct tags *tags, struct err *e);
	bool (*add_tags)(const struct store *s, struct span service, struct span key,
		const struct tags *tags, struct err *e);
	bool (*remove_tags)(const struct store *s, struct span service, struct span key,
		const struct tags *tags, struct err *e);
};

extern const struct store_ops store_ssm;
extern const struct store_ops store_secrets;

/* "read db-password of prod/webapp" for client_question.doing; it is in t. */
const char *store_doing(struct text *t, const char *verb, struct span service, struct span key);

/* "list parameters of prod/webapp"; it is in t. */
const char *store_doing_service(struct text *t, const char *verb, struct span service);

/* The error of an operation that the backend does not have. Always false. */
bool store_lacks(const struct store *s, const char *what, struct err *e);

#endif
