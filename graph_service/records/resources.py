"""Which kinds of record the API offers as resources, under which plural noun, and which fields it never shows."""

from dataclasses import dataclass

from graph_service.records.registry import KINDS


@dataclass(frozen=True)
class Resource:
    """A collection of the API.

    path: the plural noun in addresses. hidden: fields that no answer holds. people: fields that say whom the
    record is about; a record about learners out of an actor's scope is not there for that actor.
    writable: records are added, corrected and retracted through the API. batches: also many in one request.
    """

    kind: str
    path: str
    people: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    writable: bool = True
    batches: bool = False


RESOURCES = (
    # Birth dates are for gates only; de-identified or not, nobody reads them here.
    Resource("person", "people", people=("id",), hidden=("birth_date",)),
    Resource("organization", "organizations"),
    Resource("affiliation", "affiliations", people=("person",)),
    Resource("caseload", "caseload", people=("learner",)),
    Resource("interaction", "interactions", people=("participants",), batches=True),
    Resource("stated_tie", "stated-ties", people=("ego",)),
    Resource("relation", "relations", people=("ego",)),
    Resource("note", "notes", people=("learner",)),
    Resource("event", "events"),
    Resource("sign_in", "sign-ins", people=("learner",)),
    Resource("subgroup", "subgroups", people=("person",)),
    Resource("consent", "consents", people=("person",)),
    Resource("clearance", "clearances", people=("person",)),
    Resource("merge", "merges", people=("duplicate", "kept")),
    Resource("distinction", "distinctions", people=("one", "other")),
    # The intermediary's work: a record about a learner is there for whoever sees the learner.
    Resource("slot", "slots"),
    Resource("experience", "experiences", people=("learner",)),
    Resource("engagement", "engagements"),
    Resource("champion", "champions", people=("person",)),
    Resource("employer_ask", "employer-asks"),
    Resource("partnership", "partnerships"),
    Resource("commitment", "commitments"),
    Resource("funding", "funding"),
    Resource("community", "communities"),
    Resource("vision_target", "vision-targets"),
    Resource("policy", "policies"),
    Resource("endorsement", "endorsements", people=("person",)),
    Resource("assistance", "assistance"),
    Resource("barrier", "barriers"),
    Resource("convening", "convenings"),
    Resource("attendance", "attendance", people=("person",)),
    Resource("coach_log", "coach-logs"),
    Resource("resource_item", "library"),
    Resource("rating", "ratings"),
    Resource("consensus", "consensus"),
    Resource("action_step", "action-steps"),
    Resource("occupation", "occupations"),
    Resource("crosswalk", "crosswalks"),
    Resource("priority", "priorities"),
    Resource("pathway", "pathways"),
    Resource("course", "courses"),
    Resource("milestone", "milestones", people=("learner",)),
    Resource("programme_status", "programme-statuses", people=("learner",)),
    # Surveys: the instrument (scales, items), who was asked when, what was answered.
    Resource("survey_scale", "survey-scales"),
    Resource("survey_item", "survey-items"),
    Resource("survey_round", "survey-rounds"),
    Resource("survey_invitation", "survey-invitations", people=("person",)),
    Resource("response", "responses", people=("person",), batches=True),
    Resource("wave", "waves", writable=False),
    Resource("load", "loads", writable=False),
    # Raised by anybody through an introduction; read by the safeguarding lead alone.
    Resource("concern", "concerns", people=("about",), writable=False),
)

BY_PATH = {each.path: each for each in RESOURCES}
assert all(each.kind in KINDS for each in RESOURCES)
