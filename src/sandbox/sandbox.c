#include "sandbox/sandbox.h"

#include "base/buf.h"
#include "base/log.h"
#include "sandbox/landlock.h"
#include "sandbox/limits.h"
#include "sandbox/privileges.h"
#include "sandbox/seccomp.h"

/* In the order in which they go on: each would stop what the ones before it have to do. */
enum layer {
	LAYER_LIMITS,
	LAYER_PRIVILEGES,
	LAYER_LANDLOCK,
	LAYER_SECCOMP,
};
#define LAYERS (LAYER_SECCOMP + 1)

static unsigned missing_layers; /* bit n for layer n */

static bool
apply(enum layer layer, enum seccomp_stage stage, struct err *e)
{
	switch (layer) {
	case LAYER_LIMITS:
		return stage == STAGE_TALK || limits_lower(e);
	case LAYER_PRIVILEGES:
		return stage == STAGE_TALK || privileges_drop(e);
	case LAYER_LANDLOCK:
		return stage == STAGE_TALK ? landlock_talk(e) : landlock_resolve(e);
	case LAYER_SECCOMP:
		return seccomp_enter(stage, e);
	}
	return false;
}

static bool
refuse(const struct err *why, struct err *e)
{
	*e = *why;
	e->kind = ERR_REFUSED;
	err_ctx(e, "sandbox");
	return err_hint(
		e, "with --sandbox auto the start goes on without it and a warning names it");
}

/* A layer that was missing in the first stage is not tried, and not told of, again. */
static bool
enter(enum sandbox_mode mode, enum seccomp_stage stage, struct err *e)
{
	char text[LOG_MESSAGE_MAX];
	struct buf names = BUF(text);
	for (enum layer layer = 0; layer < LAYERS; layer++) {
		struct err why = { 0 };
		if ((missing_layers >> layer & 1) != 0 || apply(layer, stage, &why))
			continue;
		if (mode == SANDBOX_REQUIRE)
			return refuse(&why, e);
		missing_layers |= 1u << layer;
		buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", why.text);
	}
	if (names.len > 0)
		log_warning("sandbox: missing: %.*s", (int)names.len, names.p);
	return true;
}

bool
sandbox_resolve(enum sandbox_mode mode, struct err *e)
{
	return mode == SANDBOX_OFF || enter(mode, STAGE_RESOLVE, e);
}

bool
sandbox_talk(enum sandbox_mode mode, struct err *e)
{
	return mode == SANDBOX_OFF || enter(mode, STAGE_TALK, e);
}
