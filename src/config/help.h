#ifndef CONFIG_HELP_H
#define CONFIG_HELP_H

#include "base/buf.h"
#include "config/config.h"

/*
 * Appends the help text of a command, of the whole program for COMMAND_HELP. At most
 * HELP_TEXT_MAX bytes.
 */
void config_put_help(struct buf *b, enum command command);

/* Appends "antechamber 0.2.0\n". */
void config_put_version(struct buf *b);

#endif
