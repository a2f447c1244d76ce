"""One contender in a process of its own: `python -m bench.one FOLDER WORK LIBRARY`, result as JSON."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path

from .contenders import CONTENDERS
from .worlds import World, make

#: A work is repeated until it has taken this long in all, at least three times unless once takes longer.
SECONDS, MOST = 2.0, 15


def main(folder: str, work: str, library: str) -> dict[str, float]:
    """Median wall and processor seconds of some runs after a first one, and the memory that they added."""
    prepare = CONTENDERS[work, library].prepare
    # What loading and compiling takes is no part of any figure.
    prepare(make(300))()
    world = World.load(Path(folder))
    run = prepare(world)
    before = peak()
    first = _timed(run)
    timed = [] if first[1] > 5 else [_timed(run)]
    while timed and len(timed) < MOST and (len(timed) < 3 or sum(t[1] for t in timed) < SECONDS):
        timed.append(_timed(run))
    timed = timed or [first]
    return {
        "value": float(first[0]),
        "wall": statistics.median(t[1] for t in timed),
        "cpu": statistics.median(t[2] for t in timed),
        "runs": len(timed),
        "added_mb": round((peak() - before) / 1e6, 1),
        "peak_mb": round(peak() / 1e6, 1),
        "people": len(world),
        "ties": len(world.indices) // 2,
    }


def _timed(run) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
    wall, cpu = time.perf_counter(), time.process_time()
    value = run()
    return value, time.perf_counter() - wall, time.process_time() - cpu


def peak() -> float:
    """Bytes of memory at the highest. Not asked of `getrusage` on Linux, which counts the parent process in."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024.0 * next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:4])))
