"""What a generated programme is like: sizes, shares and rates, declared in one place.

None of these figures is an estimate of any real programme. They are chosen so that every situation that the
software must show is there in a size that can be seen; `docs/synthetic.md` gives what comes out of them.
"""

from dataclasses import dataclass, field

#: Roles of people per thousand, in the order in which they are numbered, with the prefix of their keys.
#: What is left over by rounding is added to the employers' contacts.
ROLES: dict[str, tuple[str, int]] = {
    "learner": ("L", 600),
    "mentor": ("M", 80),
    "employer_contact": ("E", 190),
    "near_peer": ("N", 35),
    "alum": ("A", 25),
    "other_professional": ("O", 12),
    "coordinator": ("C", 8),
    "counsellor": ("G", 10),
    "teacher": ("T", 14),
    "program_staff": ("P", 6),
    "guardian": ("F", 14),
    "family": ("K", 6),
}


@dataclass(frozen=True)
class Profile:
    """Shares are 0..1 of the people meant, rates are per person or per school year. Low: low income.

    planted inequality: low-income learners have fewer ties, hear fewer and less senior speakers (exposure),
    are followed up less often in the same room (friending bias), and are paid less often at placements.
    """

    months: int = 18
    region_people: int = 1000
    employers_per_1000: int = 120
    districts: int = 2
    learners_per_school: int = 100
    schools_at_least: int = 2

    # Who has nobody.
    nothing_recorded: float = 0.13
    no_professional: float = 0.17
    no_professional_low: float = 0.38

    # Subgroups: the two districts differ in low income.
    low_income: tuple[float, ...] = (0.62, 0.28)
    english_learner: float = 0.18
    disability: float = 0.14
    first_generation: float = 0.25
    first_generation_low: float = 0.55
    unknown_subgroup: float = 0.05

    # Ties.
    ties: float = 3.4
    ties_low: float = 2.0
    goal_fit: float = 0.70
    goal_fit_low: float = 0.40
    peers: float = 1.2
    staff_meetings: float = 2.4
    adult_ties: float = 3.0
    coordinator_ties: float = 20.0
    intensity: float = 1.0

    # Rooms and what follows.
    fairs_per_year: int = 2
    speakers_per_year: int = 14
    speakers_per_year_low: int = 9
    panels_per_year: int = 4
    tours_per_year: int = 8
    workshops_per_year: int = 6
    follow_up: float = 0.07
    follow_up_low: float = 0.03

    # Placements.
    placements: float = 0.26
    paid: float = 0.62
    paid_low: float = 0.42
    colleague: dict[str, float] = field(
        default_factory=lambda: {
            "in_person": 0.70,
            "hybrid": 0.45,
            "virtual": 0.12,
            "simulated": 0.05,
            "school_based": 0.20,
        }
    )
    kept_up: dict[str, float] = field(
        default_factory=lambda: {
            "in_person": 0.45,
            "hybrid": 0.35,
            "virtual": 0.18,
            "simulated": 0.08,
            "school_based": 0.25,
        }
    )

    # Groups: industry projects, simulated workplaces, student enterprises, mentors' groups; per 100 learners.
    groups_per_100: float = 7.0

    # What people say.
    answered: float = 0.72
    named: float = 0.55
    named_unlogged: float = 1.3

    # The survey: regions that are asked, shares of the invited who answer, and of the answers that are missing.
    surveyed_regions: int = 4
    responded: float = 0.78
    responded_low: float = 0.60
    responded_english_learner: float = 0.80
    assented: float = 0.94
    unanswered_items: float = 0.05

    # Planted outcomes: new ties a learner in the last days of the programme.
    outcome_days: int = 120
    outcomes: float = 0.6
    outcomes_no_professional: float = 0.3
    candidates: int = 60
    # Introductions: share of planted ties that came of one where it was allowed; asks that came to nothing.
    brokered: float = 0.9
    refusals: float = 5.0


#: The first day of a programme: only the roster is there.
COLD_KINDS = ("organization", "person", "subgroup", "affiliation")
