#ifndef BASE_ENVVAR_H
#define BASE_ENVVAR_H

/* The first value of a variable in an environment; NULL when it is absent or empty. */
const char *envvar_get(char *const *environ, const char *name);

#endif
