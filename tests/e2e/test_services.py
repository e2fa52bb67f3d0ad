"""Services: order, overwriting and its warnings, labels, placeholders, names of variables, the subtree."""

import os

import pytest

from support.metadata import METADATA
from support.steps import answer, aws_error, change


def test_the_later_service_wins(world):
    world.ssm.put("/base/url", "value of base")
    world.ssm.put("/base/only", "base alone")
    world.ssm.put("/app/url", "value of app")
    world.ssm.put("/last/url", "value of last")
    result = world.run("exec", "base", "app", "last").succeeded()
    assert result.loaded == {"URL": "value of last", "ONLY": "base alone"}
    assert result.warnings == [
        "warning: service app overwriting environment variable URL",
        "warning: service last overwriting environment variable URL",
    ]


def test_order_of_application_is_not_order_of_arrival(world):
    """The first service's response comes last, and still the second one wins."""
    world.ssm.put("/slow/url", "value of slow")
    world.ssm.put("/fast/url", "value of fast")
    done = []

    def late(request, usual):
        world.journal.wait_for(lambda: bool(done))
        return usual()

    def early(request, usual):
        done.append(True)
        world.journal.add("early")
        return usual()

    world.ssm.always(late, when=lambda r: r.json["Path"] == "/slow/")
    world.ssm.always(early, when=lambda r: r.json["Path"] == "/fast/")
    assert world.run("exec", "slow", "fast").succeeded().loaded == {"URL": "value of fast"}


def test_the_same_service_twice(world):
    world.ssm.put("/app/url", "value of app")
    result = world.run("exec", "app", "app").succeeded()
    assert result.loaded == {"URL": "value of app"}
    assert result.overwritten == ["warning: service app overwriting environment variable URL"]


@pytest.mark.parametrize("inherited", ["other", "value of app", ""], ids=["other", "same", "empty"])
def test_overwriting_an_inherited_variable(world, inherited):
    """A set but empty variable exists, and an equal value is overwriting too (chamber's rule)."""
    world.ssm.put("/app/url", "value of app")
    result = world.run("exec", "app", env={"URL": inherited}).succeeded()
    assert result.env["URL"] == "value of app"
    assert result.warnings == ["warning: service app overwriting environment variable URL"]


def test_the_warning_names_the_service_as_written(world):
    world.ssm.put("/kops-prod/db/url", "new")
    env = {"URL": "old", "STAGE": "Prod"}
    result = world.run("exec", "KOPS-{STAGE}/Db", env=env).succeeded()
    assert result.warnings == ["warning: service KOPS-Prod/Db overwriting environment variable URL"]
    assert world.ssm.requests[0].json["Path"] == "/kops-prod/db/"


def test_the_warning_stands_alone_on_its_line(world):
    world.ssm.put("/app/url", "new")
    result = world.run("exec", "app", env={"URL": "old"})
    assert b"warning: service app overwriting environment variable URL\n" in result.stderr
    assert any(line.startswith("warning: ") for line in result.lines)


def test_quiet_keeps_the_warnings_back(world):
    world.ssm.put("/app/url", "new")
    result = world.run("exec", "--quiet", "app", env={"URL": "old"}).succeeded()
    assert result.lines == [] and result.env["URL"] == "new"


def test_pristine_overwrites_nothing_inherited(world):
    world.ssm.put("/app/url", "new")
    result = world.run("exec", "--pristine", "app", env={"URL": "old"}).succeeded()
    assert result.env == {"URL": "new"} and result.warnings == []


@pytest.mark.parametrize(
    "service, path",
    [
        ("app", "/app/"),
        ("APP", "/app/"),
        ("App_1.x-Y", "/app_1.x-y/"),
        ("a/b/c", "/a/b/c/"),
        ("...", "/.../"),
    ],
)
def test_names(world, service, path):
    world.ssm.put(path + "key", "the value")
    assert world.run("exec", service).succeeded().loaded == {"KEY": "the value"}
    assert world.ssm.requests[0].json["Path"] == path


