"""The npm packages of the tests: really there, really runnable, and without a registry's address in our files."""

import json
import subprocess
from pathlib import Path

from tests.servers import npm

FOLDER = Path(npm.__file__).parent


def test_node_loads_the_sign_in_provider_and_axe(node_packages: Path) -> None:
    script = (
        'import("oidc-provider").then(m => console.log(typeof m.default, require("axe-core/package.json").version))'
    )
    answer = subprocess.run(
        ["node", "-e", script], cwd=node_packages.parent, capture_output=True, text=True, timeout=60
    )
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]["axe-core"]
    assert answer.stdout.split() == ["function", wanted], answer.stderr


def test_every_npm_package_is_pinned_by_a_hash_and_none_names_a_registry() -> None:
    packages = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    del packages[""]
    assert {name for name, package in packages.items() if "integrity" not in package} == set()
    assert {name for name, package in packages.items() if "resolved" in package} == set()
