#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "config/config.h"

/*
 * The fetcher's role (struct init_roles): gets the parameters of all services and writes the block
 * to block_fd. Returns 0 when all of it was written, else an exit code, after it said why.
 */
int fetch_run(const struct config *c, int block_fd);

#endif
