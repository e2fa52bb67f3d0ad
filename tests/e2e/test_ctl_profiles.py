"""The profiles of ~/.aws/config and ~/.aws/credentials, credential_process and roles, with moto's STS."""

import json
import re
import shlex
from urllib.parse import parse_qs

import pytest

from support.ctl import KEYS, REGION, Refusal

SECRET = "s3cret-value-of-a-profile"
ROLE = "arn:aws:iam::123456789012:role/"


class Profiles:
    """antechamberctl with the files of an operator and none of the variables."""

    def __init__(self, ctl, store):
        self.ctl = ctl
        self.store = store
        self.folder = ctl.home / ".aws"
        self.folder.mkdir()
        for name in [*KEYS, "AWS_REGION"]:
            del ctl.env[name]
        ctl.env["AWS_EC2_METADATA_DISABLED"] = "true"
        store.put("/app/key", "value")

    def config(self, text):
        (self.folder / "config").write_text(text)

    def credentials(self, text):
        (self.folder / "credentials").write_text(text)

    def run(self, profile=None, **env):
        if profile is not None:
            env["AWS_PROFILE"] = profile
        result = self.ctl.run("read", "-q", "app", "key", env=env)
        assert SECRET not in result.err
        return result

    def reads(self, profile=None, **env):
        assert self.run(profile, **env).ok().out == "value\n"

    def refuses(self, *texts, code=100, profile=None, **env):
        self.run(profile, **env).failed(code, *texts)
        assert "GetParameter" not in self.store.operations

    @property
    def signers(self):
        """Who signed each request, and in which region."""
        found = [re.search(r"Credential=(\w+)/\d+/([\w-]+)/", r.headers["Authorization"]) for r in self.store.requests]
        return [match.groups() for match in found]

    def process(self, output, more=""):
        """A credential_process with this output."""
        path = self.ctl.home / "process"
        text = output if isinstance(output, str) else json.dumps(output)
        path.write_text(f"#!/bin/sh\n{more}\nprintf %s {shlex.quote(text)}\n")
        path.chmod(0o755)
        return path


@pytest.fixture
def profiles(ctl, store):
    return Profiles(ctl, store)


def keys(name):
    return f"aws_access_key_id = {name}\naws_secret_access_key = {SECRET}\n"


def key_document(**more):
    return {"Version": 1, "AccessKeyId": "FROMPROCESS", "SecretAccessKey": SECRET, **more}


def test_static_keys(profiles):
    profiles.config(f"[default]\nregion = {REGION}\n[profile dev]\nregion = us-west-2\n")
    profiles.credentials(f"[default]\n{keys('FIRST')}[dev]\n{keys('SECOND')}aws_session_token = {SECRET}2\n")
    profiles.reads()
    assert profiles.signers == [("FIRST", REGION)]
    profiles.run("dev")
    assert profiles.signers[1] == ("SECOND", "us-west-2")
    assert profiles.store.requests[1].headers["X-Amz-Security-Token"] == SECRET + "2"
    profiles.run(AWS_DEFAULT_PROFILE="dev", AWS_REGION=REGION)
    assert profiles.signers[2] == ("SECOND", REGION)


def test_keys_of_the_environment_come_first(profiles):
    profiles.config(f"[profile dev]\nregion = {REGION}\nsso_session = s\n")
    profiles.reads("dev", **KEYS)
    assert profiles.signers == [(KEYS["AWS_ACCESS_KEY_ID"], REGION)]


def test_other_files_and_an_endpoint(profiles):
    path = profiles.ctl.home / "other"
    path.write_text(f"[default]\n{keys('OTHER')}region={REGION}\nendpoint_url = {profiles.store.url}\n")
    profiles.reads(AWS_SHARED_CREDENTIALS_FILE="~/other", AWS_ENDPOINT_URL=None)
    assert profiles.signers == [("OTHER", REGION)]


def test_process(profiles):
    process = profiles.process(key_document(SessionToken=SECRET + "2", Expiration="2099-01-01T00:00:00Z"))
    profiles.config(f"[profile p]\nregion = {REGION}\ncredential_process = {process} # run by a shell\n")
    profiles.reads("p")
    assert profiles.signers == [("FROMPROCESS", REGION)]
    assert profiles.store.requests[0].headers["X-Amz-Security-Token"] == SECRET + "2"


