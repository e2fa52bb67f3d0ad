#ifndef FETCH_REFERENCE_OPS_H
#define FETCH_REFERENCE_OPS_H

#include "fetch/references.h"

/* What a group asks, and how it reads the answers; the owner of the calls is the group. */
extern const struct awscall_op reference_get_parameters;
extern const struct awscall_op reference_get_secret;

#endif
