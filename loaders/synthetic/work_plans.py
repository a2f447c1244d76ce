"""Communities, self-assessments, plans, partners' promises, tables of occupations, and course sequences."""

from datetime import timedelta
from typing import Any

from graph_service.records.vocabulary import vocabulary
from loaders.synthetic.convened import convened
from loaders.synthetic.labour import sectors
from loaders.synthetic.work_place import Place, Row, day

INSTRUMENT = "intermediary-functions 1"
#: Elements of each service line in the shipped instrument.
ELEMENTS = ("a", "b")
PROMISES = (
    "Offer ten places a year", "Let staff visit classrooms", "Share placement data", "Pay for transport",
    "Join the board",
)  # fmt: skip
COURSES = ("Introduction", "Principles", "Advanced", "Capstone")


def plans(here: Place, rows: dict[str, list[Row]]) -> None:
    """Fill the tables of planning."""
    _communities(here, rows)
    _cohort(here, rows)
    _partners(here, rows)
    if here.who.block == 0:
        _labour(here, rows)
    _pathways(here, rows)


def _communities(here: Place, rows: dict[str, list[Row]]) -> None:
    lines, stages = vocabulary("service_lines").codes, vocabulary("implementation_stages").codes
    states, staff = vocabulary("work_states").codes, here.people("coordinator")
    leads, schools = here.of("intermediary"), here.of("school")
    for n, home in enumerate(here.of("district")):
        id, region = here.id("CM", n), here.who.places.region[home]
        lead = next(each for each in leads if here.who.places.region[each] == region)
        inside = [each for each in schools if here.who.places.district[each] == home]
        coach, owner = here.key[staff[n % len(staff)]], here.staff(home)
        rows["community"].append(
            {
                "id": id, "name": f"Example community {here.who.block * 100 + n + 1}", "cohort": "cohort 1",
                "members": [here.place[each] for each in (home, lead, *inside)], "lead": here.place[lead],
                "coach": coach, "since": here.first,
            }
        )  # fmt: skip
        rows["vision_target"].append(
            {
                "id": here.id("VT", n), "community": id, "measure": "learners_with_professional",
                "target": 0.8, "due": here.last + timedelta(days=365), "text": "Four of five know a professional",
            }
        )  # fmt: skip
        for at, line in enumerate(lines):
            when = here.last - timedelta(days=20 * at)
            rows["barrier"].append(
                {
                    "id": f"{id}-B{at}", "community": id, "text": f"Nobody has time for {line}", "service_line": line,
                    "noted": when, "removed": when + timedelta(days=10) if at % 3 == 0 else None,
                }
            )  # fmt: skip
            rows["coach_log"].append(
                {
                    "id": f"{id}-L{at}", "community": id, "coach": coach, "date": when, "focus": line,
                    "advice": "Begin with two employers", "next_step": "Call them this week",
                }
            )  # fmt: skip
            rows["action_step"].append(
                {
                    "id": f"{id}-A{at}", "community": id, "text": f"Write down how {line} is done",
                    "service_line": line, "element": f"{line}.a", "owner": owner,
                    "due": here.last + timedelta(days=60 - 15 * at), "state": states[at % 5], "opened": when,
                    "barrier": f"{id}-B{at}" if at % 2 else None,
                }
            )  # fmt: skip
            for element in ELEMENTS:
                _rated(here, rows, id, f"{line}.{element}", (at + n + (element == "b")) % 5, stages, staff)


def _rated(
    here: Place, rows: dict[str, list[Row]], community: str, element: str, at: int, stages: tuple[str, ...], staff: Any
) -> None:
    """Two raters a year ago and now, who differ on some elements, and what they agreed on."""
    for round_, ago, better in (("start", 380, 0), ("now", 20, 1)):
        when = here.last - timedelta(days=ago)
        common = {"community": community, "instrument": INSTRUMENT, "element": element, "round": round_, "date": when}
        agreed = min(4, at + better)
        for turn, rater in enumerate(staff[:2]):
            stage = stages[max(0, agreed - turn * (len(element) % 2))]
            id = f"{community}-{element}-{round_}-{turn}"
            rows["rating"].append({**common, "id": id, "rater": here.key[rater], "stage": stage})
        rows["consensus"].append({**common, "id": f"{community}-{element}-{round_}", "stage": stages[agreed]})


