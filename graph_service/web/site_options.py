"""The sites of a reader as choices of a form, made once: a large programme has many hundreds, on every list."""

from collections.abc import Sequence

from markupsafe import Markup

from graph_service.desks.views.base import SiteCount
from graph_service.web.language import words

#: Lists of sites that are kept, one for each reader and language.
KEPT = 64
LONGEST = 60
OPTION = Markup('<option value="{}"{}>{} ({})</option>\n')

_made: dict[tuple[str, int, str], tuple[Sequence[SiteCount], dict[str, Markup]]] = {}


def site_options(sites: Sequence[SiteCount], chosen: str | None = None) -> Markup:
    """An option for each site with how many learners are there; the chosen one is marked."""
    key = (words().language, len(sites), sites[0].id if sites else "")
    found = _made.get(key)
    # Mostly the very same objects: then this compares addresses.
    if found is None or found[0] != sites:
        if len(_made) >= KEPT:
            _made.clear()
        found = _made[key] = (sites, {each.id: _option(each) for each in sites})
    options = found[1]
    if chosen in options:
        marked = next(_option(each, Markup(" selected")) for each in sites if each.id == chosen)
        options = {**options, str(chosen): marked}
    return Markup("").join(options.values())


def _option(site: SiteCount, mark: str = "") -> Markup:
    name = site.name if len(site.name) <= LONGEST else site.name[: LONGEST - 1].rstrip() + "…"
    return OPTION.format(site.id, mark, name, words().number(site.learners, 0))
