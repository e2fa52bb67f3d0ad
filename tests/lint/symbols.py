#!/usr/bin/env python3
"""What our own code calls: usage: symbols.py ARCHIVE.a...

It reads the symbol tables that the linker sees, so no macro and no header can hide a call.
"""

import re
import shutil
import subprocess
import sys

import common

ALLOCATORS = (
    "aligned_alloc asprintf calloc free getdelim getline malloc memalign open_memstream "
    "posix_memalign realloc reallocarray strdup strndup valloc vasprintf"
)
BANNED = {
    "no bound on what they write": "gets sprintf stpcpy strcat strcpy vsprintf",
    "a bound that cuts silently or leaves out the NUL": "stpncpy strncat strncpy",
    "formats of the C library; use base/buf.h": (
        "dprintf fprintf fputs printf putchar puts snprintf vdprintf vfprintf vprintf vsnprintf"
    ),
    "errors that do not show; use base/span.h": (
        "atof atoi atol atoll fscanf scanf sscanf strtod strtol strtoll strtoul strtoull vsscanf"
    ),
    "hidden state": "asctime ctime gmtime localtime putenv setenv strtok unsetenv",
    "a shell": "popen system",
    "signals are read, never handled": "signal sigset bsd_signal",
    "memory comes from the caller; nothing of antechamber allocates": ALLOCATORS,
}
REASONS = {name: why for why, names in BANNED.items() for name in names.split()}

RESOLVER = re.compile(r"(free|get)addrinfo|getnameinfo|gethostby.*|res_.*|__res_.*|dn_expand")

# "archive:member: U symbol", or "archive[member]: ..." where the archive is a thin one.
LINE = re.compile(r"(.*?lib(\w+)\.a)[:\[](.*?)\]?:\s+[Uwv] (\S+)")


def judge(folder, member, symbol):
    """Why this object may not use this symbol; None when it may."""
    # The C libraries' names for the C99 and C23 variants and for the checked ones.
    name = re.sub(r"^__(isoc\d\d_)?|_chk$", "", symbol)
    if name in REASONS and not (name in ALLOCATORS.split() and folder.startswith("ctl")):
        return REASONS[name]
    if symbol.startswith("br_") and folder not in ("net", "roots"):
        # meson names an object after the source with its folder: "aws_hash.c.o".
        if not (folder == "aws" and member.endswith("hash.c.o")):
            return "BearSSL belongs in net/ and aws/hash.c"
    if RESOLVER.fullmatch(symbol) and folder != "net":
        return "the resolver belongs in net/"
    return None


def check(listing):
    findings = set()
    members = set()
    for line in listing.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        archive, folder, member, symbol = found.groups()
        members.add((archive, member))
        why = judge(folder, member, symbol)
        if why:
            findings.add(f"src/{folder}/: {member}: {symbol}: {why}")
    return sorted(findings), len(members)


def list_undefined(archives):
    nm = shutil.which("nm")
    command = [nm, "--undefined-only", "--print-file-name", *map(str, archives)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(arguments):
    findings, count = check(list_undefined(arguments))
    if count == 0:
        findings.append("nm shows no object at all: are these archives?")
    return common.report("symbols", findings, f"{count} objects in {len(arguments)} archives")


SAMPLE = """
#include <stdio.h>
#include <stdlib.h>
#include <netdb.h>
int br_ssl_error(void);
int sample(const char *s, char *d, struct addrinfo **a);
int sample(const char *s, char *d, struct addrinfo **a)
{
	return sprintf(d, "%s %p", s, malloc(atoi(s))) + br_ssl_error() + getaddrinfo(s, s, 0, a);
}
"""


def build_sample(root, folder):
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))))
    made = root / f"{folder}_sample.c.o"
    subprocess.run([compiler, "-O0", "-c", "-o", made, root / "sample.c"], check=True)
    archive = root / f"lib{folder}.a"
    subprocess.run(["ar", "crT" if folder == "net" else "cr", archive, made], check=True)
    return archive


def self_test():
    with common.tree({"sample.c": SAMPLE}) as root:
        archives = [build_sample(root, "init"), build_sample(root, "net")]
        findings, count = check(list_undefined(archives))
    assert count == 2, count
    everywhere = ("atoi", "malloc", "sprintf")
    common.expect(
        [re.sub(r":.*?: ", " ", finding, count=1) for finding in findings],
        *(f"src/{folder}/ {name}: " for folder in ("init", "net") for name in everywhere),
        "src/init/ br_ssl_error: ",
        "src/init/ getaddrinfo: ",
    )
    assert judge("aws", "aws_hash.c.o", "br_sha256_init") is None
    assert judge("aws", "aws_ssm.c.o", "br_sha256_init") is not None
    assert judge("ctl_base", "x.o", "calloc") is None
    assert judge("ctl_base", "x.o", "strcpy") is not None
    assert judge("config", "x.o", "__isoc99_sscanf") == judge("config", "x.o", "sscanf") is not None
    assert judge("config", "x.o", "__strcpy_chk") is not None


if __name__ == "__main__":
    sys.exit(common.main("symbols", run, self_test))
