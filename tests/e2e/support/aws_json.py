"""What SSM and Secrets Manager have in common: AWS JSON 1.1 with signatures."""

import time

from .server import Server
from .sigv4 import Refusal, verify
from .wire import Reply


def refusal_reply(refusal):
    return Reply(
        status=refusal.status,
        body={"__type": refusal.code, "message": refusal.message},
        headers=[("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555")],
    )


class JsonService(Server):
    """Dispatches X-Amz-Target to methods; checks what every client owes."""

    signing_name = ""
    target_prefix = ""
    base_path = "/"
    expect_refusals = False

    def forget(self):
        self.expect_refusals = False
        self.base_path = "/"
        self.scopes = []

    def handle(self, request):
        self._check_form(request)
        scheme = "https" if request.connection.bind.tls else "http"
        now = time.time() + self.world.clock_skew
        try:
            scope = verify(request, self.world.identities, self.signing_name, now, scheme)
            self.scopes.append(scope)
            method = getattr(self, request.operation, None)
            if method is None:
                raise Refusal("UnknownOperationException", request.operation)
            return self._reply(method(request.json, scope.region))
        except Refusal as refusal:
            if not self.expect_refusals:
                self.journal.complain(f"{self.name} refused: {refusal}")
            return refusal_reply(refusal)

    @staticmethod
    def _reply(body):
        return Reply(body=body, headers=[("x-amzn-RequestId", "00000000-1111-2222-3333-444444444444")])

    def _check_form(self, request):
        target = request.header("x-amz-target", "")
        agent = request.header("user-agent", "")
        wanted = [
            (request.method == "POST", f"method {request.method}"),
            (request.path.rstrip("/") == self.base_path.rstrip("/"), f"target {request.target}"),
            (target.startswith(self.target_prefix), f"X-Amz-Target {target}"),
            (request.header("content-type") == "application/x-amz-json-1.1", "Content-Type"),
            (self.world.is_our_agent(agent), f"User-Agent {agent!r}"),
            (request.header("content-length") is not None, "no Content-Length"),
        ]
        for holds, what in wanted:
            if not holds:
                self.journal.complain(f"{self.name}: {what}")
