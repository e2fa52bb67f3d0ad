"""antechamberctl's formats, read by other programs, and what those write, read back."""

import csv
import io
import json
import re
import subprocess

import dotenv
import hcl2
import javaproperties
import pytest
import yaml

from support import formats as fmt

PAIRS = fmt.as_pairs(fmt.values())


@pytest.fixture(scope="module")
def formats(tmp_path_factory):
    return fmt.build(tmp_path_factory.mktemp("formats"))


def test_json(formats):
    text = formats.write(PAIRS, "json")
    assert json.loads(text) == PAIRS
    assert text.count(b"\n") == 1
    assert not set(text) & set(b"<>&")


def test_json_is_read(formats):
    for ascii_only in (True, False):
        for indent in (None, 4):
            text = json.dumps(PAIRS, ensure_ascii=ascii_only, indent=indent).encode()
            assert formats.read(text, "json") == PAIRS
            assert formats.read(text, "yaml") == PAIRS
            assert formats.read(text, "guess") == PAIRS


def test_yaml(formats):
    text = formats.write(PAIRS, "yaml")
    assert yaml.safe_load(text) == PAIRS
    assert formats.read(text, "yaml") == PAIRS
    assert formats.read(text.replace(b"\n", b"\r\n"), "yaml") == PAIRS


def test_yaml_one_at_a_time(formats):
    """What is at the end of a file, and before another key."""
    for key, value in PAIRS.items():
        for pairs in ({key: value}, {key: value, "Z": "z"}):
            text = formats.write(pairs, "yaml")
            assert yaml.safe_load(text) == pairs, text
            assert formats.read(text, "yaml") == pairs, text


def safe_load(text):
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


@pytest.mark.parametrize("style", [None, "'", '"', "|", ">"])
@pytest.mark.parametrize("more", [{"width": 20}, {"width": 10**6, "allow_unicode": True}, {"indent": 6}])
def test_yaml_is_read(formats, style, more):
    """As PyYAML writes it: folded over lines, and with every kind of scalar."""
    compared = 0
    for key, value in PAIRS.items():
        # Line breaks of YAML 1.1 alone.
        if set(value) & set("\x85\u2028\u2029"):
            continue
        scalar = yaml.safe_dump(value, default_style=style, **more).removesuffix("\n...\n")
        text = f"{key}: {scalar}\n"
        # A block that fits a document of its own may not fit a key.
        if safe_load(text) == {key: value}:
            assert formats.read(text.encode(), "yaml") == {key: value}, text
            compared += 1
    assert compared > len(PAIRS) // 2


@pytest.mark.parametrize("name, separator", [("csv", ","), ("tsv", "\t")])
def test_csv(formats, name, separator):
    text = formats.write(PAIRS, name).decode()
    assert dict(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) == PAIRS


def test_dotenv_by_itself(formats):
    text = formats.write(PAIRS, "dotenv")
    assert formats.read(text, "dotenv") == PAIRS
    assert formats.read(text, "guess") == PAIRS


def without_shell_escapes(pairs):
    """python-dotenv knows no escape of '$' and of a backtick."""
    return {k: v for k, v in pairs.items() if "$" not in v and "`" not in v}


def test_dotenv(formats):
    pairs = without_shell_escapes(PAIRS)
    text = formats.write(pairs, "dotenv").decode()
    assert dotenv.dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False) == pairs


def test_dotenv_is_read(formats):
    def quoted(value):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    # Raw line ends other than "\n" are those of the file.
    pairs = {k: v for k, v in PAIRS.items() if "\r" not in v}
    text = "".join(f"export {k} = {quoted(v)}  # why\n" for k, v in pairs.items())
    assert dotenv.dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False) == pairs
    assert formats.read(text.encode(), "dotenv") == pairs


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_env(formats, shell):
    """Evaluated by a shell, they are the variables of a command."""
    script = formats.write(PAIRS, "env") + b'\nexec "$0" "$@"\n'
    done = subprocess.run(
        [shell, "-c", script, "env", "-0"], capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    found = dict(entry.split("=", 1) for entry in done.stdout.decode().split("\0") if entry)
    assert {key: found.get(key) for key in PAIRS} == PAIRS


def test_properties(formats):
    text = formats.write(PAIRS, "java-properties")
    assert text.isascii()
    assert javaproperties.loads(text) == PAIRS
    # Keys as well.
    keys = {value: "x" for value in PAIRS.values() if value}
    assert javaproperties.loads(formats.write(keys, "properties")) == keys


HCL_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})|\\(.)|([$%])\4\{|([$%]\{)|\"", re.S)
HCL_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def without_hcl_escapes(literal):
    """The string of a literal, by the table of HCL's specification; an expression in it is an error."""

    def replace(match):
        short, long, named, doubled, expression = match.groups()
        assert expression is None and match[0] != '"', literal
        if doubled:
            return f"{doubled}{{"
        return HCL_NAMED[named] if named else chr(int(short or long, 16))

    assert literal[0] == literal[-1] == '"' and len(literal) > 1
    return HCL_ESCAPE.sub(replace, literal[1:-1])


# python-hcl2 looks for a brace that closes what "$${" opens, over quotes too; HCL has no such rule.
HCL2_READS = re.compile(r'(?:[$%]\{[^}"$%]*\}|[$%](?!\{)|[^$%])*')


def test_tfvars(formats):
    """python-hcl2 takes the file apart, and leaves literals as they are."""
    pairs = {key: value for key, value in PAIRS.items() if HCL2_READS.fullmatch(value)}
    assert len(pairs) > len(PAIRS) // 2 and any("${" in value for value in pairs.values())
    found = hcl2.loads(formats.write(pairs, "tfvars").decode())
    assert {key: without_hcl_escapes(literal) for key, literal in found.items()} == pairs


def test_tfvars_by_lines(formats):
    """Every value: one line for each."""
    lines = formats.write(PAIRS, "tfvars").decode().removesuffix("\n").split("\n")
    found = dict(line.split(" = ", 1) for line in lines)
    assert {key: without_hcl_escapes(literal) for key, literal in found.items()} == PAIRS


def test_yaml_keys(formats):
    keys = {value: "x" for value in PAIRS.values() if value and len(value) < 100}
    text = formats.write(keys, "yaml")
    assert yaml.safe_load(text) == keys
    assert formats.read(text, "yaml") == keys


def test_many_keys(formats):
    """No bound of a reader is below what a store can hold."""
    pairs = {f"KEY_{n}": f"value {n}" for n in range(200_000)}
    for name in ("json", "yaml", "dotenv"):
        assert formats.read(formats.write(pairs, name), name) == pairs


@pytest.mark.parametrize("name", ["json", "yaml", "tfvars", "java-properties"])
def test_not_utf8(formats, name):
    with pytest.raises(fmt.Refused, match=r"^key b: the value is not UTF-8, which .* needs") as refused:
        formats.write({"a": "fine", "b": "s3cret-value\udcff"}, name)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("kind", ["json", "yaml", "dotenv"])
def test_half_a_file(formats, kind):
    """Every beginning of a file is refused or is a file of less, which JSON's never is."""
    whole = formats.write({"A": "one two", "B": 's3cret-"value" \\ \n x', "C": "é"}, kind)
    for length in range(len(whole)):
        try:
            found = formats.read(whole[:length], kind)
        except fmt.Refused as refused:
            assert "s3cret" not in str(refused)
            continue
        assert kind != "json" or length == len(whole) - 1
        assert set(found) <= {"A", "B", "C"}
