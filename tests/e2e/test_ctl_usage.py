"""antechamberctl's command line, its standard streams, and servers that are not what they should be."""

import os
import socket
import threading

import pytest

from support.ctl import Canned, Refusal

COMMANDS = """write read list list-services find history env export import delete diff copy policy exec""".split()
COMMANDS += ["tag read", "tag write", "tag delete"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each(ctl, store, command):
    out = ctl.run(*command.split(), "--help").ok().out
    assert out.startswith(f"Usage: antechamberctl {command} ") and "--backend" in out
    assert store.requests == []


def test_help_lists_the_commands(ctl):
    out = ctl.run("--help").ok().out
    assert ctl.run().ok().out == ctl.run("-h").ok().out == out
    assert all(f"\n  {command}" in out for command in COMMANDS)
    assert ctl.run("--version").ok().out.startswith("antechamberctl 0.")


@pytest.mark.parametrize(
    "words,message",
    [
        (["eat"], '"eat" is not a command'),
        (["list", "app", "--quiet"], "--quiet is not an option of list"),
        (["read", "app", "key", "-x"], "-x is not an option of read"),
        (["list", "app", "--format", "xml"], '"xml" is not one of table|json'),
        (["-r", "0", "list", "app"], "from 1 to 2147483647"),
        (["-r", "99999999999999999999", "list", "app"], "99999999999999999999"),
        (["-b", "s3", "list", "app"], '"s3" is not one of'),
        (["list", "app", "--format"], "--format needs a value"),
        (["list", ""], "empty"),
        (["read", "app", "x" * 100_000], "key"),
        (["list", "x" * 5000], "bytes, at most"),
        (["write", "app", "x" * 1010, "v"], "bytes, at most 1011"),
        (["exec", "app", "--", "true"], "antechamber exec"),
    ],
)
def test_wrong_usage(ctl, store, words, message):
    ctl.run(*words).failed(100, message)
    assert store.requests == []


@pytest.mark.parametrize(
    "name,value",
    [("CHAMBER_RETRIES", "many"), ("CHAMBER_SECRET_BACKEND", "s3"), ("AWS_REGION", "a b"), ("AWS_ENDPOINT_URL", "x")],
)
def test_wrong_variables(ctl, name, value):
    ctl.run("list", "app", env={name: value}).failed(100, name)


def test_an_endpoint_in_the_clear(ctl):
    ctl.run("list", "app", env={"AWS_ENDPOINT_URL": "http://192.0.2.1"}).failed(100, "AWS_ENDPOINT_URL", "--allow-http")


def test_no_region_and_no_credentials(ctl):
    ctl.run("list", "app", env={"AWS_REGION": None}).failed(100, "region", "AWS_REGION")
    none = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_EC2_METADATA_DISABLED": "true"}
    ctl.run("list", "app", env=none).failed(100, "credentials", "hint:")


def test_nobody_listens(ctl):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:{}".format(unused.getsockname()[1])
        result = ctl.run("-r", "1", "list", "app", env={"AWS_ENDPOINT_URL": url})
    result.failed(111, "Connection refused")


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails(ctl, store, status):
    store.on("DescribeParameters", Refusal("InternalServerError", status=status))
    ctl.run("-r", "2", "list", "app").failed(111, "gave up after 2 attempts")
    assert len(store.requests) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"Parameters": {}}',
        b'{"Parameters": [{}]}',
        b'{"Parameters": [{"Name": 1}]}',
        b'{"Parameters": [], "NextToken": 1}',
        b'{"Parameters": [{"Name": "/app/a", "Version": "x"}]}',
        b'{"Parameters": [{"Name": "/other/a"}]}',
        b'{"Parameters": [{"Name": "/app/sub/a"}]}',
        b'{"Parameters": [{"Name": "/app/../a"}]}',
        b"<html>not at all</html>",
    ],
)
def test_malformed_responses(ctl, store, body):
    store.on("DescribeParameters", Canned(lambda _: body))
    ctl.run("-r", "2", "list", "app").failed(111, "list parameters of app")
    assert len(store.requests) == 2


def test_a_malformed_response_once(ctl, store):
    """The next one is taken."""
    bodies = [b'{"Parameters": [{"Name": "/app/a"}, {}]}', b'{"Parameters": [{"Name": "/app/b"}]}']
    store.on("DescribeParameters", Canned(lambda _: bodies.pop(0)))
    assert [line.split()[0] for line in ctl.run("list", "app").ok().out.splitlines()] == ["Key", "b"]


