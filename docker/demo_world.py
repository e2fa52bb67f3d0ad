#!/usr/bin/env python3
"""
The servers that docker/demo needs: Parameter Store (moto over TLS, under AWS's host name) and the ECS
credentials endpoint at its real address, in the network namespace of this process.

usage: demo_world.py [--operator] FOLDER

Writes ca.pem and hosts into FOLDER, then the file "ready". With --operator the store is empty, and operator.keys has
the keys of a user who may write. Ends when its standard input ends.
"""

import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import boto3
import moto.server
from botocore.config import Config

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "e2e"))
from support.pki import Authority, key_pem, pem  # noqa: E402

REGION = "eu-west-1"
STORE = f"ssm.{REGION}.amazonaws.com"
STORE_ADDRESS = "127.0.0.2"
CREDENTIALS_ADDRESS = "169.254.170.2"
CREDENTIALS_PATH = "/v2/credentials/demo"

PARAMETERS = [
    ("/kops/database-url", "postgres://db.internal/kops", "SecureString"),
    ("/kops/log-level", "info", "String"),
    ("/storefront/api-key", "sample-api-key-4711", "SecureString"),
    ("/storefront/log-level", "debug", "String"),
]

ECS_MAY_ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Resource": "*"}],
}
# A real policy is narrower, see README.md; moto does not match the ARN of a parameter path.
MAY_READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ssm:GetParametersByPath", "Resource": "*"}],
}

MAY_WRITE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}],
}


def configure_network():
    lines = ["link set lo up", f"addr replace {CREDENTIALS_ADDRESS}/32 dev lo"]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)


def write(path, data):
    path.write_bytes(data)
    path.chmod(0o644)
    return str(path)


def make_certificates(folder):
    root = Authority("Demo Root CA")
    leaf = root.issue([STORE, STORE_ADDRESS])
    write(folder / "ca.pem", pem(root.certificate))
    key = write(folder / "store.key", key_pem(leaf.key))
    return write(folder / "store.pem", leaf.chain_pem), key


class CredentialsEndpoint(http.server.BaseHTTPRequestHandler):
    """The ECS agent's credentials endpoint (ECS Developer Guide, "Task IAM role")."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        found = self.path == CREDENTIALS_PATH
        response = self.server.credentials if found else {"code": "NotFound", "message": self.path}
        body = json.dumps(response).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_credentials(credentials):
    server = http.server.ThreadingHTTPServer((CREDENTIALS_ADDRESS, 80), CredentialsEndpoint)
    server.credentials = {
        "RoleArn": "arn:aws:iam::123456789012:role/task",
        "AccessKeyId": credentials["AccessKeyId"],
        "SecretAccessKey": credentials["SecretAccessKey"],
        "Token": credentials["SessionToken"],
        "Expiration": credentials["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()


def client(service, folder):
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=f"https://{STORE_ADDRESS}",
        verify=str(folder / "ca.pem"),
        aws_access_key_id="setup",
        aws_secret_access_key="setup",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def wait_for_store():
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection((STORE_ADDRESS, 443), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def task_role(folder):
    iam = client("iam", folder)
    role = iam.create_role(RoleName="task", AssumeRolePolicyDocument=json.dumps(ECS_MAY_ASSUME))["Role"]
    iam.put_role_policy(RoleName="task", PolicyName="read", PolicyDocument=json.dumps(MAY_READ))
    response = client("sts", folder).assume_role(RoleArn=role["Arn"], RoleSessionName="task")
    return response["Credentials"]


def make_operator(folder):
    iam = client("iam", folder)
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="write", PolicyDocument=json.dumps(MAY_WRITE))
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    lines = [f"AWS_ACCESS_KEY_ID={key['AccessKeyId']}", f"AWS_SECRET_ACCESS_KEY={key['SecretAccessKey']}"]
    (folder / "operator.keys").write_text("\n".join(lines) + "\n")


def put_parameters(folder):
    ssm = client("ssm", folder)
    for name, value, kind in PARAMETERS:
        ssm.put_parameter(Name=name, Value=value, Type=kind)
    text = "".join(f"{name:24} {kind:13} {value}\n" for name, value, kind in PARAMETERS)
    write(folder / "parameters", text.encode())


def require_signatures(folder):
    """From here on moto checks the signature and the role of every request."""
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    request = urllib.request.Request(
        f"https://{STORE_ADDRESS}/moto-api/reset-auth",
        data=b"0",
        headers={"Content-Type": "text/plain"},
        method="POST",
    )
    urllib.request.urlopen(request, context=context).close()


def fill(folder, has_operator):
    wait_for_store()
    if has_operator:
        make_operator(folder)
    else:
        put_parameters(folder)
    serve_credentials(task_role(folder))
    require_signatures(folder)
    (folder / "ready").touch()


def attempt(function, *arguments):
    """Runs a function in a thread; a failure ends the process."""
    try:
        function(*arguments)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    folder = Path(sys.argv[-1])
    has_operator = "--operator" in sys.argv[1:-1]
    # This network does not reach the machine's proxy, and its profiles do not apply.
    for name in [n for n in os.environ if n.startswith("AWS_") or n.lower().endswith("_proxy")]:
        del os.environ[name]
    threading.Thread(target=end_with_input, daemon=True).start()
    configure_network()
    write(folder / "hosts", f"127.0.0.1 localhost\n{STORE_ADDRESS} {STORE}\n".encode())
    certificate, key = make_certificates(folder)
    threading.Thread(target=attempt, args=(fill, folder, has_operator), daemon=True).start()
    # In the main thread: moto sets signal handlers.
    moto.server.main(["-H", STORE_ADDRESS, "-p", "443", "-c", certificate, "-k", key])


if __name__ == "__main__":
    main()
