"""Shell completions, made from what `PROGRAM --help` and `PROGRAM COMMAND --help` print, which comes from the option table."""

import re
from dataclasses import dataclass

# Commands without options.
OTHERS = {"antechamber": ("version", "help"), "antechamberctl": ()}
COMMAND = re.compile(r"^  (?:antechamber )?(?P<words>[a-z][a-z-]*(?: [a-z]+)?)(?: [A-Z[]|  +(?! |not here))", re.M)
OPTION = re.compile(r"^  (?:-(?P<letter>\w), |    )--(?P<name>[a-z-]+)(?: (?P<value>\S+))?\s+(?P<help>\S.*)$", re.M)


@dataclass
class Option:
    name: str
    letter: str
    value: str  # "" for a flag
    help: str

    @property
    def words(self):
        """The values to choose from."""
        words = self.value.split("|") if "|" in self.value else []
        return [re.sub(":[A-Z]+$", ":", word) for word in words]


def commands(help_text):
    """Those with options; a command of two words is one of a group."""
    found = [m["words"] for m in COMMAND.finditer(help_text)]
    return [command for command in found if command not in OTHERS["antechamber"]]


def options(help_text):
    return [Option(m["name"], m["letter"] or "", m["value"] or "", m["help"]) for m in OPTION.finditer(help_text)]


def grouped(tables):
    """By first word: {second word: its options}, or {"": its options}."""
    groups = {}
    for command, table in tables.items():
        first, _, second = command.partition(" ")
        groups.setdefault(first, {})[second] = table
    return groups


# Where the credentials are there: a line for each service, each key, after a header.
SERVICES = "timeout 2 antechamberctl list-services 2>/dev/null | tail -n +2"
KEYS = 'timeout 2 antechamberctl list "${plain[0]}" 2>/dev/null | tail -n +2 | cut -f1'


def with_services(helps):
    """{first word of a command: whether all of its words are services}, of those that have some."""
    usages = {command.split()[0]: text.partition("\n")[0] for command, text in helps.items()}
    found = {c: usage for c, usage in usages.items() if "SERVICE" in usage or "PREFIX" in usage}
    return {c: "SERVICE..." in usage or "SERVICE SERVICE" in usage for c, usage in found.items()}


def all_of(group):
    """The options of a group, each once."""
    return list({option.name: option for table in group.values() for option in table}.values())


def bash_words(services):
    """Of antechamberctl: services where one is expected, keys after a single one."""
    if not services:
        return []
    first = " | ".join(f"{c}:*" if is_many else f"{c}:0" for c, is_many in services.items())
    second = " | ".join(f"{c}:1" for c, is_many in services.items() if not is_many)
    return [
        "    if [[ -z $words && $current != -* ]]; then",
        "        local plain=()",
        "        for ((i = 2; i < COMP_CWORD; i++)); do",
        "            [[ ${COMP_WORDS[i]} == -* ]] || plain+=(\"${COMP_WORDS[i]}\")",
        "        done",
        "        [[ ${COMP_WORDS[1]} == tag ]] && plain=(\"${plain[@]:1}\")",
        "        case ${COMP_WORDS[1]}:${#plain[@]} in",
        f"        {first}) words=$({SERVICES}) ;;",
        f"        {second}) words=$({KEYS}) ;;",
        "        esac",
        "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")",
        "        return",
        "    fi",
    ]


def bash(program, groups, services):
    cases, values = [], {}
    for first, group in groups.items():
        table = all_of(group)
        cases.append(f"        {first}) options='{' '.join('--' + o.name for o in table)}' ;;")
        for option in table:
            names = [f"'{first} --{option.name}'", *([f"'{first} -{option.letter}'"] if option.letter else [])]
            if option.value:
                values.setdefault(" ".join(option.words), []).extend(names)
    free = "|".join(values.pop("", ["'- -'"]))
    choices = [f"        {'|'.join(names)}) words='{words}' ;;" for words, names in values.items()]
    seconds = [
        f"    [[ $COMP_CWORD == 2 && ${{COMP_WORDS[1]}} == {first} ]] && words='{' '.join(group)}'"
        for first, group in groups.items()
        if "" not in group
    ]
    # Where nothing fits, file names do: antechamberctl has some among its words.
    otherwise = "" if program == "antechamber" else " -o default"
    return "\n".join(
        [
            f"# bash completion for {program}",
            f"_{program}() {{",
            "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} i options='' words=''",
            "    for ((i = 2; i < COMP_CWORD; i++)); do",
            "        if [[ ${COMP_WORDS[i]} == -- ]]; then",
            "            mapfile -t COMPREPLY < <(compgen -c -f -- \"$current\")",
            "            return",
            "        fi",
            "    done",
            "    if ((COMP_CWORD == 1)); then",
            f"        mapfile -t COMPREPLY < <(compgen -W '{' '.join((*groups, *OTHERS[program]))} --help --version' -- \"$current\")",
            "        return",
            "    fi",
            "    case \"${COMP_WORDS[1]} $previous\" in",
            *choices,
            f"        {free}) return ;;",
            "    esac",
            *seconds,
            "    case ${COMP_WORDS[1]} in",
            *cases,
            "    esac",
            *bash_words(services),
            "    mapfile -t COMPREPLY < <(compgen -W \"${words:-$options --help --}\" -- \"$current\")",
            "}",
            f"complete -F _{program}{otherwise} {program}",
            "",
        ]
    )


