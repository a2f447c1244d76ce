"""Employment and pay (BLS OEWS) and projections (state and national) as occupations of an area."""

from collections.abc import Callable
from typing import Any

from graph_service import clock
from graph_service.records.identity import SEPARATOR
from graph_service.records.wbl_pathways import OCCUPATION
from loaders.batch import Batch, Reject, Rows
from loaders.building import Draft
from loaders.labour.headers import Layout, number, one_column, reader, soc, year_of, years_in
from loaders.loader import Loader
from loaders.options import LoadOptions
from loaders.values import told

OEWS = Layout(
    "BLS OEWS",
    {
        "area": ["area title", "area name"],
        "soc": ["occ code"],
        "title": ["occ title"],
        "group": ["o group", "group", "occ group"],
        "industry": ["naics"],
        "owner": ["own code"],
        "employment": ["tot emp"],
        "median_wage": ["a median"],
    },
    ("area", "soc", "title", "employment", "median_wage"),
)
PROJECTIONS = Layout(
    "occupational projections",
    {
        "area": ["area ?name", "area title", "area", "state name", "state"],
        "soc": [
            "occ ?code", "occupation code", "soc ?code", r"\d{4} national employment matrix code", "soc",
        ],
        "title": [
            "occ ?title", "occ ?name", "occupation title", "occupation name", r"\d{4} national employment matrix title",
            "title", "occupation", "name",
        ],
        "type": ["occupation type"],
        "base_year": ["base ?year"],
        "projected_year": ["proj(ected|ection)? ?year"],
        "growth": [
            "percent ?change", "% change", "pct ?change", "percentage change",
            r"employment change percent \d{4} \d\d(\d\d)?", "numeric percent change",
        ],
        "openings": [
            "avg ?annual ?openings", "average annual openings", "annual openings",
            r"occupational openings \d{4} \d\d(\d\d)? annual average", "total annual openings",
        ],
    },
    ("soc", "title", "growth", "openings"),
)  # fmt: skip
#: From this pay of a year on, OEWS writes # instead of the figure: the least that it can be.
TOP_CODED = 239200.0
CROSS_INDUSTRY = ("000000", "0", "00")


def wages(rows: Rows, options: LoadOptions) -> Batch:
    """Employment and median pay of detailed occupations over all industries. Raises WrongYear, MissingColumn."""
    cells, count, today = OEWS.find(rows), len(rows), clock.today(options.time_zone)
    year = year_of("table", years_in(rows.name), options, today.year)
    drafts, rejects = Draft(OCCUPATION, "", {"id": "OCC_CODE"}), list(rows.rejects)
    group, industry, owner = (one_column(cells, name, count) for name in ("group", "industry", "owner"))
    left_out, capped = 0, 0
    for at, row in enumerate(rows.numbers.to_pylist()):
        code, area, title = soc(cells["soc"][at]), cells["area"][at], cells["title"][at]
        broad = (group[at] or "detailed").lower() not in ("detailed", "")
        within = (industry[at] or "000000") not in CROSS_INDUSTRY or (owner[at] or "1235") not in ("1235", "0")
        if broad or within or (code or "").endswith("-0000"):
            left_out += 1
            continue
        employed, pay = number(cells["employment"][at]), number(cells["median_wage"][at])
        if pay == "#":
            pay, capped = TOP_CODED, capped + 1
        if (wrong := _wrong(code, area, cells["soc"][at], ("TOT_EMP", employed), ("A_MEDIAN", pay))) is not None:
            rejects.append(Reject(row, *wrong))
            continue
        assert not isinstance(employed, str)
        drafts.add(
            row, id=SEPARATOR.join((str(area), str(code))), soc=code, title=title, area=area, year=year,
            employment=None if employed is None else round(employed), median_wage=pay,
            source=f"BLS OEWS {year or 'of unknown year'}", loaded=today,
        )  # fmt: skip
    notes = [f"{left_out} rows of groups of occupations or of single industries were left out."] if left_out else []
    if capped:
        notes.append(f"{capped} occupations are paid at least {TOP_CODED:,.0f} a year: the table says no more.")
    if year is None:
        notes.append("The file does not say of which year it is: name it with --constant year=YYYY.")
    return _batch(OEWS, rows, drafts, rejects, notes)


