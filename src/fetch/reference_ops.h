#ifndef FETCH_REFERENCE_OPS_H
#define FETCH_REFERENCE_OPS_H

#include "fetch/references.h"

/* Sets what a group asks, and how it reads the answers: GetParameters or GetSecretValue. */
void reference_ops_set(struct reference_group *g);

#endif
