#!/usr/bin/env python3
"""What the pages say about the program and the tree is true: usage: pages.py ROOT EXECUTABLE

In README.md, CONTRIBUTING.md, SECURITY.md, and the README.md and other pages of docker/, src/ and tests/:
- each link into the tree leads to a file, and to a heading of it where it names one;
- each source that is quoted, `fetch/call.h`, and each `struct x`, `enum x` and `function()`, exists;
- each option that is quoted, and each ANTECHAMBER_* variable, exists;
- each command line of antechamber, in a block or a JSON array, is accepted by the executable;
- the files, options, suites and steps in command lines of meson and of the tree's scripts exist;
- each message in the table under "Troubleshooting" is in a string of the sources, or is text of AWS that a
  test expects.
"""

import json
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import common
from manual import SAMPLE_TABLE, TABLE, options_of_table

PAGES = re.compile(r"(README|CONTRIBUTING|SECURITY)\.md|(docker|src|tests|tests/bench)/\w+\.md")

# Options of others that the pages quote: docker, dumb-init, secrets-init, chrt, antechamber's tests.
OTHERS = {
    "--init", "--build-arg", "--exit-early", "--single-child", "--network", "--suite", "--list",
    "--write", "--help", "--real", "--version",
}

MESON_OPTIONS = {"b_lundef", "b_sanitize", "c_args", "debug", "optimization", "werror"}
PLACES = ("docker", "src", "tests", "third_party")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ARRAY = re.compile(r"\[\"(?:/[\w/]*)?antechamber\"[^\]]*\]")
ASSIGNMENT = re.compile(r"^[A-Z_][A-Z0-9_]*=")


def anchor(heading):
    """GitHub's name of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def check_links(root, page, text):
    findings = []
    for link in LINK.findall(text):
        target, _, fragment = link.partition("#")
        if "://" in link:
            continue
        path = (root / page).parent / target if target else root / page
        if not path.exists():
            findings.append(f"{page}: {link}: there is no such file")
        elif fragment and fragment not in map(anchor, re.findall(r"^#+ (.*)$", path.read_text(), re.M)):
            findings.append(f"{page}: {link}: there is no such heading")
    return findings


def check_sources(root, page, text, code):
    """Files are named from the page's folder, src/, tests/ or the root."""
    findings = []
    places = [(root / page).parent, root / "src", root / "tests", root]
    for span in SPAN.findall(FENCE.sub("", text)):
        if re.fullmatch(r"[\w/.-]+/[\w.-]+\.(c|h|py|md|ini)", span):
            if not any((place / span).exists() for place in places):
                findings.append(f"{page}: {span}: there is no such file")
        name = re.fullmatch(r"(?:struct |enum )?(\w+)(?:\(\))?", span)
        if name and name[1] != span and not re.search(rf"\b{re.escape(span.removesuffix('()'))}\b", code):
            findings.append(f"{page}: {span}: the sources do not have it")
    return findings


def check_options(page, text, options, variables):
    findings = []
    for span in SPAN.findall(FENCE.sub("", text)):
        found = re.match(r"(--[a-z][\w-]*)", span)
        if found and found[1][2:] not in options and found[1] not in OTHERS:
            findings.append(f"{page}: {found[1]}: there is no such option")
    for variable in re.findall(r"\bANTECHAMBER_[A-Z_]+[A-Z]\b", text):
        if variable not in variables:
            findings.append(f"{page}: {variable}: there is no such variable")
    return findings


def command_lines(text):
    """The words of each command line in the blocks and quoted commands of a page, without assignments."""
    lines = []
    for language, block in FENCE.findall(text):
        block = re.sub(r"\\\n\s*", " ", block)
        lines += [line for line in block.splitlines() if language in ("sh", "ini", "")]
    lines += [span.replace("\n", " ") for span in SPAN.findall(FENCE.sub("", text))]
    for line in lines:
        line = re.sub(r"^\$ |^ExecStart=", "", line.strip())
        # An && b is two commands.
        for part in line.split(" && "):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            while words and ASSIGNMENT.match(words[0]):
                words.pop(0)
            if words:
                yield words


