"""Many outcomes, some significant by chance: Benjamini-Hochberg within a domain."""

from collections.abc import Mapping, Sequence


def adjusted_within(p_values: Mapping[str, float | None], domain: Mapping[str, str]) -> dict[str, float | None]:
    """False-discovery-rate adjusted p-values, each outcome among those of its own domain.

    Parameters:
        p_values: by outcome; null p-values stay null and do not count as tests.
        domain: of each outcome.

    Source: Benjamini & Hochberg 1995.

    >>> p = {"a": .01, "b": .04, "c": .03, "d": .04}
    >>> adjusted = adjusted_within(p, {"a": "structure", "b": "structure", "c": "structure", "d": "access"})
    >>> {name: round(value, 3) for name, value in adjusted.items()}
    {'a': 0.03, 'b': 0.04, 'c': 0.04, 'd': 0.04}
    """
    adjusted: dict[str, float | None] = dict.fromkeys(p_values)
    for name in dict.fromkeys(domain[outcome] for outcome in p_values):
        tested = [outcome for outcome, p in p_values.items() if p is not None and domain[outcome] == name]
        for outcome, p in zip(tested, _adjust([p_values[o] for o in tested]), strict=True):
            adjusted[outcome] = p
    return adjusted


def _adjust(p_values: Sequence[float | None]) -> list[float]:
    from scipy import stats

    known = [p for p in p_values if p is not None]
    return [float(p) for p in stats.false_discovery_control(known, method="bh")] if known else []
