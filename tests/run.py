"""``python3 dev.py test``: every test that this machine can run, in lanes beside each other.

A lane is a pytest process: browser tests need one of their own (sync playwright leaves an event loop behind
that breaks asynchronous tests after it), and the tests that wait for Neo4j leave a core to the others.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.servers import needs
from tests.servers.neo4j.jars import version_named

ROOT = Path(__file__).resolve().parent.parent
# The longest first, so that the last process to end is not a long one that started late.
LANES = ("neo4j", "plain", "browser")
NOTHING_COLLECTED = 5

_CLOSING = re.compile(r"^=+ (?P<counts>.*\d.*) in [\d.]+s(?: \([\d:]+\))? =+$")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True)
class Ended:
    """How one lane ended: pytest's status and the numbers of its closing line."""

    lane: str
    status: int
    counts: Counter[str]


def main(words: list[str]) -> int:
    """Run the lanes; 0 only when every test passed and, with ``CI=true``, no part was missing."""
    parser = argparse.ArgumentParser(prog="dev.py test", description="Arguments after -- go to pytest.")
    parser.add_argument("--neo4j", default="lts", help="lts, or current: the contract suite on the newest Neo4j")
    parser.add_argument("--soak", action="store_true", help="only the load, soak and long kill drills")
    ours, theirs = _split(words)
    options = parser.parse_args(ours)
    number = version_named(options.neo4j)
    missing = [line for need in needs.NEEDS if (line := need.missing())]
    for line in missing:
        print(f"!!! {line}", flush=True)
    lanes: tuple[str, ...] = LANES
    common = [f"--neo4j={number}", *(["--soak"] if options.soak else []), *theirs]
    if options.neo4j != "lts":
        lanes = ("neo4j",)
    if not any(Path(word.partition("::")[0]).exists() for word in theirs):
        common.append("tests" if options.neo4j == "lts" else "tests/contract")
    started = time.monotonic()
    with ThreadPoolExecutor(min(len(lanes), os.cpu_count() or 1, 2)) as pool:
        ended = list(pool.map(lambda lane: _run(lane, common), lanes))
    for line in missing:
        print(f"!!! {line}")
    print(closing_line(ended, time.monotonic() - started), flush=True)
    failed = [end.status for end in ended if end.status not in (0, NOTHING_COLLECTED)]
    if all(end.status == NOTHING_COLLECTED for end in ended):
        return NOTHING_COLLECTED
    return max(failed, default=1 if missing and needs.in_ci() else 0)


def closing_line(ended: list[Ended], seconds: float) -> str:
    """Pytest's own closing line, over all lanes; a lane that ended without one is named."""
    total: Counter[str] = sum((end.counts for end in ended), Counter())
    told = ", ".join(f"{number} {what}" for what, number in total.items() if what != "deselected")
    broken = [end.lane for end in ended if not end.counts and end.status not in (0, NOTHING_COLLECTED)]
    told += "".join(f", lane {lane} broke" for lane in broken)
    minutes, rest = divmod(round(seconds), 60)
    if not set(total) - {"deselected", "warnings"}:
        told = "no tests ran" + (f", {told}" if told else "")
    text = f" {told} in {seconds:.2f}s ({minutes // 60}:{minutes % 60:02}:{rest:02}) "
    return text.center(100, "=")


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _run(lane: str, options: list[str]) -> Ended:
    command = [sys.executable, "-m", "pytest", "-v", f"--lane={lane}", "--durations=5", *options]
    if sys.stdout.isatty():
        command.append("--color=yes")
    counts: Counter[str] = Counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    assert process.stdout is not None
    for line in process.stdout:
        with _PRINTING:
            print(f"{lane:>7} | {line}", end="", flush=True)
        counts = counts_of(line) or counts
    return Ended(lane, process.wait(), counts)


def counts_of(line: str) -> Counter[str] | None:
    """The numbers of pytest's closing line (``3 passed, 1 skipped``); None for any other line."""
    match = _CLOSING.match(_COLOUR.sub("", line.rstrip()))
    if match is None:
        return None
    plural = {"error": "errors", "warning": "warnings"}
    numbers = re.findall(r"(\d+) (\w+)", match["counts"])
    return Counter({plural.get(what, what): int(number) for number, what in numbers})


_PRINTING = threading.Lock()

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
