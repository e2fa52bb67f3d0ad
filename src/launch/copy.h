#ifndef LAUNCH_COPY_H
#define LAUNCH_COPY_H

/*
 * `antechamber copy`: writes this executable to path with mode 0755, for an init container that
 * shares it through a volume. The file appears whole under its name or not at all; on failure
 * nothing is left. Returns the exit code, after it said what failed.
 */
int copy_run(const char *path);

#endif
