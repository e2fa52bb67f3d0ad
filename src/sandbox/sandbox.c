#include "sandbox/sandbox.h"

#include <unistd.h>

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
/* The names of all layers, with two numbers. */
#define HELD_MAX 160

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

/* "uid 65534", with what depends on the machine. The filter is not on yet. */
static void
put_layer(struct buf *b, enum layer layer)
{
	static const char name[][16] = {
		[LAYER_LIMITS] = "limits",
		[LAYER_NO_NEW_PRIVS] = "no_new_privs",
		[LAYER_IDS] = "uid",
		[LAYER_CAPABILITIES] = "no capabilities",
		[LAYER_NOT_DUMPABLE] = "not dumpable",
		[LAYER_LANDLOCK] = "Landlock ABI",
		[LAYER_SECCOMP] = "seccomp",
	};
	_Static_assert(sizeof(name) / sizeof(*name) == LAYERS, "a layer has no name");
	buf_printf(b, "%s%s", b->len > 0 ? ", " : "", name[layer]);
	if (layer == LAYER_IDS)
		buf_printf(b, " %u", (unsigned)geteuid());
	else if (layer == LAYER_LANDLOCK)
		buf_printf(b, " %d", (int)landlock_abi());
}

static void
tell(const struct step *step, const struct buf *held, const struct buf *missing)
{
	if (missing->len > 0)
		log_warning("sandbox: missing: %.*s", (int)missing->len, missing->p);
	if (step->stage == STAGE_RESOLVE)
		log_debug("sandbox: %.*s", (int)held->len, held->p);
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
	char held_text[HELD_MAX];
	char missing_text[LOG_MESSAGE_MAX];
	struct buf held = BUF(held_text);
	struct buf missing = BUF(missing_text);
	for (enum layer layer = 0; layer < LAYERS; layer++) {
		struct err why = { 0 };
		if ((missing_layers >> layer & 1) != 0)
			continue;
		if (apply(layer, step, &why)) {
			if (step->stage == STAGE_RESOLVE && log_is_on(LOG_DEBUG))
				put_layer(&held, layer);
			continue;
		}
		if (step->mode == SANDBOX_REQUIRE)
			return refuse(&why, e);
		missing_layers |= 1u << layer;
		buf_printf(&missing, "%s%s", missing.len > 0 ? ", " : "", why.text);
	}
	tell(step, &held, &missing);
	return true;
}

bool
sandbox_resolve(
	enum sandbox_mode mode, size_t file_max, const struct sandbox_ports *ports, struct err *e)
{
	if (mode == SANDBOX_OFF) {
		log_debug("sandbox: off");
		return true;
	}
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
	return mode == SANDBOX_OFF || enter(&step, e);
}
