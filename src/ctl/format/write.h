#ifndef CTL_FORMAT_WRITE_H
#define CTL_FORMAT_WRITE_H

#include "ctl/format/format.h"

/*
 * The writers of struct format, one file each. Where a file is read back as what it was written
 * from, it has the bytes that chamber writes; where chamber's would be read as something else, the
 * comment at the place says what differs.
 */
bool csv_write(const struct pairs *sorted, struct text *out, struct err *e);
bool dotenv_write(const struct pairs *sorted, struct text *out, struct err *e);
bool json_write(const struct pairs *sorted, struct text *out, struct err *e);
bool properties_write(const struct pairs *sorted, struct text *out, struct err *e);
bool tfvars_write(const struct pairs *sorted, struct text *out, struct err *e);
bool tsv_write(const struct pairs *sorted, struct text *out, struct err *e);
bool yaml_write(const struct pairs *sorted, struct text *out, struct err *e);

/* Whether yaml_write writes s in quotes; a function of its own because its rules are many. */
bool yaml_needs_quotes(struct span s);

#endif
