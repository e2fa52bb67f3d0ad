#!/bin/sh
# Runs inside the machine, as the command of antechamber, which is the machine's process 1.
# What each case printed and its exit code are read from the console (machine.py).

run_case() {
    name=$1
    shift
    printf '@@ begin %s\n' "$name"
    "$@" 2>&1
    printf '@@ end %s %s\n' "$name" "$?"
}

# The fetch as process 1 of a PID namespace, with the environment that the test wrote.
fetch() {
    unshare -p -f /antechamber exec -v --sandbox require "$@" kops -- /bin/sh -c 'echo "got $DB_URL"; exit 7'
}

without_proc() {
    umount /proc
    fetch
    set -- $?
    mount -t proc proc /proc
    return "$1"
}

# The kernel promises no more memory than there is: a large mapping that nobody uses counts in full.
strict_overcommit() {
    echo 95 >/proc/sys/vm/overcommit_ratio
    echo 2 >/proc/sys/vm/overcommit_memory
    fetch
    set -- $?
    echo 0 >/proc/sys/vm/overcommit_memory
    return "$1"
}

zombies() {
    grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l
}

orphans() {
    i=0
    while [ $i -lt 50 ]; do
        (sleep 0 &)
        i=$((i + 1))
    done
    sleep 1
    # An emulated machine on a busy host needs longer.
    while [ $i -lt 100 ] && [ "$(zombies)" -gt 0 ]; do
        sleep 1
        i=$((i + 1))
    done
    echo "$(zombies) zombies"
}

run_case version uname -r
run_case lsm cat /sys/kernel/security/lsm
run_case status grep -E '^(Name|VmSize):' /proc/1/status
run_case fetch fetch
run_case try_syscall /try_syscall
run_case strict_overcommit strict_overcommit
run_case without_proc without_proc
run_case orphans orphans
trap 'echo "@@ got TERM"; exit 42' TERM
kill -TERM 1
sleep 30 &
wait
echo '@@ no TERM'
