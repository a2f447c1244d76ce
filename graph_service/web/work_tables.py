"""The intermediary's lists as a page shows them: title, what it says, and each column with its heading and sort."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.records.vocabulary import vocabulary
from graph_service.web.language import N_, text, words
from graph_service.web.retold import retold


@dataclass(frozen=True)
class Shown:
    """One list. columns: field, heading, sort of value. The first column heads its row.

    Sorts: `text`, `word`, `number`, `percent`, `day`, `yes`, `list`, `roles`, `belongs`, or the name of a vocabulary.
    """

    title: str
    lead: str
    columns: tuple[tuple[str, str, str], ...]


SHOWN: Mapping[str, Shown] = {
    "intermediaries": Shown(
        N_("Intermediaries"),
        N_("Organisations and people who connect schools with employers, and how many learners each looks after."),
        (
            ("name", N_("Name"), "text"),
            ("form", N_("Form"), "word"),
            ("kind", N_("Kind"), "intermediary_kinds"),
            ("reach", N_("Reach"), "reaches"),
            ("mission", N_("Mission"), "text"),
            ("coordinators", N_("Coordinators"), "number"),
            ("caseload", N_("Learners looked after"), "number"),
            ("partnerships", N_("Partnerships"), "number"),
            ("endorsed_until", N_("Endorsed until"), "day"),
            ("endorsement", N_("Endorsement"), "word"),
        ),
    ),
    "stakeholders": Shown(
        N_("Stakeholders"),
        N_("Partners of every kind: their ties, what they promised, and whether anybody covers them."),
        (
            ("name", N_("Name"), "text"),
            ("kind", N_("Kind"), "organization_kinds"),
            ("level", N_("Level"), "number"),
            ("partnerships", N_("Partnerships"), "number"),
            ("promises_open", N_("Promises open"), "number"),
            ("promises_late", N_("Promises late"), "number"),
            ("coordinators", N_("Coordinators"), "number"),
            ("covered", N_("Covered"), "yes"),
        ),
    ),
    "coverage": Shown(
        N_("Coverage map"),
        N_("Which schools have no intermediary or coordinator, and how many learners each coordinator there has."),
        (
            ("school", N_("School or college"), "text"),
            ("district", N_("District"), "text"),
            ("location", N_("Region"), "text"),
            ("gap", N_("Covered"), "word"),
            ("learners", N_("Learners"), "number"),
            ("intermediaries", N_("Intermediaries"), "list"),
            ("coordinators", N_("Coordinators"), "number"),
            ("per_coordinator", N_("Learners for each"), "number"),
            ("unassigned", N_("On nobody's caseload"), "number"),
        ),
    ),
    "caseloads": Shown(
        N_("Caseloads"),
        N_("Coordinators, advisers of student organisations and part-time instructors: what each of them carries."),
        (
            ("name", N_("Person"), "text"),
            ("organization", N_("Works for"), "text"),
            ("title", N_("Post"), "text"),
            ("learners", N_("Learners looked after"), "number"),
            ("share", N_("% of full time"), "number"),
            ("per_full_time", N_("Learners for a full post"), "number"),
            ("experiences", N_("Experiences"), "number"),
            ("tailored", N_("Made for one learner"), "number"),
            ("also", N_("Also"), "belongs"),
        ),
    ),
    "convenings": Shown(
        N_("Convenings"),
        N_("Workshops and convenings: sessions, role-alike groups, who came, and how many of these pairs still talk."),
        (
            ("title", N_("Convening"), "text"),
            ("date", N_("Day"), "day"),
            ("mode", N_("Mode"), "modes"),
            ("organizer", N_("Held by"), "text"),
            ("sessions", N_("Sessions"), "list"),
            ("groups", N_("Role-alike groups"), "list"),
            ("communities", N_("Communities"), "number"),
            ("attended", N_("Attended"), "number"),
            ("pairs", N_("Pairs in a group"), "number"),
            ("tied", N_("Tied today"), "number"),
        ),
    ),
    "colleagues": Shown(
        N_("Our people as a network"),
        N_("Ties among coordinators and other staff out of recorded contacts, convenings among them."),
        (
            ("name", N_("Person"), "text"),
            ("organization", N_("Works for"), "text"),
            ("colleagues", N_("Tied to"), "number"),
            ("density", N_("Share of them tied"), "percent"),
            ("effective_size", N_("Effective size"), "number"),
            ("constraint", N_("Constraint"), "number"),
            ("convenings", N_("Convenings in a year"), "number"),
        ),
    ),
    "partners": Shown(
        N_("Partners as a network"),
        N_("Ties between organisations by agreement or joint activity, and who bridges schools and employers."),
        (
            ("name", N_("Name"), "text"),
            ("kind", N_("Kind"), "organization_kinds"),
            ("partners", N_("Tied to"), "number"),
            ("density", N_("Share of them tied"), "percent"),
            ("effective_size", N_("Effective size"), "number"),
            ("constraint", N_("Constraint"), "number"),
            ("education", N_("Schools and colleges"), "number"),
            ("employers", N_("Employers"), "number"),
            ("bridges", N_("Bridges both"), "yes"),
        ),
    ),
    "employers": Shown(
        N_("Employers"),
        N_("How deeply each is engaged, what was asked of it, and the next step towards hosting on site."),
        (
            ("name", N_("Employer"), "text"),
            ("sector", N_("Sector"), "career_clusters"),
            ("level", N_("Level"), "number"),
            ("contacts", N_("Contacts"), "number"),
            ("asks", N_("Asks"), "number"),
            ("yes_rate", N_("Said yes"), "percent"),
            ("second_ask", N_("Asked twice"), "yes"),
            ("last_contact", N_("Last contact"), "day"),
            ("silent", N_("Silent"), "yes"),
            ("hosted_this_year", N_("Hosted"), "number"),
            ("hosted_last_year", N_("Year before"), "number"),
            ("places", N_("Places"), "number"),
            ("next_step", N_("Next step"), "word"),
        ),
    ),
    "champions": Shown(
        N_("Champions"),
        N_("People of employers who speak for work-based learning, and their employer's own reason."),
        (
            ("person_id", N_("Person"), "text"),
            ("organization", N_("Employer"), "text"),
            ("sector", N_("Sector"), "career_clusters"),
            ("since", N_("Since"), "day"),
            ("reason", N_("Reason"), "text"),
        ),
    ),
    "slots": Shown(
        N_("Places on offer"),
        N_("What employers offer, and how much of it is taken."),
        (
            ("host", N_("Employer"), "text"),
            ("activity", N_("Activity"), "activities"),
            ("mode", N_("Mode"), "modes"),
            ("sector", N_("Sector"), "career_clusters"),
            ("offered", N_("Offered"), "number"),
            ("filled", N_("Filled"), "number"),
            ("completed", N_("Completed"), "number"),
            ("free", N_("Free"), "number"),
            ("since", N_("From"), "day"),
            ("until", N_("To"), "day"),
            ("paid", N_("Paid"), "yes"),
        ),
    ),
    "experiences": Shown(
        N_("Experiences"),
        N_("Each learner's experience, from request to thanks: what it lacks, and whether Perkins V counts it."),
        (
            ("learner", N_("Learner"), "text"),
            ("activity", N_("Activity"), "activities"),
            ("mode", N_("Mode"), "modes"),
            ("state", N_("State"), "experience_states"),
            ("host", N_("Employer"), "text"),
            ("since", N_("From"), "day"),
            ("hours_logged", N_("Hours"), "number"),
            ("visits", N_("Visits"), "number"),
            ("visit_due", N_("Visit due"), "day"),
            ("signatures", N_("Signatures of four"), "number"),
            ("failed_rules", N_("Rules that failed"), "list"),
            ("qualities", N_("Qualities of three"), "number"),
            ("counts", N_("Counts for Perkins V"), "yes"),
            ("because", N_("What is missing"), "list"),
        ),
    ),
    "modes": Shown(
        N_("Quality by mode"),
        N_("Whether virtual, school-based and simulated experiences are judged as good as those in person."),
        (
            ("mode", N_("Mode"), "modes"),
            ("experiences", N_("Experiences"), "number"),
            ("evaluated", N_("Evaluated"), "number"),
            ("clarity", N_("Clarity, 1 to 5"), "number"),
            ("supervision", N_("Supervision, 1 to 5"), "number"),
            ("skills", N_("Skills, 1 to 5"), "number"),
            ("all_three", N_("All three"), "percent"),
            ("all_three_low", N_("Low end"), "percent"),
            ("all_three_high", N_("High end"), "percent"),
            ("paid", N_("Paid"), "percent"),
        ),
    ),
    "forecast": Shown(
        N_("Forecast of places"),
        N_("Places that employers will host in the next twelve months, from what each hosted before."),
        (
            ("sector", N_("Sector"), "career_clusters"),
            ("employers", N_("Employers"), "number"),
            ("hosted", N_("Hosted"), "number"),
            ("expected", N_("Expected"), "number"),
            ("low", N_("Low end"), "number"),
            ("high", N_("High end"), "number"),
        ),
    ),
    "priorities": Shown(
        N_("Priorities"),
        N_("Occupations in demand that sustain a family by the programme's stated rule, and places still to find."),
        (
            ("title", N_("Occupation"), "text"),
            ("soc", N_("Code"), "text"),
            ("area", N_("Area"), "text"),
            ("year", N_("Year"), "text"),
            ("sector", N_("Sector"), "career_clusters"),
            ("openings", N_("Openings a year"), "number"),
            ("median_wage", N_("Median pay"), "number"),
            ("in_demand", N_("In demand"), "yes"),
            ("family_sustaining", N_("Sustains a family"), "yes"),
            ("listed", N_("Listed"), "yes"),
            ("learners_aiming", N_("Learners who aim there"), "number"),
            ("employers", N_("Employers"), "number"),
            ("open_places", N_("Free places"), "number"),
            ("gap", N_("Places to find"), "number"),
        ),
    ),
    "pathways": Shown(
        N_("Pathways"),
        N_("Course sequences with work-based learning in them, how far learners are, and where they lead."),
        (
            ("name", N_("Pathway"), "text"),
            ("institution", N_("Institution"), "text"),
            ("sector", N_("Sector"), "career_clusters"),
            ("courses", N_("Courses"), "number"),
            ("with_activity", N_("With an activity"), "number"),
            ("learners", N_("Learners"), "number"),
            ("reached", N_("Milestones reached"), "percent"),
            ("missed", N_("Milestones missed"), "number"),
            ("concentrators", N_("Concentrators"), "number"),
            ("occupations", N_("Leads to"), "list"),
            ("in_demand", N_("Of these in demand"), "number"),
        ),
    ),
    "assessment": Shown(
        N_("Self-assessment"),
        N_("Where each community stands, element by element; where raters differ, both are shown."),
        (
            ("community", N_("Community"), "text"),
            ("element", N_("Element"), "text"),
            ("raters", N_("Raters"), "number"),
            ("lowest", N_("Lowest"), "number"),
            ("highest", N_("Highest"), "number"),
            ("differ", N_("They differ"), "yes"),
            ("consensus", N_("Agreed"), "number"),
            ("before", N_("Before"), "number"),
            ("change", N_("Change"), "number"),
            ("focus", N_("Focus area"), "yes"),
        ),
    ),
    "actions": Shown(
        N_("Action steps"),
        N_("Priority steps of every plan; what is late comes first."),
        (
            ("step", N_("Step"), "text"),
            ("community", N_("Community"), "text"),
            ("service_line", N_("Service line"), "service_lines"),
            ("owner", N_("Owner"), "text"),
            ("due", N_("Due"), "day"),
            ("state", N_("State"), "work_states"),
            ("late", N_("Late"), "yes"),
            ("barrier", N_("Barrier"), "text"),
        ),
    ),
    "sites": Shown(
        N_("Communities side by side"),
        N_("The communities of a cohort: partners, plans, and what their learners have."),
        (
            ("community", N_("Community"), "text"),
            ("cohort", N_("Cohort"), "text"),
            ("members", N_("Members"), "number"),
            ("consensus_mean", N_("Stage, mean"), "number"),
            ("consensus_before", N_("Stage before"), "number"),
            ("focus_areas", N_("Focus areas"), "number"),
            ("steps", N_("Steps"), "number"),
            ("steps_done", N_("Steps done"), "number"),
            ("steps_late", N_("Steps late"), "number"),
            ("barriers_open", N_("Barriers open"), "number"),
            ("coach_meetings", N_("Coach meetings"), "number"),
            ("attended", N_("Attended"), "number"),
            ("learners", N_("Learners"), "number"),
            ("with_experience", N_("With an experience"), "percent"),
            ("virtual_share", N_("Virtual"), "percent"),
        ),
    ),
    "gaps": Shown(
        N_("Sectors out of reach"),
        N_("What learners aim for, and whether somebody at an employer of that field is within two steps of them."),
        (
            ("sector", N_("Sector"), "career_clusters"),
            ("learners_aiming", N_("Learners who aim there"), "number"),
            ("within_one", N_("Within one step"), "number"),
            ("within_two", N_("Within two steps"), "number"),
            ("out_of_reach", N_("Out of reach"), "number"),
            ("employers", N_("Employers"), "number"),
            ("open_places", N_("Free places"), "number"),
        ),
    ),
    "visions": Shown(
        N_("Visions"),
        N_("What each community aims for, against what is so today."),
        (
            ("community", N_("Community"), "text"),
            ("text", N_("Vision"), "text"),
            ("target", N_("Target"), "percent"),
            ("now", N_("Today"), "percent"),
            ("reached", N_("Reached"), "yes"),
            ("due", N_("Due"), "day"),
            ("late", N_("Late"), "yes"),
        ),
    ),
    "transitions": Shown(
        N_("Transitions"),
        N_("Learners who left a school within a year: whether they moved on, and who keeps contact."),
        (
            ("site", N_("Site"), "text"),
            ("left", N_("Left"), "number"),
            ("enrolled_elsewhere", N_("Enrolled elsewhere"), "number"),
            ("with_professional", N_("With a professional tie"), "number"),
            ("with_contact", N_("Met somebody since"), "number"),
            ("without_contact", N_("Nobody since"), "number"),
            ("kept_by", N_("Contact is kept by"), "roles"),
        ),
    ),
}
#: Values that are words of their own rather than codes of a vocabulary.
WORDS = (
    N_("meet"),
    N_("virtual talk to a group"),
    N_("simulated or school-based project"),
    N_("virtual internship"),
    N_("host on site"),
    N_("host again"),
    N_("share the lead"),
    N_("organization"),
    N_("person"),
    N_("valid"),
    N_("expired"),
    N_("none"),
    N_("nobody"),
    N_("no coordinator"),
    N_("no intermediary"),
    N_("covered"),
)
#: Kinds of record that show an element of the shipped instrument.
EVIDENCE_WORDS: Mapping[str, str] = {
    "occupation": N_("occupations"),
    "priority": N_("listed priorities"),
    "partnership": N_("partnerships"),
    "commitment": N_("promises"),
    "employer_ask": N_("asks to employers"),
    "champion": N_("champions"),
    "slot": N_("places"),
    "placement_check": N_("checks before a start"),
    "course": N_("courses"),
    "milestone": N_("milestones"),
    "experience_event": N_("steps of experiences"),
    "experience": N_("experiences"),
    "visit": N_("visits"),
    "evaluation": N_("evaluations"),
    "programme_status": N_("programme statuses"),
    "interaction": N_("contacts"),
}
#: What speaks for a proposed place.
FIT_WORDS: Mapping[str, str] = {
    "goal": N_("their goal"),
    "near": N_("near their school or virtual"),
    "mode": N_("a mode that they take"),
    "first_tie": N_("a first professional tie"),
    "new_sector": N_("a sector new to their network"),
    "no_experience": N_("no experience so far"),
    "grade": N_("a grade that the host takes"),
    "language": N_("a language that the host asks for"),
    "known": N_("known to the host's people"),
}
METHOD_WORDS = (N_("optimum"), N_("greedy"), N_("deferred acceptance"))
NUMBERS = ("number", "percent")


def cell(value: Any, sort: str) -> str:
    """A value as the reader's language writes it; a dash where there is none."""
    if value is None or value == ():
        return "–"
    if sort == "yes":
        return text(N_("yes")) if value else text(N_("no"))
    if sort == "percent":
        return words().percent(value, 0)
    if sort == "number":
        return words().number(value, 0 if float(value).is_integer() else 1)
    if sort == "day":
        return words().day(value if isinstance(value, date) else date.fromisoformat(value))
    if sort == "roles":
        return ", ".join(vocabulary("person_roles").label(each, words().language.partition("-")[0]) for each in value)
    if sort == "belongs":
        known = vocabulary("affiliation_relations")
        return ", ".join(known.label(each, words().language.partition("-")[0]) for each in value)
    if sort == "list":
        return ", ".join(retold(str(each)) for each in value)
    if sort == "word":
        return text(value)
    if sort == "text":
        return str(value)
    table = vocabulary(sort)
    return table.label(value, words().language.partition("-")[0]) if value in table else str(value)