@pytest.mark.parametrize("written", ["a,b", "a b", " a , b ", "a,,b", "a\tb\n"])
def test_services_from_the_environment(world, written):
    world.ssm.put("/a/x", "1")
    world.ssm.put("/b/y", "2")
    result = world.run("exec", env={"ANTECHAMBER_SERVICES": written}).succeeded()
    assert {"X": "1", "Y": "2"}.items() <= result.env.items()
    assert result.summary["from"] == "a, b"


def test_the_command_line_wins_over_the_variable(world):
    world.ssm.put("/a/x", "1")
    world.ssm.put("/b/y", "2")
    result = world.run("exec", "b", env={"ANTECHAMBER_SERVICES": "a"}).succeeded()
    assert "X" not in result.env and result.env["Y"] == "2"


def test_options_between_services(world):
    world.ssm.put("/a/x", "1")
    world.ssm.put("/b/y", "2")
    result = world.run("exec", "--pristine", "a", "-q", "b", "--retries", "2").succeeded()
    assert result.env == {"X": "1", "Y": "2"}


# Labels.


def test_a_label_is_a_filter(world):
    world.ssm.put("/app/a", "labelled", labels=["Live-1.0_x"])
    world.ssm.put("/app/b", "without", labels=["live-1.0_x"])
    result = world.run("exec", "APP:Live-1.0_x").succeeded()
    assert result.loaded == {"A": "labelled"}
    body = world.ssm.requests[0].json
    assert body["Path"] == "/app/"
    (wanted,) = body["ParameterFilters"]
    assert wanted == {"Key": "Label", "Option": "Equals", "Values": ["Live-1.0_x"]}


def test_a_label_of_each_service(world):
    world.ssm.put("/a/x", "ax", labels=["l1"])
    world.ssm.put("/b/x", "bx", labels=["l2"])
    result = world.run("exec", "a:l1", "b:l2").succeeded()
    assert result.loaded == {"X": "bx"}
    assert result.overwritten == ["warning: service b:l2 overwriting environment variable X"]


def test_a_label_of_a_hundred(world):
    label = "x" * 100
    world.ssm.put("/a/x", "ax", labels=[label])
    assert world.run("exec", f"a:{label}").succeeded().loaded == {"X": "ax"}


# Placeholders.


@pytest.mark.parametrize(
    "written, path",
    [
        ("{NAME}", "/value/"),
        ("{NAME}/{OTHER}", "/value/more/"),
        ("pre-{NAME}.post", "/pre-value.post/"),
        ("{SLASHED}", "/a/b/"),
    ],
)
def test_placeholders_of_variables(world, written, path):
    world.ssm.put(path + "key", "the value")
    env = {"NAME": "Value", "OTHER": "more", "SLASHED": "a/b"}
    result = world.run("exec", written, env=env).succeeded()
    assert result.env["KEY"] == "the value"
    assert world.ssm.requests[0].json["Path"] == path


def test_a_placeholder_in_the_label(world):
    world.ssm.put("/app/key", "the value", labels=["v1"])
    result = world.run("exec", "app:{STAGE}", env={"STAGE": "v1"}).succeeded()
    assert result.loaded["KEY"] == "the value"


@pytest.mark.parametrize(
    "written, env, said",
    [
        ("{MISSING}", {}, "MISSING"),
        ("{EMPTY}", {"EMPTY": ""}, "EMPTY"),
        ("a{}", {}, r"\{\}|placeholder"),
        ("{NAME", {"NAME": "x"}, r"\{NAME|placeholder"),
        ("{k8s:pod}", {}, "k8s:pod"),
        ("{ecs:region}", {}, "ecs:region"),
        ("{NAME}", {"NAME": "a b"}, "a b"),
        ("{NAME}", {"NAME": "/a"}, "slash"),
    ],
)
def test_placeholders_that_do_not_work(world, written, env, said):
    world.run("exec", written, env=env).failed(100, said)
    assert not world.ssm.requests


def run_folder(world):
    """A /run of our own. Where /etc/resolv.conf is a link into it, there has to be such a file."""
    folder = world.folder / f"run-{next(world.runs)}"
    folder.mkdir()
    resolver = os.path.realpath("/etc/resolv.conf")
    if resolver.startswith("/run/"):
        inside = folder / resolver.removeprefix("/run/")
        inside.parent.mkdir(parents=True)
        inside.touch()
    return folder


