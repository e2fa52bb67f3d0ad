"""What every lint shares: the files of the tree, the report, and the self-test's scratch folder."""

import contextlib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

# meson's word for "not run": a tool is missing.
SKIPPED = 77

GENERATED = {".git", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__", "build", "packagecache"}


def wrapper():
    """The words before a program of another processor: meson's exe_wrapper, nothing without one."""
    return shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))


def files_of_git(root):
    """What is or would be committed; None where root is no git work tree."""
    command = ["git", "-C", str(root), "ls-files", "-coz", "--exclude-standard", "--deduplicate"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    if done.returncode != 0:
        return None
    return [root / name for name in done.stdout.decode().split("\0") if name]


def files_of_walk(root):
    def is_ours(path):
        parts = path.relative_to(root).parts
        fetched = parts[0] == "third_party" and len(parts) > 2 and "-" in parts[1]
        return not fetched and not any(p in GENERATED or p.startswith("build-") for p in parts)

    return [path for path in root.rglob("*") if is_ours(path)]


def files(root, *suffixes):
    """The files of the tree below root with one of the suffixes (all, without any), in order."""
    found = files_of_git(root)
    if found is None:
        found = files_of_walk(root)
    return sorted(p for p in found if p.is_file() and (not suffixes or p.suffix in suffixes))


def report(name, findings, summary):
    """Prints the findings, then one line; returns the exit code."""
    for finding in findings:
        print(finding)
    print(f"{name}: {summary}, {len(findings)} finding{'' if len(findings) == 1 else 's'}")
    return 1 if findings else 0


@contextlib.contextmanager
def tree(contents):
    """A scratch folder with the given files, {path: text or bytes}, for a self-test."""
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for path, content in contents.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            target.write_bytes(data)
        yield root


def expect(findings, *wanted):
    """A self-test's check: as many findings as wanted, each holding its text."""
    findings, wanted = sorted(findings), sorted(wanted)
    if len(findings) != len(wanted):
        raise AssertionError(f"{len(findings)} findings, not {len(wanted)}: {findings}")
    for finding, text in zip(findings, wanted):
        if text not in finding:
            raise AssertionError(f"no {text!r} in {finding!r}")


def main(name, run, self_test):
    """usage: LINT ARGUMENT... | LINT --self-test"""
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        print(f"{name}: finds what it is there to find")
        return 0
    return run([pathlib.Path(argument) for argument in sys.argv[1:]])
