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
	LAYER_NO_NEW_PRIVS,
	LAYER_IDS,
	LAYER_CAPABILITIES,
	LAYER_NOT_DUMPABLE,
	LAYER_LANDLOCK,
	LAYER_SECCOMP,
};
#define LAYERS (LAYER_SECCOMP + 1)

static unsigned missing_layers; /* bit n for layer n */

void
sandbox_add_port(struct sandbox_ports *ports, unsigned port)
{
	size_t i = 0;
	while (i < ports->count && ports->port[i] != port)
		i++;
	if (i == ports->count && i < SANDBOX_PORTS_MAX)
		ports->port[ports->count++] = (uint16_t)port;
}

struct step {
	enum sandbox_mode mode;
	enum seccomp_stage stage;
	size_t file_max;
	const struct sandbox_ports *ports;
};

/* The second stage has Landlock and seccomp alone. */
static bool
apply(enum layer layer, const struct step *step, struct err *e)
{
	const bool is_done = step->stage == STAGE_TALK;
	switch (layer) {
	case LAYER_LIMITS:
		return is_done || limits_lower(step->file_max, e);
	case LAYER_NO_NEW_PRIVS:
		return is_done || privileges_lock(e);
	case LAYER_IDS:
		return is_done || privileges_change_ids(e);
	case LAYER_CAPABILITIES:
		return is_done || privileges_drop_capabilities(e);
	case LAYER_NOT_DUMPABLE:
		return is_done || privileges_hide(e);
	case LAYER_LANDLOCK:
		return landlock_restrict(step->ports, e);
	case LAYER_SECCOMP:
		return seccomp_enter(step->stage, e);
	}
	return false;
}

static bool
refuse(const struct err *why, struct err *e)
{
	*e = *why;
	e->kind = ERR_REFUSED;
	err_ctx(e, "sandbox");
	return err_hint(e,
		"with --sandbox auto the start goes on without it, with a warning that names it");
}

/* A layer that was missing in the first stage is not tried, and not named, again. */
static bool
enter(const struct step *step, struct err *e)
{
	char text[LOG_MESSAGE_MAX];
	struct buf names = BUF(text);
	if (step->mode == SANDBOX_OFF)
		return true;
	for (enum layer layer = 0; layer < LAYERS; layer++) {
		struct err why = { 0 };
		if ((missing_layers >> layer & 1) != 0 || apply(layer, step, &why))
			continue;
		if (step->mode == SANDBOX_REQUIRE)
			return refuse(&why, e);
		missing_layers |= 1u << layer;
		buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", why.text);
	}
	if (names.len > 0)
		log_warning("sandbox: missing: %.*s", (int)names.len, names.p);
	return true;
}

bool
sandbox_resolve(
	enum sandbox_mode mode, size_t file_max, const struct sandbox_ports *ports, struct err *e)
{
	const struct step step = {
		.mode = mode,
		.stage = STAGE_RESOLVE,
		.file_max = file_max,
		.ports = ports,
	};
	return enter(&step, e);
}

bool
sandbox_talk(enum sandbox_mode mode, const struct sandbox_ports *ports, struct err *e)
{
	const struct step step = { .mode = mode, .stage = STAGE_TALK, .ports = ports };
	return enter(&step, e);
}
