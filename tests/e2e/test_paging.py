"""Pages and tokens of GetParametersByPath, and responses that are not what they should be."""

import json

import pytest

from support.steps import answer, edit
from support.wire import Reply


def page(world, keys, token="absent"):
    """A page with these keys; values are planted."""
    body = {
        "Parameters": [
            {"Name": f"/app/{key}", "Type": "String", "Value": world.marker + key, "Version": 1}
            for key in keys
        ]
    }
    for key in keys:
        world.plant(world.marker + key)
    if token != "absent":
        body["NextToken"] = token
    return answer(body)


def expected(world, *keys):
    return {key.upper(): world.marker + key for key in keys}


@pytest.mark.parametrize(
    "pages, keys",
    [
        ([(["a"], "absent")], "a"),
        ([(["a"], None)], "a"),
        ([(["a"], "")], "a"),
        ([([], "t1"), (["a"], "absent")], "a"),
        ([(["a"], "t1"), ([], "absent")], "a"),
        ([(["a"], "t1"), ([], "t2"), ([], "t3"), (["b"], "")], "ab"),
        ([([], "t1"), ([], "")], ""),
        ([(["a", "b"], "t1"), (["c"], "t2"), (["d"], None)], "abcd"),
    ],
)
def test_tokens_and_empty_pages(world, pages, keys):
    world.ssm.then(*(page(world, *p) for p in pages))
    assert world.run("exec", "app").succeeded().loaded == expected(world, *keys)
    assert len(world.ssm.requests) == len(pages)
    tokens = [r.json.get("NextToken") for r in world.ssm.requests]
    assert tokens == [None, *(token for _, token in pages[:-1])]
    for request in world.ssm.requests:
        assert {k: v for k, v in request.json.items() if k != "NextToken"} == {
            "Path": "/app/",
            "WithDecryption": True,
            "MaxResults": 10,
        }


@pytest.mark.parametrize("token", ["AAAA+/==", 'a"b\\c', "ěšč🐎", "x" * 5000, "\u2028 \t", "1"])
def test_a_token_is_sent_back_as_it_came(world, token):
    world.ssm.then(page(world, ["a"], token), page(world, ["b"]))
    assert world.run("exec", "app").succeeded().loaded == expected(world, "a", "b")
    assert world.ssm.requests[1].json["NextToken"] == token


@pytest.mark.parametrize("tokens", [["t1", "t1"], ["t1", "t2", "t1"], ["t1", "t2", "t3", "t4", "t2"]])
def test_a_token_seen_before_is_an_error(world, tokens):
    world.ssm.then(*(page(world, [f"k{i}"], token) for i, token in enumerate(tokens)))
    world.run("exec", "-r", "1", "app").failed(111, "token", "ssm.eu-west-1")
    assert len(world.ssm.requests) == len(tokens)


@pytest.mark.slow
def test_endless_pages_meet_the_bound(world):
    """Fresh tokens for ever: 1,024 pages are the bound, refused and not cut short."""

    def endless(request, usual):
        number = len(world.ssm.requests)
        return Reply(body={"Parameters": [], "NextToken": f"t{number}"})

    world.ssm.always(endless)
    world.run("exec", "app").failed(100, "pages", "1,?024")
    assert len(world.ssm.requests) == 1024


def parameter(world, **changes):
    entry = {"Name": "/app/a", "Type": "String", "Value": world.marker, "Version": 1}
    entry.update(changes)
    return {k: v for k, v in entry.items() if v is not ...}


