"""HTTP/1.1 as servers really speak it, and as they must not."""

import json
import re

import pytest

from support.steps import change, raw


def framed(**fields):
    return fields


GOOD = {
    "length": framed(),
    "chunked": framed(framing="chunked", chunk_sizes=(100,)),
    "chunks of one byte": framed(framing="chunked", chunk_sizes=(1,)),
    "odd chunks": framed(framing="chunked", chunk_sizes=(1, 13, 2, 7, 999)),
    "one big chunk": framed(framing="chunked", chunk_sizes=(10**6,)),
    "chunk extensions": framed(framing="chunked", chunk_extension=';name="value";x'),
    "trailers": framed(framing="chunked", trailers=("X-Check: sum", "Another: one")),
    "until close": framed(framing="close", end="close"),
    "length, then close": framed(end="close"),
    "length, then cut": framed(end="cut"),
    "length, then close without a word": framed(end="close-unsaid"),
    "slowly": framed(pace=(97, 0.001)),
    "byte by byte": framed(pace=(1, 0)),
    "no Date": framed(date=False),
    "lower case and no type": framed(type="", headers=[("x-odd", ""), ("X-Tab", "\ta\t")]),
    "a keep-alive": framed(headers=[("Connection", "keep-alive"), ("Keep-Alive", "timeout=5")]),
    "a head near the bound": framed(headers=[("X-Long", "v" * 15000)]),
    "many fields": framed(headers=[(f"X-{i}", "v") for i in range(300)]),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_answers(world, name):
    variables = world.ssm.put_many("/app/", 11)
    world.ssm.always(change(**GOOD[name]))
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 2, "no attempt was needed twice"


@pytest.mark.parametrize("name", ["length", "chunked", "until close", "byte by byte"])
def test_good_answers_of_the_credentials_endpoint(world, name):
    variables = world.ssm.put_many("/app/", 2)
    world.ecs.always(change(**GOOD[name]))
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ecs.requests) == 1


@pytest.mark.parametrize(
    "fields, connections",
    [
        ({"headers": [("Connection", "close")]}, 3),
        ({"end": "close"}, 3),
        ({"end": "close-unsaid"}, 3),
        ({"end": "cut"}, 3),
        ({}, 1),
    ],
)
def test_a_closed_connection_is_made_anew(world, fields, connections):
    """Whether announced or not; a page whose connection went away costs no attempt that fails."""
    variables = world.ssm.put_many("/app/", 25)
    world.ssm.always(change(**fields))
    assert world.run("exec", "-r", "2", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 3, world.ssm
    assert len(world.ssm.connections) == connections, world.ssm


def page(world):
    body = json.dumps({"Parameters": [{"Name": "/app/a", "Value": world.marker}]}).encode()
    return body


BAD = {
    "no status line": b"hello\r\n\r\n",
    "HTTP/0.9": b'{"Parameters": []}',
    "HTTP/2": b"HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Length: 7\r\n\r\n%s",
    "one length twice": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Length: %d\r\n\r\n%s",
    "a list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: %d, %d\r\n\r\n%s",
    "a length with a sign": b"HTTP/1.1 200 OK\r\nContent-Length: +%d\r\n\r\n%s",
    "a length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n%s",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -%d\r\n\r\n%s",
    "a length in hex": b"HTTP/1.1 200 OK\r\nContent-Length: 0x%x\r\n\r\n%s",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: %d\n\n%s",
    "a bare CR in a field": b"HTTP/1.1 200 OK\r\nX: a\rY: b\r\nContent-Length: %d\r\n\r\n%s",
    "a bare CR for a blank line": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r%s",
    "a folded field": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: %d\r\n\r\n%s",
    "a blank before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : %d\r\n\r\n%s",
    "no colon": b"HTTP/1.1 200 OK\r\nContent-Length %d\r\n\r\n%s",
    "a NUL in the head": b"HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: %d\r\n\r\n%s",
    "gzip as transfer coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n%d%s",
    "chunks in HTTP/1.0": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
    "chunked twice": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
    "a chunk that ends in LF": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\n%s\n0\n\n",
    "a chunk size of letters": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n%d%s",
    "a negative chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n%d%s",
    "an enormous chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n%d%s",
    "a chunk without its end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n%d%s",
    "nothing at all": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a short body": b"HTTP/1.1 200 OK\r\nContent-Length: 9%d\r\n\r\n%s",
    "chunks without the last": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "204 and nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD)
def test_malformed_answers(world, name):
    """May pass, so each is tried again; then 111."""
    body = page(world)
    wire = BAD[name]
    if b"%s" in wire:
        wire = wire.replace(b"%s", body).replace(b"%d", b"%d" % len(body))
        wire = wire.replace(b"%x", b"%x" % len(body))
    world.ssm.always(raw(wire))
    world.plant(world.marker)
    world.run("exec", "-r", "2", "app").failed(111, "ssm.eu-west-1")
    assert len(world.ssm.requests) == 2, world.ssm


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3,
    ],
)
def test_interim_answers_are_passed_over(world, wire):
    body = page(world)
    final = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    world.ssm.then(raw(wire + final))
    assert world.run("exec", "app").succeeded().loaded == {"A": world.marker}


