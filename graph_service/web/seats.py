"""Who sits at a desk of a page. Whoever runs the service for themselves on this machine may look at every desk."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from graph_service.api.access import Asking, Running
from graph_service.disclosure.records import RecordReader
from graph_service.disclosure.scope import Actor, ScopedReader
from graph_service.errors import NotYours

LearnerId = Annotated[str | None, Query(pattern=r"^[a-z0-9]{1,40}$", description="whose desk, where nobody signs in")]


def evaluator(running: Running, who: Asking) -> ScopedReader:
    """What an evaluator reads: released waves, in counts. Raises NotYours."""
    if running.local_actor is not None and who.role == "coordinator":
        return running.reader(replace(who, role="evaluator"))
    if who.role != "evaluator":
        raise NotYours()
    return running.reader(who)


def own(who: Asking) -> Actor:
    """The learner who sits at their own desk. Raises NotYours for everybody else."""
    if who.role != "learner" or who.person is None:
        raise NotYours()
    return who


def own_reader(running: Running, who: Asking, learner: LearnerId = None) -> ScopedReader:
    """What a learner reads: themselves. Without sign-in, a look at one learner's desk; see `is_look`."""
    if running.local_actor is not None and learner and who.role == "coordinator":
        return running.reader(Actor(who.name, "learner", person=learner, writes=False))
    return running.reader(own(who))


def is_look(who: Asking) -> bool:
    """Whether somebody else looks at a learner's desk: what is private is left out, and nothing can be changed."""
    return who.role != "learner"


def own_records(running: Running, me: Annotated[Actor, Depends(own)]) -> RecordReader:
    """A learner's own records."""
    return running.programme.records(me, running.today())


MentorId = Annotated[str | None, Query(pattern=r"^[a-z0-9]{1,40}$", description="whose desk, where nobody signs in")]


def mentor_reader(running: Running, who: Asking, mentor: MentorId = None) -> ScopedReader:
    """What a mentor or employer contact reads: what concerns themselves. Raises NotYours."""
    if running.local_actor is not None and mentor and who.role == "coordinator":
        return running.reader(Actor(who.name, "mentor", frozenset(), mentor))
    if who.role not in ("mentor", "employer"):
        raise NotYours()
    return running.reader(who)


# What a route is for can be read from its dependencies: the table of routes and roles is made so.
evaluator.desk = "evaluator"  # type: ignore[attr-defined]
mentor_reader.desk = "mentor"  # type: ignore[attr-defined]
own.desk = own_reader.desk = own_records.desk = "learner"  # type: ignore[attr-defined]

Evaluating = Annotated[ScopedReader, Depends(evaluator)]
Me = Annotated[Actor, Depends(own)]
MyReader = Annotated[ScopedReader, Depends(own_reader)]
MyRecords = Annotated[RecordReader, Depends(own_records)]
Look = Annotated[bool, Depends(is_look)]
Mentoring = Annotated[ScopedReader, Depends(mentor_reader)]