def test_a_process_takes_time_of_its_own(profiles):
    """It may ask for a code; --timeout is for AWS."""
    keys = {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": SECRET}
    process = profiles.process(keys, more="sleep 2")
    profiles.config(f"[profile p]\nregion = {REGION}\ncredential_process = {process}\n")
    profiles.reads("p", ANTECHAMBER_TIMEOUT="1.5")


def test_process_writes_to_stderr_and_knows_the_environment(profiles):
    process = profiles.process(key_document(), 'echo "profile $AWS_PROFILE" >&2')
    profiles.config(f"[profile p]\nregion = {REGION}\ncredential_process = {process}\n")
    result = profiles.run("p").ok()
    assert result.err == "profile p\n"


def test_process_does_not_eat_the_value(profiles):
    process = profiles.process(key_document(), "cat >/dev/null")
    profiles.config(f"[profile p]\nregion = {REGION}\ncredential_process = {process}\n")
    profiles.ctl.run("write", "app", "key", "-", input="piped", env={"AWS_PROFILE": "p"}).ok()
    assert profiles.store.values("/app") == {"key": "piped"}


def test_process_again_when_its_keys_have_expired(profiles):
    count = profiles.ctl.home / "count"
    process = profiles.process(key_document(), f"echo >>{count}")
    profiles.config(f"[profile p]\nregion = {REGION}\ncredential_process = {process}\n")
    profiles.store.on("GetParameter", Refusal("ExpiredTokenException", times=1))
    profiles.reads("p")
    assert count.read_text() == "\n\n"


@pytest.mark.parametrize(
    "process, texts",
    [
        ("exit 7", ["exit code 7"]),
        ("no-such-program-here", ["exit code 127", "cannot find it", "hint:"]),
        ("kill -9 $$", ["signal 9"]),
        (f"echo {SECRET}", ["malformed output: not JSON"]),
        ("true", ["malformed output: not JSON"]),
        (f"""echo '{{"Version": 1, "AccessKeyId": "{SECRET}"}}'""", ["malformed output: no SecretAccessKey"]),
        (f"""echo '{{"Version": 3, "AccessKeyId": "a", "SecretAccessKey": "{SECRET}"}}'""", ["Version is not 1"]),
        ("yes", ["more than 65536 bytes of output"]),
    ],
)
def test_process_that_fails(profiles, process, texts):
    profiles.config(f"[profile p]\nregion = {REGION}\ncredential_process = {process}\n")
    code = 111 if "kill" in process else 100
    profiles.refuses("credential_process of profile 'p': ", *texts, profile="p", code=code)
    assert profiles.store.requests == []


def test_chain_of_roles(profiles):
    profiles.config(
        f"""[profile deploy]
role_arn = {ROLE}deploy
source_profile = bastion
role_session_name = me@example.com
external_id = a=b
duration_seconds = 900
region = {REGION}
[profile bastion]
role_arn = {ROLE}bastion
source_profile = default
"""
    )
    profiles.credentials(f"[default]\n{keys('FIRST')}")
    profiles.reads("deploy")
    assert profiles.store.operations == ["AssumeRole", "AssumeRole", "GetParameter"]
    bastion, deploy, read = profiles.store.requests
    assert parse_qs(bastion.body) == {
        "Action": ["AssumeRole"],
        "Version": ["2011-06-15"],
        "RoleArn": [ROLE + "bastion"],
        "RoleSessionName": ["antechamberctl"],
    }
    assert parse_qs(deploy.body) == {
        "Action": ["AssumeRole"],
        "Version": ["2011-06-15"],
        "RoleArn": [ROLE + "deploy"],
        "RoleSessionName": ["me@example.com"],
        "ExternalId": ["a=b"],
        "DurationSeconds": ["900"],
    }
    first, second, third = (key for key, _ in profiles.signers)
    assert first == "FIRST" and second.startswith("ASIA") and third.startswith("ASIA") and second != third
    tokens = [request.headers.get("X-Amz-Security-Token") for request in (bastion, deploy, read)]
    assert tokens[0] is None and tokens[1] and tokens[2] and tokens[1] != tokens[2]
    assert {request.headers["Content-Type"] for request in (bastion, deploy)} == {"application/x-www-form-urlencoded"}
    assert "sts/aws4_request" in deploy.headers["Authorization"]


def test_role_of_a_process(profiles):
    process = profiles.process(key_document())
    profiles.config(
        f"""[profile dev]
role_arn = {ROLE}dev
source_profile = vault
region = {REGION}
[profile vault]
credential_process = {process}
"""
    )
    profiles.reads("dev")
    assert profiles.store.operations == ["AssumeRole", "GetParameter"]
    assert profiles.signers[0] == ("FROMPROCESS", REGION)


def test_role_again_when_it_has_expired(profiles):
    profiles.config(f"[profile dev]\nrole_arn = {ROLE}dev\nregion = {REGION}\n{keys('FIRST')}")
    profiles.store.on("GetParameter", Refusal("ExpiredTokenException", times=1))
    profiles.reads("dev")
    assert profiles.store.operations == ["AssumeRole", "GetParameter", "AssumeRole", "GetParameter"]
    assert [key for key, _ in profiles.signers][::2] == ["FIRST", "FIRST"]


def test_role_that_is_refused(profiles):
    profiles.config(f"[profile dev]\nrole_arn = {ROLE}dev\nregion = {REGION}\n{keys('FIRST')}")
    profiles.store.on("AssumeRole", Refusal("AccessDenied", "not authorized to perform: sts:AssumeRole", status=403))
    profiles.refuses("profile 'dev': assume role " + ROLE + "dev", "AccessDenied", "not authorized", "hint: ", profile="dev")
    assert profiles.store.operations == ["AssumeRole"]


def test_web_identity(profiles):
    token = profiles.ctl.home / "token"
    token.write_text("eyJhbGciOi.web.identity\n")
    profiles.config(
        f"[profile ci]\nweb_identity_token_file = ~/token\nrole_arn = {ROLE}ci\nrole_session_name = build\nregion = {REGION}\n"
    )
    profiles.reads("ci")
    assert profiles.store.operations == ["AssumeRoleWithWebIdentity", "GetParameter"]
    form = parse_qs(profiles.store.requests[0].body)
    assert form["Action"] == ["AssumeRoleWithWebIdentity"]
    assert (form["RoleArn"], form["RoleSessionName"]) == ([ROLE + "ci"], ["build"])
    assert form["WebIdentityToken"] == ["eyJhbGciOi.web.identity"]


FROM_SOURCE = f"[profile a]\nrole_arn = {ROLE}a\nsource_profile = b\n"


@pytest.mark.parametrize(
    "config, texts",
    [
        ("[profile dev]\n", ["AWS_PROFILE: there is no profile 'a' in ", "/.aws/config", "/.aws/credentials", "hint: the profiles are: dev"]),
        (f"[a]\n{keys('FIRST')}", ["there is no profile 'a'", "write [profile a] for [a]"]),
        (FROM_SOURCE, ["config:3: source_profile: there is no profile 'b'"]),
        (FROM_SOURCE + f"[profile b]\nrole_arn = {ROLE}b\nsource_profile = a\n", ["config:6: source_profile: a loop: a -> b -> a"]),
        (FROM_SOURCE + "[profile b]\nregion = r\n", ["profile 'b', the source_profile of 'a', has no credentials"]),
        ("[profile a]\nsso_session = s\nsso_account_id = 1\n", ["config:2: sso_session: ", "hint: use 'aws-vault exec a -- antechamberctl ...'", "aws configure export-credentials --profile a --format env"]),
        (FROM_SOURCE + "[profile b]\nsso_start_url = https://x\n", ["sso_start_url", "aws-vault exec a"]),
        ("[profile a]\nlogin_session = arn:aws:iam::1:user/u\n", ["login_session", "export-credentials"]),
        (FROM_SOURCE + f"mfa_serial = m\n[profile b]\n{keys('FIRST')}", ["config:4: mfa_serial", "MFA", "aws-vault exec a"]),
        (f"[profile a]\nrole_arn = {ROLE}a\ncredential_source = Environment\n", ["config:3: credential_source: Environment needs AWS_ACCESS_KEY_ID"]),
        (f"[profile a]\naws_access_key_id = {SECRET}\n", ["config:2: aws_access_key_id: there is no aws_secret_access_key"]),
        (f"[profile a]\n{SECRET}\n", ["config:2: the line is neither"]),
        ("[profile a]\nregion = eu-west-1\n", ["none are configured", "profile 'a' has none either"]),
    ],
)
def test_profiles_without_credentials(profiles, config, texts):
    profiles.config(config)
    profiles.refuses(*texts, profile="a", AWS_REGION=REGION)
    assert profiles.store.requests == []


def test_no_profile_at_all(profiles):
    nobody = {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"}
    profiles.refuses("none are configured", "hint: set AWS_PROFILE", AWS_REGION=REGION, **nobody)
    profiles.refuses("none are configured", "hint: set AWS_PROFILE", AWS_REGION=REGION)
    profiles.refuses("none are configured", "hint: set AWS_PROFILE", AWS_REGION=REGION, HOME=None)
