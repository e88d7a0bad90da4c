"""What the YAML of `deploy/` starts is what the code has: processes, ports, settings, paths. Docker and Kubernetes are not asked."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from config.env import declared
from config.operation.probes import PROBES

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
OF_GUNICORN = {"BIND", "WEB_CONCURRENCY"}
PORT = 8000

pytestmark = pytest.mark.no_database


def image() -> dict[str, list[str]]:
    """The Dockerfile's instructions by name; lines that end with a backslash go on."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Dockerfile").read_text())
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            found.setdefault(name, []).append(rest)
    return found


def of_image() -> dict[str, str]:
    return dict(pair.partition("=")[::2] for line in image()["ENV"] for pair in shlex.split(line))


COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one.get("image") == "fellbrook"}
CLUSTER = [one for one in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()) if one]
PODS = {
    one["metadata"]["name"]: one["spec"]["template"] for one in CLUSTER if "template" in one.get("spec", {})
}


def containers() -> list[dict]:
    return [one for pod in PODS.values() for one in pod["spec"]["containers"]]


def variables(container: dict) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container.get("env", [])}


def is_ours(command: list[str]) -> bool:
    if command[:2] == ["python", "manage.py"]:
        return command[2] in get_commands()
    return command[0] == "gunicorn" and (DEPLOY.parent / command[command.index("--config") + 1]).exists()


# --- the image ---------------------------------------------------------------------------------------------------------


def test_the_image_starts_the_web_server_where_it_says_that_it_listens():
    given = of_image()
    (command,) = image()["CMD"]
    assert is_ours(yaml.safe_load(command))
    assert given["BIND"] == f"0.0.0.0:{PORT}"
    assert image()["EXPOSE"] == [str(PORT)]
    assert set(given) <= set(declared) | OF_GUNICORN


def test_the_image_runs_on_the_python_that_the_packages_are_pinned_for():
    (base,) = image()["FROM"]
    pinned = re.search(r"--python-version (\S+)", (DEPLOY.parent / "requirements.txt").read_text())[1]
    assert base.startswith(f"python:{pinned}-")


def test_what_writes_in_the_image_is_no_root_and_may_write_to_its_data():
    run = " ".join(image()["RUN"])
    (user,) = image()["USER"]
    number = re.search(rf"useradd .*--uid (\d+) {user}\b", run)[1]
    assert f"chown {user} {of_image()['DATA_DIR']}" in run
    for pod in PODS.values():
        assert pod["spec"]["securityContext"] == {"runAsUser": int(number), "fsGroup": int(number)}


# --- compose -----------------------------------------------------------------------------------------------------------


def test_compose_starts_prepare_then_web_and_worker():
    assert {name: one.get("command", ["gunicorn"])[-1] for name, one in OURS.items()} == {
        "prepare": "prepare",
        "web": "gunicorn",
        "worker": "work",
    }
    for name, one in OURS.items():
        if "command" in one:
            assert is_ours(one["command"]), name
        for other, how in one["depends_on"].items():
            assert other in COMPOSE["services"]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in COMPOSE["services"][other]
    for name in ("web", "worker"):
        assert OURS[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
    assert OURS["prepare"]["restart"] == "no"


def test_compose_builds_from_the_root_of_the_project():
    for one in OURS.values():
        context = (DEPLOY / one["build"]["context"]).resolve()
        assert context == DEPLOY.parent
        assert (context / one["build"]["dockerfile"]).exists()


def test_compose_sets_what_the_settings_read_and_keeps_what_they_write():
    for name, one in OURS.items():
        assert set(one["environment"]) <= set(declared) | OF_GUNICORN, name
        volume, _, path = one["volumes"][0].partition(":")
        assert path == one["environment"]["DATA_DIR"]
        assert volume in COMPOSE["volumes"]


def test_compose_names_services_and_ports_that_are_there():
    redis = re.fullmatch(r"redis://(\w+):6379/\d+", OURS["web"]["environment"]["REDIS_URL"])[1]
    assert redis in COMPOSE["services"]
    said = re.search(r"DATABASE_URL=postgres://(\w+):\S+@(\w+)/(\w+)", (DEPLOY / "compose.yaml").read_text())
    user, host, name = said.groups()
    database = COMPOSE["services"][host]
    assert database["environment"] == {"POSTGRES_USER": user, "POSTGRES_DB": name}
    assert OURS["web"]["environment"]["BIND"] == f"0.0.0.0:{PORT}"
    assert OURS["web"]["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert f"http://127.0.0.1:{PORT}/healthz" in OURS["web"]["healthcheck"]["test"][-1]
    assert f"server 127.0.0.1:{PORT} " in (DEPLOY / "nginx.conf").read_text()


def test_what_compose_keeps_for_others_is_a_volume():
    for name, one in COMPOSE["services"].items():
        for volume in one.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"], name


# --- Kubernetes --------------------------------------------------------------------------------------------------------


def test_the_cluster_has_a_job_that_prepares_web_and_worker():
    started = {name: pod["spec"]["containers"][0].get("command", ["gunicorn"]) for name, pod in PODS.items()}
    assert {name: command[-1] for name, command in started.items()} == {
        "fellbrook-prepare": "prepare",
        "fellbrook-web": "gunicorn",
        "fellbrook-worker": "work",
    }
    assert all(is_ours(command) for command in started.values() if command != ["gunicorn"])


def test_the_cluster_sets_what_the_settings_read():
    for one in containers():
        assert set(variables(one)) <= set(declared) | OF_GUNICORN, one["name"]
        assert one["envFrom"] == [{"secretRef": {"name": "fellbrook"}}]


def test_pods_keep_what_they_write_in_the_volume_that_is_claimed():
    claims = {one["metadata"]["name"] for one in CLUSTER if one["kind"] == "PersistentVolumeClaim"}
    for name, pod in PODS.items():
        mounted = {one["name"]: one["mountPath"] for one in pod["spec"]["containers"][0]["volumeMounts"]}
        assert mounted == {"data": of_image()["DATA_DIR"]}, name
        (volume,) = pod["spec"]["volumes"]
        assert volume["name"] == "data"
        assert volume["persistentVolumeClaim"]["claimName"] in claims


def test_the_service_finds_web_pods_where_they_listen_and_asks_what_they_answer():
    (service,) = [one for one in CLUSTER if one["kind"] == "Service"]
    web = PODS["fellbrook-web"]
    assert service["spec"]["selector"] == web["metadata"]["labels"]
    assert service["spec"]["ports"][0]["targetPort"] == PORT
    (container,) = web["spec"]["containers"]
    assert container["ports"] == [{"containerPort": PORT}]
    for probe in ("livenessProbe", "readinessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] == PORT
        assert asked["path"] in PROBES
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz", (
        "a database that is away restarts nobody"
    )


def test_each_selector_is_that_of_its_own_pods_and_they_may_finish_what_they_answer():
    for one in CLUSTER:
        if one["kind"] == "Deployment":
            pod = one["spec"]["template"]
            assert one["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"]
            text = (DEPLOY / "gunicorn.py").read_text()
            finish = int(re.search(r"graceful_timeout = (\d+)", text)[1])
            assert pod["spec"]["terminationGracePeriodSeconds"] > finish
