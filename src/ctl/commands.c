#include <stdint.h>

#include "ctl/command.h"

#define ANY SIZE_MAX

const struct ctl_command ctl_command_table[] = {
	{ "write", "SERVICE KEY [VALUE|-]", "write a secret", 2, 3, command_write },
	{ "read", "SERVICE KEY", "read a secret", 2, 2, command_read },
	{ "list", "SERVICE", "list the keys of a service", 1, 1, command_list },
	{ "list-services", "[PREFIX]", "list the services", 0, 1, command_list_services },
	{ "find", "KEY | --by-value [VALUE|-]",
		"find the services that have a key, or with --by-value a value", 0, 1,
		command_find },
	{ "history", "SERVICE KEY", "list who changed a secret, and when", 2, 2, command_history },
	{ "env", "SERVICE...", "print secrets as export lines for a shell", 1, ANY, command_env },
	{ "export", "SERVICE...", "print secrets in a format for other programs", 1, ANY,
		command_export },
	{ "import", "SERVICE FILE|-", "write the secrets of a file", 2, 2, command_import },
	{ "delete", "SERVICE KEY", "delete a secret, or with --all and no key a service", 1, 2,
		command_delete },
	{ "tag read", "SERVICE KEY", "list the tags of a secret", 2, 2, command_tag_read },
	{ "tag write", "SERVICE KEY TAG=VALUE...", "add tags to a secret", 3, ANY,
		command_tag_write },
	{ "tag delete", "SERVICE KEY TAG...", "remove tags from a secret", 3, ANY,
		command_tag_delete },
	{ "diff", "SERVICE SERVICE", "list the keys that differ between two services", 2, 2,
		command_diff },
	{ "copy", "SERVICE SERVICE", "copy the secrets of one service to another", 2, 2,
		command_copy },
	{ "policy", "SERVICE...", "print the IAM policy that antechamber needs for services", 1,
		ANY, command_policy },
	{ "exec", "", "not here: use antechamber exec", 0, ANY, command_exec },
};

const size_t ctl_command_count = sizeof(ctl_command_table) / sizeof(*ctl_command_table);
