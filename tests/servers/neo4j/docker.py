"""A Neo4j Community server in Docker, for machines that have Docker but not Maven."""

import os
import secrets
import socket
import subprocess

import psutil

from tests.servers import needs
from tests.servers.neo4j.base import Neo4jServer

_OWNER = "graph-service-test-owner"


class DockerServer(Neo4jServer):
    """A container of that version; starts on construction, gone after ``close``."""

    def __init__(self, version: str) -> None:
        command = needs.docker()
        if command is None:
            raise RuntimeError("Docker does not answer")
        self._docker = command
        self.password = secrets.token_urlsafe(16)
        self._reap()
        # The published port must be known before the start, because the server advertises it to drivers.
        port = _free_port()
        self.uri = f"neo4j://127.0.0.1:{port}"
        self._container = self._call(
            "run",
            "--detach",
            f"--label={_OWNER}={os.getpid()}-{psutil.Process().create_time():.0f}",
            f"--publish=127.0.0.1:{port}:7687",
            f"--env=NEO4J_AUTH={self.user}/{self.password}",
            f"--env=NEO4J_server_bolt_advertised__address=127.0.0.1:{port}",
            "--env=NEO4J_server_memory_heap_initial__size=512m",
            "--env=NEO4J_server_memory_heap_max__size=512m",
            "--env=NEO4J_server_memory_pagecache_size=128m",
            "--env=NEO4J_dbms_usage__report_enabled=false",
            "--env=NEO4J_dbms_security_auth__lock__time=0s",
            f"neo4j:{version}-community",
        )
        try:
            self.wait()
        except BaseException:
            self.close()
            raise

    def alive(self) -> bool:
        return self._call("inspect", "--format={{.State.Running}}", self._container) == "true"

    def start(self) -> None:
        self._call("start", self._container)
        self.wait()

    def stop(self) -> None:
        self._call("stop", self._container)

    def kill(self) -> None:
        self._call("kill", self._container)

    def log(self) -> str:
        return self._call("logs", "--tail=40", self._container)

    def close(self) -> None:
        super().close()
        self._call("rm", "--force", "--volumes", self._container)

    def _call(self, *words: str) -> str:
        answer = subprocess.run([self._docker, *words], capture_output=True, text=True)
        if answer.returncode != 0:
            raise RuntimeError(f"docker {words[0]} failed: {answer.stderr.strip()}")
        return answer.stdout.strip()

    def _reap(self) -> None:
        """Remove the containers of test runs that are gone."""
        columns = '--format={{.ID}} {{.Label "' + _OWNER + '"}}'
        for line in self._call("ps", "--all", f"--filter=label={_OWNER}", columns).splitlines():
            container, owner = line.split()
            pid, started = owner.split("-")
            try:
                alive = abs(psutil.Process(int(pid)).create_time() - float(started)) < 2
            except psutil.Error:
                alive = False
            if not alive:
                self._call("rm", "--force", "--volumes", container)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
