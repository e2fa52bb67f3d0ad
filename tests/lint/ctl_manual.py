#!/usr/bin/env python3
"""That antechamberctl's manual page says what the program knows: usage: ctl_manual.py ROOT

The commands of src/ctl/commands.c, and the options of src/ctl/options_table.c with their letters, arguments,
commands, variables and defaults, against src/ctl/antechamberctl.1 and the other way round; the variables that
its sources name; and the page's own form, by mandoc -Tlint.
"""

import re
import shutil
import sys

import common
from manual import MEMBER, STRINGS, VARIABLE, check_form, split_entries, text_of

OPTIONS = "src/ctl/options_table.c"
COMMANDS = "src/ctl/commands.c"
PAGE = "src/ctl/antechamberctl.1"
OTHER_PAGE = "src/antechamber.1"  # whose variables are read here too

LIST = re.compile(r'^#define (\w+) "([^"]*)"', re.M)
VARIABLES = re.compile(r"\.variable = \{([^}]*)\}")
COMMAND = re.compile(r'^\t\{ "([^"]+)", "', re.M)
FLAGS = re.compile(r"(?:Fl (\w) , )?Fl -([\w-]+)( (?:Cm|Ar) .*)?")


def commands_of_table(text):
    return COMMAND.findall(text)


def options_of_table(text):
    """{(name, command): what is known}; the command "" is all of them."""
    lists = dict(LIST.findall(text))
    options = {}
    for entry in split_entries(text):
        o = {member: text_of(value) for member, value in MEMBER.findall(entry)}
        if "name" not in o or "kind" not in o:
            raise ValueError(f"{OPTIONS}: an entry without a name or kind: {entry.strip()}")
        argument = {"OPTION_FLAG": "", "OPTION_CHOICE": o.get("value", "")}.get(o["kind"], "a word")
        known = {
            "letter": o.get("letter", ""),
            "argument": argument,
            "variables": STRINGS.findall(" ".join(VARIABLES.findall(entry))),
            "default": o.get("fallback", ""),
        }
        commands = o.get("commands", "")
        for command in lists.get(commands, commands).split(","):
            options[o["name"], command] = known
    return options


def sections_of_page(text):
    """{title of a .Sh: its lines}"""
    sections = {}
    for line in text.splitlines():
        if line.startswith(".Sh "):
            lines = sections.setdefault(line[4:], [])
        elif sections:
            lines.append(line)
    return sections


def commands_of_page(lines, known):
    """The commands of the list, each once; a command may have several items."""
    found = []
    for line in lines:
        if line.startswith(".It Cm "):
            words = line[7:]
            fits = [c for c in known if f"{words} ".startswith(f"{c} ")]
            found.append(max(fits, key=len) if fits else words)
    return list(dict.fromkeys(found))


def split_commands(words):
    return [re.sub(r" Fl .*", "", word) for word in re.split(r" ?, ", words)]


def argument_of(words):
    kind, _, rest = (words or "").strip().partition(" ")
    return {"": "", "Ar": "a word"}.get(kind, rest.replace(" ", ""))


def options_of_page(lines):
    """
    As options_of_table. The commands of an option are in the parentheses after its .It, or else in the title of
    its .Ss; without both it is of all commands.
    """
    options = {}
    title, items, wants = "", [], None

    def enter(commands):
        options.update({(name, command): item for name, item in items for command in commands})

    for line in lines:
        if line.startswith(".Ss "):
            title = line[4:]
        elif line.startswith(".It "):
            items = [
                (name, {"letter": letter, "argument": argument_of(rest), "variables": [], "default": ""})
                for letter, name, rest in (FLAGS.fullmatch(part).groups("") for part in line[4:].split(" ; "))
            ]
            enter(split_commands(title))
        elif line.startswith(".Pq Cm ") and wants == "commands":
            for name, _ in items:
                for command in split_commands(title):
                    options.pop((name, command), None)
            enter(split_commands(line[7:]))
        elif wants == "Default:" and line.startswith(".Cm "):
            items[-1][1]["default"] = line[4:].removesuffix(" .")
        elif wants in ("Variable:", "Variables:") and line.startswith(".Ev "):
            items[-1][1]["variables"].append(line[4:].rstrip(" .,"))
            continue
        wants = "commands" if line.startswith(".It ") else line
    return options


