#ifndef BASE_RELRO_H
#define BASE_RELRO_H

/*
 * Makes the tables that were relocated at the start read-only (the program header PT_GNU_RELRO).
 * A dynamic loader does this; a static executable has none, and musl's start code leaves it out.
 * To be called first in main.
 */
void relro_seal(void);

#endif
