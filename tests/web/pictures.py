"""Made-up networks for the tests of pictures."""

from __future__ import annotations

from datetime import date

import numpy as np

from graph_service.snapshot.layout import positions
from viz.spec import Alter, AlterTie, Cell, Chart, EgoPicture, MapPicture, Moment, Ring, State

RINGS = (
    Ring("family", "Family"),
    Ring("peer", "Friends and peers"),
    Ring("school_staff", "School staff"),
    Ring("mentor", "Mentors"),
    Ring("employer_contact", "Employer contacts"),
)
DATES = (date(2025, 9, 1), date(2026, 1, 15), date(2026, 5, 1))
NAMES = (
    ("Rosa Example", "family"), ("Teo Example", "family"), ("Bo Sample", "peer"), ("Cleo Sample", "peer"),
    ("Dara Sample", "peer"), ("Ms. Instance", "school_staff"), ("Mr. Specimen", "school_staff"),
    ("Ines Mentorsen", "mentor"), ("Jo Guideman", "mentor"), ("Kim Advisor-Longername", "mentor"),
    ("Lee Hirer", "employer_contact"), ("Max Foreperson", "employer_contact"), ("Noa Buildwell", "employer_contact"),
)  # fmt: skip
HOSTILE = (
    "<script>document.title='owned'</script>",
    "</script><img src=x onerror=\"document.title='owned'\">",
    "\u202eevil\u202c \u200fright\u061c to left",
    "Very long name " * 20,
    "👩‍👩‍👧‍👦 Emoji 🧑🏽‍🔧",
    "{{ 7*7 }} {% raw %} ${7*7} &lt;b&gt;",
    "<b>bold</b> href=javascript:document.title='owned'",
    "line\nbreak\ttab \x07bell",
)


def alters(names: tuple[tuple[str, str], ...] = NAMES) -> tuple[Alter, ...]:
    """Contacts that come, grow, fall dormant, in a fixed pattern."""
    made = []
    for k, (name, ring) in enumerate(names):
        moments = []
        for step in range(len(DATES)):
            strength = round(((k * 7 + step * 5) % 11) / 2.5, 2)
            if step < k % 3 - 1:
                moments.append(Moment(State.NONE))
            elif strength < 0.4:
                moments.append(Moment(State.DORMANT, strength))
            else:
                moments.append(Moment(State.STRONG if strength >= 2 else State.WEAK, strength))
        made.append(Alter(f"k{k:04}", name, ring, tuple(moments), "met at the May shadow day" if k % 4 == 0 else ""))
    return tuple(made)


def ego_picture() -> EgoPicture:
    """A learner with thirteen contacts on three dates."""
    ties = (AlterTie("k0000", "k0001", (True, True, True)), AlterTie("k0007", "k0010", (False, True, True)))
    return EgoPicture("Ana's network", "Ana Example", RINGS, DATES, alters(), ties, out_of_scope=2)


def crowd(n: int) -> EgoPicture:
    """A person with n contacts."""
    names = tuple((f"Person {k:04} Sample", RINGS[(k * k) % 5].code) for k in range(n))
    return EgoPicture("A large network", "Hub Example", RINGS, DATES[-1:], tuple(
        Alter(a.key, a.label, a.ring, a.moments[-1:], a.note) for a in alters(names)
    ))  # fmt: skip


def hostile_ego() -> EgoPicture:
    """Every text of the picture is an attack."""
    rings = tuple(Ring(f"r{k}", text) for k, text in enumerate(HOSTILE))
    people = tuple(
        Alter(f"a{k}", text, f"r{k}", (Moment(State.STRONG, 2.0 + k),), text) for k, text in enumerate(HOSTILE)
    )
    return EgoPicture(HOSTILE[0], HOSTILE[1], rings, DATES[-1:], people)


