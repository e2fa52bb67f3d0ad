"""Shell completions, made from what `antechamber COMMAND --help` prints, which comes from the option table."""

import re
from dataclasses import dataclass

COMMANDS = ("exec", "init", "check", "copy")
OTHERS = ("version", "help")
OPTION = re.compile(r"^  (?:-(?P<letter>\w), |    )--(?P<name>[a-z-]+)(?: (?P<value>\S+))?\s+(?P<help>\S.*)$")


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
        return [w for w in words if w.islower()]


def options(help_text):
    found = map(OPTION.match, help_text.splitlines())
    return [Option(m["name"], m["letter"] or "", m["value"] or "", m["help"]) for m in found if m]


def bash(commands):
    cases, values = [], {}
    for command, table in commands.items():
        cases.append(f"        {command}) options='{' '.join('--' + o.name for o in table)}' ;;")
        values.update({o.name: o.words for o in table if o.value})
    choices = [f"        --{n}) words='{' '.join(w)}' ;;" for n, w in sorted(values.items()) if w]
    free = "|".join(f"--{n}" for n, w in sorted(values.items()) if not w)
    return "\n".join(
        [
            "# bash completion for antechamber",
            "_antechamber() {",
            "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} i options='' words=''",
            "    for ((i = 2; i < COMP_CWORD; i++)); do",
            "        if [[ ${COMP_WORDS[i]} == -- ]]; then",
            "            mapfile -t COMPREPLY < <(compgen -c -f -- \"$current\")",
            "            return",
            "        fi",
            "    done",
            "    if ((COMP_CWORD == 1)); then",
            f"        mapfile -t COMPREPLY < <(compgen -W '{' '.join((*commands, *OTHERS))} --help --version' -- \"$current\")",
            "        return",
            "    fi",
            "    case $previous in",
            *choices,
            f"        {free}) return ;;",
            "    esac",
            "    case ${COMP_WORDS[1]} in",
            *cases,
            "    esac",
            "    mapfile -t COMPREPLY < <(compgen -W \"${words:-$options --help --}\" -- \"$current\")",
            "}",
            "complete -F _antechamber antechamber",
            "",
        ]
    )


def _quoted(text):
    return text.replace("'", "'\\''").replace("[", "(").replace("]", ")").replace(":", ";")


def _zsh_option(option):
    text = f"[{_quoted(option.help)}]"
    if option.value:
        words = f"({' '.join(option.words)})" if option.words else ""
        text += f":{_quoted(option.value)}:{words}"
    name = f"--{option.name}" + ("=" if option.value else "")
    if not option.letter:
        return f"'{name}{text}'"
    return f"'(-{option.letter} --{option.name})'{{-{option.letter},{name}}}'{text}'"


def zsh(commands):
    lines = ["#compdef antechamber", "# zsh completion for antechamber", "", "_antechamber() {", "    if ((CURRENT == 2)); then"]
    lines += [f"        compadd {' '.join((*commands, *OTHERS))}", "        return", "    fi", "    case $words[2] in"]
    for command, table in commands.items():
        lines += [f"    {command})", "        _arguments -S \\"]
        lines += [f"            {_zsh_option(o)} \\" for o in table]
        lines += ["            '*: :_normal'", "        ;;"]
    return "\n".join([*lines, "    esac", "}", "", "_antechamber \"$@\"", ""])


def fish(commands):
    lines = ["# fish completion for antechamber", "complete -c antechamber -f"]
    first = "__fish_is_nth_token 1"
    lines += [f"complete -c antechamber -n '{first}' -a '{c}'" for c in (*commands, *OTHERS)]
    for command, table in commands.items():
        for o in table:
            line = f"complete -c antechamber -n '__fish_seen_subcommand_from {command}' -l {o.name}"
            line += f" -s {o.letter}" if o.letter else ""
            line += " -x" if o.value else ""
            line += f" -a '{' '.join(o.words)}'" if o.words else ""
            help_text = o.help.replace("'", "\\'")
            lines.append(f"{line} -d '{help_text}'")
    return "\n".join([*lines, ""])


def scripts(helps):
    """helps: {command: its --help}. Returns {file name: text}."""
    commands = {command: options(text) for command, text in helps.items()}
    return {"antechamber.bash": bash(commands), "_antechamber": zsh(commands), "antechamber.fish": fish(commands)}
