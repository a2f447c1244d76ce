"""What an evaluator reads beside the desk: the cohort's report over released waves, and studies as they were planned.

There is nothing to filter by but what is declared: waves by name, one field of groups, measures of the catalogue. What
is answered is written to the release log, and not answered where it would tell of the few by whom it differs from
what left before.
"""

from typing import Annotated

from fastapi import Depends, Path, Query

from graph_service.api.access import EvaluatorReader, Running
from graph_service.api.desks import WaveName
from graph_service.api.freshness import fresh
from graph_service.api.networks import Measures
from graph_service.api.resources import READS, problems
from graph_service.api.routing import Router
from graph_service.desks import evaluating
from graph_service.desks.views.cohort_report import CohortReport
from graph_service.desks.views.releases import Released, Releases
from graph_service.desks.views.study import Studies, StudyTold

router = Router(dependencies=[Depends(fresh)], responses=problems(*READS, 409))
By = Annotated[
    str | None, Query(pattern="^[a-z_]{1,60}$", description="groups to compare: site, grade, goal, or a subgroup")
]
Name = Annotated[str, Path(max_length=300, pattern=r"^[^/\x00-\x1f\x7f]+$", description="name of the study")]

Release = Annotated[str, Path(pattern=r"^[0-9a-z]{8,80}$", description="id of a release")]


@router.get("/cohort/report", operation_id="get_cohort_report", tags=["cohort"])
def cohort_report(
    reader: EvaluatorReader,
    before: WaveName = None,
    after: WaveName = None,
    by: By = None,
    measures: Measures = [],  # noqa: B006
) -> CohortReport:
    """Did networks grow between two released waves, for whom, how sure; days to a first tie by how it began."""
    return evaluating.growth_report(reader, before, after, by, measures)


@router.get("/releases", operation_id="list_releases", tags=["releases"])
def list_releases(reader: EvaluatorReader) -> Releases:
    """Tables and reports that left: those of one's own, or all of them for an evaluator of the whole programme."""
    return evaluating.releases(reader)


@router.get("/releases/{release}", operation_id="get_release", tags=["releases"])
def get_release(reader: EvaluatorReader, release: Release) -> Released:
    """One of them exactly as it left, though learners were erased or came since."""
    return evaluating.served(reader, release)


@router.get("/studies", operation_id="list_studies", tags=["studies"])
def list_studies(reader: EvaluatorReader, running: Running) -> Studies:
    """Studies: when each was fixed, its digest, when its outcomes were opened."""
    return evaluating.studies(reader, running.programme.studies.list())


@router.get("/studies/{name}/report", operation_id="report_study", tags=["studies"])
def report_study(reader: EvaluatorReader, running: Running, name: Name) -> StudyTold:
    """A study as planned: intent to treat, joiners apart, attrition at both levels, smallest effect it could find."""
    studies = running.programme.studies
    stored = studies.get(name)
    evaluating.readable(reader, stored)
    return evaluating.study(reader, stored, studies.report(name), studies.sample(name), studies.days(name))
