#ifndef CTL_FORMAT_NAME_H
#define CTL_FORMAT_NAME_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/base/text.h"
#include "ctl/format/pairs.h"

/* Names of variables in dotenv, env and tfvars, and the value between double quotes there. */

/*
 * Appends the name that a key becomes, as chamber makes it: blanks at both ends are removed, then
 * '-', '.' and blanks become '_', and unless case is preserved letters are written in upper case.
 */
void name_put(struct text *t, struct span key, bool preserves_case);

/*
 * The same, and checks that it is one or more of [A-Za-z0-9_], not a digit first. The error names
 * the key.
 */
bool name_put_checked(struct text *t, struct span key, bool preserves_case, struct err *e);

/*
 * For pairs of a name and the key that it was made of: sorts them, and finds two keys that became
 * the same name. False: there are none.
 */
bool name_clash(struct pairs *names, struct span *first, struct span *second);

#endif
