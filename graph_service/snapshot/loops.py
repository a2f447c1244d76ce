"""The machine code of a snapshot's loops, loaded while its evidence is read."""

from functools import cache
from threading import Thread

import numpy as np

from graph_service.snapshot.events import Contacts, pair_events
from graph_service.snapshot.graph import graph_of
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.strength import tie_pairs


@cache
def load_loops() -> None:
    """Begin to load (or, the first time ever, to compile) the loops; once in a process.

    It is half a second of work that depends on nothing, while the engine reads in another thread anyway. Who needs
    a loop before it is there waits for it.
    """
    Thread(target=derive_one_tie, name="graph-service-loops").start()


def derive_one_tie() -> None:
    """Derive a graph from one contact of two people: every loop of a snapshot runs once."""
    nothing, parameters = np.zeros(1, np.int64), Parameters()
    contacts = Contacts(
        day=np.zeros(1, np.int32),
        kind=np.zeros(1, np.int16),
        minutes=nothing,
        offsets=np.array([0, 2], np.int64),
        person=np.array([0, 1], np.int32),
        side=np.zeros(2, np.int8),
        named={},
        table=None,
    )
    pairs = tie_pairs(pair_events(contacts, parameters), 2, 1, parameters)
    graph_of(2, pairs.a, pairs.b, pairs.strength, np.zeros(len(pairs), np.int64))