def test_kubernetes_namespace(world):
    world.ssm.put("/team-a/app/key", "the value")
    folder = run_folder(world)
    account = folder / "secrets/kubernetes.io/serviceaccount"
    account.mkdir(parents=True)
    (account / "namespace").write_text("team-a")
    result = world.run("exec", "{k8s:namespace}/app", binds=[(str(folder), "/run")])
    assert result.succeeded().loaded == {"KEY": "the value"}


def test_no_kubernetes_namespace(world):
    binds = [(str(run_folder(world)), "/run")]
    world.run("exec", "{k8s:namespace}", binds=binds).failed(100, "namespace")
    assert not world.ssm.requests


@pytest.mark.parametrize(
    "written, path",
    [
        ("{ecs:service}", "/storefront/"),
        ("{ecs:family}", "/web/"),
        ("{ecs:cluster}", "/blue/"),
        ("{ecs:cluster}/{ecs:family}", "/blue/web/"),
    ],
)
def test_ecs_placeholders(world, written, path):
    world.ssm.put(path + "key", "the value")
    result = world.run("exec", written, env=world.metadata_env).succeeded()
    assert result.loaded == {"KEY": "the value"}
    assert result.summary["from"] == path.strip("/")
    assert world.ecs.targets.count(METADATA + "/task") == 1


def test_ecs_cluster_without_arn(world):
    world.ssm.put("/green/key", "the value")
    world.ecs.task["Cluster"] = "green"
    result = world.run("exec", "{ecs:cluster}", env=world.metadata_env).succeeded()
    assert result.loaded == {"KEY": "the value"}


def test_ecs_placeholder_without_the_answer(world):
    del world.ecs.task["ServiceName"]
    world.run("exec", "{ecs:service}", env=world.metadata_env).failed(100, "ServiceName|ecs:service")
    world.run("exec", "{ecs:service}").failed(100, "ECS_CONTAINER_METADATA_URI_V4|ecs:service")
    assert not world.ssm.requests


# Names of variables.

NAMES = ["db-url", "Db.Url", "9lives", "x_y", "UPPER", "a--b", "-", "_", "..", "a.b-c"]
EXPECTED = {
    "chamber": ["DB_URL", "DB.URL", "9LIVES", "X_Y", "UPPER", "A__B", "_", "_", "..", "A.B_C"],
    "posix": ["DB_URL", "DB_URL", "_9LIVES", "X_Y", "UPPER", "A__B", "_", "_", "__", "A_B_C"],
    "keep": NAMES,
}
MAPPED = [(m, n, v) for m, variables in EXPECTED.items() for n, v in zip(NAMES, variables, strict=True)]


@pytest.mark.parametrize("mode, name, variable", MAPPED)
def test_env_names(world, mode, name, variable):
    world.ssm.put(f"/app/{name}", "the value")
    result = world.run("exec", f"--env-names={mode}", "app").succeeded()
    assert result.loaded == {variable: "the value"}


@pytest.mark.parametrize("order", [("db-url", "db_url"), ("db_url", "db-url")])
def test_two_keys_of_one_variable(world, order):
    """The one whose parameter name sorts last wins, with a warning that names both."""
    for name in order:
        world.ssm.put(f"/app/{name}", f"value of {name}")
    result = world.run("exec", "app").succeeded()
    assert result.loaded == {"DB_URL": "value of db_url"}
    (warning,) = result.warnings
    assert "/app/db-url" in warning and "/app/db_url" in warning
    assert not result.overwritten, "that is another warning"


def test_two_keys_of_one_variable_on_two_pages(world):
    world.ssm.put("/app/KEY", "upper value")
    for i in range(10):
        world.ssm.put(f"/app/other{i}", "x")
    world.ssm.put("/app/key", "lower value")
    assert world.run("exec", "app").succeeded().loaded["KEY"] == "lower value"
    assert len(world.ssm.requests) == 2