def projections(rows: Rows, options: LoadOptions) -> Batch:
    """Projected change and openings of a year. National tables count in thousands. Raises WrongYear, MissingColumn."""
    cells, count, today = PROJECTIONS.find(rows), len(rows), clock.today(options.time_zone)
    thousands = any("national employment matrix" in each.lower() for each in rows.header)
    base, last = _span(rows, cells, count)
    first = year_of("projection", [base] if base else [], options, today.year)
    constant = options.constants.get("area") or ("U.S." if thousands else None)
    areas, kinds = one_column(cells, "area", count), one_column(cells, "type", count)
    drafts, rejects, left_out = Draft(OCCUPATION, "", {"id": "soc"}), list(rows.rejects), 0
    for at, row in enumerate(rows.numbers.to_pylist()):
        code, area = soc(cells["soc"][at]), areas[at] or constant
        if (kinds[at] or "").lower() == "summary" or (code or "").endswith("-0000") or cells["soc"][at] is None:
            left_out += 1
            continue
        growth, openings = number(cells["growth"][at]), number(cells["openings"][at])
        if (wrong := _wrong(code, area, cells["soc"][at], ("growth", growth), ("openings", openings))) is not None:
            rejects.append(Reject(row, *wrong))
            continue
        assert not isinstance(openings, str)
        drafts.add(
            row, id=SEPARATOR.join((str(area), str(code))), soc=code, title=cells["title"][at], area=area,
            projected_from=first, projected_to=last, growth=growth,
            openings=None if openings is None else openings * (1000 if thousands else 1),
            source=f"projections {first or '?'}-{last or '?'}", loaded=today,
        )  # fmt: skip
    notes = [f"{left_out} rows of groups of occupations were left out."] if left_out else []
    return _batch(PROJECTIONS, rows, drafts, rejects, notes)


def _span(rows: Rows, cells: dict[str, list[str | None]], count: int) -> tuple[int | None, int | None]:
    """First and last year of a projection: of columns of years, else out of the headers."""
    own = [
        next((int(each) for each in one_column(cells, name, count) if each and each.isdigit()), None)
        for name in ("base_year", "projected_year")
    ]
    if own[0] is not None:
        return own[0], own[1]
    heads = [each for each in rows.header if each.lower().startswith("employment")]
    named = sorted({year for each in heads for year in years_in(each)})
    named = named or years_in(rows.name)
    return (named[0], named[-1] if len(named) > 1 else None) if named else (None, None)


def _wrong(
    code: str | None, area: str | None, cell: str | None, *numbers: tuple[str, float | str | None]
) -> tuple[str, str, str] | None:
    if code is None:
        return "soc", told(cell or "nothing"), "an occupation code such as 29-1141"
    if area is None:
        return "area", "nothing", "the name of the area, or --constant area=NAME"
    for name, value in numbers:
        if isinstance(value, str):
            return name, told(value), "a number"
    return None


def _batch(layout: Layout, rows: Rows, drafts: Draft, rejects: list[Reject], notes: list[str]) -> Batch:
    parts, bad = drafts.parts(silent=("title", "loaded"))
    used = layout.used(rows)
    return Batch(
        parts, sorted([*rejects, *bad], key=lambda each: each.row), len(rows) + len(rows.rejects), used=used,
        ignored=[each for each in rows.header if each not in used.values()], notes=notes,
    )  # fmt: skip


def _loader(name: str, doc: str, layout: Layout, transform: Callable[[Any, LoadOptions], Batch]) -> Loader:
    return Loader(name, doc, reader(layout), transform)


LOADERS = (
    _loader("oews", "BLS OEWS table (CSV): employment and pay of occupations by area", OEWS, wages),
    _loader("projections", "occupational projections (CSV), of a state or of BLS", PROJECTIONS, projections),
)  # fmt: skip
