"""antechamberctl over moto: a store on loopback, with a front that counts requests and can refuse them."""

import http.client
import http.server
import json
import logging
import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG"}


@dataclass
class Request:
    """One that has reached the front."""

    operation: str  # "PutParameter"; of STS the Action
    body: dict | str
    headers: dict


@dataclass
class Refusal:
    """What the front says instead of passing requests on."""

    code: str
    message: str = "by the test"
    status: int = 400
    times: int = 10**9
    after: int = 0  # so many requests of the operation pass first


@dataclass
class Hold:
    """A request that waits until the test lets it go on."""

    after: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)


@dataclass
class Canned:
    """What the front says by itself: response(body) is an object, or bytes."""

    response: Callable
    status: int | Callable = 200  # status(response) where it is not always the same
    after: int = 0


class Store:
    """moto, and the front through which antechamberctl asks it."""

    def __init__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.moto.start()
        self.address = self.moto.get_host_and_port()
        self.front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.front.daemon_threads = True
        self.connections = 0
        self.rules = {}
        self.idle = threading.Condition()
        self.under_way = 0
        threading.Thread(target=self.front.serve_forever, daemon=True).start()
        self.reset()

    @property
    def url(self):
        return "http://{}:{}".format(*self.front.server_address)

    def client(self, service="ssm"):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url="http://{}:{}".format(*self.address),
            aws_access_key_id="setup",
            aws_secret_access_key="setup",
        )

    def _settle(self):
        """A request whose client is gone may still be on its way to moto: it must not reach the next test."""
        for rule in self.rules.values():
            if isinstance(rule, Hold):
                rule.go.set()
        with self.idle:
            assert self.idle.wait_for(lambda: self.under_way == 0, timeout=60)

    def reset(self):
        self._settle()
        connection = http.client.HTTPConnection(*self.address)
        connection.request("POST", "/moto-api/reset")
        assert connection.getresponse().status == 200
        connection.close()
        self.requests = []
        self.rules = {}
        self.connections = 0

    def close(self):
        self.front.shutdown()
        self.front.server_close()
        self.moto.stop()

    def on(self, operation, rule):
        """A Refusal, a Hold or a Canned for the requests of an operation."""
        self.rules[operation] = rule
        return rule

    @property
    def operations(self):
        return [request.operation for request in self.requests]

    def put(self, name, value, **more):
        self.client().put_parameter(Name=name, Value=value, Type="SecureString", **more)

    def values(self, path):
        """What is directly below a path, by the last part of the name."""
        pages = self.client().get_paginator("get_parameters_by_path")
        found = {}
        for page in pages.paginate(Path=path, WithDecryption=True):
            found |= {p["Name"].rpartition("/")[2]: p["Value"] for p in page["Parameters"]}
        return found

    def _obey(self, operation):
        """The refusal for this request, if there is one; waits where it is to be held."""
        rule = self.rules.get(operation)
        if rule is None:
            return None
        rule.after -= 1
        if rule.after >= 0:
            return None
        if isinstance(rule, Hold):
            rule.arrived.set()
            rule.go.wait(60)
            return None
        if isinstance(rule, Canned):
            return rule
        rule.times -= 1
        return rule if rule.times >= 0 else None

    def _handler(store):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # A response in one piece: nothing waits for the acknowledgement of its head.
            wbufsize = -1
            disable_nagle_algorithm = True

            def setup(self):
                store.connections += 1
                super().setup()

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                with store.idle:
                    store.under_way += 1
                try:
                    self.respond()
                finally:
                    with store.idle:
                        store.under_way -= 1
                        store.idle.notify_all()

            def respond(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                if operation:
                    parsed = json.loads(body)
                else:
                    parsed = body.decode()
                    operation = parsed.partition("Action=")[2].partition("&")[0]
                store.requests.append(Request(operation, parsed, dict(self.headers)))
                refusal = store._obey(operation)
                if refusal is None:
                    self.pass_on(body)
                elif isinstance(refusal, Canned):
                    said = refusal.response(parsed)
                    content = said if isinstance(said, bytes) else json.dumps(said).encode()
                    status = refusal.status(said) if callable(refusal.status) else refusal.status
                    self.reply(status, "application/x-amz-json-1.1", content)
                else:
                    text = {"__type": refusal.code, "message": refusal.message}
                    self.reply(refusal.status, "application/x-amz-json-1.1", json.dumps(text).encode())

            def pass_on(self, body):
                connection = http.client.HTTPConnection(*store.address)
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                connection.request("POST", self.path, body, headers)
                response = connection.getresponse()
                content = response.read()
                connection.close()
                self.reply(response.status, response.headers.get("Content-Type", ""), content)

            def reply(self, status, kind, content):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


@dataclass
class Result:
    code: int
    out: str
    err: str

    def ok(self):
        assert self.code == 0, (self.code, self.out, self.err)
        return self

    def failed(self, code, *texts):
        assert self.code == code, (self.code, self.out, self.err)
        for text in texts:
            assert text in self.err, (text, self.err)
        assert self.out == "", self.out
        return self


class Ctl:
    """The program, with an environment of its own."""

    def __init__(self, path, store, home):
        self.path = path
        self.store = store
        self.home = home
        self.env = {
            **KEYS,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": store.url,
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "TZ": "UTC",
        }

    def start(self, *words, **options):
        environment = {**self.env, **options.pop("env", {})}
        environment = {name: value for name, value in environment.items() if value is not None}
        return subprocess.Popen(
            [self.path, *map(str, words)],
            env=environment,
            cwd=self.home,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            **options,
        )

    def run(self, *words, input=None, **options):
        if input is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*words, **options)
        out, err = process.communicate(input.encode() if isinstance(input, str) else input, timeout=120)
        return Result(process.returncode, (out or b"").decode(errors="surrogateescape"), (err or b"").decode())
