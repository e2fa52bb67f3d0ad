"""An HTTP proxy: CONNECT, with credentials when the test wants them."""

import base64
import select
import socket

from .server import Server
from .stream import Gone
from .wire import Reply


class Proxy(Server):
    name = "proxy"

    def forget(self):
        self.user = None  # "name:password"

    def handle(self, request):
        if request.method != "CONNECT":
            self.journal.complain(f"proxy: {request.method} {request.target}, {request.headers}")
        if request.header("authorization") or request.header("x-amz-security-token"):
            self.journal.complain("proxy: saw the AWS credentials")
        if self.user is not None:
            wanted = "Basic " + base64.b64encode(self.user.encode()).decode()
            if request.header("proxy-authorization") != wanted:
                return Reply(407, "who are you?", headers=[("Proxy-Authenticate", "Basic")])
        host, _, port = request.target.rpartition(":")
        return Reply(tunnel=(host.strip("[]"), int(port)))

    def tunnel(self, connection, target):
        host, port = target
        addresses = self.world.dns.addresses(host) or [host]
        try:
            self._splice(connection.sock, (addresses[0], port))
        except OSError as problem:
            raise Gone(str(problem)) from None

    @staticmethod
    def _splice(client, address):
        with socket.create_connection(address, timeout=10) as upstream:
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                readable, _, _ = select.select([client, upstream], [], [], 30)
                if not readable:
                    return
                for source, sink in ((client, upstream), (upstream, client)):
                    if source not in readable:
                        continue
                    data = source.recv(65536)
                    if not data:
                        return
                    sink.sendall(data)
