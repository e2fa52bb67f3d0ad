"""Names: /etc/hosts, /etc/resolv.conf, servers that fail, lie, or cut their answers short."""

import os

import pytest

from support.dns import AAAA, ADDRESS, SECOND_ADDRESS, A
from support.sandbox import untouched

HOST = "ssm.eu-west-1.amazonaws.com"
QUICK = f"nameserver {ADDRESS}\noptions timeout:1 attempts:2\n"
STORE = {"AWS_ENDPOINT_URL_SSM": "https://store.test"}


@pytest.fixture
def app(world):
    return world.ssm.put_many("/app/", 2)


def resolver(world, text):
    return [(world.file("resolv.conf", text), "/etc/resolv.conf")]


def hosts(world, text):
    return [(world.file("hosts", text), "/etc/hosts")]


def asked(world):
    return {name for name, _ in world.dns.queries}


def test_both_families_are_asked(world, app):
    assert world.run("exec", "app").succeeded().loaded == app
    assert set(world.dns.queries) == {(HOST, A), (HOST, AAAA)}


def test_a_name_is_looked_up_once(world):
    """For all services and pages together."""
    for service in ("a", "b", "c"):
        world.ssm.put_many(f"/{service}/", 25, stem=service)
    world.run("exec", "a", "b", "c").succeeded()
    assert len(world.dns.queries) == 2


@pytest.mark.parametrize(
    "names",
    [
        {"store.test": "alias.test", "alias.test": ["127.0.1.1"]},
        {"store.test": "a.test", "a.test": "b.test", "b.test": "c.test", "c.test": ["127.0.1.1"]},
        {"store.test": "x" * 60 + ".test", "x" * 60 + ".test": ["127.0.1.1"]},
        {"store.test": ["127.0.1.1"] * 20},
        {"store.test": ["::1"]},
    ],
    ids=["an alias", "aliases", "a long alias", "many addresses", "IPv6 only"],
)
def test_answers(world, app, names):
    world.dns.names.update(names)
    assert world.run("exec", "app", env=STORE).succeeded().loaded == app
    assert world.ssm.connections[0].sni == "store.test"


@pytest.mark.parametrize("fault", ["garbage", "wrong-id", "wrong-name"])
def test_answers_that_are_none_are_not_believed(world, app, fault):
    """Something arrives before, or instead of, the true answer."""
    world.dns.faults.extend([fault] * 2)
    assert world.run("exec", "app", binds=resolver(world, QUICK)).succeeded().loaded == app
    assert {c.local[0] for c in world.ssm.connections} == {"127.0.1.1"}


def test_a_truncated_answer_is_asked_for_over_tcp(world, app):
    world.dns.always = "truncated"
    assert world.run("exec", "app").succeeded().loaded == app
    assert (HOST, A) in world.dns.over_tcp


@pytest.mark.slow
def test_a_lost_answer_is_asked_for_again(world, app):
    world.dns.faults.extend(["silent"] * 2)
    assert world.run("exec", "app", binds=resolver(world, QUICK)).succeeded().loaded == app


@pytest.mark.parametrize("fault", ["silent", "servfail", "refused", "garbage"])
def test_the_second_server_helps(world, app, fault):
    world.dns.always = fault
    world.dns.second = None
    binds = resolver(world, f"nameserver {ADDRESS}\nnameserver {SECOND_ADDRESS}\noptions timeout:1\n")
    assert world.run("exec", "app", binds=binds).succeeded().loaded == app


def test_no_such_name(world):
    world.run("exec", "-r", "2", "app", env=STORE).failed(111, r"store\.test")
    assert {"store.test"} == asked(world)


@pytest.mark.parametrize("fault", ["servfail", "refused"])
def test_servers_that_refuse(world, fault):
    world.dns.always = fault
    world.run("exec", "-r", "2", "app").failed(111, HOST.replace(".", r"\."))


def test_no_server_listens(world):
    binds = resolver(world, "nameserver 127.0.0.99\noptions timeout:1 attempts:1\n")
    world.run("exec", "-r", "1", "app", binds=binds).failed(111, HOST.replace(".", r"\."))


def test_hosts_come_first(world, app):
    binds = hosts(world, f"# the store\n127.0.1.1\tother {HOST.upper()} # here\n")
    assert world.run("exec", "app", binds=binds).succeeded().loaded == app
    assert not asked(world)