@pytest.mark.parametrize("name", ["a b", "a*", "ž", "a=b", "x\ny", "a\x1b[0m"])
def test_names_that_do_not_fit_are_skipped_with_a_warning(world, name):
    good = {"Name": "/app/good", "Value": "the value"}
    bad = {"Name": f"/app/{name}", "Value": "odd " + world.marker}
    world.ssm.then(answer({"Parameters": [bad, good]}))
    result = world.run("exec", "app").succeeded()
    assert result.loaded == {"GOOD": "the value"}
    (warning,) = result.warnings
    assert "/app/" in warning


# The subtree.


def test_recursive(world):
    world.ssm.put("/app/top", "0")
    world.ssm.put("/app/db/password", "1")
    world.ssm.put("/app/db/replica/host-name", "2")
    result = world.run("exec", "--recursive", "app").succeeded()
    assert result.loaded == {"TOP": "0", "DB_PASSWORD": "1", "DB_REPLICA_HOST_NAME": "2"}
    assert world.ssm.requests[0].json["Recursive"] is True


def test_recursive_with_keep_joins_the_parts(world):
    """So that a subtree with one name in two places fills two variables."""
    world.ssm.put("/app/db/Pass-Word", "1")
    world.ssm.put("/app/Queue/in/Pass-Word", "2")
    result = world.run("exec", "--recursive", "--env-names=keep", "app").succeeded()
    assert result.loaded == {"db_Pass-Word": "1", "Queue_in_Pass-Word": "2"}


def test_recursive_collision(world):
    world.ssm.put("/app/db/url", "below")
    world.ssm.put("/app/db_url", "top")
    result = world.run("exec", "--recursive", "app").succeeded()
    assert result.loaded == {"DB_URL": "top"}, "'_' sorts after '/'"
    assert len(result.warnings) == 1


def test_a_missing_service_is_no_error(world):
    result = world.run("exec", "nothing").succeeded()
    assert result.loaded == {} and result.summary["count"] == "0"


def test_thirty_two_services(world):
    variables = {}
    for i in range(32):
        variables |= world.ssm.put_many(f"/s{i}/", 11, stem=f"k{i}")
    assert world.run("exec", *(f"s{i}" for i in range(32))).succeeded().loaded == variables
    assert len(world.ssm.connections) == 8, "services share eight connections"
    assert len(world.ssm.requests) == 64


@pytest.mark.parametrize("length, whole", [(38, 32), (60, 22)])
def test_the_summary_names_whole_services(world, length, whole):
    """Many long names do not fit into a line: those that do not are counted."""
    services = [f"{i:02d}{'x' * (length - 2)}" for i in range(32)]
    result = world.run("exec", "--references", *services).succeeded()
    named = result.summary["from"].split(" and ")
    assert named[0].split(", ") == services[:whole]
    assert named[1:] == ([f"{32 - whole} more"] if whole < 32 else [])
    assert result.summary["references"] == "0"


@pytest.mark.parametrize("count, connections", [(7, 8), (8, 8), (12, 8)])
def test_references_have_their_part_of_the_connections(world, count, connections):
    variables = {"REF": "of the reference"}
    world.ssm.put("/r", "of the reference")
    for i in range(count):
        variables |= world.ssm.put_many(f"/s{i}/", 1, stem=f"k{i}")
    names = [f"s{i}" for i in range(count)]
    result = world.run("exec", "--references", *names, env={"REF": "ssm:/r"})
    assert result.succeeded().loaded == variables
    assert len(world.ssm.connections) == connections


def test_a_shared_connection_that_the_server_closes(world):
    """Each request on a new one, whichever service it is for; retries are counted for each."""
    variables = {}
    for i in range(20):
        variables |= world.ssm.put_many(f"/s{i}/", 11, stem=f"k{i}")
    world.ssm.always(change(headers=[("Connection", "close")]))
    assert world.run("exec", *(f"s{i}" for i in range(20))).succeeded().loaded == variables
    assert len(world.ssm.requests) == 40


def test_a_later_service_that_fails_is_named(world):
    for i in range(12):
        world.ssm.put_many(f"/s{i}/", 1, stem=f"k{i}")
    world.ssm.always(aws_error("AccessDeniedException"), when=lambda r: r.json["Path"] == "/s11/")
    world.run("exec", *(f"s{i}" for i in range(12))).failed(100, "under /s11/", "AccessDenied")
