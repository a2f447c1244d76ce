"""A template for the CSV file of each kind: its header and one made-up row, out of the declarations."""

import csv
import io
from importlib.resources import files

from graph_service.records.kind import Field
from graph_service.records.vocabulary import vocabulary
from loaders.csv.sheets import Column, Sheet, sheet
from loaders.tables import EXAMPLE

#: Made-up tables in the layouts of published ones.
SAMPLES = {
    "oews": "oews_sample_M2025.csv",
    "projections": "projections_sample.csv",
    "job-zones": "job_zones_sample.csv",
    "cip-soc": "cip_soc_sample.csv",
    "soc-clusters": "soc_clusters_sample.csv",
    "naics-clusters": "naics_clusters_sample.csv",
    "naics": "naics_sample.csv",
}
#: What the example row says where the type alone says too little.
_EXAMPLES = {
    "id": "ex-001",
    "given_name": "Ana",
    "family_name": "Example",
    "name": "Example Works",
    "email": "ana@example.org",
    "languages": "en;es",
    "grade": "11",
    "time": "14:30",
    "closeness": "3",
    "scale": "5",
    "wave": "2026-fall",
    "value": "yes",
    "birth_date": "2009-05-17",
    "until": "2026-06-30",
    "since": "2025-09-01",
}


def template(name: str) -> str:
    """CSV text: a header, then one example row, which is not loaded when it is left in.

    Of a published table: a made-up one in its layout.

    Raises UnknownParameter.

    >>> template("caseload").splitlines()[0]
    'id,adult,learner,role,since,until'
    """
    if name in SAMPLES:
        return (files("loaders.labour") / "samples" / SAMPLES[name]).read_text(encoding="utf-8")
    found = sheet(name)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    columns = found.columns
    lines.writerow(columns)
    cells = [_example(found, column) for column in columns.values()]
    lines.writerow([f"{EXAMPLE} {cells[0]}".strip(), *cells[1:]])
    return out.getvalue()


def describe(name: str) -> list[tuple[str, str, str]]:
    """What each column of a sheet holds: (column, needed or not, meaning)."""
    return [
        (column.name, "needed" if column.needed else "", _meaning(column.field))
        for column in sheet(name).columns.values()
    ]


def _meaning(each: Field) -> str:
    text = each.doc + (f", in {each.unit}" if each.unit else "")
    if each.many:
        text += "; several with ; between them"
    if each.type.shape == "code":
        codes = ", ".join(vocabulary(each.type.vocabulary or "").codes)
        text += f" (one of: {codes})"
    return text


def _example(of: Sheet, column: Column) -> str:
    each = column.field
    if column.name == "id" and not of.kind.keyed:
        return ""
    if column.people:
        return {"from": "ex-001", "to": "ex-002"}.get(column.name, "")
    if column.name in _EXAMPLES:
        return _EXAMPLES[column.name]
    if not column.needed and each.default is None and each.name not in ("roles", "relation", "minutes", "kind"):
        return ""
    if each.type.shape == "ref":
        return {"person": "ex-001", "learner": "ex-001", "ego": "ex-001"}.get(each.name, "ex-002")
    if each.type.shape == "code":
        return each.default or vocabulary(each.type.vocabulary or "").codes[0]
    return {"date": "2026-03-12", "int": "30", "float": "1", "bool": "yes" if each.default else "no"}.get(
        each.type.shape, ""
    )
