"""Made-up networks for the tests of pictures."""

from __future__ import annotations

from datetime import date

from viz.spec import Alter, AlterTie, EgoPicture, Moment, Ring, State

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
