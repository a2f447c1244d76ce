"""The jars of a Neo4j Community server, fetched once from Maven Central by Maven."""

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tests.servers import needs
from tests.servers.lock import locked

LTS = "5.26.30"
CURRENT = "2026.08.1"
# The lowest Java each line of versions runs on.
JAVA_AT_LEAST = {"5": 17, "2026": 21}

_COPY = (
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
    "-DincludeScope=runtime",
)
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>graph-service</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>{version}</version>
    </dependency>
  </dependencies>
</project>
"""


def version_named(name: str) -> str:
    """``lts`` and ``current`` as version numbers; a number stays itself."""
    return {"lts": LTS, "current": CURRENT}.get(name, name)


def java_for(version: str) -> str | None:
    """A Java new enough for that server version, or None."""
    return needs.java(JAVA_AT_LEAST.get(version.partition(".")[0], 21))


def jars(version: str) -> Path:
    """The folder of jars of that version; fetched when it is not there yet.

    Two runs at once fetch once: the second waits for the first. A fetch that is cut off leaves nothing
    that looks complete, because the folder gets its name only at the end.
    """
    cache = needs.test_cache() / "neo4j"
    folder = cache / version
    with locked(cache / f"{version}.lock"):
        if not folder.is_dir():
            _fetch(version, folder)
    return folder


def entry_point(folder: Path, version: str) -> str:
    """The main class, as the server's own jar names it (it changed between 5.26 and 2026)."""
    with zipfile.ZipFile(folder / f"neo4j-{version}.jar") as jar:
        service = jar.read("META-INF/services/org.neo4j.server.startup.EntryPoint").decode()
    return next(line.strip() for line in service.splitlines() if line.strip() and not line.startswith("#"))


def _fetch(version: str, folder: Path) -> None:
    command = needs.maven()
    if command is None:
        raise RuntimeError(needs.NEO4J.missing() or "Maven is missing: it fetches the server's jars")
    java = needs.java()
    environment = dict(os.environ)
    if java and "JAVA_HOME" not in environment:
        environment["JAVA_HOME"] = str(Path(java).resolve().parent.parent)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{version}-") as work:
        pom = Path(work, "pom.xml")
        pom.write_text(_POM.format(version=version))
        answer = subprocess.run(
            [command, "-q", "-B", "-ntp", "-f", str(pom), *_COPY, f"-DoutputDirectory={Path(work, 'lib')}"],
            capture_output=True,
            text=True,
            env=environment,
        )
        if answer.returncode != 0:
            raise RuntimeError(
                f"Maven could not fetch Neo4j {version}:\n{answer.stdout[-2000:]}{answer.stderr[-2000:]}"
            )
        shutil.move(Path(work, "lib"), folder)