def charts() -> dict[str, Chart]:
    """One filled chart of every kind, by name."""
    rows: dict[str, list[dict[str, Cell]]] = {
        "tie_flow": [
            {"group": group, "part": part, "ties": ties}
            for group, values in {
                "All learners": (3.1, 0.4, 1.9, 1.2),
                "In person": (3.4, 0.5, 2.2, 1.0),
                "Virtual": (2.2, 0.1, 1.1, 1.6),
                "Simulated": (2.9, 0.2, 0.6, 1.1),
            }.items()
            for part, ties in zip(("kept", "reactivated", "gained", "lost"), values, strict=True)
        ],
        "size_distribution": [
            {"size": f"{size}" if size < 9 else "9 or more", "wave": wave, "learners": learners}
            for wave, counts in {
                "September 2025": (140, 96, 80, 71, 52, 40, 31, 22, 14, 20),
                "May 2026": (61, 70, 88, 90, 76, 61, 40, 32, 24, 41),
            }.items()
            for size, learners in enumerate(counts)
        ],
        "growth": [
            {
                "measure": measure,
                "group": group,
                "date": day,
                "mean": base + step * gain,
                "lower": base + step * gain - 0.12 * base,
                "upper": base + step * gain + 0.12 * base,
                "n": 240 + 11 * step,
            }
            for measure, base in {
                "Professional contacts": 2.1,
                "Effective size": 1.7,
                "Sectors (IQV)": 0.41,
                "Ask rate": 0.3,
            }.items()
            for group, gain in (("Programme", 0.22 * base), ("Comparison", 0.06 * base))
            for step, day in enumerate(DATES)
        ],
        "equity": [
            {
                "attribute": attribute,
                "subgroup": subgroup,
                "value": value,
                "lower": low,
                "upper": high,
                "n": n,
                "note": note,
            }
            for attribute, subgroup, value, low, high, n, note in (
                ("Everyone", "All learners", 3.2, 3.0, 3.4, 566, None),
                ("Grade", "11", 2.9, 2.6, 3.2, 280, None),
                ("Grade", "12", 3.5, 3.2, 3.8, 276, None),
                ("Grade", "10", None, None, None, None, "fewer than 10 learners: not shown"),
                ("Family's first in college", "yes", 2.7, 2.4, 3.0, 310, None),
                ("Family's first in college", "no", 3.8, 3.4, 4.2, 240, None),
                ("Family's first in college", "not known", None, None, None, None, "hidden to protect another group"),
            )
        ],
        "funnel": [
            {"stage": stage, "count": count, "share": count / 412, "days": days}
            for stage, count, days in (
                ("suggested", 412, None),
                ("requested", 240, 2.0),
                ("connector agreed", 171, 3.5),
                ("target agreed", 118, 6.0),
                ("met", 96, 8.5),
                ("second contact", 61, 30.0),
            )
        ],
        "load": [
            {"series": series, "people": k / 10, "load": (k / 10) ** power}
            for series, power in (("Before (Gini 0.60)", 4.0), ("After (Gini 0.33)", 2.0))
            for k in range(11)
        ],
        "audit": [
            {
                "metric": metric,
                "ranker": ranker,
                "value": value * factor,
                "lower": value * factor * 0.8,
                "upper": value * factor * 1.2,
                "kind": "this service" if ranker.startswith("This") else "baseline",
            }
            for metric, factor in (("Precision at 5", 1.0), ("Exposure Gini", 18.0))
            for ranker, value in (
                ("This service", 0.037),
                ("Popularity", 0.044),
                ("Adamic-Adar", 0.033),
                ("Random", 0.008),
            )
        ],
        "first_tie": [
            {
                "group": group,
                "day": day,
                "share": 1 - 0.5 ** (day / half),
                "lower": max(0.0, 0.9 - 0.5 ** (day / half)),
                "upper": min(1.0, 1.1 - 0.5 ** (day / half)) if day else 0.0,
                "at_risk": 300 - day // 3,
            }
            for group, half in (("In person", 120), ("Virtual", 260))
            for day in range(0, 361, 30)
        ],
        "priorities": [
            {"area": area, "current": now, "target": aim, "gap": round(aim - now, 1)}
            for area, now, aim in (
                ("Employers in every sector asked for", 1.8, 4.0),
                ("Mentors trained and cleared", 2.6, 4.2),
                ("Students prepared to ask", 2.9, 4.0),
                ("Follow-up within two weeks", 3.3, 3.9),
            )
        ],
    }
    return {
        name: Chart(name, f"Chart: {name}", f"A sentence that says what {name} shows.", made, ("Made-up numbers.",))
        for name, made in rows.items()
    }


def hostile_chart() -> Chart:
    """Every text of the chart is an attack."""
    rows: list[dict[str, Cell]] = [{"stage": text, "count": 10 + k, "days": 1.5} for k, text in enumerate(HOSTILE)]
    return Chart("funnel", HOSTILE[0], HOSTILE[1], rows, HOSTILE)


def programme(people: int = 400, ties: int = 1200, sites: int = 6, waves: bool = False, link: str = "") -> MapPicture:
    """A programme of sites: most ties inside a site, a few hubs, some people with nobody."""
    draw = np.random.default_rng(people)
    site = draw.integers(0, sites, people)
    tied = np.flatnonzero(draw.random(people) < 0.9)
    pull = draw.pareto(1.8, len(tied)) + 0.3
    a = draw.choice(tied, 3 * ties, p=pull / pull.sum())
    order = np.argsort(site[tied], kind="stable")
    starts = np.searchsorted(site[tied][order], np.arange(sites + 1))
    low, high = starts[site[a]], starts[site[a] + 1]
    same = tied[order][(low + draw.random(len(a)) * (high - low)).astype(int)]
    b = np.where(draw.random(len(a)) < 0.92, same, draw.choice(tied, len(a)))
    pairs = np.unique(np.sort(np.column_stack([a, b])[a != b], axis=1), axis=0)
    pairs = pairs[np.sort(draw.permutation(len(pairs))[:ties])]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=people))])
    return MapPicture(
        "The programme",
        f"{people} people at {sites} sites and {len(pairs)} ties between them.",
        [f"P-{k:05}" for k in range(people)],
        positions(indptr, both[:, 1].astype(np.int32)),
        tuple(f"Site {chr(65 + k)}" for k in range(sites)),
        site,
        pairs,
        draw.choice(3, len(pairs), p=[0.6, 0.25, 0.15]) if waves else (),
        "Site",
        link=link,
    )


def hostile_map() -> MapPicture:
    """Every text of the map is an attack."""
    places = [(k % 3, k // 3) for k in range(len(HOSTILE))]
    ties = [(0, k) for k in range(1, len(HOSTILE))]
    return MapPicture(HOSTILE[0], HOSTILE[1], HOSTILE, places, HOSTILE, range(len(HOSTILE)), ties, (), HOSTILE[6])
