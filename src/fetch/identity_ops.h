#ifndef FETCH_IDENTITY_OPS_H
#define FETCH_IDENTITY_OPS_H

#include "fetch/call.h"

/* How each source is asked; the owner of the calls is a struct identity. */
extern const struct call_ops identity_container_ops;
extern const struct call_ops identity_sts_ops;
extern const struct call_ops identity_imds_ops;

#endif
