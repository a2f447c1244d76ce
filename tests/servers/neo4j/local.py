"""A Neo4j Community server as a child process, from jars; its files live in a folder of their own."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.servers import needs
from tests.servers.neo4j.base import Neo4jServer
from tests.servers.neo4j.jars import entry_point, jars, java_for
from tests.servers.reaper import leave_note, reap

_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")

_SET_PASSWORD = ("org.neo4j.cli.AdminTool", "dbms", "set-initial-password")

_CONF = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.memory.pagecache.size=128m
db.tx_log.rotation.retention_policy=2 files
# A test of wrong passwords would otherwise lock the user for the tests after it.
dbms.security.auth_lock_time=0s
# Without this an orderly stop takes ten seconds instead of one.
{quiet}
"""
_QUIET = {
    "5": "internal.dbms.bolt.netty_server_shutdown_quiet_period=0",
    "2026": "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s",
}


class LocalServer(Neo4jServer):
    """A server of that version; starts on construction, gone after ``close``."""

    def __init__(self, version: str) -> None:
        java = java_for(version)
        if java is None:
            raise RuntimeError(f"No Java new enough for Neo4j {version}")
        self._java, self._number, self._lib = java, version, jars(version)
        # Letters and digits: the admin tool takes a first hyphen for an option.
        self.password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        homes = needs.test_cache() / "servers"
        homes.mkdir(parents=True, exist_ok=True)
        reap(homes)
        self.home = Path(tempfile.mkdtemp(prefix="neo4j-", dir=homes))
        for folder in ("conf", "plugins", "logs"):
            (self.home / folder).mkdir()
        try:
            self._set_password()
            self._choose_port()
            self._start_on_a_free_port()
        except BaseException:
            self.close()
            raise

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if not self.alive():
            self._launch()
        self.wait()

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    def log(self) -> str:
        log = self.home / "logs" / "console.log"
        return log.read_text(errors="replace")[-3000:] if log.is_file() else ""

    def close(self) -> None:
        if hasattr(self, "uri"):
            super().close()
        self._end(signal.SIGTERM)
        shutil.rmtree(self.home, ignore_errors=True)

    def _set_password(self) -> None:
        answer = subprocess.run(
            [self._java, "-cp", f"{self._lib}/*", *_SET_PASSWORD, self.password],
            env={**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")},
            capture_output=True,
            text=True,
        )
        if answer.returncode != 0:
            raise RuntimeError(f"Neo4j's admin tool failed:\n{answer.stdout}{answer.stderr}")

    def _choose_port(self) -> None:
        # Port 0 is no use: the server never says which one it got.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.uri = f"neo4j://127.0.0.1:{port}"
        self.__dict__.pop("driver", None)
        quiet = _QUIET.get(self._number.partition(".")[0], _QUIET["2026"])
        (self.home / "conf" / "neo4j.conf").write_text(_CONF.format(port=port, quiet=quiet))

    def _start_on_a_free_port(self) -> None:
        for attempt in range(3):
            try:
                self.start()
                return
            except TimeoutError:
                # Somebody took the port between our look and the server's bind.
                if attempt == 2 or "already in use" not in self.log():
                    raise
                self.stop()
                self._choose_port()

    def _launch(self) -> None:
        command = [self._java, "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC"]
        command += [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS]
        command += ["-cp", os.pathsep.join([f"{self.home}/plugins/*", f"{self._lib}/*"])]
        command += [entry_point(self._lib, self._number)]
        command += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        with (self.home / "logs" / "console.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        leave_note(self.home, self._process.pid)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(30)
        self._process = None
