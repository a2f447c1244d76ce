"""The API's models of records, made of the declarations: what is asked for and what is answered."""

from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr, create_model

from graph_service.records.kind import Field as Declared
from graph_service.records.kind import Kind
from graph_service.records.registry import KINDS
from graph_service.records.resources import Resource
from graph_service.records.vocabulary import vocabulary

#: Whole numbers that every client can hold exactly.
LARGEST = 2**53 - 1
ID = r"^[a-z0-9]{1,40}$"
#: No control characters: they break exports, logs and headers.
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def no_text(value: Any) -> Any:
    """A number as JSON has it: 3.0 is the whole number 3; a text and a truth value are none."""
    if isinstance(value, bool | str):
        raise ValueError("Input should be a number")
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Base(BaseModel):
    """Closed and strict: an unknown field is an error, a truth value is no number."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Problem(BaseModel):
    """RFC 9457: every error has this shape."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(examples=["urn:graph-service:problem:not_found"])
    title: str = Field(examples=["There is no such thing here"])
    status: int = Field(examples=[404])
    detail: str
    code: str = Field(examples=["not_found"])
    hint: str | None = None
    instance: str | None = None
    request_id: str | None = None


class Participant(Base):
    """Somebody who took part, and as what."""

    id: Annotated[StrictStr, Field(pattern=ID)]
    role: Literal[vocabulary("participation_roles").codes]  # type: ignore[valid-type]


def value_type(each: Declared) -> Any:
    """The type of one value of a field."""
    of = each.type
    if each.roles:
        return Participant
    if of.shape == "code":
        return Literal[vocabulary(of.vocabulary or "").codes]
    if of.shape == "ref":
        return Annotated[StrictStr, Field(pattern=ID)]
    if of.shape in ("text", "json"):
        return Annotated[StrictStr, Field(max_length=of.longest, pattern=TEXT)]
    if of.shape == "date":
        return date
    if of.shape == "bool":
        return StrictBool
    low = -LARGEST if of.minimum is None else of.minimum
    high = LARGEST if of.maximum is None else of.maximum
    number: Any = int if of.shape == "int" else float
    return Annotated[number, Field(ge=low, le=high), BeforeValidator(no_text)]


def _field(each: Declared, *, answer: bool) -> tuple[Any, Any]:
    of = value_type(each)
    about: dict[str, Any] = {"description": each.doc}
    example = example_of(each)
    if example is not None:
        about["examples"] = [example]
    if each.many:
        limits: dict[str, Any] = {} if answer else {"min_length": each.at_least, "max_length": 500}
        default: Any = ... if each.at_least and not answer else []
        return list[of], Field(default, **about, **limits)  # type: ignore[valid-type]
    if each.optional or answer:
        return (of | None), Field(None, **about)
    if each.default is not None:
        return of, Field(each.default, **about)
    return of, Field(..., **about)


@cache
def new_model(of: Resource) -> type[BaseModel]:
    """What is sent to add or correct a record."""
    kind = KINDS[of.kind]
    fields: dict[str, Any] = {each.name: _field(each, answer=False) for each in kind if each.name not in of.hidden}
    if of.hidden:
        # What no answer shows can still be told: a birth date is needed by the gates.
        fields |= {name: _field(kind[name], answer=False) for name in of.hidden}
    return create_model(f"New{_title(kind)}", __base__=Base, __doc__=kind.doc, **fields)


@cache
def batch_model(of: Resource) -> type[BaseModel]:
    """Many records to add."""
    each = new_model(of)
    limits: Any = Field(..., min_length=1, max_length=500, description="records to add, in order")
    return create_model(
        f"{each.__name__}Batch",
        __base__=Base,
        __doc__="Records that are added in one write.",
        items=(list[each], limits),  # type: ignore[valid-type]
    )


class Kept(BaseModel):
    """What became of one record of a batch."""

    index: int = Field(description="its place in the request", examples=[0])
    id: str | None = Field(description="internal id; null where it was rejected")
    outcome: Literal["added", "unchanged", "rejected"]
    problem: Problem | None = Field(None, description="why it was rejected")


class KeptPage(BaseModel):
    """What became of a batch."""

    items: list[Kept]
    added: int
    unchanged: int
    rejected: int


@cache
def record_model(of: Resource) -> type[BaseModel]:
    """What is answered."""
    kind = KINDS[of.kind]
    fields: dict[str, Any] = {"id": (str, Field(description="internal id"))}
    fields |= {each.name: _field(each, answer=True) for each in kind if each.name not in of.hidden}
    fields |= {
        "version": (int, Field(description="counts the corrections of this record", examples=[1])),
        "revision": (int, Field(description="when it became known", examples=[12])),
        "ended": (int | None, Field(None, description="the revision that ended this version")),
    }
    return create_model(_title(kind), __base__=BaseModel, __doc__=kind.doc, **fields)


@cache
def page_model(of: Resource) -> type[BaseModel]:
    """A page of records and where the next one begins."""
    item = record_model(of)
    return create_model(
        f"{_title(KINDS[of.kind])}Page",
        __doc__="A page; `next` is the address of the next one, null at the end.",
        items=(list[item], Field(...)),  # type: ignore[valid-type]
        next=(str | None, Field(None, description="address of the next page")),
    )


def _title(kind: Kind) -> str:
    return "".join(part.title() for part in kind.name.split("_"))


def example_of(each: Declared) -> Any:
    """A made-up value that fits."""
    of = each.type
    if each.roles:
        role = vocabulary(each.roles).codes[0]
        return [{"id": "examplelearner00", "role": role}, {"id": "examplementor000", "role": "mentor"}]
    if of.shape == "code":
        value: Any = vocabulary(of.vocabulary or "").codes[0]
    elif of.shape in ("int", "float"):
        value = max(1, int(of.minimum or 1))
    else:
        texts = {"given_name": "Ana", "family_name": "Example", "key": "L-0001"}
        value = {"ref": "examplelearner00", "date": "2026-03-01", "bool": False}.get(of.shape, texts.get(each.name))
    if value is None:
        return None
    return [value] if each.many else value
