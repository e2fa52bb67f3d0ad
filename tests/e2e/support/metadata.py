"""The addresses that hand out credentials: ECS, Pod Identity, aws-vault, IMDSv2, task metadata."""

from .server import Server
from .wire import Reply

RELATIVE_URI = "/v2/credentials/3f0dd2b5-7b3c-4c2e-9f0e-1d2c3b4a5f60"
METADATA = "/v4/0f1e2d3c"


def credentials_body(identity, **extra):
    body = {
        "RoleArn": "arn:aws:iam::123456789012:role/task",
        "AccessKeyId": identity.key_id,
        "SecretAccessKey": identity.secret,
        "Expiration": "2035-01-01T00:00:00Z",
    }
    if identity.token is not None:
        body["Token"] = identity.token
    body.update(extra)
    return body


class CredentialsEndpoint(Server):
    """Answers a GET of any of its paths; where it has a token, it wants it as Authorization."""

    def __init__(self, world, name, binds, hosts=None):
        self.name = name
        self.hosts = hosts
        super().__init__(world, binds)

    def forget(self):
        self.paths = None  # None: every path
        self.authorization = None  # what the client has to send
        self.body = None  # a body instead of the world's credentials
        self.any_host = self.hosts is None

    def handle(self, request):
        if request.method != "GET" or request.body:
            self.journal.complain(f"{self.name}: {request.method} with {len(request.body)} bytes")
        host = request.header("host")
        if not self.any_host and host not in self.hosts:
            return Reply(403, "Called agent through invalid address\n", type="text/plain")
        if self.paths is not None and request.target not in self.paths:
            return Reply(404, {"code": "NotFound", "message": request.target})
        if request.header("authorization") != self.authorization:
            return Reply(403, {"Message": "invalid token"}, type="application/json")
        body = self.body or credentials_body(self.world.identity)
        return Reply(body=body, type="application/json")


class Ecs(CredentialsEndpoint):
    """169.254.170.2: the task role's credentials and the task metadata v4."""

    def forget(self):
        super().forget()
        self.paths = [RELATIVE_URI]
        self.task = {
            "Cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/blue",
            "TaskARN": "arn:aws:ecs:eu-west-1:123456789012:task/blue/158d1c8083dd49d6b527399fd6414f5c",
            "Family": "web",
            "Revision": "26",
            "ServiceName": "storefront",
            "AvailabilityZone": "eu-west-1b",
            "LaunchType": "EC2",
        }

    def handle(self, request):
        if request.target == METADATA + "/task":
            return Reply(body=self.task, type="application/json")
        return super().handle(request)


class Imds(Server):
    """169.254.169.254, version 2: a token by PUT, then everything with it."""

    name = "imds"

    def forget(self):
        self.role = "node-role"
        self.token = "imds-token-0123456789abcdef=="
        self.placement = "eu-west-1"
        self.body = None
        self.world.plant(self.token)

    def handle(self, request):
        if request.target == "/latest/api/token":
            ttl = request.header("x-aws-ec2-metadata-token-ttl-seconds", "")
            if request.method != "PUT" or not ttl.isdigit():
                return Reply(400, "bad request", type="text/plain")
            return Reply(body=self.token, type="text/plain")
        if request.header("x-aws-ec2-metadata-token") != self.token:
            self.journal.complain(f"imds: {request.method} {request.target} without a token (IMDSv1)")
            return Reply(401, "unauthorized", type="text/plain")
        base = "/latest/meta-data/iam/security-credentials/"
        if request.target in (base, base[:-1]):
            return Reply(body=self.role, type="text/plain") if self.role else Reply(404, "none")
        if request.target == base + (self.role or ""):
            extra = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z"}
            body = self.body or credentials_body(self.world.identity, **extra)
            return Reply(body=body, type="text/plain")
        if request.target == "/latest/meta-data/placement/region":
            return Reply(body=self.placement, type="text/plain")
        return Reply(404, "not found", type="text/plain")


class Trap(Server):
    """Listens where nobody may come; a test looks at its connections."""

    name = "trap"

    def handle(self, request):
        return Reply(body=credentials_body(self.world.identity), type="application/json")
