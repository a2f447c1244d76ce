"""How many places employers will host in the next twelve months, from what each hosted before, with its uncertainty.

Each employer's hosting in a year is taken as Poisson around a rate of its own, and the rates as spread over employers
by a gamma distribution (fitted by moments), so that one good year of one employer is not taken for a promise.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from graph_service.wbl.employers import REAL
from graph_service.wbl.work import Work

YEARS, DRAWS, SEED = 3, 20_000, 20240901
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Forecast:
    """Places of the next twelve months in one sector (None: all employers together).

    employers: with a history of at least a year. hosted: of the last year. expected: mean; low, high: 80% of the
    predictive distribution. null with the reason `no_history`.
    """

    sector: str | None
    employers: int
    hosted: int
    expected: float | None
    low: int | None
    high: int | None
    reason: str | None


def forecast(work: Work) -> tuple[Forecast, ...]:
    """All employers together first, then every sector in which any is known for a year.

    The same records give the same numbers. Source: gamma-Poisson (negative binomial) prediction, Gelman et al. 2013.
    """
    counts, years, sectors = _history(work)
    if not len(counts):
        return (Forecast(None, 0, 0, None, None, None, "no_history"),)
    draws = np.random.default_rng(SEED)
    shape, rate = _prior(counts.sum(axis=1), years)
    posterior = draws.gamma(shape + counts.sum(axis=1), 1 / (rate + years), size=(DRAWS, len(years)))
    drawn = draws.poisson(posterior)
    groups = [(None, np.ones(len(sectors), dtype=bool))]
    groups += [(name, sectors == name) for name in sorted({each for each in sectors.tolist() if each})]
    return tuple(_told(name, mask, counts, drawn) for name, mask in groups)


def _told(name: str | None, mask: "np.ndarray", counts: "np.ndarray", drawn: "np.ndarray") -> Forecast:
    total = drawn[:, mask].sum(axis=1)
    low, high = np.quantile(total, [0.1, 0.9], method="nearest")
    return Forecast(
        name, int(mask.sum()), int(counts[mask, 0].sum()), float(total.mean()), int(low), int(high), None
    )  # fmt: skip


def _history(work: Work) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    """Per employer: hosted in each of the last years (the latest first), years that it is known, its sector."""
    begun: dict[str, list[date]] = {}
    for row in work.experiences.values():
        if row["host"] and row["since"] and row["since"] <= work.as_of and row["state"] in REAL:
            begun.setdefault(row["host"], []).append(row["since"])
    since = {row["organization"]: row["since"] for row in work.rows("engagement")}
    counts, years, sectors = [], [], []
    for id, row in work.organizations.items():
        if row["kind"] != "employer":
            continue
        known = min([*begun.get(id, []), since.get(id, work.as_of)])
        whole = min(YEARS, (work.as_of - known) // YEAR)
        if whole < 1:
            continue
        places = [0] * YEARS
        for day in begun.get(id, []):
            back = (work.as_of - day) // YEAR
            if back < whole:
                places[back] += 1
        counts.append(places)
        years.append(float(whole))
        sectors.append(row["sector"] or "")
    return np.array(counts, dtype=np.int64).reshape(-1, YEARS), np.array(years), np.array(sectors, dtype=object)


def _prior(totals: "np.ndarray", years: "np.ndarray") -> tuple[float, float]:
    """Shape and rate of the gamma over employers' yearly rates, by moments; near a point where they do not differ."""
    mean = totals.sum() / years.sum()
    if mean == 0:
        return 0.5, float(max(years.sum(), 1.0))
    rates = totals / years
    spread = float(((rates - mean) ** 2).mean() - mean * (1 / years).mean())
    shape = min(mean**2 / spread, 1e3) if spread > 0 else 1e3
    return float(shape), float(shape / mean)
