#include "config/options.h"

#include <string.h>

#include "base/buf.h"

#define FETCH ((1 << COMMAND_EXEC) | (1 << COMMAND_CHECK))
#define RUN (FETCH | (1 << COMMAND_INIT))
#define ANY (RUN | (1 << COMMAND_COPY))
#define AT(member) offsetof(struct config, member)

const struct option options[] = {
	{ "backend", 'b', OPTION_BACKEND, FETCH, 0, "ssm|secretsmanager|file:PATH|null",
		"CHAMBER_SECRET_BACKEND", "", "ssm", "where the parameters are" },
	{ "references", 0, OPTION_FLAG, FETCH, AT(references), "", "", "", "",
		"also resolve references (ssm:NAME, secretsmanager:ID, ARNs) in inherited "
		"variables" },
	{ "recursive", 0, OPTION_FLAG, FETCH, AT(recursive), "", "", "", "",
		"load the whole subtree: /svc/db/password becomes DB_PASSWORD" },
	{ "env-names", 0, OPTION_CHOICE, FETCH, AT(env_names), "chamber|posix|keep", "", "",
		"chamber", "how a parameter's name becomes a variable's" },
	{ "pristine", 0, OPTION_FLAG, FETCH, AT(rules.pristine), "", "", "", "",
		"the command gets only the loaded variables" },
	{ "strict", 0, OPTION_FLAG, FETCH, AT(rules.strict), "", "", "", "",
		"fill every inherited variable whose value is the sentinel, and only those" },
	{ "strict-value", 0, OPTION_TEXT, FETCH, AT(rules.strict_value), "TEXT", "", "",
		"chamberme", "the sentinel of --strict" },
	{ "no-clobber", 0, OPTION_FLAG, FETCH, AT(rules.no_clobber), "", "", "", "",
		"inherited variables win over loaded ones" },
	{ "fail-if-empty", 0, OPTION_FLAG, FETCH, AT(fail_if_empty), "", "", "", "",
		"a service without parameters is an error" },
	{ "unset", 0, OPTION_UNSET, FETCH, 0, "NAME", "", "", "",
		"remove NAME (or a prefix*) from what the command inherits; repeatable" },
	{ "retries", 'r', OPTION_COUNT, FETCH, AT(retries), "N", "CHAMBER_RETRIES",
		"AWS_MAX_ATTEMPTS", "10", "attempts for each request, the first included" },
	{ "timeout", 0, OPTION_SECONDS, FETCH, AT(timeout_ms), "SECONDS", "", "", "60",
		"for everything before the start of the command; 0: no limit" },
	{ "sandbox", 0, OPTION_CHOICE, FETCH, AT(sandbox), "auto|require|off", "", "", "auto",
		"confine the process that talks to the network" },
	{ "allow-http", 0, OPTION_FLAG, FETCH, AT(allow_http), "", "", "", "",
		"allow a plain-http AWS endpoint that is not loopback" },
	{ "supervise", 0, OPTION_CHOICE, RUN, AT(supervision.mode), "auto|always|never", "", "",
		"auto", "stay as the command's init; auto: when PID 1" },
	{ "signal-group", 'g', OPTION_FLAG, RUN, AT(supervision.signal_group), "", "", "", "",
		"forward signals to the command's whole process group" },
	{ "subreaper", 's', OPTION_TRISTATE, RUN, AT(supervision.subreaper), "", "", "", "",
		"adopt orphans; on when supervising and not PID 1" },
	{ "parent-death-signal", 'p', OPTION_SIGNAL, RUN, AT(supervision.parent_death_signal),
		"SIGNAL", "", "", "", "sent to antechamber when its parent dies" },
	{ "remap-exit", 'e', OPTION_REMAP, RUN, 0, "CODE", "", "", "",
		"report 0 instead of CODE; repeatable" },
	{ "rewrite-signal", 0, OPTION_REWRITE, RUN, 0, "A:B", "", "", "",
		"forward B when A arrives, nothing when B is 0; repeatable" },
	{ "grace", 0, OPTION_SECONDS, RUN, AT(supervision.grace_ms), "SECONDS", "", "", "2",
		"how long what the command leaves behind may take to end" },
	{ "quiet", 'q', OPTION_FLAG, ANY, AT(quiet), "", "", "", "", "errors only" },
	{ "verbose", 'v', OPTION_FLAG, ANY, AT(verbose), "", "", "", "",
		"one line for each decision and request; names, never values" },
	{ "log-format", 0, OPTION_CHOICE, ANY, AT(log_format), "text|json", "", "", "text",
		"json: one object a line" },
	{ "retry-mode", 0, OPTION_IGNORED, FETCH, AT(retry_mode_given), "MODE", "", "", "",
		"without effect, accepted for chamber's sake" },
	{ "min-throttle-delay", 0, OPTION_IGNORED, FETCH, AT(throttle_delay_given), "DURATION", "",
		"", "", "without effect, accepted for chamber's sake" },
};
const size_t option_count = sizeof(options) / sizeof(*options);

const struct option *
option_by_name(struct span name)
{
	for (size_t i = 0; i < option_count; i++) {
		if (span_eq(name, span_of(options[i].name)))
			return &options[i];
	}
	return NULL;
}

const struct option *
option_by_letter(char letter)
{
	for (size_t i = 0; i < option_count; i++) {
		if (options[i].letter == letter)
			return &options[i];
	}
	return NULL;
}

bool
option_is_flag(const struct option *o)
{
	return o->kind == OPTION_FLAG || o->kind == OPTION_TRISTATE;
}

bool
option_is_list(const struct option *o)
{
	return o->kind == OPTION_UNSET || o->kind == OPTION_REMAP || o->kind == OPTION_REWRITE;
}

void
option_twin(const struct option *o, char name[OPTION_TWIN_MAX])
{
	struct buf b = { .p = name, .cap = OPTION_TWIN_MAX - 1 };
	if (o->kind != OPTION_IGNORED) {
		buf_put_str(&b, "ANTECHAMBER_");
		for (const char *p = o->name; *p != '\0'; p++)
			buf_put_char(&b, *p == '-' ? '_' : ascii_upper(*p));
	}
	name[b.len] = '\0';
}
