"""The tests' own instruments: that the servers really do what their names say, and that runs are searched."""

import ssl

import pytest

from support.pki import now
from support.sandbox import Result, disguises
from support.steps import truncate

CURL = "/usr/bin/curl"
URL = "https://ssm.eu-west-1.amazonaws.com/"


def curl(world, *arguments):
    """curl sees the same names and addresses; it is no client with a signature."""
    world.ssm.expect_refusals = True
    line = ["-s", "-S", "-o", "/dev/null", "-w", "%{http_code}", "-A", "curl/1", "--cacert"]
    line += [world.pki.bundle, *arguments]
    return world.run(*line, program=CURL, command=None, pid1=False, inspect=False)


POST = ["-d", "{}", "-H", "X-Amz-Target: AmazonSSM.GetParameters"]
POST += ["-H", "Content-Type: application/x-amz-json-1.1"]


def test_curl_trusts_the_good_certificate(world):
    result = curl(world, *POST, URL)
    assert (result.code, result.stdout) == (0, b"400"), result
    assert world.ssm.connections[0].sni == "ssm.eu-west-1.amazonaws.com"


@pytest.mark.parametrize("kind, code", [
    ("good", 0), ("expired", 60), ("not_yet_valid", 60), ("from_stranger", 60), ("small_rsa", 60),
    ("sha1", 60), ("md5", 60), ("below_leaf", 60),
])  # fmt: skip
def test_certificates_are_what_they_are_called(world, kind, code):
    issued = getattr(world.pki, kind)("ssm.eu-west-1.amazonaws.com")
    world.ssm.context = world.pki.context(issued)
    assert curl(world, *POST, URL).code == code
    certificate = issued.certificate
    name = certificate.signature_hash_algorithm.name
    assert name == {"sha1": "sha1", "md5": "md5"}.get(kind, "sha256")
    expired = certificate.not_valid_after_utc < now()
    assert expired is (kind == "expired")


@pytest.mark.parametrize("version", ["TLSv1_1", "TLSv1_2", "TLSv1_3"])
def test_servers_speak_only_their_version(world, version):
    number = getattr(ssl.TLSVersion, version)
    issued = world.pki.good("ssm.eu-west-1.amazonaws.com")
    world.ssm.context = world.pki.context(issued, versions=(number, number))
    option = {"TLSv1_1": "1.1", "TLSv1_2": "1.2", "TLSv1_3": "1.3"}[version]
    weak = ["--ciphers", "DEFAULT:@SECLEVEL=0"]
    line = [f"--tlsv{option}", "--tls-max", option, *weak, *POST, URL]
    assert curl(world, *line).code == 0
    assert world.ssm.connections[0].version == version.replace("_", ".")
    other = "1.2" if version != "TLSv1_2" else "1.3"
    assert curl(world, f"--tlsv{other}", "--tls-max", other, *weak, *POST, URL).code == 35


@pytest.mark.parametrize("end, code", [("cut", (18, 56)), ("reset", (56,))])
def test_truncation_is_truncation(world, end, code):
    world.ssm.then(truncate(5, end=end))
    assert curl(world, *POST, URL).code in code


def test_a_planted_secret_is_found(world):
    """In every disguise; and nothing is found where nothing is."""
    secret = "pass/word+" + world.marker
    world.plant(secret)
    for form in disguises(secret):
        for stdout, stderr in ((form, b""), (b"", b"antechamber: " + form)):
            result = Result(0, stdout, stderr, world.folder, {})
            with pytest.raises(AssertionError, match="secret was printed"):
                world.sandbox.inspect(result)
    world.sandbox.inspect(Result(0, b"", b"antechamber: fine\n", world.folder, {}))


def test_complaints_fail_a_run(world):
    world.journal.complain("something")
    with pytest.raises(AssertionError, match="something"):
        world.run(program="/bin/true", command=None)


def test_the_sandbox_is_its_own(world):
    result = world.run("-c", "echo $$; ls /sys/class/net; cat /etc/resolv.conf; env", program="/bin/sh",
                       command=None, inspect=False)  # fmt: skip
    lines = result.stdout.decode().splitlines()
    assert lines[0] == "1" and "nameserver 127.0.0.53" in lines
    own = {line.partition("=")[0] for line in lines if "=" in line}
    assert own - {"PWD", "SHLVL", "_", "OLDPWD"} == set(world.base_env)
