"""Verifies AWS Signature Version 4 with botocore's signer, as a second implementation."""

import datetime
import re
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/, ]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
ALLOWED_SKEW = 300  # seconds, as AWS has it


@dataclass
class Identity:
    """What a signature was made with."""

    key_id: str
    secret: str
    token: str = None
    expired: bool = False


class Refusal(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass
class Scope:
    key_id: str
    region: str
    service: str


def parse(request):
    """The scope that a request says it is signed for."""
    match = AUTHORIZATION.fullmatch(request.header("authorization", ""))
    if match is None:
        raise Refusal("IncompleteSignatureException", "no such Authorization header")
    return Scope(match[1], match[3], match[4]), match


def verify(request, identities, service, now, scheme="https"):
    """Returns the Scope of a request whose signature is good; raises Refusal."""
    scope, match = parse(request)
    identity = identities.get(scope.key_id)
    if identity is None:
        raise Refusal("UnrecognizedClientException", "The security token is invalid.")
    signed = match[5].split(";")
    needed = {"host", "x-amz-date", "x-amz-target", "content-type"}
    needed |= {name.lower() for name, _ in request.headers if name.lower().startswith("x-amz-")}
    if not needed <= set(signed) or signed != sorted(signed):
        raise Refusal("IncompleteSignatureException", f"signed headers {signed}")
    if scope.service != service:
        raise Refusal("InvalidSignatureException", f"service {scope.service}, wanted {service}")
    if request.header("x-amz-security-token") != identity.token:
        raise Refusal("UnrecognizedClientException", "The security token is invalid.")

    stamp = request.header("x-amz-date")
    aws = AWSRequest(
        method=request.method,
        url=f"{scheme}://{request.header('host')}{request.target}",
        data=request.body,
        headers={name: request.header(name) for name in signed},
    )
    aws.context["timestamp"] = stamp
    signer = SigV4Auth(BotocoreCredentials(identity.key_id, identity.secret), service, scope.region)
    signature = signer.signature(signer.string_to_sign(aws, signer.canonical_request(aws)), aws)
    if signature != match[6] or not stamp.startswith(match[2]):
        raise Refusal("InvalidSignatureException", "The request signature does not match.")
    at = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(at.timestamp() - now) > ALLOWED_SKEW:
        raise Refusal("InvalidSignatureException", "Signature expired or not yet current.")
    if identity.expired:
        raise Refusal("ExpiredTokenException", "The security token is expired.")
    return scope