MALFORMED = {
    "no Parameters": lambda w: {"NextToken": ""},
    "Parameters null": lambda w: {"Parameters": None},
    "Parameters an object": lambda w: {"Parameters": {"Name": "/app/a"}},
    "Parameters a string": lambda w: {"Parameters": "none"},
    "an entry that is no object": lambda w: {"Parameters": ["/app/a"]},
    "an entry that is null": lambda w: {"Parameters": [None]},
    "no Name": lambda w: {"Parameters": [parameter(w, Name=...)]},
    "Name a number": lambda w: {"Parameters": [parameter(w, Name=7)]},
    "no Value": lambda w: {"Parameters": [parameter(w, Value=...)]},
    "Value null": lambda w: {"Parameters": [parameter(w, Value=None)]},
    "Value a number": lambda w: {"Parameters": [parameter(w, Value=12345678)]},
    "Value an object": lambda w: {"Parameters": [parameter(w, Value={"a": 1})]},
    "NextToken a number": lambda w: {"Parameters": [], "NextToken": 5},
    "NextToken an object": lambda w: {"Parameters": [], "NextToken": {}},
    "outside the path": lambda w: {"Parameters": [parameter(w, Name="/other/a")]},
    "the path itself": lambda w: {"Parameters": [parameter(w, Name="/app")]},
    "a longer service": lambda w: {"Parameters": [parameter(w, Name="/application/a")]},
    "below, unasked": lambda w: {"Parameters": [parameter(w, Name="/app/b/c")]},
    "another case": lambda w: {"Parameters": [parameter(w, Name="/APP/a")]},
    "no leading slash": lambda w: {"Parameters": [parameter(w, Name="app/a")]},
    "an array": lambda w: [],
    "a string": lambda w: "Parameters",
    "null": lambda w: None,
    "good first, bad second": lambda w: {"Parameters": [parameter(w), parameter(w, Name="/app/b", Value=3)]},
    "duplicate Parameters": lambda w: b'{"Parameters": [], "Parameters": []}',
    "duplicate NextToken": lambda w: b'{"Parameters": [], "NextToken": "", "NextToken": "x"}',
    "duplicate Value": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "xxxx", "Value": "yyyy"}]}',
    "duplicate Value, escaped": lambda w: (
        b'{"Parameters": [{"Name": "/app/a", "Value": "xxxx", "V\\u0061lue": "yyyy"}]}'
    ),
    "duplicate Name": lambda w: b'{"Parameters": [{"Name": "/app/a", "Name": "/app/b", "Value": "xxxx"}]}',
    "lone high surrogate": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "x\\ud83d"}]}',
    "lone low surrogate": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "\\ude00x"}]}',
    "surrogates swapped": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "\\ude00\\ud83d"}]}',
    "bytes that are not UTF-8": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "\xff"}]}',
    "overlong UTF-8": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "\xc0\xaf"}]}',
    "a surrogate in UTF-8": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "\xed\xa0\xbd"}]}',
    "not UTF-8 where nobody reads": lambda w: b'{"Parameters": [], "X": "\xff"}',
    "a byte order mark": lambda w: b'\xef\xbb\xbf{"Parameters": []}',
    "two values": lambda w: b'{"Parameters": []}{"Parameters": []}',
    "text after it": lambda w: b'{"Parameters": []} x',
    "a NUL after it": lambda w: b'{"Parameters": []}\0',
    "a comma too many": lambda w: b'{"Parameters": [],}',
    "single quotes": lambda w: b"{'Parameters': []}",
    "a control character": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "a\nb"}]}',
    "empty body": lambda w: b"",
    "only blanks": lambda w: b"  \r\n ",
    "cut JSON": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "x',
    "truncated escape": lambda w: b'{"Parameters": [{"Name": "/app/a", "Value": "\\u12"}]}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_never_used_in_part(world, name):
    """A 200 that cannot be parsed is tried again, then 111."""
    world.plant("xxxxxxxx")
    world.ssm.always(answer(MALFORMED[name](world)))
    world.run("exec", "-r", "2", "app").failed(111, "ssm.eu-west-1")
    assert len(world.ssm.requests) == 2


def test_json_nested_too_deep_is_a_bound(world):
    world.ssm.always(answer(b'{"Parameters": [], "X": ' + b"[" * 40 + b"]" * 40 + b"}"))
    world.run("exec", "app").failed(100, "32 levels")
    assert len(world.ssm.requests) == 1


def test_a_malformed_answer_may_pass(world):
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(answer({"Parameters": 7}), answer("<html>"))
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 3


def test_what_stood_before_the_error_is_forgotten(world):
    """The first try is good up to its last entry; nothing of it is left when the second one counts."""
    stale = {"Name": "/app/stale", "Value": world.marker + "stale"}
    world.ssm.then(answer({"Parameters": [stale, {"Name": "/app/b", "Value": 3}]}))
    world.ssm.then(page(world, ["b"]))
    result = world.run("exec", "app").succeeded()
    assert result.loaded == expected(world, "b") and result.summary["count"] == "1"


def test_a_malformed_second_page(world):
    world.ssm.put_many("/app/", 11)
    world.ssm.then(None)
    world.ssm.always(answer({"Parameters": [{}]}))
    world.run("exec", "-r", "2", "app").failed(111, "ssm.eu-west-1")


def test_members_that_nobody_reads_may_be_anything(world):
    def strange(body):
        body["Parameters"][0].update(Version="seven", LastModifiedDate=None, Tier=[1, {"x": []}])
        body["Extra"] = {"Parameters": 1, "NextToken": [None, True, -1.5e-7]}

    world.ssm.put("/app/a", "the value")
    world.ssm.then(edit(strange))
    assert world.run("exec", "app").succeeded().loaded == {"A": "the value"}


ESCAPES = {
    r"\u0041\u00e9\u20ac": "Aé€",
    r"\ud83d\ude00": "😀",
    r"\"\\\/\b\f\n\r\t": '"\\/\b\f\n\r\t',
    r"\uD83D\uDE00\u00FF": "😀ÿ",
    r"\u001f\u007f": "\x1f\x7f",
    r"\uffff\ufffe": "\uffff\ufffe",
}


@pytest.mark.parametrize("escaped", ESCAPES)
def test_escapes(world, escaped):
    body = '{"Parameters": [{"Name": "/app/\\u0061", "Value": "%s"}]}' % escaped
    world.ssm.then(answer(body.encode()))
    assert world.run("exec", "app").succeeded().loaded == {"A": ESCAPES[escaped]}


def test_white_space_and_order_of_members(world):
    body = json.dumps(
        {"NextToken": "", "Parameters": [{"Value": world.marker, "X": 1, "Name": "/app/a"}]}, indent=9
    ).replace("\n", "\r\n\t ")
    world.ssm.then(answer(body))
    assert world.run("exec", "app").succeeded().loaded == {"A": world.marker}
