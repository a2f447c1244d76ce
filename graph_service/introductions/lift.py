"""Lift: what a tie would add to a learner's network, recomputed exactly from the two ends' neighbours alone."""

from typing import NamedTuple

import numpy as np

from graph_service.compiled import kernel
from graph_service.introductions.choices import TERMS
from graph_service.introductions.reach import Marks
from graph_service.introductions.score import Network, Scales

#: Employers within two steps that count in full.
EMPLOYERS = 3


class Lifts(NamedTuple):
    """Per pair of learner and target: lift (discounted), discount, its terms, mutual contacts, a sector that is new."""

    lift: np.ndarray
    discount: np.ndarray
    terms: np.ndarray
    mutual: np.ndarray
    new_sector: np.ndarray


def lifts(
    rows: np.ndarray,
    ptr: np.ndarray,
    target: np.ndarray,
    weakest: np.ndarray,
    network: Network,
    scales: Scales,
    marks: Marks,
) -> Lifts:
    """The lift of a tie from each learner to each of the targets in the learner's run; weakest: familiarity there."""
    size = len(target)
    made = Lifts(
        np.zeros(size), np.zeros(size), np.zeros((size, len(TERMS))), np.zeros(size, np.int64), np.zeros(size, bool)
    )
    _lifts(
        rows, ptr, target, weakest, *network, *scales, marks.mine, marks.weight, marks.occupation, marks.organization,
        marks.stamps(len(rows)), *made,
    )  # fmt: skip
    return made


@kernel
def _lifts(  # type: ignore[no-untyped-def]
    rows, ptr, target, weakest, indptr, indices, weights, top, strength, redundancy, sector, occupation, tier,
    employer_ptr, employers, goals, wanted, new_tie, most_mutual, sectors, strong_sector, mine, weight, occupations,
    organizations, stamp, lift, discount, terms, mutual, new_sector,
):  # fmt: skip
    counts = np.zeros(sectors, np.int64)
    scale = sectors / (sectors - 1.0)
    for at in range(len(rows)):
        i = rows[at]
        if ptr[at] == ptr[at + 1]:
            continue
        stamp += 1
        # What the learner's contacts stand for.
        counts[:] = 0
        highest = 0
        for o in range(employer_ptr[i], employer_ptr[i + 1]):
            organizations[employers[o]] = stamp
        for e in range(indptr[i], indptr[i + 1]):
            q = indices[e]
            mine[q] = stamp
            weight[q] = weights[e]
            highest = max(highest, tier[q])
            if sector[q] >= 0:
                counts[sector[q]] += 1
            if occupation[q] >= 0:
                occupations[occupation[q]] = stamp
            for o in range(employer_ptr[q], employer_ptr[q + 1]):
                organizations[employers[o]] = stamp
        known = 0
        squares = 0
        for k in range(sectors):
            known += counts[k]
            squares += counts[k] * counts[k]
        degree = indptr[i + 1] - indptr[i]
        size_before = degree - redundancy[i] / strength[i] if degree else 0.0
        variety_before = scale * (1.0 - squares / (known * known)) if known else 0.0
        # A learner without a goal has no goal sector to be judged by.
        total = 0.0
        for k in range(6):
            total += wanted[k] if k < 5 or goals[i] else 0.0
        for row in range(ptr[at], ptr[at + 1]):
            j = target[row]
            # Effective size: the new contact, less what of it leads back to contacts that are there.
            heaviest = max(top[j], new_tie)
            back = redundancy[i]
            both = 0
            for e in range(indptr[j], indptr[j + 1]):
                q = indices[e]
                if mine[q] == stamp:
                    both += 1
                    back += weights[e] * (weight[q] / heaviest + new_tie / top[q])
            size_after = degree + 1.0 - back / (strength[i] + new_tie)
            terms[row, 0] = min(max(size_after - size_before, 0.0), 1.0)
            s = sector[j]
            if s >= 0:
                after = squares + 2.0 * counts[s] + 1.0
                gain = scale * (1.0 - after / ((known + 1.0) * (known + 1.0))) - variety_before
                terms[row, 1] = min(max(gain, 0.0), 1.0)
                terms[row, 5] = 1.0 if (goals[i] >> s) & 1 else 0.0
                new_sector[row] = counts[s] == 0
            if occupation[j] >= 0 and occupations[occupation[j]] != stamp:
                terms[row, 2] = 1.0
            new = 0
            for o in range(employer_ptr[j], employer_ptr[j + 1]):
                if organizations[employers[o]] != stamp:
                    new += 1
                    if new == EMPLOYERS:
                        break
            terms[row, 3] = min(1.0, new / EMPLOYERS)
            terms[row, 4] = 1.0 if tier[j] > highest else 0.0
            value = 0.0
            for k in range(6):
                value += (wanted[k] if k < 5 or goals[i] else 0.0) * terms[row, k]
            less = most_mutual / both if both > most_mutual else 1.0
            if s >= 0 and strong_sector[s]:
                less *= (1.0 + weakest[row]) / 2.0
            lift[row] = (value / total if total else 0.0) * less
            discount[row] = less
            mutual[row] = both
