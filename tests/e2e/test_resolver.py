"""Our resolver beside glibc's, musl's and Go's: the same resolv.conf and name servers, the same address."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import pytest

from support.dns import ADDRESS, SECOND_ADDRESS

SUPPORT = Path(__file__).parent / "support"
PEERS = ["glibc", "musl", "Go"]
QUICK = "timeout:1 attempts:1"
ONE, TWO = "127.0.7.1", "127.0.7.2"  # nobody listens there: our error line says what was found
SIX = "::1"
REFUSED = r"connect to \[?([0-9a-f.:]+?)\]?:9: Connection refused"


def conf(*lines, options=QUICK, servers=(ADDRESS,)):
    return "\n".join([*lines, *(f"nameserver {s}" for s in servers), f"options {options}"]) + "\n"


BOTH = (ADDRESS, SECOND_ADDRESS)
ONE_DOMAIN = "search corp.example"
DOMAINS = "search a.example b.example corp.example"


@dataclass
class Case:
    found: str | None  # the address, None: a failure
    conf: str = conf()
    name: str = "store.test"
    names: dict = field(default_factory=dict)
    always: str | None = None  # the first server, as support.dns has it
    second: str | None = "refused"
    domains: dict = field(default_factory=dict)
    differ: dict = field(default_factory=dict)  # peer: why it may find something else


MUSL_SEARCH = "musl's search ends at the first domain that fails; it would hide the name"
GLIBC_SEARCH = "glibc's search ends at a domain that is silent, and the name itself alone is left"
ALL_AT_ONCE = "musl asks all servers at once and takes the first response of any of them"
MUSL_TCP = "musl asks over TCP since 1.2.4 only"

CASES = {
    "a name": Case(ONE, names={"store.test": [ONE]}),
    "in capitals": Case(ONE, name="STORE.Test", names={"store.test": [ONE]}),
    "IPv6 alone": Case(SIX, names={"store.test": [SIX]}),
    "no such name": Case(None),
    "an alias": Case(ONE, names={"store.test": "b.test", "b.test": [ONE]}),
    "a chain of aliases": Case(
        ONE, names={"store.test": "b.test", "b.test": "c.test", "c.test": "d.test", "d.test": [ONE]}
    ),
    "an alias that leads nowhere": Case(None, names={"store.test": "b.test"}),
    "an alias to IPv6 alone": Case(SIX, names={"store.test": "b.test", "b.test": [SIX]}),
    # Dots and domains.
    "few dots: the domain first": Case(
        ONE, conf(ONE_DOMAIN), "store", {"store.corp.example": [ONE], "store": [TWO]}
    ),
    "few dots: the name itself last": Case(TWO, conf(ONE_DOMAIN), "store", {"store": [TWO]}),
    "enough dots: the name itself first": Case(
        TWO, conf(ONE_DOMAIN), names={"store.test.corp.example": [ONE], "store.test": [TWO]}
    ),
    "enough dots: the domain last": Case(
        ONE, conf(ONE_DOMAIN), names={"store.test.corp.example": [ONE]},
        differ={"musl": "with enough dots musl does not search"},
    ),
    "ndots:5": Case(
        ONE, conf(ONE_DOMAIN, options=QUICK + " ndots:5"),
        names={"store.test.corp.example": [ONE], "store.test": [TWO]},
    ),
    "ndots:5, the name itself": Case(TWO, conf(DOMAINS, options=QUICK + " ndots:5"), names={"store.test": [TWO]}),
    "ndots:2, a name with two dots": Case(
        TWO, conf(ONE_DOMAIN, options=QUICK + " ndots:2"), "a.store.test",
        {"a.store.test.corp.example": [ONE], "a.store.test": [TWO]},
    ),
    "ndots:0": Case(
        TWO, conf(ONE_DOMAIN, options=QUICK + " ndots:0"), "store", {"store.corp.example": [ONE], "store": [TWO]}
    ),
    "the domains in their order": Case(
        ONE, conf(DOMAINS), "store", {"store.b.example": [ONE], "store.corp.example": [TWO]}
    ),
    "the last line of search": Case(
        ONE, conf(DOMAINS, ONE_DOMAIN), "store", {"store.a.example": [TWO], "store.corp.example": [ONE]}
    ),
    "domain is search": Case(ONE, conf("domain corp.example"), "store", {"store.corp.example": [ONE]}),
    "a trailing dot": Case(
        TWO, conf(DOMAINS, options=QUICK + " ndots:5"), "store.test.",
        {"store.test.corp.example": [ONE], "store.test": [TWO]},
    ),
    "a trailing dot, no such name": Case(
        None, conf(ONE_DOMAIN), "store.test.", {"store.test.corp.example": [ONE]}
    ),
    "an alias in a domain": Case(ONE, conf(ONE_DOMAIN), "store", {"store.corp.example": "b.test", "b.test": [ONE]}),
    "IPv6 alone in the first domain": Case(
        SIX, conf(DOMAINS), "store", {"store.a.example": [SIX], "store.b.example": [ONE]}
    ),
    # Domains that fail.
    "a domain answers SERVFAIL, the next one knows": Case(
        ONE, conf(DOMAINS), "store", {"store.corp.example": [ONE]}, domains={"a.example": "servfail"},
        differ={"musl": MUSL_SEARCH},
    ),
    "a domain answers SERVFAIL, the name itself is there": Case(
        TWO, conf(DOMAINS, options=QUICK + " ndots:5"), names={"store.test": [TWO]},
        domains={"corp.example": "servfail"}, differ={"musl": MUSL_SEARCH},
    ),
    "a domain is silent, the next one knows": Case(
        ONE, conf(DOMAINS), "store", {"store.corp.example": [ONE]}, domains={"a.example": "silent"},
        differ={"musl": MUSL_SEARCH, "glibc": GLIBC_SEARCH},
    ),
    "a domain is silent, the name itself is there": Case(
        TWO, conf(ONE_DOMAIN, options=QUICK + " ndots:5"), names={"store.test": [TWO]},
        domains={"corp.example": "silent"}, differ={"musl": MUSL_SEARCH},
    ),
    "every domain fails, and there is no such name": Case(
        None, conf(DOMAINS), "store", domains={"example": "servfail"}
    ),
    # Servers.
    "the first says NXDOMAIN, the second knows": Case(
        None, conf(servers=BOTH), names={"store.test": [ONE]}, always="nxdomain", second=None,
        differ={"musl": ALL_AT_ONCE},
    ),
    "the second says NXDOMAIN, the first knows": Case(
        ONE, conf(servers=BOTH), names={"store.test": [ONE]}, second="nxdomain",
        differ={"musl": ALL_AT_ONCE},
    ),
    "the first answers SERVFAIL": Case(
        ONE, conf(servers=BOTH), names={"store.test": [ONE]}, always="servfail", second=None
    ),
    "the first refuses": Case(ONE, conf(servers=BOTH), names={"store.test": [ONE]}, always="refused", second=None),
    "the first is silent": Case(ONE, conf(servers=BOTH), names={"store.test": [ONE]}, always="silent", second=None),
    "nobody listens at the first": Case(
        ONE, conf(servers=("127.0.0.99", ADDRESS)), names={"store.test": [ONE]}
    ),
    "both fail": Case(None, conf(servers=BOTH), names={"store.test": [ONE]}, always="servfail", second="servfail"),
    "all are silent": Case(None, names={"store.test": [ONE]}, always="silent"),
    "a lost response": Case(
        ONE, conf(options="timeout:1 attempts:2"), names={"store.test": [ONE]}, always=["silent"] * 2
    ),
    "a truncated response": Case(
        ONE, names={"store.test": [ONE]}, always="truncated", differ={"musl": MUSL_TCP}
    ),
    "a truncated response of an alias": Case(
        ONE, names={"store.test": "b.test", "b.test": [ONE]}, always="truncated", differ={"musl": MUSL_TCP}
    ),
}  # fmt: skip


def run_compiler(*line):
    subprocess.run(line, check=True, env={**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOTOOLCHAIN": "local"})


@pytest.fixture(scope="session")
def peers(scratch):
    """The program for each peer, built when it is wanted."""
    lines = {
        "glibc": ["gcc", "-o", "TARGET", SUPPORT / "resolve_peer.c"],
        "musl": ["musl-gcc", "-static", "-o", "TARGET", SUPPORT / "resolve_peer.c"],
        "Go": ["go", "build", "-o", "TARGET", SUPPORT / "resolve_peer.go"],
    }

    def peer(name):
        target = scratch / f"resolve_{name}"
        if shutil.which(lines[name][0]) is None:
            pytest.skip(f"no {lines[name][0]}")
        if not target.exists():
            run_compiler(*(str(target) if word == "TARGET" else str(word) for word in lines[name]))
        return str(target)

    return peer


def prepare(world, case):
    world.dns.names.update(case.names)
    world.dns.second = case.second
    world.dns.domains = case.domains
    if isinstance(case.always, list):
        world.dns.faults.extend(case.always)
    else:
        world.dns.always = case.always
    binds = [(world.file("resolv.conf", case.conf), "/etc/resolv.conf")]
    if os.path.exists("/etc/nsswitch.conf"):
        binds.append((world.file("nsswitch.conf", "hosts: files dns\n"), "/etc/nsswitch.conf"))
    return binds


@pytest.mark.parametrize("title", CASES)
def test_ours(world, title):
    case = CASES[title]
    binds = prepare(world, case)
    env = {"AWS_ENDPOINT_URL_SSM": f"http://{case.name}:9"}
    run = world.run("exec", "-r", "1", "app", env={**world.static_env, **env}, binds=binds)
    if case.found is None:
        run.failed(111, "name resolution: ")
    else:
        run.failed(111, REFUSED)
        assert ip_address(re.search(REFUSED, run.errors[0])[1]) == ip_address(case.found)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("title", CASES)
def test_peers(world, peers, title, name):
    """Where one differs on purpose, the table says why; it may learn to do what we do."""
    case = CASES[title]
    program = peers(name)
    binds = prepare(world, case)
    run = world.run(case.name, program=program, command=None, pid1=False, inspect=False, binds=binds)
    found = set(run.stdout.decode().split())
    expected = {case.found} - {None}
    assert run.code == 0, run
    if name in case.differ:
        print(f"{name}: {found or None}: {case.differ[name]}")
    else:
        assert found == expected, run
