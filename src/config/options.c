#include "config/options.h"

#include <string.h>

#include "base/buf.h"

#define FETCH ((1 << COMMAND_EXEC) | (1 << COMMAND_CHECK))
#define RUN (FETCH | (1 << COMMAND_INIT))
#define ANY (RUN | (1 << COMMAND_COPY))
#define AT(member) offsetof(struct config, member)

/* name, letter, kind, commands, offset, value, chamber's twin, AWS's twin, default, help */
#define OPTIONS(X)                                                                               \
	X("backend", 'b', OPTION_BACKEND, FETCH, 0, "ssm|secretsmanager|file:PATH|null",         \
		"CHAMBER_SECRET_BACKEND", "", "ssm", "where the parameters are")                 \
	X("references", 0, OPTION_FLAG, FETCH, AT(rules.references), "", "", "", "",             \
		"also resolve references (ssm:NAME, secretsmanager:ID, ARNs) in variables")      \
	X("recursive", 0, OPTION_FLAG, FETCH, AT(recursive), "", "", "", "",                     \
		"load the whole subtree: /svc/db/password becomes DB_PASSWORD")                  \
	X("env-names", 0, OPTION_CHOICE, FETCH, AT(env_names), "chamber|posix|keep", "", "",     \
		"chamber", "how a parameter's name becomes a variable's")                        \
	X("pristine", 0, OPTION_FLAG, FETCH, AT(rules.pristine), "", "", "", "",                 \
		"the command gets only the loaded variables")                                    \
	X("strict", 0, OPTION_FLAG, FETCH, AT(rules.strict), "", "", "", "",                     \
		"fill the inherited variables that hold the sentinel, all and only those")       \
	X("strict-value", 0, OPTION_TEXT, FETCH, AT(rules.strict_value), "TEXT", "", "",         \
		"chamberme", "the sentinel of --strict")                                         \
	X("no-clobber", 0, OPTION_FLAG, FETCH, AT(rules.no_clobber), "", "", "", "",             \
		"inherited variables win over loaded ones")                                      \
	X("fail-if-empty", 0, OPTION_FLAG, FETCH, AT(fail_if_empty), "", "", "", "",             \
		"a service without parameters is an error")                                      \
	X("unset", 0, OPTION_UNSET, FETCH, 0, "NAME", "", "", "",                                \
		"the command does not inherit NAME (or PREFIX*); repeatable")                    \
	X("retries", 'r', OPTION_COUNT, FETCH, AT(retries), "N", "CHAMBER_RETRIES",              \
		"AWS_MAX_ATTEMPTS", "10", "attempts for each request, the first included")       \
	X("timeout", 0, OPTION_SECONDS, FETCH, AT(timeout_ms), "SECONDS", "", "", "60",          \
		"for everything before the start of the command; 0: no limit")                   \
	X("sandbox", 0, OPTION_CHOICE, FETCH, AT(sandbox), "auto|require|off", "", "", "auto",   \
		"confine the process that talks to the network")                                 \
	X("allow-http", 0, OPTION_FLAG, FETCH, AT(allow_http), "", "", "", "",                   \
		"allow a plain-http AWS endpoint that is not loopback")                          \
	X("supervise", 0, OPTION_CHOICE, RUN, AT(supervision.mode), "auto|always|never", "", "", \
		"auto", "stay as the command's init; auto: when PID 1")                          \
	X("signal-group", 'g', OPTION_FLAG, RUN, AT(supervision.signal_group), "", "", "", "",   \
		"forward signals to the command's process group")                                \
	X("subreaper", 's', OPTION_TRISTATE, RUN, AT(supervision.subreaper), "", "", "", "",     \
		"adopt orphans; on when supervising and not PID 1")                              \
	X("parent-death-signal", 'p', OPTION_SIGNAL, RUN, AT(supervision.parent_death_signal),   \
		"SIGNAL", "", "", "", "sent to antechamber when its parent dies")                \
	X("remap-exit", 'e', OPTION_REMAP, RUN, 0, "CODE", "", "", "",                           \
		"report 0 instead of CODE; repeatable")                                          \
	X("rewrite-signal", 0, OPTION_REWRITE, RUN, 0, "A:B", "", "", "",                        \
		"forward B when A arrives, nothing when B is 0; repeatable")                     \
	X("grace", 0, OPTION_SECONDS, RUN, AT(supervision.grace_ms), "SECONDS", "", "", "2",     \
		"for what the command leaves behind to end")                                     \
	X("quiet", 'q', OPTION_FLAG, ANY, AT(quiet), "", "", "", "", "errors only")              \
	X("verbose", 'v', OPTION_FLAG, ANY, AT(verbose), "", "", "", "",                         \
		"a line for each decision and request; never a value")                           \
	X("log-format", 0, OPTION_CHOICE, ANY, AT(log_format), "text|json", "", "", "text",      \
		"json: one object a line")                                                       \
	X("retry-mode", 0, OPTION_IGNORED, FETCH, AT(retry_mode_given), "MODE", "", "", "",      \
		"without effect, for chamber's sake")                                            \
	X("min-throttle-delay", 0, OPTION_IGNORED, FETCH, AT(throttle_delay_given), "DURATION",  \
		"", "", "", "without effect, for chamber's sake")

#define NUMBERS(name, letter, kind, commands, offset, ...) { letter, kind, commands, offset },
#define TEXTS(name, letter, kind, commands, offset, value, chamber, aws, fallback, help) \
	name "\0" value "\0" chamber "\0" aws "\0" fallback "\0" help "\0"

/* Texts one after the other: pointers would need relocations, arrays would be mostly padding. */
static const struct {
	char letter;
	uint8_t kind;
	uint8_t commands;
	uint16_t offset;
} numbers[] = { OPTIONS(NUMBERS) };
static const char texts[] = OPTIONS(TEXTS);

#define COUNT (sizeof(numbers) / sizeof(*numbers))
_Static_assert(COUNT <= 64, "an index above 63");

/* The text behind this one. */
static const char *
behind(const char *text)
{
	return text + strlen(text) + 1;
}

bool
option_next(struct option *o)
{
	const bool is_first = o->name == NULL;
	const size_t index = is_first ? 0 : o->index + 1u;
	if (index == COUNT)
		return false;
	o->name = is_first ? texts : behind(o->help);
	o->value = behind(o->name);
	o->chamber_twin = behind(o->value);
	o->aws_twin = behind(o->chamber_twin);
	o->fallback = behind(o->aws_twin);
	o->help = behind(o->fallback);
	o->kind = (enum option_kind)numbers[index].kind;
	o->letter = numbers[index].letter;
	o->commands = numbers[index].commands;
	o->index = (uint8_t)index;
	o->offset = numbers[index].offset;
	return true;
}

bool
option_by_name(struct span name, struct option *o)
{
	*o = (struct option){ 0 };
	while (option_next(o)) {
		if (span_eq(name, span_of(o->name)))
			return true;
	}
	return false;
}

bool
option_by_letter(char letter, struct option *o)
{
	*o = (struct option){ 0 };
	while (option_next(o)) {
		if (o->letter == letter)
			return true;
	}
	return false;
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