def test_a_search_domain(world, app):
    """As Kubernetes writes it: few dots go through the domains first."""
    world.dns.names["store.team.svc.cluster.local"] = ["127.0.1.1"]
    text = f"search team.svc.cluster.local svc.cluster.local\nnameserver {ADDRESS}\noptions ndots:5\n"
    env = {"AWS_ENDPOINT_URL_SSM": "https://store"}
    assert world.run("exec", "app", env=env, binds=resolver(world, text)).succeeded().loaded == app
    assert world.ssm.connections[0].sni == "store", "the name on the certificate is the one that is written"


CLUSTER = f"search team.svc.cluster.local svc.cluster.local corp.example\nnameserver {ADDRESS}\noptions ndots:5\n"


def test_a_host_that_we_compose_is_asked_for_once(world, app):
    """No walk through the search domains for AWS's own names."""
    assert world.run("exec", "app", binds=resolver(world, CLUSTER)).succeeded().loaded == app
    assert sorted(world.dns.queries) == [(HOST, A), (HOST, AAAA)]


def test_a_full_name_in_kubernetes(world, app):
    """One that a person wrote is found in the end, after the domains were tried."""
    env = {"AWS_ENDPOINT_URL_SSM": f"https://{HOST}"}
    assert world.run("exec", "app", env=env, binds=resolver(world, CLUSTER)).succeeded().loaded == app
    assert asked(world) == {HOST, *(f"{HOST}.{d}" for d in CLUSTER.splitlines()[0].split()[1:])}


@pytest.mark.parametrize("fault", ["servfail", "refused", "silent"])
@pytest.mark.parametrize("found", ["store", "store.corp.example"])
def test_a_search_domain_hides_no_other(world, app, fault, found):
    """Whatever becomes of one domain, the next ones and the name itself are asked for."""
    world.dns.names[found] = ["127.0.1.1"]
    world.dns.domains = {"svc.cluster.local": fault}
    env = {"AWS_ENDPOINT_URL_SSM": "https://store"}
    binds = resolver(world, CLUSTER + "options timeout:1 attempts:1\n")
    assert world.run("exec", "-r", "1", "app", env=env, binds=binds).succeeded().loaded == app


def test_a_domain_that_fails_is_a_failure_for_now(world):
    """What the domain that failed knows may be there later."""
    world.dns.domains = {"svc.cluster.local": "servfail"}
    env = {"AWS_ENDPOINT_URL_SSM": "https://store"}
    run = world.run("exec", "-r", "1", "app", env=env, binds=resolver(world, CLUSTER))
    run.failed(111, r"store, asked for as store\.team\.svc\.cluster\.local: the name servers fail")


def test_enough_dots_first_as_it_is(world, app):
    world.dns.names["store.test.corp.example"] = ["127.0.1.1"]
    text = f"search corp.example\nnameserver {ADDRESS}\n"
    assert world.run("exec", "app", env=STORE, binds=resolver(world, text)).succeeded().loaded == app
    assert [name for name, kind in world.dns.queries if kind == A] == ["store.test", "store.test.corp.example"]


@pytest.mark.parametrize("second", ["nxdomain", None, "servfail"])
def test_the_first_server_has_the_word(world, app, second):
    """An internal server knows the address of the VPC endpoint, a public one another or none."""
    world.dns.second = second
    binds = resolver(world, f"nameserver {ADDRESS}\nnameserver {SECOND_ADDRESS}\n")
    assert world.run("exec", "app", binds=binds).succeeded().loaded == app
    assert {e.facts["server"] for e in world.journal.events if e.kind == "dns"} == {ADDRESS}


def test_a_trailing_dot(world, app):
    """The name is complete; neither SNI nor Host has the dot, nor the name on the certificate."""
    world.dns.names["store.test"] = ["127.0.1.1"]
    env = {"AWS_ENDPOINT_URL_SSM": "https://store.test."}
    assert world.run("exec", "app", env=env, binds=resolver(world, CLUSTER)).succeeded().loaded == app
    assert asked(world) == {"store.test"}
    assert world.ssm.connections[0].sni == "store.test"
    assert {r.header("host") for r in world.ssm.requests} == {"store.test"}


