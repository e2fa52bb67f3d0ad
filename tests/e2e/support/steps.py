"""What can go wrong with one request: steps for Server.then and Server.always."""

import threading

from .wire import Reply, replace

PATIENCE = 10


def change(**fields):
    """The usual answer, sent differently."""
    return lambda request, usual: replace(usual(), **fields)


def answer(body=b"", status=200, **fields):
    return lambda request, usual: Reply(status=status, body=body, **fields)


def raw(data, end="close-unsaid", **fields):
    return lambda request, usual: Reply(raw=data, end=end, **fields)


def edit(function):
    """The usual answer with its JSON changed by function(body) (in place, or by what it returns)."""

    def step(request, usual):
        reply = usual()
        changed = function(reply.body)
        return replace(reply, body=reply.body if changed is None else changed)

    return step


def aws_error(code, status=400, message="said the test", header=False, **fields):
    """An error of JSON 1.1 (facts A5): the code in the body, or in a header only."""
    if header:
        fields.setdefault("headers", []).append(("x-amzn-ErrorType", f"{code}:http://internal/"))
        return answer({"message": message}, status, **fields)
    return answer({"__type": f"com.amazonaws.ssm#{code}", "message": message}, status, **fields)


def truncate(at, end="cut", **fields):
    """The usual answer of which only the first bytes of the body arrive."""
    return change(send_body=at, end=end, **fields)


def hang(request, usual):
    """No answer; the client has to give up."""
    request.connection.server.wait_for_end(request.connection)
    return None


def when(event, step=None):
    """Answers when the event (threading.Event) is set, or after PATIENCE seconds without it."""

    def body(request, usual):
        event.wait(PATIENCE)
        return usual() if step is None else step(request, usual)

    return body


class Together:
    """A step that answers only when `count` requests wait at the same time."""

    def __init__(self, count):
        self.barrier = threading.Barrier(count)
        self.met = False

    def __call__(self, request, usual):
        try:
            self.barrier.wait(PATIENCE)
            self.met = True
        except threading.BrokenBarrierError:
            pass
        return usual()
