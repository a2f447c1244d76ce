"""Placements: working days with a supervisor, visits, evaluations, and what is kept up afterwards.

In person a learner meets a colleague besides the supervisor and is likelier to keep in touch than in a virtual
placement: the difference that `Profile.colleague` and `Profile.kept_up` plant.
"""

import numpy as np

from loaders.synthetic.contacts import ACTIVITIES, ADULT, LEARNER, MODES, STAFF, SUPERVISOR, Contacts, events, helped
from loaders.synthetic.contacts import KINDS as KIND_CODES
from loaders.synthetic.people import CONNECTED, Population
from loaders.synthetic.ties import adult_for, expanded, first_days

UNPAID = ("internship_unpaid", "clinical", "entrepreneurship")
PAID = ("internship_paid", "co_op", "youth_apprenticeship")
#: Who may work beside a supervisor.
BESIDE = ("employer_contact", "near_peer", "mentor", "alum")
MODE_MIX = (60, 20, 12, 4, 4)
#: A day before every learner: nobody had entered by then.
NEVER = -(10**6)


def placed(people: Population) -> list[Contacts]:
    """All contacts at and after placements."""
    draws = people.draws("placements")
    profile, span = people.profile, people.span
    eligible = (people.state == CONNECTED) & (people.grade >= 10)
    share = profile.placements * people.learners / max(int(eligible.sum()), 1)
    learner = np.flatnonzero(eligible & draws.chance(share, people.learners))
    supervisor = adult_for(people, draws, learner, ("employer_contact",))
    # Placements are likelier where somebody works beside the contact: one more try for those who are alone.
    other = adult_for(people, draws, learner, ("employer_contact",))
    alone = people.by_place(*BESIDE).size(people.place[supervisor]) < 2
    supervisor = np.where(alone & (other >= 0), other, supervisor)
    learner, supervisor = learner[supervisor >= 0], supervisor[supervisor >= 0]
    n = len(learner)
    site = people.place[supervisor]
    staff_there = people.by_place(*BESIDE)
    colleague = staff_there.draw(draws, site)
    for _ in range(3):
        colleague = np.where(colleague == supervisor, staff_there.draw(draws, site), colleague)
    mode = draws.pick(MODE_MIX, n)
    meets = np.array([profile.colleague[code] for code in MODES])[mode]
    colleague = np.where(draws.chance(meets, n) & (colleague != supervisor), colleague, -1)
    paid = draws.chance(np.where(people.low[learner], profile.paid_low, profile.paid), n)
    kinds = np.array([ACTIVITIES.index(each) for each in (*PAID, *UNPAID)])
    activity = kinds[np.where(paid, draws.pick((60, 15, 25), n), 3 + draws.pick((55, 22, 23), n))]

    start = first_days(people, draws, learner)
    summer = [begin for begin, _, name in span.breaks if name == "summer" and begin > span.first + 30]
    in_summer = draws.chance(0.4, n) & (np.array(people.entered[learner]) < (summer[0] if summer else NEVER))
    start = np.where(in_summer, (summer[0] if summer else 0) + 3 + draws.below(14, n), start)
    count = np.maximum(draws.about(draws.between(6, 18, n) * profile.intensity, n), 2)
    gap = draws.between(3, 7, n)
    row, place = expanded(count)
    m = len(row)
    day = span.on_weekdays(start[row] + place * gap[row])
    both = draws.chance(0.5, m)
    bits, direction = helped(draws, np.full(m, KIND_CODES.index("work_session")))
    work = events(
        day, "work_session", [supervisor[row], learner[row], np.where(both, colleague[row], -1)],
        (SUPERVISOR, LEARNER, ADULT), mode[row], minutes=draws.between(6, 16, m) * 30, host=site[row],
        activity=activity[row], line="brokering", help=direction, resources=bits, evidence="verified",
        logger="employer_contact", context="site",
    )  # fmt: skip
    end = start + (count - 1) * gap
    staff = people.by_region("coordinator").draw(draws, people.region[learner])
    visits, at = expanded(draws.between(1, 3, n))
    seen = events(
        span.on_weekdays(np.minimum(start[visits] + 5 + at * 21, end[visits] + 2)), "placement_visit",
        [staff[visits], learner[visits], supervisor[visits]], (STAFF, LEARNER, SUPERVISOR), mode[visits],
        minutes=45, host=site[visits], activity=activity[visits], line="supervisors", evidence="verified",
        logger="coordinator", pairs=0, context="site",
    )  # fmt: skip
    judged, again = expanded(draws.between(1, 2, n))
    bits, direction = helped(draws, np.full(len(judged), KIND_CODES.index("evaluation")))
    talk = events(
        span.on_weekdays(end[judged] - again * ((end - start)[judged] // 2)), "evaluation",
        [supervisor[judged], learner[judged]], (SUPERVISOR, LEARNER), mode[judged], minutes=30, host=site[judged],
        activity=activity[judged], line="quality", help=direction, resources=bits, evidence="verified",
        logger="employer_contact", context="site",
    )  # fmt: skip
    kept = draws.chance(np.array([profile.kept_up[code] for code in MODES])[mode], n)
    later, at = expanded(np.where(kept, draws.between(1, 4, n), 0))
    bits, direction = helped(draws, np.full(len(later), KIND_CODES.index("meeting")))
    after = events(
        span.on_weekdays(end[later] + 40 + at * 45), "meeting", [learner[later], supervisor[later]], (LEARNER, ADULT),
        np.where(draws.chance(0.5, len(later)), 1, 0), minutes=30, help=direction, resources=bits, evidence="stated",
        logger="learner", line="equity",
    )  # fmt: skip
    return [work, seen, talk, after]
