"""The world that antechamber sees: every server of ours in one network namespace."""

import base64
import itertools
import os
import re
import secrets
from pathlib import Path

from .aws_secrets import SecretsManager
from .aws_ssm import Ssm
from .aws_sts import Sts
from .dns import ADDRESS as DNS_ADDRESS
from .dns import Dns
from .journal import Journal
from .metadata import METADATA, RELATIVE_URI, CredentialsEndpoint, Ecs, Imds, Trap
from .netns import NetworkNamespace
from .pki import Pki
from .proxy import Proxy
from .sandbox import Sandbox
from .sigv4 import Identity

HTTPS, HTTP = True, False
TRAPS = ["169.254.0.1", "169.1.2.3", "192.168.10.120", "192.168.1.10", "fd00:ec2:0:1::23"]
AGENT = re.compile(r"antechamber/\d+\.\d+\.\d+( app/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?")
OTHER_AGENTS = ("Boto3", "curl")


class World:
    """
    ssm, sts, secretsmanager  the AWS services: port 443 of their names, 8443, plain http on 4566
    ecs, pod, vault, imds     where credentials come from; https_credentials on 443 and 8080
    proxy, dns, trap          as they are called
    identity                  the credentials that all of them hand out
    run(...)                  runs antechamber in this world, see Sandbox
    """

    region = "eu-west-1"
    fallback_name = "no-name.invalid"

    def __init__(self, folder, programs, netns=None):
        self.folder = Path(folder)
        self.netns = netns or NetworkNamespace()
        self.journal = Journal()
        self.pki = Pki(self.folder)
        self.marker = "s3cr3t" + secrets.token_hex(6)
        self.runs = itertools.count(1)
        self.servers = []
        self._forget()
        self._start_servers()
        self.resolv_conf = self._write(
            "resolv.conf", f"nameserver {DNS_ADDRESS}\noptions timeout:5 attempts:2\n"
        )
        self.hosts = self._write("hosts", "127.0.0.1 localhost\n::1 localhost\n")
        self.sandbox = Sandbox(self, programs)

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o644)
        return str(path)

    def _start_servers(self):
        def aws(cls, address, *more):
            binds = [(address, 443, HTTPS), (address, 8443, HTTPS)]
            binds += [(address, 4566, HTTP), *more]
            return self._add(cls(self, binds))

        # 10.9.9.9 is no loopback address: a virtual machine reaches it too.
        beyond = [("10.9.9.9", 443, HTTPS), ("10.9.9.9", 4566, HTTP)]
        self.ssm = aws(Ssm, "127.0.1.1", ("::1", 443, HTTPS), *beyond)
        self.sts = aws(Sts, "127.0.1.2")
        self.secretsmanager = aws(SecretsManager, "127.0.1.3")
        self.ecs = self._add(Ecs(self, "ecs", [("169.254.170.2", 80, HTTP)]))
        self.pod = self._add(
            CredentialsEndpoint(
                self,
                "pod",
                [("169.254.170.23", 80, HTTP), ("fd00:ec2::23", 80, HTTP)],
                hosts=("169.254.170.23", "[fd00:ec2::23]", "[fd00:ec2:0::23]"),
            )
        )
        loopbacks = ["127.0.0.1", "127.1.1.1", "::1"]
        self.vault = self._add(
            CredentialsEndpoint(self, "vault", [(a, p, HTTP) for a in loopbacks for p in (80, 8000, 9911)])
        )
        self.https_credentials = self._add(
            CredentialsEndpoint(
                self,
                "https-credentials",
                [("127.0.4.1", 443, HTTPS), ("127.0.4.1", 8080, HTTPS), ("169.254.0.1", 443, HTTPS)],
            )
        )
        self.imds = self._add(Imds(self, [("169.254.169.254", 80, HTTP), ("fd00:ec2::254", 80, HTTP)]))
        self.trap = self._add(Trap(self, [(a, 80, HTTP) for a in TRAPS]))
        self.proxy = self._add(Proxy(self, [("127.0.5.1", 3128, HTTP)]))
        self.dns = Dns(self)

    def _add(self, server):
        self.servers.append(server)
        return server

    def _forget(self):
        self.planted = set()
        self.clock_skew = 0.0
        self.identities = {}
        self.identity = self.new_identity()
        self.web_identity_token = "eyJhbGciOi." + secrets.token_urlsafe(600) + ".sig"
        self.plant(self.web_identity_token)

    def reset(self):
        """Before each test: nothing of the last one is left."""
        for server in self.servers:
            server.drain()
        self.dns.drain()
        self.journal.reset()
        self._forget()
        for server in self.servers:
            server.reset()
        self.dns.reset()

    def new_identity(self, expired=False, token=True):
        """Fresh credentials, known to the services; the world's identity is not changed."""
        identity = Identity(
            key_id="ASIA" + secrets.token_hex(8).upper(),
            secret=base64.b64encode(os.urandom(30)).decode(),
            token="IQoJb3JpZ2luX2Vj" + base64.b64encode(os.urandom(700)).decode() if token else None,
            expired=expired,
        )
        self.identities[identity.key_id] = identity
        for secret in (identity.key_id, identity.secret, identity.token):
            self.plant(secret)
        return identity

    def plant(self, value):
        """A text that antechamber must never print. Too short ones would be found by chance."""
        if isinstance(value, str) and len(value) >= 8:
            self.planted.add(value)

    def is_our_agent(self, agent):
        return AGENT.fullmatch(agent) is not None or agent.startswith(OTHER_AGENTS)

    # Environments of the places where antechamber runs.

    @property
    def base_env(self):
        return {
            "PATH": "/usr/bin:/bin",
            "AWS_REGION": self.region,
            "AWS_CA_BUNDLE": self.pki.bundle,
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": RELATIVE_URI,
        }

    @property
    def static_env(self):
        return {
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None,
            "AWS_ACCESS_KEY_ID": self.identity.key_id,
            "AWS_SECRET_ACCESS_KEY": self.identity.secret,
            "AWS_SESSION_TOKEN": self.identity.token,
        }

    @property
    def irsa_env(self):
        path = self._write("web-identity-token", self.web_identity_token)
        return {
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None,
            "AWS_WEB_IDENTITY_TOKEN_FILE": path,
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app",
        }

    def full_uri_env(self, uri, **more):
        return {
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": uri,
            **more,
        }

    @property
    def metadata_env(self):
        return {"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2" + METADATA}

    def run(self, *arguments, **options):
        return self.sandbox.run(*arguments, **options)

    def start(self, *arguments, **options):
        return self.sandbox.start(*arguments, **options)

    def file(self, name, text):
        """A file that antechamber may read as any user."""
        return self._write(f"{next(self.runs)}-{name}", text)
