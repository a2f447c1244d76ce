"""The small language in which kinds of record are declared.

A `Kind` is data: store schemas, column-wise validation, CSV templates, the codebook, the data inventory and
the API's models all come out of it. A field's type says how it is kept (an Arrow type) and what fits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as _field
from typing import Any, Literal

Shape = Literal["text", "date", "int", "float", "bool", "code", "ref", "json"]


@dataclass(frozen=True)
class Type:
    """How a value is kept and what fits.

    shape: `text`, `date` (whole days, kept as days since 1970), `int`, `float`, `bool`, `code` (a value of a
    vocabulary table), `ref` (the internal id of another record), `json` (a small structure kept as text).
    """

    shape: Shape
    vocabulary: str | None = None
    target: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    longest: int = 300

    @property
    def arrow(self) -> Any:
        import pyarrow as pa

        kept = {"date": pa.date32(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
        return kept.get(self.shape, pa.string())


Text = Type("text")
LongText = Type("text", longest=4000)
Date = Type("date")
Int = Type("int")
Float = Type("float")
Bool = Type("bool")
Json = Type("json", longest=20000)


def Code(vocabulary: str) -> Type:
    """A value of the vocabulary table of that name (`records/data/NAME.csv`)."""
    return Type("code", vocabulary=vocabulary)


def Ref(kind: str) -> Type:
    """The id of a record of that kind; the store refuses a reference to nothing."""
    return Type("ref", target=kind)


def Between(low: float | None, high: float | None, of: Type = Int) -> Type:
    """A number in a closed range; None leaves an end open."""
    return Type(of.shape, minimum=low, maximum=high)


Positive = Between(1, None)
Share = Between(0, 1, Float)


@dataclass(frozen=True)
class Field:
    """One field of a kind: name, type, what it means, and how it is asked for.

    many: a list of values, in the given order (participants are a list of person and role).
    edge: the relationship type that the reference becomes in Neo4j; `reverse` points it towards the record.
    personal: what sort of personal data it is, for the inventory (None: the kind's own).
    """

    name: str
    type: Type
    doc: str
    optional: bool = False
    many: bool = False
    default: Any = None
    unit: str | None = None
    edge: str | None = None
    reverse: bool = False
    personal: str | None = None
    roles: str | None = None
    at_least: int = 0

    @property
    def arrow(self) -> Any:
        """The Arrow type of the column in a table of records of this kind."""
        import pyarrow as pa

        if self.roles:
            return pa.list_(pa.struct([("id", pa.string()), ("role", pa.string())]))
        return pa.list_(self.type.arrow) if self.many else self.type.arrow


def field(name: str, type: Type, doc: str, **more: Any) -> Field:
    """A single value."""
    return Field(name, type, doc, **more)


def many(name: str, type: Type, doc: str, **more: Any) -> Field:
    """A list of values; empty unless `at_least` says otherwise."""
    return Field(name, type, doc, many=True, optional=more.pop("optional", True), **more)


def refers(name: str, kind: str, doc: str, **more: Any) -> Field:
    """A reference to one record of another kind."""
    return Field(name, Ref(kind), doc, **more)


def participants(name: str, kind: str, vocabulary: str, doc: str, **more: Any) -> Field:
    """Several records of another kind, each with the role it had."""
    return Field(name, Ref(kind), doc, many=True, roles=vocabulary, **more)


#: Columns that the store adds to every record when it is read.
KEPT = ("version", "revision", "ended", "batch")


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    evidence: append-only; corrected by retraction, never overwritten (its old versions stay readable to
      `known_at`). Every kind is versioned in the same way; `evidence` is what the docs and rights promise.
    keyed: the record has a key of the user's own (`id_source`, `key`) next to its internal id.
    label: the node label in Neo4j.
    direct: (from, to, type): fields of two references and of the code whose vocabulary names the relationship
      that Neo4j shows between the two as well, so that a person exploring the graph sees it in one step.
    personal: what sort of personal data the record is (see `records.inventory`); None, said in so many words, where it
      is nobody's. There is no default: whoever declares a kind decides.
    kept: the retention class (see `records.inventory`): programme, service, audit.
    """

    name: str
    doc: str
    fields: tuple[Field, ...]
    label: str
    direct: tuple[str, str, str] | None = None
    evidence: bool = False
    keyed: bool = False
    personal: str | None = _field(kw_only=True)
    kept: str = "programme"
    by_name: dict[str, Field] = _field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if taken := {each.name for each in self.fields} & {"id", *KEPT}:
            raise ValueError(f"{self.name}: {', '.join(sorted(taken))} belong to every record")
        self.by_name.update({each.name: each for each in self.fields})

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        return self.by_name[name]

    @property
    def references(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.type.shape == "ref")

    @property
    def schema(self) -> Any:
        """The Arrow schema of a table of such records: `id`, then the declared fields."""
        import pyarrow as pa

        return pa.schema([("id", pa.string())] + [(each.name, each.arrow) for each in self.fields])


def kept_schema(kind: Kind) -> Any:
    """The schema of what `since` and the cache give: the record, then what the store knows of it.

    version: 1, 2, ... of this id; revision: when it became known; ended: the revision that retracted or
    replaced it (null while it holds); batch: the load it came with.
    """
    import pyarrow as pa

    extra = [("version", pa.int64()), ("revision", pa.int64()), ("ended", pa.int64()), ("batch", pa.string())]
    return pa.schema(list(kind.schema) + [pa.field(*each) for each in extra])