def _cohort(here: Place, rows: dict[str, list[Row]]) -> None:
    """Convenings, endorsements (some expired), help given and received, the library."""
    modes, lines = vocabulary("modes").codes, vocabulary("service_lines").codes
    lead = here.of("intermediary")[0]
    for each in convened(here.who):
        id = here.id("CV", each.number)
        rows["convening"].append(
            {
                "id": id, "title": f"Convening {each.number + 1}", "date": day(each.day), "mode": modes[each.mode],
                "sessions": ["Engaging employers", "Role-alike groups"], "organizer": here.place[each.host],
            }
        )  # fmt: skip
        for at, (person, group) in enumerate(each.came):
            community = rows["community"][at % len(rows["community"])]["id"]
            rows["attendance"].append(
                {
                    "id": f"{id}-{at}", "convening": id, "person": here.key[person], "community": community,
                    "group": group,
                }
            )  # fmt: skip
    for n, person in enumerate(here.people("coordinator")):
        since = here.last - timedelta(days=1200 if n % 4 == 0 else 400)
        rows["endorsement"].append(
            {
                "id": here.id("ED", n), "person": here.key[person], "name": "Work-based-learning coordinator",
                "issuer": "Example State", "since": since, "until": since + timedelta(days=3 * 365),
            }
        )  # fmt: skip
    for n, line in enumerate(lines):
        rows["assistance"].append(
            {
                "id": here.id("AS", n), "organization": here.place[lead], "direction": ("received", "given")[n % 2],
                "topic": f"How others do {line}", "service_line": line, "date": here.last - timedelta(days=25 * n),
                "hours": 3.0, "provider": "an established intermediary" if n % 2 == 0 else None,
            }
        )  # fmt: skip
        rows["resource_item"].append(
            {"id": here.id("RI", n), "title": f"A short guide to {line}", "service_line": line, "element": f"{line}.a"}
        )


def _partners(here: Place, rows: dict[str, list[Row]]) -> None:
    kinds, states = vocabulary("partnership_kinds").codes, vocabulary("work_states").codes
    leads = here.of("intermediary")
    others = [*here.of("district"), *here.of("college"), *here.of("community_organization"), *here.of("agency")]
    for n, other in enumerate(others):
        lead = leads[n % len(leads)]
        rows["partnership"].append(
            {
                "id": here.id("PA", n), "one": here.place[lead], "other": here.place[other], "kind": kinds[n % 4],
                "since": here.first, "until": None if n % 3 else here.last + timedelta(days=40),
            }
        )  # fmt: skip
        rows["commitment"].append(
            {
                "id": here.id("CO", n), "organization": here.place[other], "promise": PROMISES[n % 5],
                "made": here.first, "due": here.last + timedelta(days=30 * (n % 5) - 60), "state": states[n % 5],
            }
        )  # fmt: skip
    for n, lead in enumerate(leads):
        rows["funding"].append(
            {
                "id": here.id("FU", n), "organization": here.place[lead], "source": ("grant", "state", "fees")[n % 3],
                "purpose": "coordinators", "amount": 50000.0 + 10000 * (n % 7), "since": here.first,
                "until": here.last + timedelta(days=200),
            }
        )  # fmt: skip
    for n, state in enumerate(here.of("state")):
        rows["policy"].append(
            {
                "id": here.id("PO", n), "organization": here.place[state], "title": "Rules for work-based learning",
                "topic": "endorsement of coordinators", "since": here.first,
            }
        )  # fmt: skip


