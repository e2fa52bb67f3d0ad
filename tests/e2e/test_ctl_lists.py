"""antechamberctl list, list-services, find, history, diff: listings of a store of any size."""

import json
import re
import resource

import pytest

from support.ctl import Canned, Refusal


def rows(result):
    """A listing's lines, each split at its tabs."""
    return [re.split("\t+", line) for line in result.ok().out.splitlines()]


def test_list(ctl, store):
    for key in ("b", "a-long-key-of-26-characters", "c"):
        store.put(f"/app/{key}", f"value of {key}")
    store.put("/app/sub/deeper", "not of this service")
    store.put("/apple/x", "nor this")
    header, *lines = rows(ctl.run("list", "app"))
    assert header == ["Key", "Version", "LastModified", "User"]
    assert [line[0] for line in lines] == ["a-long-key-of-26-characters", "b", "c"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line[2]) for line in lines)
    assert store.operations == ["DescribeParameters"]


def test_list_with_values(ctl, store):
    store.put("/app/a", "1")
    store.put("/app/b", "two\twords\n")
    found = json.loads(ctl.run("list", "-e", "app", "--format", "json").ok().out)
    assert {row["key"]: row["value"] for row in found} == {"a": "1", "b": "two\twords\n"}
    assert rows(ctl.run("list", "app", "--expand"))[2][-1] == r"two\twords\n"


@pytest.mark.parametrize("words", [["-v"], ["--version"], ["-t", "-v"], ["-tuv"]])
def test_sorted_by_version(ctl, store, words):
    for key, versions in (("a", 3), ("b", 1), ("c", 2)):
        for _ in range(versions):
            store.put(f"/app/{key}", "v", Overwrite=True)
    assert [line[0] for line in rows(ctl.run("list", "app", *words))[1:]] == ["b", "c", "a"]


def test_pages(ctl, store):
    """Fifty keys are asked for in a page; moto gives ten, and an empty one. One connection serves."""
    for n in range(120):
        store.put(f"/app/key{n:03}", "v")
    assert len(rows(ctl.run("list", "app"))) == 121
    assert store.operations == ["DescribeParameters"] * 13
    assert all(request.body["MaxResults"] == 50 for request in store.requests)
    assert store.connections == 1


def test_an_empty_service(ctl):
    assert rows(ctl.run("list", "nothing")) == [["Key", "Version", "LastModified", "User"]]
    assert json.loads(ctl.run("list", "nothing", "--format", "json").ok().out) == []


def test_list_services(ctl, store):
    for name in ("/app/a", "/app/b", "/prod/web/x", "/prod/api/x", "loose", "/root"):
        store.put(name, "v")
    assert rows(ctl.run("list-services")) == [["Service"], ["app"], ["prod/api"], ["prod/web"]]
    assert rows(ctl.run("list-services", "prod")) == [["Service"], ["prod/api"], ["prod/web"]]
    assert rows(ctl.run("list-services", "prod/w")) == [["Service"], ["prod/web"]]
    assert rows(ctl.run("list-services", "-s", "app")) == [["Service"], ["/app/a"], ["/app/b"]]
    assert rows(ctl.run("list-services", "none")) == [["Service"]]


def test_find(ctl, store):
    for name in ("/a/s3_bucket", "/b/c/s3_bucket", "/d/s3_bucket_base", "/e/S3_BUCKET"):
        store.put(name, "v")
    assert rows(ctl.run("find", "s3_bucket")) == [["Service"], ["a"], ["b/c"]]


@pytest.mark.parametrize("how", ["word", "stdin", "dash"])
def test_find_by_value(ctl, store, how):
    store.put("/a/one", "needle in a stack")
    store.put("/b/two", "needle in a stack")
    store.put("/b/three", "needle in a stack, longer")
    value = "needle in a stack"
    words = {"word": [value], "stdin": [], "dash": ["-"]}[how]
    result = ctl.run("find", "--by-value", *words, input=None if how == "word" else value + "\n")
    assert rows(result) == [["Service", "Key"], ["a", "one"], ["b", "two"]]


def test_find_by_value_where_not_all_may_be_read(ctl, store):
    store.put("/a/one", "needle in a stack")
    store.put("/b/two", "needle in a stack")
    store.on("GetParametersByPath", Refusal("AccessDeniedException", "no", after=1))
    result = ctl.run("find", "-v", "needle in a stack")
    assert result.code == 100 and "one" in result.out and "two" not in result.out
    assert "load parameters of b" in result.err and "1 service could not be read" in result.err