def arrays(text):
    for array in ARRAY.findall(text):
        yield json.loads(array)


def antechamber_words(words):
    """The words from antechamber's name on, whatever runs it; None where it is not run."""
    if words[:2] == ["docker", "build"]:
        return None
    for at, word in enumerate(words):
        if re.fullmatch(r"(\S*/)?antechamber", word):
            return words[at:] if len(words) > at + 1 else None
        if word in ("COPY", "FROM", "cp"):
            return None
    return None


def try_line(program, words):
    """What the executable says against the line; the empty text when it takes it. Nothing is fetched."""
    command, rest = words[1], words[2:]
    if "--help" in rest:
        return run_program(program, words[1:])
    if command in ("exec", "check"):
        own = rest[: rest.index("--")] if "--" in rest else rest
        if command == "exec" and "--" not in rest:
            return "exec without --"
        rest = [word for word in own if word != "..."]
        # The services come from platforms that are not here; their names are checked all the same.
        rest = [re.sub(r"\{[^{}]*\}", "x", word) for word in rest]
        rest = ["check", *rest, "--backend", "null", *([] if any(w[0] != "-" for w in rest) else ["x"])]
    elif command == "init":
        own = rest[: rest.index("--")] if "--" in rest else rest
        rest = ["init", *own, "--", "/bin/true"]
    elif command == "copy":
        with tempfile.TemporaryDirectory() as folder:
            return run_program(program, ["copy", *rest[:-1], f"{folder}/copy"])
    else:
        rest = [command, *rest]
    return run_program(program, rest)


def run_program(program, words):
    done = subprocess.run(
        [program, *words], capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL, env={}
    )
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"


def check_antechamber(page, text, program):
    findings = []
    lines = [words for words in map(antechamber_words, command_lines(text)) if words] + list(arrays(text))
    for words in lines:
        # "antechamber exec" names the command.
        if len(words) < 3 and words[1] in ("exec", "init", "check", "copy"):
            continue
        wrong = try_line(program, words)
        if wrong:
            findings.append(f"{page}: {' '.join(words)}: {wrong}")
    return findings, len(lines)


def check_targets(root, page, words):
    """The file and the target of a docker build."""
    options = dict(zip(words, words[1:]))
    path = root / options.get("-f", "Dockerfile")
    if not path.exists():
        return [f"{page}: {path.relative_to(root)}: there is no such file"]
    target = options.get("--target")
    if target and not re.search(rf"^FROM \S+ AS {target}$", path.read_text(), re.M):
        return [f"{page}: --target {target}: {path.relative_to(root)} does not have it"]
    return []


def check_scripts(root, page, text, known):
    suites, meson_options, steps = known
    findings = []
    for words in command_lines(text):
        name = words[0]
        if name == "meson":
            for at, word in enumerate(words):
                option = re.match(r"-D(\w+)=", word)
                if option and option[1] not in meson_options:
                    findings.append(f"{page}: {word}: there is no such option of meson")
                if words[at - 1] == "--suite" and word not in suites:
                    findings.append(f"{page}: --suite {word}: there is no such suite")
        if name == "tests/run":
            wrong = [w for w in words[1:] if w.islower() and w[0] != "-" and w not in steps]
            findings += [f"{page}: tests/run {w}: there is no such step" for w in wrong]
        if words[:2] == ["docker", "build"]:
            findings += check_targets(root, page, words)
        for word in words:
            path = re.fullmatch(rf"(?:{'|'.join(PLACES)})/[\w./-]*\w", word)
            # Upper-case words stand for something.
            if path and not re.search(r"[A-Z]{3}", word.rpartition("/")[2].split(".")[0]) and not (root / word).exists():
                findings.append(f"{page}: {word}: there is no such file")
    return findings


