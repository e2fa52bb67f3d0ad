#include "ctl/command.h"

bool
command_exec(struct ctl *c, struct err *e)
{
	(void)c;
	err_set(e, ERR_USAGE, "usage: exec is not a command of antechamberctl");
	return err_hint(e, "antechamber exec SERVICE -- COMMAND runs a command with the secrets");
}
