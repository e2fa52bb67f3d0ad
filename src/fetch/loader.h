#ifndef FETCH_LOADER_H
#define FETCH_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/service.h"
#include "base/bounds.h"
#include "fetch/awscall.h"
#include "fetch/store.h"

/* Longest NextToken that is sent back; AWS's have a few hundred bytes. */
#define LOADER_TOKEN_MAX (8 * 1024)

/*
 * Gets one service's parameters into the store, from Parameter Store page by page or from Secrets
 * Manager in one answer.
 */
struct loader {
	struct awscall aws;
	struct store *store;
	unsigned index; /* of the service */
	const struct service *service;
	bool recursive;
	unsigned loaded;

	/* Parameter Store. */
	unsigned page; /* answers read */
	uint64_t seen[PAGES_MAX]; /* digests of the tokens */
	size_t token_len;
	char path[SERVICE_NAME_MAX + 2];
	char token[LOADER_TOKEN_MAX];
};

/* What loader_init_* are told. */
struct loader_setup {
	const struct service *service;
	unsigned index;
	bool recursive;
	struct store *store;
	struct awscall_shared *shared;
	const struct endpoint *endpoint;
};

/* GetParametersByPath (contract section 3). ERR_LIMIT: the path is too long. */
bool loader_init_pages(struct loader *l, const struct loader_setup *setup, struct err *e);

/* GetSecretValue of the secret that has the service's name; a label is its version stage. */
void loader_init_secret(struct loader *l, const struct loader_setup *setup);

/*
 * Whether a parameter of this name belongs to what was asked for under path ("/svc/"): *fits is false
 * for one to be skipped, after a warning. ERR_TRANSIENT: it stands elsewhere.
 */
bool loader_judge(struct span name, struct span path, bool recursive, bool *fits, struct err *e);

/* What all loaders have in common; called by loader_init_*. */
void loader_set_up(struct loader *l, const struct loader_setup *setup);

/* The loader that an awscall is part of. */
struct loader *loader_of(const struct awscall *c);

#endif
