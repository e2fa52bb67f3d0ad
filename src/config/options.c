#include "config/options.h"

#include "base/buf.h"

#define FETCH ((1 << COMMAND_EXEC) | (1 << COMMAND_CHECK))
#define RUN (FETCH | (1 << COMMAND_INIT))
#define ANY (RUN | (1 << COMMAND_COPY))
#define AT(member) offsetof(struct config, member)

const struct option option_table[] = {
	{
		.name = "backend",
		.letter = 'b',
		.kind = OPTION_BACKEND,
		.commands = FETCH,
		.value = "ssm|secretsmanager|file:PATH|null",
		.chamber_twin = "CHAMBER_SECRET_BACKEND",
		.fallback = "ssm",
		.help = "where the parameters are",
	},
	{
		.name = "references",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(rules.references),
		.help = "also resolve references (ssm:NAME, secretsmanager:ID, ARNs) in variables",
	},
	{
		.name = "recursive",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(recursive),
		.help = "load the whole subtree: /svc/db/password becomes DB_PASSWORD",
	},
	{
		.name = "env-names",
		.kind = OPTION_CHOICE,
		.commands = FETCH,
		.offset = AT(env_names),
		.value = "chamber|posix|keep",
		.fallback = "chamber",
		.help = "how a parameter's name becomes a variable's",
	},
	{
		.name = "pristine",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(rules.pristine),
		.help = "the command gets only the loaded variables",
	},
	{
		.name = "strict",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(rules.strict),
		.help = "fill every inherited variable that holds the sentinel, and only those",
	},
	{
		.name = "strict-value",
		.kind = OPTION_TEXT,
		.commands = FETCH,
		.offset = AT(rules.strict_value),
		.value = "TEXT",
		.fallback = "chamberme",
		.help = "the sentinel of --strict",
	},
	{
		.name = "no-clobber",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(rules.no_clobber),
		.help = "inherited variables take precedence over loaded ones",
	},
	{
		.name = "fail-if-empty",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(fail_if_empty),
		.help = "a service without parameters is an error",
	},
	{
		.name = "keep",
		.kind = OPTION_NAMES,
		.commands = FETCH,
		.offset = AT(rules.keep),
		.value = "NAME",
		.help = "leave NAME (or PREFIX*) as it was inherited; repeatable",
	},
	{
		.name = "unset",
		.kind = OPTION_NAMES,
		.commands = FETCH,
		.offset = AT(rules.unset),
		.value = "NAME",
		.help = "remove NAME (or PREFIX*) from what the command inherits; repeatable",
	},
	{
		.name = "keep-case",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(keep_case),
		.help = "take the services' names as written, not lower-cased",
	},
	{
		.name = "retries",
		.letter = 'r',
		.kind = OPTION_COUNT,
		.commands = FETCH,
		.offset = AT(retries),
		.value = "N",
		.chamber_twin = "CHAMBER_RETRIES",
		.aws_twin = "AWS_MAX_ATTEMPTS",
		.fallback = "10",
		.help = "attempts for each request, the first included",
	},
	{
		.name = "timeout",
		.kind = OPTION_SECONDS,
		.commands = FETCH,
		.offset = AT(timeout_ms),
		.value = "SECONDS",
		.fallback = "60",
		.help = "limit for everything before the start of the command; 0: no limit",
	},
	{
		.name = "sandbox",
		.kind = OPTION_CHOICE,
		.commands = FETCH,
		.offset = AT(sandbox),
		.value = "auto|require|off",
		.fallback = "auto",
		.help = "confine the process that talks to the network",
	},
	{
		.name = "allow-http",
		.kind = OPTION_FLAG,
		.commands = FETCH,
		.offset = AT(allow_http),
		.help = "allow a plain-http AWS endpoint that is not loopback",
	},
	{
		.name = "supervise",
		.kind = OPTION_CHOICE,
		.commands = RUN,
		.offset = AT(supervision.mode),
		.value = "auto|always|never",
		.fallback = "auto",
		.help = "stay as the command's init; auto: if PID 1",
	},
	{
		.name = "signal-group",
		.letter = 'g',
		.kind = OPTION_FLAG,
		.commands = RUN,
		.offset = AT(supervision.signal_group),
		.help = "forward signals to the command's process group",
	},
	{
		.name = "subreaper",
		.letter = 's',
		.kind = OPTION_TRISTATE,
		.commands = RUN,
		.offset = AT(supervision.subreaper),
		.help = "adopt orphans; on by default for an init that is not PID 1",
	},
	{
		.name = "parent-death-signal",
		.letter = 'p',
		.kind = OPTION_SIGNAL,
		.commands = RUN,
		.offset = AT(supervision.parent_death_signal),
		.value = "SIGNAL",
		.help = "the signal that antechamber gets when its parent dies",
	},
	{
		.name = "remap-exit",
		.letter = 'e',
		.kind = OPTION_REMAP,
		.commands = RUN,
		.value = "CODE",
		.help = "exit with 0 if the command exits with CODE; repeatable",
	},
	{
		.name = "rewrite-signal",
		.kind = OPTION_REWRITE,
		.commands = RUN,
		.value = "A:B",
		.help = "forward B when A arrives, nothing if B is 0; repeatable",
	},
	{
		.name = "grace",
		.kind = OPTION_SECONDS,
		.commands = RUN,
		.offset = AT(supervision.grace_ms),
		.value = "SECONDS",
		.fallback = "2",
		.help = "how long processes that the command left may take to end",
	},
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.commands = ANY,
		.offset = AT(quiet),
		.help = "print only errors",
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.commands = ANY,
		.offset = AT(verbose),
		.help = "print a line for each decision and request; never a value",
	},
	{
		.name = "log-format",
		.kind = OPTION_CHOICE,
		.commands = ANY,
		.offset = AT(log_format),
		.value = "text|json",
		.fallback = "text",
		.help = "json: one object per line",
	},
	{
		.name = "retry-mode",
		.kind = OPTION_IGNORED,
		.commands = FETCH,
		.offset = AT(retry_mode_given),
		.value = "MODE",
		.help = "has no effect; accepted because chamber has it",
	},
	{
		.name = "min-throttle-delay",
		.kind = OPTION_IGNORED,
		.commands = FETCH,
		.offset = AT(throttle_delay_given),
		.value = "DURATION",
		.help = "has no effect; accepted because chamber has it",
	},
};

const size_t option_count = sizeof(option_table) / sizeof(*option_table);
_Static_assert(
	sizeof(option_table) / sizeof(*option_table) <= OPTION_COUNT_MAX, "more options than bits");

size_t
option_index(const struct option *o)
{
	return (size_t)(o - option_table);
}

const struct option *
option_by_name(struct span name)
{
	for (size_t i = 0; i < option_count; i++) {
		if (span_eq(name, span_of(option_table[i].name)))
			return &option_table[i];
	}
	return NULL;
}

const struct option *
option_by_letter(char letter)
{
	for (size_t i = 0; i < option_count; i++) {
		if (option_table[i].letter == letter && letter != 0)
			return &option_table[i];
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
	return o->kind == OPTION_NAMES || o->kind == OPTION_REMAP || o->kind == OPTION_REWRITE;
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
