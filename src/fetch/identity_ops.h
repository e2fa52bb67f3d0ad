#ifndef FETCH_IDENTITY_OPS_H
#define FETCH_IDENTITY_OPS_H

#include "fetch/call.h"

/* How credentials are asked for; the owner of the calls is a struct identity. */
extern const struct call_ops identity_ops; /* of a container's agent, of STS */
extern const struct call_ops identity_imds_ops;

#endif