def _quoted(text):
    return text.replace("'", "'\\''").replace("[", "(").replace("]", ")").replace(":", ";")


def _zsh_option(option):
    text = f"[{_quoted(option.help)}]"
    if option.value:
        words = f"({' '.join(option.words)})".replace(":", "\\:") if option.words else ""
        text += f":{_quoted(option.value)}:{words}"
    name = f"--{option.name}" + ("=" if option.value else "")
    if not option.letter:
        return f"'{name}{text}'"
    return f"'(-{option.letter} --{option.name})'{{-{option.letter},{name}}}'{text}'"


def zsh(program, groups, services):
    lines = [f"#compdef {program}", f"# zsh completion for {program}", ""]
    if services:
        lines += [f"_{program}_services() {{", f'    local -a names=(${{(f)"$({SERVICES})"}})']
        lines += ["    compadd -a names || _files", "}", ""]
    lines += [f"_{program}() {{"]
    lines += ["    if ((CURRENT == 2)); then", f"        compadd {' '.join((*groups, *OTHERS[program]))}", "        return", "    fi"]
    lines += ["    case $words[2] in"]
    rest = ":_normal" if program == "antechamber" else ":_files"
    for first, group in groups.items():
        lines += [f"    {first})"]
        if "" not in group:
            lines += [f"        ((CURRENT == 3)) && compadd {' '.join(group)} && return"]
        lines += ["        _arguments -S \\"]
        lines += [f"            {_zsh_option(o)} \\" for o in all_of(group)]
        services_here = f": :_{program}_services'"
        if services.get(first):
            lines += [f"            '*{services_here}", "        ;;"]
            continue
        if first in services:
            lines += [f"            '{2 if '' in group else 3}{services_here} \\"]
        lines += [f"            '*: {rest}'", "        ;;"]
    return "\n".join([*lines, "    esac", "}", "", f"_{program} \"$@\"", ""])


def fish(program, groups, services):
    lines = [f"# fish completion for {program}", *(["complete -c antechamber -f"] if program == "antechamber" else [])]
    lines += [f"complete -c {program} -f -n '__fish_is_nth_token 1' -a '{c}'" for c in (*groups, *OTHERS[program])]
    for first, group in groups.items():
        if "" not in group:
            condition = f"__fish_is_nth_token 2; and __fish_seen_subcommand_from {first}"
            lines.append(f"complete -c {program} -f -n '{condition}' -a '{' '.join(group)}'")
        if first in services:
            place = "" if services[first] else f"; and __fish_is_nth_token {2 if '' in group else 3}"
            condition = f"__fish_seen_subcommand_from {first}{place}"
            lines.append(f"complete -c {program} -n '{condition}' -a '({SERVICES})'")
        for o in all_of(group):
            line = f"complete -c {program} -n '__fish_seen_subcommand_from {first}' -l {o.name}"
            line += f" -s {o.letter}" if o.letter else ""
            line += (" -x" if o.words or o.value != "FILE" else " -r") if o.value else ""
            line += f" -a '{' '.join(o.words)}'" if o.words else ""
            help_text = o.help.replace("'", "\\'")
            lines.append(f"{line} -d '{help_text}'")
    return "\n".join([*lines, ""])


def scripts(program, helps):
    """helps: {command: its --help}. Returns {file name: text}."""
    groups = grouped({command: options(text) for command, text in helps.items()})
    services = with_services(helps) if program == "antechamberctl" else {}
    return {
        f"{program}.bash": bash(program, groups, services),
        f"_{program}": zsh(program, groups, services),
        f"{program}.fish": fish(program, groups, services),
    }
