#!/usr/bin/env python3
"""That the manual page tells what the program knows: usage: manual.py ROOT

The options of src/config/options.c with their letters, variables and defaults, in their order, against
the section OPTIONS of src/antechamber.1 and the other way round; the variables that the sources name;
and the page's own form, by mandoc -Tlint.
"""

import re
import shutil
import subprocess
import sys

import common

TABLE = "src/config/options.c"
PAGE = "src/antechamber.1"

# A member of an entry of the table: ".name = value,"; strings side by side are one.
MEMBER = re.compile(r"""\.(\w+) = ((?:"(?:[^"\\]|\\.)*"|'.'|\s|[^",'])+)""")
STRINGS = re.compile(r'"((?:[^"\\]|\\.)*)"')

VARIABLE = re.compile(
    r'"((?:ANTECHAMBER|AWS|CHAMBER|ECS)_\w+[A-Z0-9]|(?:HTTPS|NO)_PROXY|(?:https|no)_proxy|SSL_CERT_FILE)"'
)

# Not of the page: whether the manual pages that it refers to are installed here.
NOT_OURS = re.compile(r"referenced manual not found|outdated mandoc\.db")


def split_entries(text):
    """The text between the braces of each entry of the table."""
    start = text.index("option_table[] = {")
    body = text[start : text.index("\n};", start)]
    return re.findall(r"\n\t\{\n(.*?)\n\t\},", body, re.DOTALL)


def text_of(value):
    found = STRINGS.findall(value)
    return "".join(found) if found else value.strip().strip("'")


def options_of_table(text):
    options = []
    for entry in split_entries(text):
        o = {member: text_of(value) for member, value in MEMBER.findall(entry)}
        if "name" not in o or "kind" not in o:
            raise ValueError(f"{TABLE}: an entry without a name or kind: {entry.strip()}")
        own = "ANTECHAMBER_" + o["name"].upper().replace("-", "_")
        own = "" if o["kind"] == "OPTION_IGNORED" else own
        options.append(
            {
                "name": o["name"],
                "letter": o.get("letter", ""),
                "variables": [v for v in (own, o.get("chamber_twin"), o.get("aws_twin")) if v],
                "default": o.get("fallback", ""),
            }
        )
    return options


def options_of_page(text):
    """What .It, "Variable:" and "Default:" say, of each option in the section OPTIONS."""
    options = []
    section = ""
    wants = None
    for line in text.splitlines():
        if line.startswith(".Sh "):
            section = line[4:]
        item = re.match(r"\.It (?:Fl (\w) , )?Fl -([\w-]+)( .*)?$", line)
        if section == "OPTIONS" and item:
            options.append({"name": item[2], "letter": item[1] or "", "variables": [], "default": ""})
        elif section != "OPTIONS" or not options:
            continue
        elif line in ("Variable:", "Variables:", "Default:"):
            wants = line
        elif wants == "Default:" and line.startswith(".Cm "):
            options[-1]["default"] = line[4:].removesuffix(" .")
            wants = None
        elif wants and line.startswith(".Ev "):
            options[-1]["variables"].append(line[4:].rstrip(" .,"))
        else:
            wants = None
    return options


def compare(table, page):
    findings = []
    on_page = {option["name"]: option for option in page}
    in_table = {option["name"] for option in table}
    for option in table:
        name = option["name"]
        if name not in on_page:
            findings.append(f"{PAGE}: --{name} is missing")
            continue
        for key in ("letter", "variables", "default"):
            told, true = on_page[name][key], option[key]
            if told != true:
                findings.append(f"{PAGE}: --{name}: {key} {told or 'none'}, not {true or 'none'}")
    findings += [f"{PAGE}: --{o['name']}: there is no such option" for o in page if o["name"] not in in_table]
    if not findings and [o["name"] for o in page] != [o["name"] for o in table]:
        findings.append(f"{PAGE}: the options stand in another order than in {TABLE}")
    return findings


def check_variables(root, page, table):
    """Each variable that a source names stands on the page, and no ANTECHAMBER_* that nobody reads."""
    named = {v for option in table for v in option["variables"]}
    for path in common.files(root / "src", ".c"):
        if not path.is_relative_to(root / "src/ctl"):  # antechamberctl's, not of this page
            named |= set(VARIABLE.findall(path.read_text()))
    told = set(re.findall(r"\bEv ([A-Za-z_][A-Za-z0-9_]*)", page))
    findings = [f"{PAGE}: the variable {v} is missing" for v in sorted(named - told)]
    invented = sorted(v for v in told - named if v.startswith("ANTECHAMBER_"))
    return findings + [f"{PAGE}: {v}: no source names this variable" for v in invented]


def check(root):
    page = (root / PAGE).read_text()
    table = options_of_table((root / TABLE).read_text())
    if not table:
        raise ValueError(f"{TABLE}: no table of options")
    findings = compare(table, options_of_page(page)) + check_variables(root, page, table)
    return findings, len(table)