def test_control_characters_do_not_reach_the_terminal(ctl, store):
    store.on("DescribeParameters", Canned(lambda _: {"Parameters": [{"Name": "/app/a", "LastModifiedUser": "\x1b[2J\t"}]}))
    out = ctl.run("list", "app").ok().out
    assert "\x1b" not in out and r"\x1b[2J\t" in out


def test_a_large_store(ctl, store):
    """20,000 keys in 400 pages: a request for each page, one connection, and bounded memory."""

    def page(body):
        n = int(body.get("NextToken", 0))
        names = [{"Name": f"/service{n // 10}/key{n * 50 + i}", "Version": 1} for i in range(50)]
        return {"Parameters": names} | ({"NextToken": str(n + 1)} if n < 399 else {})

    store.on("DescribeParameters", Canned(page))
    result = ctl.run("list-services", preexec_fn=lambda: __import__("resource").setrlimit(9, (2**28, 2**28)))
    assert len(result.ok().out.splitlines()) == 41
    assert len(store.requests) == 400 and store.connections == 1


@pytest.mark.parametrize("fd", [0, 1, 2])
def test_closed_streams(ctl, store, fd):
    """No connection gets the number of one, and what is printed goes nowhere else."""
    store.put("/app/key", "secret value")
    result = ctl.run("read", "app", "key", preexec_fn=lambda: os.close(fd))
    assert result.code == (100 if fd == 1 else 0), result
    assert store.operations == ["GetParameter"]


def test_a_full_disk_and_a_closed_pipe(ctl, store):
    store.put("/app/key", "v")
    with open("/dev/full", "wb") as full:
        process = ctl.start("read", "app", "key", stdout=full)
        assert b"No space left" in process.communicate(timeout=30)[1] and process.returncode == 111
    read, written = os.pipe()
    os.close(read)
    process = ctl.start("read", "app", "key", stdout=written)
    os.close(written)
    assert b"pipe" in process.communicate(timeout=30)[1] and process.returncode == 111


def test_a_peer_that_is_slow_by_one_byte(ctl):
    """Each byte of the response comes by itself; it is whole at the end."""
    body = b'{"Parameters":[{"Name":"/app/key","Version":7}]}'
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def serve(listener):
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(65536)
        for byte in response:
            connection.send(bytes([byte]))
        connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = "http://127.0.0.1:{}".format(listener.getsockname()[1])
        out = ctl.run("list", "app", env={"AWS_ENDPOINT_URL": url}).ok().out
    assert "key\t7" in out


def test_a_body_without_an_end(ctl):
    def serve(listener):
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = "http://127.0.0.1:{}".format(listener.getsockname()[1])
        ctl.run("-r", "1", "list", "app", env={"AWS_ENDPOINT_URL": url}).failed(100, "body")


def test_words_of_chambers(ctl, store):
    """They have no effect here, or are options of ours."""
    assert ctl.run("help").ok().out == ctl.run("--help").ok().out
    assert ctl.run("version").ok().out == ctl.run("--version").ok().out
    words = ["--retry-mode", "adaptive", "--min-throttle-delay", "1s", "--retry-mode=standard", "list", "app"]
    err = ctl.run(*words).ok().err
    assert [line for line in err.splitlines() if "no effect" in line] == [
        "antechamberctl: warning: --retry-mode has no effect here",
        "antechamberctl: warning: --min-throttle-delay has no effect here",
    ]
    assert "no effect" not in ctl.run("list", "app").ok().err
    assert store.operations == ["DescribeParameters"] * 2


def test_variables_that_are_empty_or_hidden(ctl, store):
    empty = {"CHAMBER_RETRIES": "", "CHAMBER_SECRET_BACKEND": "", "CHAMBER_KMS_KEY_ALIAS": ""}
    ctl.run("write", "app", "key", "v", env=empty).ok()
    ctl.run("list", "app", "-r", "2", env={"CHAMBER_RETRIES": "many"}).ok()
    ctl.run("list", "app", env={"HOME": None, "TZ": None, "PATH": None}).ok()
    ctl.run("list", "app", env={"HOME": "/nowhere", "TZ": "No/Such:Zone"}).ok()
    assert ctl.run("--", "read", "app", "key").ok().out