def run_steps(root):
    """What tests/run --list lists: a name, blanks, what it does."""
    done = subprocess.run([root / "tests/run", "--list"], capture_output=True, text=True, check=True)
    return re.findall(r"^(\w+)  ", done.stdout, re.M)


STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:(?:\s|PRIu64|\\\n)*"(?:[^"\\\n]|\\.)*")*')
SPECIFIER = re.compile(r"%[-#0 ]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z)?[a-zA-Z]")


def strings(text):
    """
    The C strings of a source, between colons and commas; adjacent strings are one, and format specifiers
    become a single mark.
    """
    for found in STRING.findall(text):
        whole = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', found))
        plain = SPECIFIER.sub("\0", re.sub(r"\\(.)", r"\1", whole).replace("%%", "%"))
        yield from re.split(r"[:,] ", plain)


def letters(text):
    return len(re.findall(r"[A-Za-z]", text))


def says(string, part):
    """Whether a part of a message can come from this string: equal text, marks for what varies."""
    if part in string:
        return True
    pieces = string.split("\0")
    # A format that is nearly nothing but marks would say anything.
    if letters(string) < 5 or len(pieces) < 2:
        return False
    pattern = ".+".join(map(re.escape, pieces))
    return re.fullmatch(pattern, part) is not None


def messages(text):
    """The messages in the first column of the table under Troubleshooting."""
    table = text.partition("\n## Troubleshooting\n")[2].partition("\n## ")[0]
    for row in re.findall(r"^\| (.*?) \|", table, re.M):
        for span in SPAN.findall(row):
            yield span


def check_messages(page, text, sources, expected):
    """Each part of a message between colons, commas and dots is looked for on its own."""
    findings = []
    count = 0
    for message in messages(text):
        count += 1
        for part in re.split(r"\.\.\.|[:,] ", message):
            # A count comes before the words that are in the sources.
            part = re.sub(r"^\d+ ", "", part.strip(" :,"))
            known = any(says(string, part) for string in sources) or any(part in string for string in expected)
            if part and not known:
                findings.append(f"{page}: {message!r}: the program does not print {part!r}")
    return findings, count


def check(root, program):
    pages = [p.relative_to(root).as_posix() for p in common.files(root, ".md")]
    pages = [page for page in pages if PAGES.fullmatch(page)]
    options = options_of_table((root / TABLE).read_text())
    names = {option["name"] for option in options}
    variables = {v for option in options for v in option["variables"]} | {"ANTECHAMBER_SERVICES"}
    builds = [p.read_text() for p in common.files(root) if p.name == "meson.build"]
    suites = set(re.findall(r"suite: '(\w+)'", "".join(builds)))
    meson_options = MESON_OPTIONS | set(re.findall(r"^option\('(\w+)'", (root / "meson_options.txt").read_text(), re.M))
    steps = set(run_steps(root))
    code = "".join(path.read_text() for path in common.files(root / "src", ".c", ".h"))
    sources = set(strings(code))
    tests = [p for p in common.files(root / "tests", ".py", ".c") if "lint" not in p.parts]
    # It has the table's own words.
    tests = [p for p in tests if p.name != "test_troubleshooting.py"]
    expected = [path.read_text() for path in tests]
    findings = []
    lines = told = 0
    for page in pages:
        text = (root / page).read_text()
        findings += check_links(root, page, text)
        findings += check_sources(root, page, text, code)
        findings += check_options(page, text, names, variables)
        findings += check_scripts(root, page, text, (suites, meson_options, steps))
        found, count = check_antechamber(page, text, program)
        findings += found
        lines += count
        found, count = check_messages(page, text, sources, expected)
        findings += found
        told += count
    return findings, f"{len(pages)} pages, {lines} command lines of antechamber, {told} messages"


def run(arguments):
    root, program = arguments
    return common.report("pages", *check(root, program.resolve()))