def _labour(here: Place, rows: dict[str, list[Row]]) -> None:
    """A made-up table in the shape of the published ones: three occupations of each cluster, pay by level."""
    known = sectors()
    for n, soc in enumerate(known.occupations):
        sector, level = known.codes[n // 3], n % 3
        title = f"{vocabulary('career_clusters').label(sector)}, {('entry', 'mid', 'senior')[level]} level"
        rows["occupation"].append(
            {
                "id": here.id("OC", n), "soc": soc, "title": title, "area": "Example State", "year": here.last.year - 1,
                "employment": 1000 + 137 * (n * 7 % 40), "median_wage": 31000.0 + 17500 * level + 800 * (n // 3),
                "openings": float(40 + (n * 53) % 260), "growth": float((n * 17) % 25 - 6), "job_zone": 2 + level,
                "sector": sector, "source": "made-up sample table", "loaded": here.last,
                "projected_from": here.last.year - 1, "projected_to": here.last.year + 9,
            }
        )  # fmt: skip
        for scheme, code, means in (
            ("job_zone", soc, str(2 + level)),
            ("cip_soc", _programme(n // 3, level), soc),
            ("soc_cluster", soc, sector),
        ):
            rows["crosswalk"].append(
                {
                    "id": here.id(f"XW-{scheme}", n), "scheme": scheme, "code": code, "means": means, "title": title,
                    "edition": "made-up sample table", "loaded": here.last,
                }
            )  # fmt: skip
        if n % 4 == 0:
            rows["priority"].append(
                {
                    "id": here.id("PR", n), "soc": soc, "area": "Example State", "authority": "Example workforce board",
                    "since": here.first,
                }
            )  # fmt: skip

    for n, (industry, noun, sector) in enumerate(zip(known.naics, known.nouns, known.codes, strict=True)):
        for scheme, means in (("naics", industry), ("naics_cluster", sector)):
            rows["crosswalk"].append(
                {
                    "id": here.id(f"XW-{scheme}", n), "scheme": scheme, "code": industry, "means": means, "title": noun,
                    "edition": "made-up sample table", "loaded": here.last,
                }
            )  # fmt: skip


def _programme(cluster: int, level: int) -> str:
    """A made-up programme code in the form of CIP."""
    return f"{cluster + 1:02d}.0{level + 1}01"


def _pathways(here: Place, rows: dict[str, list[Row]]) -> None:
    activities, codes = vocabulary("activities").codes, sectors().codes
    homes = here.of("school")
    for n, sector in enumerate(codes):
        id = here.id("PW", n)
        rows["pathway"].append(
            {
                "id": id, "organization": here.place[homes[n % len(homes)]], "sector": sector, "since": here.first,
                "name": f"{vocabulary('career_clusters').label(sector)} pathway", "cip": _programme(n, 0),
            }
        )  # fmt: skip
        for at, title in enumerate(COURSES):
            rows["course"].append(
                {
                    "id": f"{id}-{at}", "pathway": id, "position": at + 1, "title": title, "grade": str(9 + at),
                    "activity": activities[(n * len(COURSES) + at) % len(activities)], "credit": at == 3,
                }
            )  # fmt: skip
    who = here.who
    states, statuses = vocabulary("milestone_states").codes, vocabulary("programme_statuses").codes
    for n, at in enumerate(here.people("learner")):
        if who.goal[at] < 0 or who.grade[at] < 10 or n % 2:
            continue
        path = here.id("PW", int(who.goal[at]))
        for step in range(min(int(who.grade[at]) - 8, 4)):
            state = states[1] if step < who.grade[at] - 9 else states[(n // 2 % 3)]
            milestone = {"id": f"MS-{here.key[at]}-{step}", "learner": here.key[at], "course": f"{path}-{step}"}
            rows["milestone"].append({**milestone, "state": state, "date": here.last - timedelta(days=200 - 40 * step)})
        status = statuses[min(2, max(0, int(who.grade[at]) - 10))]
        rows["programme_status"].append(
            {
                "id": f"PS-{here.key[at]}", "learner": here.key[at], "status": status, "pathway": path,
                "since": here.last - timedelta(days=250),
                "graduated": here.last - timedelta(days=100) if status == "completer" and who.grade[at] > 12 else None,
            }
        )  # fmt: skip