def compare_commands(table, page):
    findings = [f"{PAGE}: the command {c} is missing" for c in table if c not in page]
    findings += [f"{PAGE}: {c}: there is no such command" for c in page if c not in table]
    if not findings and page != table:
        findings.append(f"{PAGE}: the commands are in another order than in {COMMANDS}")
    return findings


def compare_options(table, page):
    def name(key):
        return f"--{key[0]}" + (f" of {key[1]}" if key[1] else "")

    findings = [f"{PAGE}: {name(key)} is missing" for key in table if key not in page]
    findings += [f"{PAGE}: {name(key)}: there is no such option" for key in page if key not in table]
    for key in table.keys() & page.keys():
        for what, true in table[key].items():
            said = page[key][what]
            if said != true:
                findings.append(f"{PAGE}: {name(key)}: {what} {said or 'none'}, not {true or 'none'}")
    return findings


def check_variables(root, page):
    """
    A variable that only antechamberctl's sources name is on its page; each one on its page is named by them, or
    is the C library's.
    """
    named = set()
    for path in common.files(root / "src/ctl", ".c"):
        named |= set(VARIABLE.findall(path.read_text()))
    pattern = r"\bEv ([A-Za-z_][A-Za-z0-9_]*)"
    here = set(re.findall(pattern, page))
    there = set(re.findall(pattern, (root / OTHER_PAGE).read_text()))
    findings = [f"{PAGE}: the variable {v} is missing" for v in sorted(named - here - there)]
    return findings + [f"{PAGE}: {v}: no source names this variable" for v in sorted(here - named - {"TZ"})]


def check(root):
    page = (root / PAGE).read_text()
    sections = sections_of_page(page)
    commands = commands_of_table((root / COMMANDS).read_text())
    options = options_of_table((root / OPTIONS).read_text())
    if not commands or not options:
        raise ValueError(f"{COMMANDS}, {OPTIONS}: no table")
    findings = compare_commands(commands, commands_of_page(sections["COMMANDS"], commands))
    findings += compare_options(options, options_of_page(sections["OPTIONS"]))
    unknown = {command for _, command in options} - set(commands) - {""}
    findings += [f"{OPTIONS}: {c}: there is no such command" for c in sorted(unknown)]
    findings += check_variables(root, page)
    return findings, f"{len(commands)} commands, {len(options)} options of them"


def run(arguments):
    root = arguments[0]
    findings, summary = check(root)
    mandoc = shutil.which("mandoc")
    if mandoc is not None:
        findings += check_form(mandoc, root / PAGE)
    status = common.report("ctl_manual", findings, summary)
    if mandoc is None:
        print("ctl_manual: no mandoc here, so the form was not checked")
        return status or common.SKIPPED
    return status


SAMPLE_OPTIONS = """
#define LISTINGS "list,tag read"

const struct ctl_option ctl_option_table[] = {
	{
		.name = "backend",
		.letter = 'b',
		.kind = OPTION_CHOICE,
		.value = "ssm|other",
		.variable = { "CHAMBER_BACK", "AWS_BACK" },
		.fallback = "ssm",
		.help = "where",
	},
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.commands = LISTINGS,
		.value = "table|json",
		.help = "how",
	},
	{
		.name = "time",
		.letter = 't',
		.kind = OPTION_FLAG,
		.commands = "list",
		.help = "sort",
	},
	{
		.name = "user",
		.kind = OPTION_FLAG,
		.commands = "list",
		.help = "sort",
	},
	{
		.name = "all",
		.kind = OPTION_COUNT,
		.commands = "delete",
		.value = "N",
		.help = "all",
	},
};
"""

SAMPLE_COMMANDS = """
	{ "list", "SERVICE", "list", 1, 1, command_list },
	{ "delete", "KEY", "delete", 1, 1,
		command_delete },
	{ "tag read", "KEY", "list", 1, 1, command_tag_read },
"""

