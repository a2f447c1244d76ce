"""Stated probabilities held against what came of introductions, and corrected by it once there is enough to go by."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_service.introductions.history import Reader
from graph_service.snapshot.rows import known

#: Outcomes from which probabilities are corrected.
ENOUGH = 100
#: How an introduction ended, as far as that says whether both adults and the learner came together.
CAME_TRUE = {"met": True, "followed_up": True, "closed": True, "declined": False, "lapsed": False}


@dataclass(frozen=True, eq=False)
class Calibration:
    """stated, came_true: of every introduction that ended; knots: stated probabilities with their corrected ones.

    The correction is isotonic: whoever was likelier before is not less likely after (Zadrozny & Elkan 2002).
    """

    stated: np.ndarray
    came_true: np.ndarray
    knots: tuple[np.ndarray, np.ndarray] | None

    @property
    def calibrated(self) -> bool:
        return self.knots is not None

    def of(self, p: float) -> float | None:
        """The corrected probability; None where there is not enough to go by."""
        return None if self.knots is None else float(np.interp(p, *self.knots))

    def report(self) -> dict[str, Any]:
        """Counts and, once there is enough, the reliability curve before and after (of the same outcomes)."""
        told: dict[str, Any] = {"calibrated": self.calibrated, "outcomes": len(self.stated), "needed": ENOUGH}
        if self.knots is None:
            return told
        after = np.interp(self.stated, *self.knots)
        # Where the same was stated, each stands for all of them: a bin that ends among them is not misled.
        place, count = np.unique(self.stated, return_inverse=True, return_counts=True)[1:]
        share = (np.bincount(place, weights=self.came_true) / count)[place]
        return told | {
            "curve": curve(self.stated, share),
            "after": curve(after, share),
            "brier": float(np.mean((self.stated - self.came_true) ** 2)),
            "brier_after": float(np.mean((after - self.came_true) ** 2)),
        }


def calibrate(evidence: Reader, as_of: date, revision: int, enough: int = ENOUGH) -> Calibration:
    """What introductions known at a revision, and ended by a day, say of the probabilities stated for them."""
    from scipy.optimize import isotonic_regression

    rows = known(evidence.table("introduction"), revision).select(["state", "since", "terms"])
    stated, came = [], []
    for row in rows.to_pylist():
        if row["state"] in CAME_TRUE and row["terms"] and row["since"] <= as_of:
            p = json.loads(row["terms"]).get("p_target")
            if p is not None:
                stated.append(float(p))
                came.append(float(CAME_TRUE[row["state"]]))
    order = np.lexsort((came, stated))
    x, y = np.array(stated, float)[order], np.array(came, float)[order]
    if len(x) < enough:
        return Calibration(x, y, None)
    # Equal statements are one point, so that the order of records does not matter.
    points, place, weight = np.unique(x, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=y) / weight
    return Calibration(x, y, (points, isotonic_regression(means, weights=weight.astype(float)).x))


def curve(p: np.ndarray, came_true: np.ndarray, bins: int = 5) -> list[dict[str, Any]]:
    """The reliability curve: of suggestions in order of stated probability, how many came true, in equal bins."""
    order = np.argsort(p, kind="stable")
    told = []
    for part in np.array_split(order, bins):
        if len(part):
            told.append({"n": len(part), "stated": float(p[part].mean()), "came_true": float(came_true[part].mean())})
    return told