def test_a_file_that_is_replaced_during_the_start(world, app):
    """It was read before anybody was asked."""
    world.ssm.put_many("/more/", 25, stem="more")
    path = world.file("resolv.conf", f"nameserver {ADDRESS}\n")
    env = world.full_uri_env("http://vault.test:9911")
    world.dns.names["vault.test"] = ["127.0.0.1"]
    original = world.dns._look_up

    def replace(query):
        with open(path, "w") as file:
            file.write("nameserver 127.0.0.99\n")
        return original(query)

    world.dns._look_up = replace
    try:
        assert world.run("exec", "app", env=env, binds=[(path, "/etc/resolv.conf")]).succeeded().loaded == app
    finally:
        world.dns._look_up = original


@pytest.mark.parametrize("retries", [1, 2, 3])
def test_it_says_after_how_many_attempts_it_gave_up(world, retries):
    world.dns.names.pop("store.test", None)
    result = world.run("exec", f"-r{retries}", "app", env=STORE).failed(111, "name resolution: store.test")
    assert (f"gave up after {retries} attempts: " in result.errors[0]) == (retries > 1)


def test_a_zone_that_is_no_interface(world, app):
    text = f"nameserver fe80::1%nowhere0\nnameserver {ADDRESS}\n"
    run = world.run("exec", "app", binds=resolver(world, text)).succeeded()
    assert run.loaded == app
    assert "nameserver 'fe80::1%nowhere0' is not used: there is no such network interface" in str(run)


def test_a_zone_that_is_an_interface(world, app):
    text = f"nameserver fe80::1%lo\nnameserver {ADDRESS}\noptions timeout:1\n"
    run = world.run("exec", "app", binds=resolver(world, text)).succeeded()
    assert run.loaded == app and "interface" not in str(run)


@pytest.mark.parametrize(
    "text",
    [
        f"; comment\n# comment\n\nnameserver\t{ADDRESS}   \noptions edns0 trust-ad unknown:7\n",
        f"domain x.test\nnameserver {ADDRESS}\nsortlist 1.2.3.4\nnonsense\n",
        f"nameserver {ADDRESS}",
        f"nameserver not-an-address\nnameserver {ADDRESS}\n",
        f"nameserver {ADDRESS}\n" * 5,
    ],
)
def test_files_as_they_are_found(world, app, text):
    assert world.run("exec", "app", binds=resolver(world, text)).succeeded().loaded == app


def test_localhost_is_this_machine(world, app):
    """Whatever the servers say."""
    world.dns.names["localhost"] = ["192.168.10.120"]
    env = world.full_uri_env("http://localhost:9911")
    binds = hosts(world, "127.0.1.9 something\n")
    assert world.run("exec", "app", env=env, binds=binds).succeeded().loaded == app
    untouched(world.trap)
    assert len(world.vault.requests) == 1


def test_addresses_are_not_looked_up(world, app):
    env = {"AWS_ENDPOINT_URL_SSM": "http://127.0.1.1:4566"}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert not asked(world)


def as_directories(world):
    folder = world.folder / "etc"
    binds = [(str(folder), "/etc")]
    for name in ("resolv.conf", "hosts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        binds.append((str(folder / name), f"/etc/{name}"))
    return binds, {}, "Is a directory"


def unreadable(world):
    binds = resolver(world, f"nameserver {ADDRESS}\n") + hosts(world, "127.0.0.1 localhost\n")
    for path, _ in binds:
        os.chmod(path, 0)
    return binds, {"uid": 1000}, "Permission denied"


@pytest.mark.parametrize("make", [as_directories, unreadable])
def test_files_that_cannot_be_read_are_empty(world, app, make):
    """Each has its warning, and 127.0.0.1 is the name server, as resolv.conf(5) says."""
    binds, options, why = make(world)
    env = {"AWS_ENDPOINT_URL_SSM": "http://127.0.1.1:4566"}
    run = world.run("exec", "app", env=env, binds=binds, **options).succeeded()
    assert run.loaded == app
    for name in ("/etc/hosts", "/etc/resolv.conf"):
        assert sum(name in w and why in w and "treated as empty" in w for w in run.warnings) == 1, run
    run = world.run("exec", "-r", "1", "app", binds=binds, **options)
    run.failed(111, HOST.replace(".", r"\."), "the name servers fail or cannot be reached")
    assert not asked(world)
