#ifndef BASE_BULK_H
#define BASE_BULK_H

/*
 * Large memory, which few processes of ours touch. It stands behind all other variables, so that
 * the few bytes that each needs share one page, near the code: that is what a fork copies and what
 * PID 1 keeps. No linker script knows the section; the compilers know by its name that it has no
 * bytes in the file. Where gcc looks for overruns it would leave such a section out.
 */
#ifdef __SANITIZE_ADDRESS__
#define BULK
#else
#define BULK __attribute__((section(".sbss.bulk")))
#endif

#endif
