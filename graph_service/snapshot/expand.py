"""The pairs of people that each event ties, compiled."""

import numpy as np

from graph_service.compiled import kernel


@kernel
def expand(offsets, person, side, silent):  # type: ignore[no-untyped-def]
    """Pairs of each event: both of two; adult times learner of more; nobody of a silent event."""
    total = 0
    for e in range(len(offsets) - 1):
        start, end = offsets[e], offsets[e + 1]
        if silent[e] or end - start < 2:
            continue
        if end - start == 2:
            total += 1
            continue
        adults = learners = 0
        for at in range(start, end):
            if side[at] == 2:
                adults += 1
            elif side[at] == 1:
                learners += 1
        total += adults * learners
    a = np.empty(total, np.int32)
    b = np.empty(total, np.int32)
    event = np.empty(total, np.int64)
    size = np.empty(total, np.int32)
    to = 0
    for e in range(len(offsets) - 1):
        start, end = offsets[e], offsets[e + 1]
        if silent[e] or end - start < 2:
            continue
        if end - start == 2:
            a[to], b[to], event[to], size[to] = person[start], person[start + 1], e, 2
            to += 1
            continue
        for x in range(start, end):
            if side[x] != 2:
                continue
            for y in range(start, end):
                if side[y] == 1:
                    a[to], b[to], event[to], size[to] = person[x], person[y], e, end - start
                    to += 1
    return a, b, event, size
