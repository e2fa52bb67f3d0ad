#include <stdint.h>

#include "ctl/command.h"

#define ANY SIZE_MAX

const struct ctl_command ctl_command_table[] = {
	{ "read", "SERVICE KEY", "read a secret", 2, 2, command_read },
	{ "exec", "", "not here: use antechamber exec", 0, ANY, command_exec },
};

const size_t ctl_command_count = sizeof(ctl_command_table) / sizeof(*ctl_command_table);
