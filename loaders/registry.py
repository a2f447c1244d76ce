"""Every loader, by name: what `load NAME FILE` can read."""

from graph_service.errors import UnknownParameter
from loaders.clever import CLEVER
from loaders.csv import loader as sheets
from loaders.labour import crosswalks, occupations
from loaders.linkedin import LINKEDIN
from loaders.loader import Loader
from loaders.oneroster.loader import ONEROSTER

LOADERS: dict[str, Loader] = {
    each.name: each
    for each in (*sheets.LOADERS, ONEROSTER, CLEVER, LINKEDIN, *occupations.LOADERS, *crosswalks.LOADERS)
}


def loader(name: str) -> Loader:
    """The loader of that name. Raises UnknownParameter.

    >>> loader("interactions").doc
    'CSV file: dated contacts between people'
    """
    try:
        return LOADERS[name]
    except KeyError:
        raise UnknownParameter(f"There is no loader {name}. Known: {', '.join(LOADERS)}.", loader=name) from None