SAMPLE_PAGE = """.Dd January 1, 2026
.Dt SAMPLE 1
.Os
.Sh NAME
.Nm sample
.Nd a sample
.Sh COMMANDS
.Bl -tag -width Ds
.It Cm list Ar service
List.
.It Cm delete Ar key
Delete.
.It Cm delete Fl -all
Delete all.
.It Cm tag read Ar key
List.
.El
.Sh OPTIONS
.Bl -tag -width Ds
.It Fl b , Fl -backend Cm ssm | other
Where.
Variables:
.Ev CHAMBER_BACK ,
.Ev AWS_BACK .
Default:
.Cm ssm .
.El
.Ss Listings
.Bl -tag -width Ds
.It Fl -format Cm table | json
.Pq Cm list , tag read
How.
.It Fl t , Fl -time ; Fl -user
.Pq Cm list
Sort.
.El
.Ss delete
.Bl -tag -width Ds
.It Fl -all Ar n
All.
.El
.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev AWS_PROFILE , Ev TZ
Read.
.El
"""


def findings_of(old="", new="", commands=SAMPLE_COMMANDS):
    assert old in SAMPLE_PAGE, old
    sample = {
        PAGE: SAMPLE_PAGE.replace(old, new) if old else SAMPLE_PAGE,
        OPTIONS: SAMPLE_OPTIONS,
        COMMANDS: commands,
        OTHER_PAGE: ".Ev AWS_REGION\n",
        "src/ctl/profile/a.c": 'f("AWS_REGION", "AWS_PROFILE"); g("CHAMBER_BACK", "AWS_BACK");\n',
    }
    with common.tree(sample) as root:
        findings, summary = check(root)
    assert old or commands != SAMPLE_COMMANDS or summary == "3 commands, 6 options of them", summary
    return findings


def self_test():
    common.expect(findings_of())
    listed = ".It Cm list Ar service\nList.\n"
    bad = {
        (listed, ""): ["the command list is missing"],
        ("Cm tag read Ar key", "Cm tag eat"): ["the command tag read is missing", "tag eat: there is no such command"],
        ("Fl b , ", ""): ["--backend: letter none, not b"],
        ("Cm ssm | other", "Cm ssm"): ["--backend: argument ssm, not ssm|other"],
        (".Ev CHAMBER_BACK ,\n", ""): ["--backend: variables", "the variable CHAMBER_BACK is missing"],
        ("Default:\n.Cm ssm .\n", ""): ["--backend: default none, not ssm"],
        (".Cm ssm .", ".Cm other ."): ["--backend: default other, not ssm"],
        (".Pq Cm list , tag read", ".Pq Cm list"): ["--format of tag read is missing"],
        ("list , tag read", "list , tag read , delete"): ["--format of delete: there is no such option"],
        ("Fl -user", "Fl u , Fl -user"): ["--user of list: letter u, not none"],
        (" ; Fl -user", ""): ["--user of list is missing"],
        ("Fl -all Ar n", "Fl -all"): ["--all of delete: argument none, not a word"],
        (".Ss delete", ".Ss remove"): ["--all of delete is missing", "--all of remove: there is no such option"],
        ("Ev AWS_PROFILE , ", ""): ["the variable AWS_PROFILE is missing"],
        ("Read.", ".Ev AWS_NEW"): ["AWS_NEW: no source"],
    }
    for (old, new), wanted in bad.items():
        common.expect(findings_of(old, new), *wanted)
    lines = SAMPLE_COMMANDS.splitlines(keepends=True)
    reordered = "".join([*lines[2:4], lines[1], lines[4]])
    common.expect(findings_of(commands=reordered), "another order")
    more = SAMPLE_COMMANDS.replace('"list", "SERVICE"', '"lists", "SERVICE"')
    wanted = ["the command lists is missing", "list: there is no such command"]
    wanted += [f"{OPTIONS}: list: there is no such command"]
    found = findings_of(commands=more)
    assert all(any(w in f for f in found) for w in wanted), found


if __name__ == "__main__":
    sys.exit(common.main("ctl_manual", run, self_test))
