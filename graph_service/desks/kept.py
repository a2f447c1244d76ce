"""Answers about released waves, kept by a process for as long as nothing that they rest on changes.

Waves are frozen, so that a contact that is logged meanwhile changes nothing here: what counts is what was erased,
which records of the evaluator's own kinds there are, and who may be counted.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from graph_service import clock
from graph_service.disclosure.scope import ScopedReader

#: Answers kept by a process.
MOST = 64
#: Kinds of record that an answer rests on, beside what the waves themselves froze.
RESTS_ON = ("wave", "wave_result", "study", "study_member", "subgroup", "organization", "survey_scale", "survey_item")
_KEPT: OrderedDict[Any, Any] = OrderedDict()
_LOCK = threading.Lock()
Answer = TypeVar("Answer")


def kept(reader: ScopedReader, key: tuple[Any, ...], make: Callable[[], Answer]) -> Answer:
    """The answer under a key, made where it is not there: everybody who looks sees one and the same."""
    whole = (reader.store_id, reader.actor, clock.today(reader.zone), key, _mark(reader))
    with _LOCK:
        if whole in _KEPT:
            _KEPT.move_to_end(whole)
            found: Answer = _KEPT[whole]
            return found
    made = make()
    with _LOCK:
        _KEPT[whole] = made
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return made


def _mark(reader: ScopedReader) -> tuple[Any, ...]:
    import pyarrow.compute as pc

    tables = [reader.table(kind) for kind in RESTS_ON]
    ends = tuple((each.num_rows, pc.max(each["revision"]).as_py(), pc.max(each["ended"]).as_py()) for each in tables)
    return (reader.moment.epoch, reader.marks, ends)
