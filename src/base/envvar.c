#include "base/envvar.h"

#include <stddef.h>

const char *
envvar_get(char *const *environ, const char *name)
{
	/* Not by their lengths: most entries differ in the first byte, and have a hundred. */
	for (; *environ != NULL; environ++) {
		const char *entry = *environ;
		const char *wanted = name;
		while (*wanted != '\0' && *entry == *wanted) {
			entry++;
			wanted++;
		}
		if (*wanted == '\0' && entry[0] == '=' && entry[1] != '\0')
			return entry + 1;
	}
	return NULL;
}
