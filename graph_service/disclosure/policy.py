"""Who may see what, as data: role x kind of record x relation between them. Nothing else decides it.

A role that is not named here sees nothing, and a kind of record that is not named here is shown to nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

#: Raised whenever a rule changes, so that no answer outlives the rule it was made under.
REVISION = 6

#: What can hold between an actor and a record.
RELATIONS = {
    "scope": "everybody it is about is an adult, or a learner of the actor's sites, districts or caseload",
    "basis": "as scope, where a recorded legal basis opens the learners of that district to the actor's role",
    "partners": "everybody it is about is a professional or the programme's staff",
    "self": "it is about the actor",
    "workplace": "it is about an organisation that the actor works at",
    "released": "its results are frozen and released",
    "programme": "it is one of the programme's own",
}


@dataclass(frozen=True)
class Grant:
    """That a role sees records of some kinds where a relation holds.

    fields: the fields shown (empty: all that the resource shows to anybody). alone: fields that list people, from
    which other learners are left out. writes: the role may add, correct and retract such records.
    """

    role: str
    kinds: tuple[str, ...]
    relation: str
    fields: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    writes: bool = False


#: Kinds about single learners, or about people who may be learners: they belong to the learner's district.
EVIDENCE = (
    "person", "affiliation", "caseload", "interaction", "stated_tie", "relation", "subgroup", "consent", "clearance",
    "merge", "distinction", "note", "sign_in", "experience", "milestone", "programme_status",
    "survey_invitation", "response",
)  # fmt: skip
#: Employers, their people and offers: they belong to the intermediary and are shared by its districts.
PARTNERS = ("organization", "slot", "engagement", "champion", "employer_ask", "partnership", "commitment")
#: The intermediary's own work.
PLANNING = (
    "event", "funding", "community", "vision_target", "policy", "endorsement", "assistance", "barrier", "convening",
    "attendance", "coach_log", "resource_item", "rating", "consensus", "action_step", "occupation", "crosswalk",
    "priority", "pathway", "course", "survey_scale", "survey_item", "survey_round",
)  # fmt: skip
#: What the service keeps of its own work.
SERVICE = ("load", "wave")
#: What is told of a wave to whom its learners are not: nothing that counts few of them.
WAVE = (
    "key", "as_of", "model", "measures", "parameters", "versions", "roster_hash", "results_hash", "taken", "released",
    "released_on",
)  # fmt: skip

GRANTS = (
    Grant("coordinator", (*EVIDENCE, *PARTNERS, *PLANNING), "scope", writes=True),
    Grant("coordinator", SERVICE, "programme"),
    Grant("admin", (*EVIDENCE, *PARTNERS, *PLANNING), "scope", writes=True),
    Grant("admin", SERVICE, "programme"),
    # A director sees employers in full; learners only as suppressed aggregates, unless a legal basis says more.
    Grant("director", (*PARTNERS, *PLANNING), "programme", writes=True),
    Grant("director", ("person", "affiliation", "interaction", "clearance"), "partners"),
    Grant("director", EVIDENCE, "basis"),
    Grant("director", ("wave",), "released", fields=WAVE),
    # The safeguarding lead looks after people: who they are, who answers for them, what they agreed to.
    Grant("lead", ("person", "affiliation", "caseload", "consent", "clearance", "interaction"), "scope"),
    Grant("lead", ("organization",), "programme"),
    Grant("lead", ("concern",), "scope"),
    # Adults from outside never browse: their own entry, and the offers of where they work.
    Grant("mentor", ("person", "affiliation", "clearance", "champion"), "self"),
    Grant("mentor", ("organization",), "workplace"),
    Grant("employer", ("person", "affiliation", "clearance", "champion"), "self"),
    Grant("employer", ("organization", "slot", "employer_ask"), "workplace"),
    # A learner sees what is kept about them, and says whom they know; others' part in a meeting is not told.
    Grant("learner", ("person", "affiliation", "caseload", "consent", "subgroup"), "self"),
    Grant("learner", ("relation", "experience", "milestone", "programme_status"), "self"),
    Grant("learner", ("survey_invitation", "response"), "self"),
    Grant("learner", ("interaction",), "self", alone=("participants",)),
    Grant("learner", ("stated_tie",), "self", writes=True),
    # Evaluators see declared tables over frozen waves, never a record about somebody.
    Grant("evaluator", ("wave",), "released", fields=WAVE),
)  # fmt: skip

#: Whose learners a desk may open one by one: the relation between the role and a learner.
LEARNERS = {"coordinator": "scope", "admin": "scope", "lead": "scope", "director": "basis", "learner": "self"}
#: Whose learners a role may have counted, with small counts hidden or (for staff of the learners) not.
COUNTED = {"coordinator": "plain", "admin": "plain", "director": "suppressed", "evaluator": "suppressed"}
#: Which roles sit at which desk.
DESKS = {
    "coordinator": ("coordinator",),
    "mentor": ("mentor", "employer"),
    "evaluator": ("evaluator",),
    "learner": ("learner",),
    "director": ("director",),
    "lead": ("lead",),
    "programme": ("coordinator", "admin"),
    "cohort": tuple(COUNTED),
    "staff": ("coordinator", "admin", "lead"),
    "introductions": ("coordinator", "admin", "lead", "mentor", "employer", "learner"),
    "waves": ("coordinator", "admin"),
    "loads": ("coordinator", "admin"),
    "audits": ("coordinator", "admin"),
    "exports": ("coordinator", "director", "evaluator"),
}


def grants(role: str, kind: str) -> tuple[Grant, ...]:
    """What a role sees of a kind of record, the widest first.

    >>> [each.relation for each in grants("learner", "person")]
    ['self']
    """
    return tuple(each for each in GRANTS if each.role == role and kind in each.kinds)


def kinds_named() -> Iterable[str]:
    """Kinds that some role sees."""
    return {name for each in GRANTS for name in each.kinds}