def check_form(mandoc, path):
    done = subprocess.run([mandoc, "-Tlint", "-Wall", path], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    return [f"{path.name}: {line}" for line in said if not NOT_OURS.search(line)]


def run(arguments):
    root = arguments[0]
    findings, count = check(root)
    mandoc = shutil.which("mandoc")
    if mandoc is not None:
        findings += check_form(mandoc, root / PAGE)
    status = common.report("manual", findings, f"{count} options")
    if mandoc is None:
        print("manual: no mandoc here, so the form was not checked")
        return status or common.SKIPPED
    return status


SAMPLE_TABLE = """
const struct option option_table[] = {
	{
		.name = "backend",
		.letter = 'b',
		.kind = OPTION_BACKEND,
		.commands = FETCH,
		.value = "ssm|(x)",
		.chamber_twin = "CHAMBER_BACKEND",
		.fallback = "ssm",
		.help = "where, \\"or\\" "
			".name = not",
	},
	{
		.name = "retries",
		.letter = 'r',
		.kind = OPTION_COUNT,
		.offset = AT(retries),
		.aws_twin = "AWS_MAX",
		.fallback = "10",
		.help = "attempts",
	},
	{
		.name = "quiet",
		.kind = OPTION_FLAG,
		.help = "errors, X(only)",
	},
	{
		.name = "old",
		.kind = OPTION_IGNORED,
		.help = "nothing",
	},
};

const size_t option_count = 4;
"""

SAMPLE_PAGE = """.Dd January 1, 2026
.Dt SAMPLE 1
.Os
.Sh NAME
.Nm sample
.Nd a sample
.Sh OPTIONS
.Bl -tag -width Ds
.It Fl b , Fl -backend Ar name
Where.
.Pp
Variables:
.Ev ANTECHAMBER_BACKEND ,
.Ev CHAMBER_BACKEND .
Default:
.Cm ssm .
.It Fl r , Fl -retries Ar n
Not
.Ev PATH .
.Pp
Variables:
.Ev ANTECHAMBER_RETRIES ,
.Ev AWS_MAX .
Default:
.Cm 10 .
.It Fl -quiet
Variable:
.Ev ANTECHAMBER_QUIET .
.It Fl -old Ar mode
Nothing.
.El
.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev AWS_REGION , Ev HTTPS_PROXY
Read.
.El
"""


def findings_of(page, source='getenv("AWS_REGION"), getenv("HTTPS_PROXY"), starts_with("AWS_")'):
    sample = {TABLE: SAMPLE_TABLE, PAGE: page, "src/aws/region.c": source}
    with common.tree(sample) as root:
        findings, count = check(root)
        assert count == 4, count
        return findings


def self_test():
    common.expect(findings_of(SAMPLE_PAGE))
    quiet = ".It Fl -quiet\nVariable:\n.Ev ANTECHAMBER_QUIET .\n"
    old = ".It Fl -old Ar mode\nNothing.\n"
    bad = {
        SAMPLE_PAGE.replace(old, ""): ["--old is missing"],
        SAMPLE_PAGE.replace(quiet, ""): ["--quiet is missing", "ANTECHAMBER_QUIET is missing"],
        SAMPLE_PAGE.replace("Fl r , ", ""): ["--retries: letter none, not r"],
        SAMPLE_PAGE.replace(".It Fl -quiet", ".It Fl q , Fl -quiet"): ["--quiet: letter q, not none"],
        SAMPLE_PAGE.replace(".Cm 10 .", ".Cm 3 ."): ["--retries: default 3, not 10"],
        SAMPLE_PAGE.replace("Default:\n.Cm ssm .\n", ""): ["--backend: default none, not ssm"],
        SAMPLE_PAGE.replace(".Ev ANTECHAMBER_RETRIES ,\n.Ev AWS_MAX .", ".Ev AWS_MAX ,\n.Ev ANTECHAMBER_RETRIES ."): [
            "--retries: variables"
        ],
        SAMPLE_PAGE.replace(old, old + ".It Fl -new\nNew.\n"): ["--new: there is no such option"],
        SAMPLE_PAGE.replace(quiet + old, old + quiet): ["another order"],
        SAMPLE_PAGE.replace("Ev AWS_REGION , ", ""): ["the variable AWS_REGION is missing"],
        SAMPLE_PAGE.replace("Read.", ".Ev ANTECHAMBER_NEW"): ["ANTECHAMBER_NEW: no source"],
    }
    for page, wanted in bad.items():
        common.expect(findings_of(page), *wanted)
    common.expect(findings_of(SAMPLE_PAGE, 'f("AWS_REGION"), f("HTTPS_PROXY"), f("no_proxy")'), "no_proxy is missing")
    mandoc = shutil.which("mandoc")
    if mandoc is not None:
        with common.tree({"good.1": SAMPLE_PAGE, "bad.1": SAMPLE_PAGE.replace(".El\n", "")}) as root:
            common.expect(check_form(mandoc, root / "good.1"))
            assert check_form(mandoc, root / "bad.1")


if __name__ == "__main__":
    sys.exit(common.main("manual", run, self_test))
