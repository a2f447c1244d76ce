"""The image and the compose file: what they name exists, nothing runs as root, no secret stands in them."""

import re
from pathlib import Path

import pytest
import yaml

from graph_service.api.safety import unsafe
from graph_service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKER = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICE = COMPOSE["services"]["graph-service"]


def test_the_image_copies_what_exists_and_the_wheel_needs():
    copied = {word for line in re.findall(r"^COPY (.+)$", DOCKER, re.M) for word in line.split()[:-1]}
    assert all((ROOT / name).exists() for name in copied)
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed
    packages = re.search(r"packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text()).group(1)
    assert set(re.findall(r'"(\w+)"', packages)) <= copied


def test_the_image_runs_as_nobody_and_asks_whether_it_is_alive():
    final = DOCKER.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER \d+$", final, re.M) and "HEALTHCHECK" in final
    assert "ADD " not in DOCKER and "sudo" not in DOCKER and ":latest" not in DOCKER


def test_every_setting_in_the_compose_file_exists():
    named = {name.removeprefix("GRAPH_SERVICE_").lower() for name in SERVICE["environment"]}
    assert named <= set(Settings.model_fields)


def test_the_compose_file_publishes_on_loopback_only_and_holds_no_secret():
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])
    assert "ports" not in COMPOSE["services"]["neo4j"]
    for service in COMPOSE["services"].values():
        assert not [name for name in service["environment"] if re.search(r"PASSWORD$|SECRET$|AUTH$", name)]
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert not service.get("privileged") and not service["image" if "image" in service else "build"].endswith(
            ":latest"
        )
    assert SERVICE["read_only"] and SERVICE["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("address", ["https://graph.example.org"])
def test_with_what_the_compose_file_asks_for_the_service_is_safe_to_open(address, tmp_path):
    told = {"GRAPH_SERVICE_PUBLIC_URL": address, "GRAPH_SERVICE_ENCRYPTED_AT_REST": "disk encryption"}
    values = {
        name.removeprefix("GRAPH_SERVICE_").lower(): told.get(name, value)
        for name, value in SERVICE["environment"].items()
        if not name.endswith("_FILE")
    }
    assert list(unsafe(Settings(**values))) == []
