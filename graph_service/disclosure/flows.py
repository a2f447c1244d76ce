"""Loops over the network of a table: how far a hidden count can move, and the cheapest way to let it.

A count that grows by one sends one unit along its cell; the sums hold when the unit comes back through other
hidden cells. So a cell's largest possible count is a maximum flow, and what stops it is a minimum cut.
Cells are open to degree 0..1 (whole when hidden, fractions while a relaxation is solved). Forward a cell takes
any amount; backward at most its own count.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.compiled import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
TINY = 1e-9


@kernel
def push(
    starts: Ints, around: Ints, tail: Ints, head: Ints, count: Floats, open_: Floats,
    skip: int, source: int, sink: int, need: float,
    flow: Floats, touched: Ints, parent: Ints, queue: Ints,
) -> Any:  # fmt: skip
    """Sends up to `need` from source to sink through open cells other than `skip`; breadth first.

    Gives what got through and how many cells were touched; after a shortfall, `parent >= 0` (and -2 at
    the source) marks the source's side of a minimum cut.
    """
    total, used = 0.0, 0
    while total < need - TINY:
        for node in range(len(parent)):
            parent[node] = -1
        parent[source] = -2
        queue[0] = source
        first, last, found = 0, 1, False
        while first < last and not found:
            here = queue[first]
            first += 1
            for e in range(starts[here], starts[here + 1]):
                cell = around[e]
                if cell == skip or open_[cell] <= TINY:
                    continue
                if tail[cell] == here:
                    there = head[cell]
                    room = need * open_[cell] - flow[cell]
                else:
                    there = tail[cell]
                    room = min(need, count[cell]) * open_[cell] + flow[cell]
                if parent[there] != -1 or room <= TINY:
                    continue
                parent[there] = cell
                if there == sink:
                    found = True
                    break
                queue[last] = there
                last += 1
        if not found:
            break
        step, node = need - total, sink
        while node != source:
            cell = parent[node]
            if head[cell] == node:
                step = min(step, need * open_[cell] - flow[cell])
                node = tail[cell]
            else:
                step = min(step, min(need, count[cell]) * open_[cell] + flow[cell])
                node = head[cell]
        node = sink
        while node != source:
            cell = parent[node]
            if flow[cell] == 0.0 and used < len(touched):
                touched[used] = cell
                used += 1
            if head[cell] == node:
                flow[cell] += step
                node = tail[cell]
            else:
                flow[cell] -= step
                node = head[cell]
        total += step
    return total, used


@kernel
def shortfalls(
    starts: Ints, around: Ints, tail: Ints, head: Ints, count: Floats, open_: Floats,
    primary: Ints, rise: Floats, fall: Floats, limit: int,
) -> Any:  # fmt: skip
    """Primary cells that cannot yet move as far as they must, with the cut that stops each.

    `rise` and `fall`: how far each primary cell must be able to grow and shrink. Gives the source's side
    of every cut (limit, nodes), the cell, the need, and how many there are (at most `limit`).
    """
    nodes, cells = len(starts) - 1, len(tail)
    flow, touched = np.zeros(cells), np.empty(8 * cells, dtype=np.int64)
    parent, queue = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    sides = np.zeros((limit, nodes), dtype=np.bool_)
    who, needs = np.empty(limit, dtype=np.int64), np.empty(limit)
    found = 0
    for i in range(len(primary)):
        cell = primary[i]
        for direction in range(2):
            need = rise[i] if direction == 0 else fall[i]
            if need <= 0.0 or found == limit:
                continue
            source = head[cell] if direction == 0 else tail[cell]
            sink = tail[cell] if direction == 0 else head[cell]
            total, used = push(
                starts, around, tail, head, count, open_, cell, source, sink, need,
                flow, touched, parent, queue,
            )  # fmt: skip
            if used == len(touched):
                flow[:] = 0.0
            for e in range(used):
                flow[touched[e]] = 0.0
            if total < need * (1.0 - 1e-6):
                for node in range(nodes):
                    sides[found, node] = parent[node] != -1
                who[found] = cell
                needs[found] = need
                found += 1
    return sides, who, needs, found


@kernel
def open_cheaply(
    starts: Ints, around: Ints, tail: Ints, head: Ints, count: Floats, price: Floats, usable: Flags,
    cell: int, rising: bool, need: float, used: Flags,
) -> Any:  # fmt: skip
    """Marks in `used` the cells of a cheap way to let `cell` move by `need`: successive cheapest paths.

    `price` is 0 for hidden cells. Gives what got through: less than `need` when nothing can be opened.
    """
    nodes, cells = len(starts) - 1, len(tail)
    flow = np.zeros(cells)
    source, sink = (head[cell], tail[cell]) if rising else (tail[cell], head[cell])
    total = 0.0
    while total < need - TINY:
        distance = np.full(nodes, np.inf)
        done = np.zeros(nodes, dtype=np.bool_)
        parent = np.full(nodes, -1, dtype=np.int64)
        distance[source] = 0.0
        while True:
            here, best = -1, np.inf
            for node in range(nodes):
                if not done[node] and distance[node] < best:
                    here, best = node, distance[node]
            if here == -1 or here == sink:
                break
            done[here] = True
            for e in range(starts[here], starts[here + 1]):
                c = around[e]
                if c == cell or not usable[c]:
                    continue
                if tail[c] == here:
                    there = head[c]
                    room = need - flow[c]
                else:
                    there = tail[c]
                    room = min(need, count[c]) + flow[c]
                if room <= TINY or done[there]:
                    continue
                # a path through a cell with little room has to be joined by others: it is worth less
                toll = 0.0 if used[c] else price[c] * (need - total) / min(room, need - total)
                if best + toll < distance[there] - 1e-15:
                    distance[there] = best + toll
                    parent[there] = c
        if parent[sink] == -1:
            break
        step, node = need - total, sink
        while node != source:
            c = parent[node]
            if head[c] == node:
                step = min(step, need - flow[c])
                node = tail[c]
            else:
                step = min(step, min(need, count[c]) + flow[c])
                node = head[c]
        node = sink
        while node != source:
            c = parent[node]
            used[c] = True
            if head[c] == node:
                flow[c] += step
                node = tail[c]
            else:
                flow[c] -= step
                node = head[c]
        total += step
    return total


@kernel
def drop_needless(
    starts: Ints, around: Ints, tail: Ints, head: Ints, count: Floats, hidden: Floats,
    primary: Ints, rise: Floats, fall: Floats, candidates: Ints,
) -> Any:  # fmt: skip
    """Shows again, in the order given, every candidate without which all primary cells still move enough.

    For each primary cell and direction the candidates that its flow uses are remembered, so that only the
    flows through a candidate are sought anew.
    """
    nodes, cells, sought = len(starts) - 1, len(tail), len(candidates)
    flow, touched = np.zeros(cells), np.empty(8 * cells, dtype=np.int64)
    parent, queue = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    through = np.zeros((2 * len(primary), sought), dtype=np.bool_)
    fresh = np.zeros(sought, dtype=np.bool_)
    for step in range(sought + 1):
        # step 0 routes everything; step i + 1 tries to do without candidate i
        without = -1 if step == 0 else candidates[step - 1]
        if without >= 0:
            hidden[without] = 0.0
        kept = True
        changed = 0
        rerouted = np.empty(2 * len(primary), dtype=np.int64)
        routes = np.zeros((64, sought), dtype=np.bool_)
        for row in range(2 * len(primary)):
            if without >= 0 and not through[row, step - 1]:
                continue
            cell, rising = primary[row // 2], row % 2 == 0
            need = rise[row // 2] if rising else fall[row // 2]
            if need <= 0.0:
                continue
            source = head[cell] if rising else tail[cell]
            sink = tail[cell] if rising else head[cell]
            total, used = push(
                starts, around, tail, head, count, hidden, cell, source, sink, need,
                flow, touched, parent, queue,
            )  # fmt: skip
            for i in range(sought):
                fresh[i] = flow[candidates[i]] != 0.0
            if used == len(touched):
                flow[:] = 0.0
            for e in range(used):
                flow[touched[e]] = 0.0
            if total < need * (1.0 - 1e-6):
                kept = False
                break
            if step == 0:
                through[row, :] = fresh
                continue
            if changed == len(routes):
                wider = np.zeros((2 * changed, sought), dtype=np.bool_)
                wider[:changed, :] = routes
                routes = wider
            routes[changed, :] = fresh
            rerouted[changed] = row
            changed += 1
        if step == 0:
            if not kept:
                return False
            continue
        if kept:
            for i in range(changed):
                through[rerouted[i], :] = routes[i, :]
        else:
            hidden[without] = 1.0
    return True
