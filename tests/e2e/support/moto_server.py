"""moto over TLS: a Parameter Store that somebody else wrote, with real signature verification."""

import json
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

from .pki import key_pem

ADDRESS, PORT = "127.0.6.1", 5555
NAME = "moto.test"
REGION = "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Resource": "*"}
    ],
}
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["ssm:*", "secretsmanager:*", "kms:*"], "Resource": "*"}],
}


class Moto:
    """
    Runs in the world's network namespace under a certificate of its CA. Without authentication while
    a test stores things; require_signatures() turns it on, open() off.
    """

    endpoint = f"https://{NAME}:{PORT}"

    def __init__(self, world):
        self.world = world
        issued = world.pki.middle.issue([NAME, ADDRESS], key=world.pki.leaf_key)
        certificate = world.pki.write("moto.pem", issued.chain_pem)
        key = world.pki.write("moto.key", key_pem(issued.key))
        log = open(world.folder / "moto.log", "wb")
        line = [str(world.sandbox.enter), "-n", str(world.netns.fd), "--"]
        line += [sys.executable, "-m", "moto.server", "-H", ADDRESS, "-p", str(PORT)]
        self.process = subprocess.Popen(
            [*line, "-c", certificate, "-k", key],
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(world.netns.fd,),
        )
        log.close()
        self._wait()

    def _wait(self):
        def reachable():
            try:
                socket.create_connection((ADDRESS, PORT), timeout=1).close()
                return True
            except OSError:
                return False

        deadline = time.monotonic() + 60
        while not self.world.netns.run(reachable):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.world.folder / "moto.log").read_text(errors="replace"))
            time.sleep(0.1)

    def close(self):
        self.process.kill()
        self.process.wait()

    def call(self, function):
        """function(client factory) in the namespace; the factory makes boto3 clients of this moto."""

        def client(service, identity=None):
            return boto3.client(
                service,
                region_name=REGION,
                endpoint_url=f"https://{ADDRESS}:{PORT}",
                verify=self.world.pki.bundle,
                aws_access_key_id=identity.key_id if identity else "setup",
                aws_secret_access_key=identity.secret if identity else "setup",
                aws_session_token=identity.token if identity else None,
                config=Config(retries={"total_max_attempts": 1}),
            )

        return self.world.netns.run(lambda: function(client))

    def _post(self, path, body):
        context = ssl.create_default_context(cafile=self.world.pki.bundle)
        request = urllib.request.Request(
            f"https://{ADDRESS}:{PORT}/moto-api/{path}",
            data=body,
            headers={"Content-Type": "text/plain"},  # or moto takes the body for a form
            method="POST",
        )

        def go():
            with urllib.request.urlopen(request, context=context) as answer:
                assert answer.status == 200

        self.world.netns.run(go)

    def reset(self):
        self.open()
        self._post("reset", b"")

    def open(self):
        self._post("reset-auth", b"inf")

    def require_signatures(self):
        self._post("reset-auth", b"0")

    def task_role(self):
        """Makes a role, assumes it, and has the world hand out its credentials."""

        def make(client):
            iam = client("iam")
            role = iam.create_role(RoleName="task", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
            iam.put_role_policy(RoleName="task", PolicyName="read", PolicyDocument=json.dumps(READ))
            answer = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="task")
            return answer["Credentials"]

        credentials = self.call(make)
        identity = self.world.identity
        identity.key_id = credentials["AccessKeyId"]
        identity.secret = credentials["SecretAccessKey"]
        identity.token = credentials["SessionToken"]
        for secret in (identity.key_id, identity.secret, identity.token):
            self.world.plant(secret)
        return identity

    @property
    def env(self):
        return {
            "AWS_ENDPOINT_URL_SSM": self.endpoint,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.endpoint,
            "AWS_ENDPOINT_URL_STS": self.endpoint,
        }
