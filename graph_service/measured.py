"""A snapshot as Python users hold it: it measures itself, as a frame or a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graph_service.snapshot import snapshot as _snapshot

if TYPE_CHECKING:
    from graph_service.measures.catalogue import Model


class Snapshot(_snapshot.Snapshot):
    """A snapshot that measures itself; see `graph_service.snapshot.snapshot.Snapshot`."""

    def measure(
        self, ids: Sequence[str] | str | None = None, model: "Model" = "whole", *, reasons: bool = False
    ) -> Any:
        """Measures of everyone on the roster as a pandas frame, indexed by person_id; missing is undefined.

        ids: measure ids (default: the usual ones). Raises UnknownMeasure.

        >>> star = Snapshot.from_edges([("hub", leaf) for leaf in "abcd"])
        >>> float(star.measure(["constraint"]).loc["hub", "constraint"])
        0.25
        """
        frame = self.table(ids, model, reasons=reasons).to_pandas()
        numbers = frame.select_dtypes("number").columns
        frame[numbers] = frame[numbers].astype("float64")
        return frame.set_index("person_id")

    def table(self, ids: Sequence[str] | str | None = None, model: "Model" = "whole", *, reasons: bool = False) -> Any:
        """The same as an Arrow table, `person_id` first."""
        from graph_service.measures import catalogue

        wanted = catalogue.DEFAULT if ids is None else [ids] if isinstance(ids, str) else list(ids)
        return catalogue.table(self, wanted, model, reasons=reasons)
