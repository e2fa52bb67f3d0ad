"""The example policy of docker/iam allows what a service asks for, and nothing of a neighbour's."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "examples"))

import iam  # noqa: E402

POLICY = json.loads((ROOT / "docker" / "iam" / "service.json").read_text())


def asked(world):
    """What IAM judges of each recorded request: the action, the resource."""
    for request in world.ssm.requests:
        action = "ssm:" + request.header("x-amz-target").partition(".")[2]
        path = request.json["Path"].rstrip("/")
        yield action, f"arn:aws:ssm:{world.region}:123456789012:parameter{path}"


def test_its_own_path_is_allowed(world):
    wanted = world.ssm.put_many("/web/", 25)
    result = world.run("exec", "web").succeeded()
    assert result.loaded == wanted
    requests = list(asked(world))
    assert len(requests) == 3
    assert all(iam.allows(POLICY, *request) for request in requests)


def test_a_neighbours_path_is_denied(world):
    world.ssm.put("/worker/key", "a value of the neighbour")
    world.run("exec", "worker").succeeded()
    requests = list(asked(world))
    assert requests and not any(iam.allows(POLICY, *request) for request in requests)
