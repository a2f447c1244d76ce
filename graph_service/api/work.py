"""The intermediary's work over the API: every list of it, and one employer with every school's asks."""

from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path as File
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Path, Query
from pydantic import BaseModel, create_model

from graph_service.api.access import AsOf, CoordinatorReader, Running
from graph_service.api.routing import Router
from graph_service.desks.reports import equity
from graph_service.desks.work import LISTS, brokered, community_of, employer_of, listed, placement_of
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import NotFound

router = Router(prefix="/work", tags=["work"])
Key = Annotated[str, Path(max_length=200, description="the employer's own key", examples=["E-0001"])]

Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$", description="internal id")]

First = Annotated[date | None, Query(alias="from", description="the first day; default a year before `as_of`")]


@cache
def _model(row: type) -> type[BaseModel]:
    """A frozen row of a list as a model of its own name: resources have models of the same words."""
    hints = get_type_hints(row)
    given: dict[str, Any] = {each.name: (_named(hints[each.name]), ...) for each in fields(row)}
    return create_model(f"Work{row.__name__}", __doc__=row.__doc__, **given)


def _named(hint: Any) -> Any:
    """The type of a field, rows within it as their models."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _model(hint)
    if get_origin(hint) is tuple:
        return tuple[tuple(each if each is ... else _named(each) for each in get_args(hint))]  # type: ignore[misc]
    return hint


def _list(name: str) -> tuple[type[BaseModel], Callable[..., Any]]:
    row = get_args(get_type_hints(LISTS[name])["return"])[0]
    given: dict[str, Any] = {"as_of": (date, ...), "rows": (list[_model(row)], ...)}  # type: ignore[misc]
    model = create_model(f"Work{row.__name__}List", __doc__=LISTS[name].__doc__, **given)

    def read(reader: CoordinatorReader, running: Running, as_of: AsOf) -> Any:
        rule: File | None = running.settings.wage_rule
        return {"as_of": as_of, "rows": [asdict(each) for each in listed(reader, name, as_of, rule)]}

    read.__doc__ = LISTS[name].__doc__
    return model, read


for _name in LISTS:
    _response, _read = _list(_name)
    router.add_api_route(
        f"/{_name}", _read, response_model=_response, operation_id=f"work_{_name}", name=f"work_{_name}"
    )


def _view(name: str, of: Callable[..., Any]) -> Any:
    """The model of a page: what it is given, and the day."""
    page = get_args(get_type_hints(of)["return"])[0]
    given: dict[str, Any] = {"as_of": (date, ...), "page": (_model(page), ...)}
    return create_model(name, __doc__=page.__doc__, **given)


EmployerView: Any = _view("WorkEmployerView", employer_of)
CommunityView: Any = _view("WorkCommunityView", community_of)
EquityView: Any = _model(get_type_hints(equity)["return"])
BrokeredView: Any = _model(get_type_hints(brokered)["return"])
PlacementView: Any = _view("WorkPlacementView", placement_of)


def employer_view(reader: ScopedReader, as_of: date, key: str) -> Any:
    """Raises NotFound."""
    return _shown(EmployerView, as_of, employer_of(reader, as_of, key))


def community_view(reader: ScopedReader, as_of: date, id: str, instrument: File | None = None) -> Any:
    """Raises NotFound, BadInstrument."""
    return _shown(CommunityView, as_of, community_of(reader, as_of, id, instrument))


def placement_view(reader: ScopedReader, as_of: date, id: str, rules: File | None = None) -> Any:
    """Raises NotFound, BadRules."""
    return _shown(PlacementView, as_of, placement_of(reader, as_of, id, rules))


def brokered_view(reader: ScopedReader, as_of: date) -> Any:
    return BrokeredView(**asdict(brokered(reader, as_of)))


def equity_view(reader: ScopedReader, as_of: date, first: date | None = None) -> Any:
    """Raises UsageError."""
    return EquityView(**asdict(equity(reader, as_of, first)))


def _shown(model: Any, as_of: date, found: Any) -> Any:
    if found is None:
        raise NotFound()
    return model(as_of=as_of, page=asdict(found))


@router.get("/employers/{key}", operation_id="work_employer", response_model=EmployerView)
def employer(reader: CoordinatorReader, as_of: AsOf, key: Key) -> Any:
    """One employer: level, contacts, every school's asks, places, experiences, documents."""
    return employer_view(reader, as_of, key)


@router.get("/communities/{id}", operation_id="work_community", response_model=CommunityView)
def community(reader: CoordinatorReader, running: Running, as_of: AsOf, id: Id) -> Any:
    """One community: raters side by side, what they agreed on, evidence and gaps, plan, the coach's log."""
    return community_view(reader, as_of, id, running.settings.instrument)


@router.get("/experiences/{id}", operation_id="work_experience", response_model=PlacementView)
def experience(reader: CoordinatorReader, running: Running, as_of: AsOf, id: Id) -> Any:
    """One placement: what may come next, each rule with its source, signatures, documents, all that was recorded."""
    return placement_view(reader, as_of, id, running.settings.placement_rules)


@router.get("/brokering", operation_id="work_brokering", response_model=BrokeredView)
def brokering(reader: CoordinatorReader, as_of: AsOf) -> Any:
    """Proposed places with why, and the optimum beside greedy and deferred acceptance. Nothing is written."""
    return brokered_view(reader, as_of)


@router.get("/equity", operation_id="work_equity", response_model=EquityView)
def equity_resource(reader: CoordinatorReader, as_of: AsOf, first: First = None) -> Any:
    """Access, quality, mode, pay and network growth by subgroup, small groups hidden, and modes against in person."""
    return equity_view(reader, as_of, first)
