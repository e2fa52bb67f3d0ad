#include "ctl/options.h"

#define AT(member) offsetof(struct options, member)

/* The commands that print a listing. */
#define LISTINGS "read,list,list-services,find,history,tag read,tag write,diff,import,copy"

const struct ctl_option ctl_option_table[] = {
	{
		.name = "backend",
		.letter = 'b',
		.kind = OPTION_CHOICE,
		.offset = AT(backend),
		.value = "ssm|secretsmanager",
		.variable = { "ANTECHAMBER_BACKEND", "CHAMBER_SECRET_BACKEND" },
		.fallback = "ssm",
		.help = "where the secrets are",
	},
	{
		.name = "retries",
		.letter = 'r',
		.kind = OPTION_COUNT,
		.offset = AT(retries),
		.least = 1,
		.value = "N",
		.variable = { "ANTECHAMBER_RETRIES", "CHAMBER_RETRIES", "AWS_MAX_ATTEMPTS" },
		.fallback = "10",
		.help = "attempts for each request, the first included",
	},
	{
		.name = "timeout",
		.kind = OPTION_SECONDS,
		.offset = AT(timeout_ms),
		.value = "SECONDS",
		.variable = { "ANTECHAMBER_TIMEOUT" },
		.fallback = "300",
		.help = "limit for each request with all of its attempts; 0: no limit",
	},
	{
		.name = "keep-case",
		.kind = OPTION_FLAG,
		.offset = AT(keep_case),
		.variable = { "ANTECHAMBER_KEEP_CASE" },
		.help = "take services and keys as written, not lower-cased",
	},
	{
		.name = "allow-http",
		.kind = OPTION_FLAG,
		.offset = AT(allow_http),
		.variable = { "ANTECHAMBER_ALLOW_HTTP" },
		.help = "allow a plain-http AWS endpoint that is not loopback",
	},
	{
		.name = "verbose",
		.kind = OPTION_FLAG,
		.offset = AT(verbose),
		.variable = { "ANTECHAMBER_VERBOSE" },
		.help = "one line on stderr for each request; never a value",
	},
	{
		.name = "retry-mode",
		.kind = OPTION_IGNORED,
		.offset = AT(retry_mode),
		.value = "MODE",
		.help = "has no effect; accepted because chamber has it",
	},
	{
		.name = "min-throttle-delay",
		.kind = OPTION_IGNORED,
		.offset = AT(min_throttle_delay),
		.value = "DURATION",
		.help = "has no effect; accepted because chamber has it",
	},
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.offset = AT(quiet),
		.commands = "read",
		.help = "print the value alone",
	},
	{
		.name = "version",
		.letter = 'v',
		.kind = OPTION_COUNT,
		.offset = AT(version),
		.least = 1,
		.commands = "read",
		.value = "N",
		.help = "read an earlier version",
	},
	{
		.name = "format",
		.letter = 'f',
		.kind = OPTION_TEXT,
		.offset = AT(format),
		.commands = "export",
		.value = "FORMAT",
		.fallback = "json",
		.help = "json, yaml, csv, tsv, dotenv, tfvars or java-properties",
	},
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.offset = AT(format),
		.commands = LISTINGS,
		.value = "table|json",
		.fallback = "table",
		.help = "how to print the listing",
	},
	{
		.name = "output-file",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.offset = AT(output_file),
		.commands = "env,export",
		.value = "FILE",
		.help = "write to FILE, readable by you alone, instead of standard output",
	},
	{
		.name = "preserve-case",
		.letter = 'p',
		.kind = OPTION_FLAG,
		.offset = AT(preserve_case),
		.commands = "env",
		.help = "do not write the names of the variables in upper case",
	},
	{
		.name = "escape-strings",
		.letter = 'e',
		.kind = OPTION_FLAG,
		.offset = AT(escape_strings),
		.commands = "env",
		.help = "write values in double quotes, line breaks as \\n",
	},
	{
		.name = "expand",
		.letter = 'e',
		.kind = OPTION_FLAG,
		.offset = AT(expand),
		.commands = "list",
		.help = "show the values too",
	},
	{
		.name = "time",
		.letter = 't',
		.kind = OPTION_FLAG,
		.offset = AT(by_time),
		.commands = "list",
		.help = "sort by the time of the last change",
	},
	{
		.name = "user",
		.letter = 'u',
		.kind = OPTION_FLAG,
		.offset = AT(by_user),
		.commands = "list",
		.help = "sort by who made the last change",
	},
	{
		.name = "version",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.offset = AT(by_version),
		.commands = "list",
		.help = "sort by version",
	},
	{
		.name = "secrets",
		.letter = 's',
		.kind = OPTION_FLAG,
		.offset = AT(secrets),
		.commands = "list-services",
		.help = "list the full names of the keys instead",
	},
	{
		.name = "by-value",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.offset = AT(by_value),
		.commands = "find",
		.help = "find a value, read from standard input or asked for, instead of a key",
	},
	{
		.name = "singleline",
		.letter = 's',
		.kind = OPTION_FLAG,
		.offset = AT(singleline),
		.commands = "write",
		.help = "read the value up to the first line break",
	},
	{
		.name = "skip-unchanged",
		.kind = OPTION_FLAG,
		.offset = AT(skip_unchanged),
		.commands = "write",
		.help = "do not write the value if the key has it already",
	},
	{
		.name = "expect-version",
		.kind = OPTION_COUNT,
		.offset = AT(expect_version),
		.given = AT(expects_version),
		.commands = "write,delete",
		.value = "N",
		.help = "fail unless N is the current version; 0: unless the key is new",
	},
	{
		.name = "type",
		.kind = OPTION_CHOICE,
		.offset = AT(type),
		.commands = "write,import",
		.value = "SecureString|String|StringList",
		.help = "the type of a new parameter (default SecureString)",
	},
	{
		.name = "tier",
		.kind = OPTION_CHOICE,
		.offset = AT(tier),
		.commands = "write,import,copy",
		.value = "Standard|Advanced|Intelligent-Tiering",
		.help = "the parameter's tier; values above 4 KiB need Advanced, which AWS charges "
			"for",
	},
	{
		.name = "key-id",
		.kind = OPTION_TEXT,
		.offset = AT(key_id),
		.given = AT(has_key_id),
		.commands = "write,import,copy,policy",
		.value = "KEY",
		.variable = { "CHAMBER_KMS_KEY_ALIAS" },
		.fallback = "alias/parameter_store_key",
		.help = "the KMS key that encrypts: an alias, an ID or an ARN; with secretsmanager "
			"only used if given",
	},
	{
		.name = "tags",
		.letter = 't',
		.kind = OPTION_TEXT,
		.offset = AT(tags),
		.commands = "write",
		.value = "KEY=VALUE,...",
		.help = "tags of a new parameter",
	},
	{
		.name = "normalize-keys",
		.kind = OPTION_FLAG,
		.offset = AT(normalize_keys),
		.commands = "import",
		.help = "write the keys in lower case",
	},
	{
		.name = "dry-run",
		.kind = OPTION_FLAG,
		.offset = AT(dry_run),
		.commands = "import,copy,delete",
		.help = "show what would change, and change nothing",
	},
	{
		.name = "all",
		.kind = OPTION_FLAG,
		.offset = AT(all),
		.commands = "delete",
		.help = "delete every key of the service",
	},
	{
		.name = "exact-key",
		.kind = OPTION_FLAG,
		.offset = AT(exact_key),
		.commands = "delete",
		.help = "take the key as written; the service is lower-cased",
	},
	{
		.name = "yes",
		.letter = 'y',
		.kind = OPTION_FLAG,
		.offset = AT(yes),
		.commands = "delete",
		.help = "do not ask",
	},
	{
		.name = "delete-other-tags",
		.kind = OPTION_FLAG,
		.offset = AT(delete_other_tags),
		.commands = "tag write",
		.help = "delete the tags that are not given",
	},
	{
		.name = "values",
		.kind = OPTION_FLAG,
		.offset = AT(values),
		.commands = "diff",
		.help = "show the values that differ",
	},
	{
		.name = "overwrite",
		.kind = OPTION_FLAG,
		.offset = AT(overwrite),
		.commands = "copy",
		.help = "replace keys that the other service has with another value",
	},
};

const size_t ctl_option_count = sizeof(ctl_option_table) / sizeof(*ctl_option_table);

bool
ctl_option_is_of(const struct ctl_option *o, const char *command)
{
	struct span rest = span_of(o->commands);
	struct span name;
	if (o->commands == NULL)
		return true;
	while (span_split(&rest, ',', &name)) {
		if (span_eq(name, span_of(command)))
			return true;
	}
	return false;
}
