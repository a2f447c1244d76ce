"""Every kind of record, in the order in which they may be written: what is referred to comes first."""

from graph_service.errors import UnknownKind
from graph_service.records import (
    care,
    contacts,
    desk,
    evaluation,
    introductions,
    jobs,
    messages,
    people,
    service,
    surveys,
    wbl_engagement,
    wbl_experiences,
    wbl_pathways,
    wbl_planning,
)
from graph_service.records.kind import Kind

#: Modules that declare kinds. A new room adds its declarations here and nowhere else.
_DECLARED = (
    people,
    contacts,
    desk,
    evaluation,
    surveys,
    introductions,
    service,
    jobs,
    messages,
    wbl_experiences,
    wbl_engagement,
    wbl_planning,
    wbl_pathways,
    care,
)

KINDS: dict[str, Kind] = {
    each.name: each for module in _DECLARED for each in vars(module).values() if isinstance(each, Kind)
}


def kind(name: str) -> Kind:
    """The declaration of that name. Raises UnknownKind.

    >>> kind("person").label
    'Person'
    """
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(kind=name) from None
