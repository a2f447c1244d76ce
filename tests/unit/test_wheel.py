"""What is shipped is the wheel, not the checkout: it must be whole and must run alone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("graph_service", "cypher", "loaders", "viz")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the pinned backend without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder outside the checkout with an environment that has the wheel and our libraries, not our sources."""
    home = tmp_path_factory.mktemp("elsewhere")
    uv = shutil.which("uv")
    venv.create(home / "env", with_pip=not uv, symlinks=os.name != "nt")
    place = {"base": str(home / "env"), "platbase": str(home / "env")}
    libraries = Path(sysconfig.get_path("purelib", vars=place))
    tool = [uv, "pip", "install", "--python", str(home / "env"), "--offline"]
    if not uv:
        tool = [str(program(home, "python")), "-m", "pip", "install", "--no-index"]
    subprocess.run([*tool, "--no-deps", str(wheel)], check=True, capture_output=True, cwd=home)
    # A path line gives the libraries alone: the .pth file of the checkout beside them is not read again.
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    yield home


def program(installed: Path, name: str) -> Path:
    """A program of that environment."""
    found = shutil.which(name, path=str(installed / "env" / ("Scripts" if os.name == "nt" else "bin")))
    assert found, f"{name} was not installed"
    return Path(found)


def run(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of that environment as a stranger would: other folder, nothing inherited from here."""
    unwanted = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "GRAPH_SERVICE_STORE"}
    clean = {name: value for name, value in os.environ.items() if name not in unwanted}
    command = [str(program(installed, words[0])), *words[1:]]
    return subprocess.run(command, cwd=installed, env=clean, capture_output=True, text=True, timeout=300)


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        assert wanted - set(archive.namelist()) == set()


def test_the_wheel_carries_nothing_but_the_packages_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.partition("/")[0] for name in names}
    about = next(folder for folder in folders if folder.endswith(".dist-info"))
    assert folders == {*PACKAGES, about}
    assert f"{about}/licenses/LICENSE" in names


def test_the_installed_package_is_the_wheel_and_not_the_checkout(installed: Path) -> None:
    answer = run(installed, "python", "-c", "import graph_service, viz; print(graph_service.__file__)")
    assert answer.returncode == 0, answer.stderr
    assert Path(answer.stdout.strip()).is_relative_to(installed)


def test_the_demo_runs_from_the_wheel_alone(installed: Path) -> None:
    answer = run(installed, "graph-service", "demo", "--no-serve", "--output", "report")
    assert answer.returncode == 0, answer.stderr
    assert (installed / "report" / "report.html").stat().st_size > 10_000
