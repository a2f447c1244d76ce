"""How numbers about few people are told, or not: estimates as figures, under the programme's rule."""

from collections.abc import Sequence

import numpy as np

from graph_service.desks.views.cohort_report import Figure
from graph_service.disclosure.suppression import Rule, Withheld, coded_percent, groups_withheld
from graph_service.measures.catalogue import Measure
from graph_service.measures.cohort.estimate import Estimate


def figure(estimate: Estimate) -> Figure:
    """An estimate as it is shown to whoever sees the learners themselves."""
    ends = estimate.interval
    return Figure(
        value=estimate.value,
        n=estimate.n,
        low=None if ends is None else ends.low,
        high=None if ends is None else ends.high,
        p=estimate.p,
        reason=estimate.reason,
        method=estimate.method,
    )


def withheld(reason: str) -> Figure:
    """A number that is not told."""
    return Figure(value=None, reason=reason)


def told(estimate: Estimate, rule: Rule, hidden: Withheld | None = None) -> Figure:
    """An estimate about `n` learners: withheld for the given reason, and wherever n is too small."""
    if hidden is not None:
        return withheld(hidden.reason)
    if estimate.value is None:
        return withheld(estimate.reason or "undefined")
    if estimate.n < rule.k:
        return withheld("small_group")
    return figure(estimate)


def is_share(declared: Measure) -> bool:
    """A yes-or-no measure: its mean is a share of people, which counts them."""
    return declared.unit.startswith("truth")


def told_share(estimate: Estimate, rule: Rule, hidden: Withheld | None = None) -> Figure:
    """The mean of a yes-or-no measure: coded where it would count few people, of either side.

    >>> told_share(Estimate(0.01, 400, "mean"), Rule()).coded
    '<5'
    """
    plain = told(estimate, rule, hidden)
    if plain.value is None:
        return plain
    coded = coded_percent(round(plain.value * estimate.n), estimate.n, rule)
    if isinstance(coded, Withheld):
        return withheld(coded.reason)
    if coded[0] in "<>":
        return Figure(value=None, n=estimate.n, coded=coded, reason="coded", method=estimate.method)
    return plain


def level(estimate: Estimate, declared: Measure, rule: Rule, hidden: Withheld | None = None) -> Figure:
    """A mean on one day."""
    return (told_share if is_share(declared) else told)(estimate, rule, hidden)


def near(n: int, rule: Rule, *wholes: int) -> bool:
    """Whether a number of learners differs from another one that is told by fewer than may be told.

    >>> near(97, Rule(), 100), near(100, Rule(), 100), near(80, Rule(), 100)
    (True, False, False)
    """
    return any(0 < whole - n < rule.k for whole in wholes)


def hidden_groups(codes: Sequence[str | None], known: np.ndarray, rule: Rule) -> dict[str | None, Withheld | None]:
    """Which groups lose their numbers, when those of all known learners together are told.

    Learners whose group is not known are a group as well: they are what subtraction would leave.
    """
    names = sorted(set(codes), key=lambda code: (code is None, code or ""))
    column = np.array([names.index(code) for code in codes], np.int64) if len(codes) else np.zeros(0, np.int64)
    sizes = np.bincount(column[known], minlength=len(names)).tolist()
    there = [at for at, size in enumerate(sizes) if size]
    told_of = groups_withheld([sizes[at] for at in there], rule) if there else []
    found: dict[str | None, Withheld | None] = {name: Withheld("small_group") for name in names}
    return found | {names[at]: gone for at, gone in zip(there, told_of, strict=True)}
