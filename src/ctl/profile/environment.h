#ifndef CTL_PROFILE_ENVIRONMENT_H
#define CTL_PROFILE_ENVIRONMENT_H

/*
 * A copy of an environment in which a variable has this value, and no other; value NULL: it is
 * unset. The strings are shared.
 */
char **environment_with(char *const *environ, const char *name, const char *value);

#endif