ENORMOUS = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"
BOUNDS = {
    "an enormous length": ({"raw": ENORMOUS}, "1048576"),
    "a long field": ({"headers": [("X-Long", "v" * 17000)]}, "16|head"),
    "too many fields": ({"headers": [(f"X-{i:04d}", "v" * 20) for i in range(700)]}, "16|head"),
    "a large body": ({"body": b" " * (1024 * 1024 + 1)}, "1048576|1 MiB|body"),
    "a large chunked body": (
        {"body": b" " * (1024 * 1024 + 1), "framing": "chunked", "chunk_sizes": (65536,)},
        "1048576|1 MiB|body",
    ),
    "a large body until close": (
        {"body": b" " * (1024 * 1024 + 1), "framing": "close", "end": "close"},
        "1048576|1 MiB|body",
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_refuse_and_name_themselves(world, name):
    fields, said = BOUNDS[name]
    world.ssm.always(change(**fields))
    world.run("exec", "app").failed(100, said)
    assert len(world.ssm.requests) == 1, "another attempt cannot help"


def test_the_largest_body(world):
    """One MiB exactly is good."""
    body = page(world)
    world.ssm.then(change(body=body + b" " * (1024 * 1024 - len(body))))
    assert world.run("exec", "app").succeeded().loaded == {"A": world.marker}


def test_bytes_behind_an_answer_end_its_connection(world):
    """What nobody asked for makes the connection unfit for another request."""
    variables = world.ssm.put_many("/app/", 11)

    def with_more(request, usual):
        head, body = usual().wire(0)
        from support.wire import Reply

        return Reply(raw=head + body + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    world.ssm.then(with_more)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.connections) == 2, world.ssm


def test_an_unfinished_body_until_close_is_a_truncation(world):
    """Without close_notify the end of a body that lasts until the close proves nothing."""
    world.ssm.put_many("/app/", 3)
    world.ssm.then(change(framing="close", end="cut"))
    result = world.run("exec", "-r", "1", "app").failed(111, "ssm.eu-west-1")
    assert not result.started


@pytest.mark.parametrize("app_id, shown", [
    ("shop-7", "shop-7"), ("a b/c\u00fc", "a-b-c--"), ("x" * 50, "x" * 50), ("x" * 51, "x" * 51),
])  # fmt: skip
def test_the_application_id_is_shown(world, app_id, shown):
    """As the SDKs do, on every request: CloudTrail shows it, where several callers share a role."""
    world.ssm.put_many("/app/", 2)
    result = world.run("exec", "app", env={"AWS_SDK_UA_APP_ID": app_id}).succeeded()
    for request in (*world.ssm.requests, *world.ecs.requests):
        assert re.fullmatch(r"antechamber/\S+ app/" + re.escape(shown), request.header("user-agent"))
    assert ("AWS_SDK_UA_APP_ID" in str(result)) == (len(shown) > 50)
