"""Graphs to measure: schools with close neighbours, and hubs that many people know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

SCHOOL = 250
TIES = 10
SECTORS = 16


@dataclass(frozen=True)
class World:
    """A symmetric CSR graph with strengths, a sector for everyone and an employer for one in seven."""

    indptr: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    sector: np.ndarray
    employer: np.ndarray

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def ends(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each tie once: smaller end, larger end, strength."""
        source = np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.indptr))
        once = source < self.indices
        return source[once], self.indices[once].astype(np.int64), self.weights[once]

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in vars(self).items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path) -> World:
        return cls(*(np.load(folder / f"{name}.npy") for name in cls.__annotations__))


def make(people: int, seed: int = 0, hub: int = 0) -> World:
    """Each person draws ten ties: 85 % near by in the own school, 10 % to hubs, 5 % anywhere.

    One person in a hundred is a hub; the k-th is drawn with weight k^-0.9, so that the largest knows thousands.
    People are numbered at random, as a store that orders them by key gives them. `hub` gives one person that many
    ties more.
    """
    random = np.random.default_rng(seed)
    drawn = people * TIES
    a = random.integers(0, people, drawn)
    school = a // SCHOOL * SCHOOL
    step = np.minimum(random.geometric(0.06, drawn), SCHOOL - 1) * random.choice([-1, 1], drawn)
    b = np.minimum(school + (a - school + step) % SCHOOL, people - 1)
    hubs = random.choice(people, max(1, people // 100), replace=False)
    likely = np.arange(1, len(hubs) + 1) ** -0.9
    known = hubs[random.choice(len(hubs), drawn, p=likely / likely.sum())]
    kind = random.random(drawn)
    b = np.where(kind > 0.95, random.integers(0, people, drawn), np.where(kind > 0.85, known, b))
    if hub:
        a = np.concatenate([a, np.zeros(hub, dtype=np.int64)])
        b = np.concatenate([b, random.choice(people, hub, replace=False)])
    number = random.permutation(people)
    a, b = number[a], number[b]
    low, high = np.minimum(a, b), np.maximum(a, b)
    pairs = np.unique((low * people + high)[low != high])
    low, high = pairs // people, pairs % people
    strength = random.gamma(1.5, 1.0, len(pairs)) + 0.25
    source, target = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.argsort(source * people + target)
    indptr = np.zeros(people + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=people), out=indptr[1:])
    employer = np.where(random.random(people) < 1 / 7, random.integers(0, people // 50 + 1, people), -1)
    return World(
        indptr,
        target[order].astype(np.int32),
        np.concatenate([strength, strength])[order],
        random.integers(0, SECTORS, people).astype(np.int32),
        employer.astype(np.int32),
    )