def test_history(ctl, store):
    for value in ("one", "two", "three"):
        store.put("/app/key", value, Overwrite=True)
    header, *lines = rows(ctl.run("history", "app", "key"))
    assert header == ["Event", "Version", "Date", "User"]
    assert [line[:2] for line in lines] == [["Created", "1"], ["Updated", "2"], ["Updated", "3"]]
    assert "three" not in ctl.run("--verbose", "history", "app", "key").ok().err
    ctl.run("history", "app", "nothing").failed(100, "there is no key nothing in app")
    assert not any(request.body.get("WithDecryption") for request in store.requests)


def test_history_is_refused(ctl, store):
    store.on("GetParameterHistory", Refusal("AccessDeniedException", "no"))
    ctl.run("history", "app", "key").failed(100, "AccessDeniedException", "allow ssm:GetParameterHistory")


def test_diff(ctl, store):
    for name in ("/a/same", "/b/same"):
        store.put(name, "same value")
    store.put("/a/left", "v")
    store.put("/b/right", "v")
    store.put("/a/key", "secret one")
    store.put("/b/key", "secret two")
    result = ctl.run("diff", "a", "b")
    assert result.code == 1 and "secret" not in result.out
    lines = [re.split("\t+", line)[:2] for line in result.out.splitlines()]
    assert lines == [
        ["Key", "Difference"],
        ["key", "different"],
        ["left", "only here"],
        ["right", "only in the other"],
    ]
    (row,) = [r for r in json.loads(ctl.run("diff", "a", "b", "--values", "--format=json").out) if r["key"] == "key"]
    assert (row["value"], row["other_value"]) == ("secret one", "secret two")
    assert ctl.run("diff", "a", "a").code == 0


def test_a_list_without_an_end(ctl, store):
    """A token that comes again would be asked for ever."""
    pass_on = store._obey
    for n in range(60):
        store.put(f"/app/key{n}", "v")

    class Again(Refusal):
        pass

    pages = {"Parameters": [], "NextToken": "round and round"}
    refusal = Again("", status=200)
    handler = store.front.RequestHandlerClass
    reply = handler.reply
    handler.reply = lambda self, status, kind, content: reply(self, status, kind, json.dumps(pages).encode())
    try:
        store.on("DescribeParameters", refusal)
        ctl.run("list", "app").failed(111, "NextToken", "repeated")
    finally:
        handler.reply = reply
        store._obey = pass_on
    assert len(store.requests) < 5


def test_find_looks_into_each_service_once(ctl, store):
    """In the order of their names, the keys of a/b are between those of a."""
    for name in ["/a/a", "/a/b/key", "/a/z", "/a-b/z"]:
        store.put(name, "wanted")
    rows = json.loads(ctl.run("find", "-v", "wanted", "--format", "json").ok().out)
    assert [(row["service"], row["key"]) for row in rows] == [("a", "a"), ("a", "z"), ("a-b", "z"), ("a/b", "key")]
    assert store.operations.count("GetParametersByPath") == 3


def test_find_by_value_keeps_no_values(ctl, store):
    """Of 48 MB of values, in 64 MiB, of which 40 are for buffers."""

    def describe(body):
        first = int(body.get("NextToken", 0))
        names = [{"Name": f"/service{n}/key", "Version": 1} for n in range(first, first + 50)]
        return {"Parameters": names} | ({"NextToken": str(first + 50)} if first < 550 else {})

    def load(body):
        values = [{"Name": f"{body['Path']}key{n}", "Value": "x" * 8000, "Version": 1} for n in range(9)]
        value = "wanted" if body["Path"].endswith("7/") else "not wanted"
        return {"Parameters": [{"Name": f"{body['Path']}key", "Value": value, "Version": 1}, *values]}

    store.on("DescribeParameters", Canned(describe))
    store.on("GetParametersByPath", Canned(load))
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (2**26, 2**26))  # noqa: E731
    rows = json.loads(ctl.run("find", "-v", "wanted", "--format", "json", preexec_fn=limit).ok().out)
    assert sorted(row["service"] for row in rows) == sorted(f"service{n}" for n in range(7, 600, 10))
    assert {row["key"] for row in rows} == {"key"}