SAMPLE_PAGE = """# Sample

Use `--quiet` (`a.c`, `config/options.c`, `struct config`), see [below](#trouble--cure) and [the other](docker/README.md#images).

```sh
meson test -C build --suite lint -Dwerror=true
FOO=1 antechamber exec a {B}/c -- ./app --anything
docker run x /antechamber check --quiet
docker build -f docker/Dockerfile --target small -t antechamber .
tests/run lint STEP...
```

`ENTRYPOINT ["/antechamber", "exec", "a", "--"]`, ANTECHAMBER_QUIET=1

## Trouble & cure

## Troubleshooting

| Message | Cause |
|---|---|
| `region: none is set`, `open ...: there is no file` | x |
| `AccessDenied: ... path` | x |
"""

SAMPLE_TREE = {
    "docker/README.md": "## Images\n",
    "docker/Dockerfile": "FROM scratch AS small\n",
    "meson.build": "test('x', suite: 'lint')\n",
    "meson_options.txt": "option('tests', type: 'boolean')\n",
    "src/a.c": 'struct config; err_set(e, "region: "\n\t"none is set"); err_set(e, "open %.*s: there is no %s", 4, p, q); f("%s: %s");\n',
    TABLE: SAMPLE_TABLE,
    "tests/run": "#!/bin/sh\necho 'lint    lints'\n",
    "tests/e2e/test_a.py": '"AccessDenied", "the path"\n',
}

# Takes check and init with the option --quiet, as antechamber would.
SAMPLE_PROGRAM = """#!/bin/sh
case " $* " in *" --loud "*) echo 'no --loud' >&2; exit 100 ;; *" check "*) exit 0 ;; esac
exit 1
"""


def findings_of(old="", new=""):
    assert old in SAMPLE_PAGE, old
    page = SAMPLE_PAGE.replace(old, new) if old else SAMPLE_PAGE
    with common.tree({**SAMPLE_TREE, "README.md": page, "program": SAMPLE_PROGRAM}) as root:
        program = root / "program"
        program.chmod(0o755)
        (root / "tests/run").chmod(0o755)
        findings, summary = check(root, program)
    assert old or summary == "2 pages, 3 command lines of antechamber, 3 messages", summary
    return findings


def self_test():
    common.expect(findings_of())
    bad = {
        ("`--quiet`", "`--loud`"): ["--loud: there is no such option"],
        ("`config/options.c`", "`config/none.c`"): ["config/none.c: there is no such file"],
        ("`struct config`", "`struct none`"): ["struct none: the sources do not have it"],
        ("`struct config`", "`absent()`"): ["absent(): the sources do not have it"],
        ("ANTECHAMBER_QUIET", "ANTECHAMBER_LOUD"): ["ANTECHAMBER_LOUD: there is no such variable"],
        ("#trouble--cure", "#trouble"): ["#trouble: there is no such heading"],
        ("(docker/README.md", "(docker/none.md"): ["none.md#images: there is no such file"],
        ("--suite lint", "--suite lints"): ["--suite lints: there is no such suite"],
        ("-Dwerror", "-Derror"): ["-Derror=true: there is no such option of meson"],
        ("-f docker/Dockerfile", "-f docker/None"): ["docker/None: there is no such file"] * 2,
        ("--target small", "--target large"): ["--target large: docker/Dockerfile does not have it"],
        ("tests/run lint", "tests/none lint"): ["tests/none: there is no such file"],
        ("tests/run lint", "tests/run lints"): ["tests/run lints: there is no such step"],
        ("check --quiet", "check --loud"): ["check --loud: no --loud"],
        ('"exec", "a"', '"exec", "--loud"'): ["exec --loud --: no --loud"],
        ("-- ./app", "./app"): ["exec without --"],
        ("none is set", "none is given"): ["does not print 'none is given'"],
        ("is no file", "is nothing"): ["does not print 'there is nothing'"],
        ("`AccessDenied: ", "`AccessRefused: "): ["does not print 'AccessRefused'"],
    }
    for (old, new), wanted in bad.items():
        common.expect(findings_of(old, new), *wanted)


if __name__ == "__main__":
    sys.exit(common.main("pages", run, self_test))
