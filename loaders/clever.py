"""Students (and schools) as a district gives them to Clever: `students.csv`, or a folder or archive with both.

It carries what OneRoster does not: low income, English learner, disability. Passwords, addresses and contacts of
the family are dropped as they are read.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from graph_service.errors import MissingColumn, UnreadableFile
from graph_service.records.identity import SEPARATOR
from graph_service.records.people import AFFILIATION, ORGANIZATION, PERSON, SUBGROUP
from loaders.archive import read_files
from loaders.batch import Batch, Reject, Rows
from loaders.building import Draft
from loaders.dates import parse_dates
from loaders.loader import Loader
from loaders.options import LoadOptions
from loaders.shipped import rows as shipped
from loaders.tables import parse
from loaders.text import decode, read_bytes
from loaders.values import told, trimmed

STUDENTS = (
    "School_id", "Student_id", "First_name", "Last_name", "Grade", "DOB", "Student_email",
    "Gender", "Race", "Hispanic_Latino", "Ell_status", "Frl_status", "IEP_status",
)  # fmt: skip
NEEDED = ("School_id", "Student_id", "First_name", "Last_name")
SCHOOLS = ("School_id", "School_name")
CODES = {(row["column"], row["cell"]): (row["attribute"], row["value"]) for row in shipped("clever_codes")}
CODED = tuple(dict.fromkeys(column for column, _ in CODES))
#: Cells that say that nothing is known.
UNSAID = ("", "u", "unknown", "o", "other")
SOURCE = "clever"


@dataclass(frozen=True)
class Students:
    """Rows of students, and of schools where they were given."""

    students: Rows
    schools: Rows | None


def read(path: Path, options: LoadOptions) -> Students:
    """The two files. Raises UnreadableFile, MissingColumn."""
    if path.is_dir() or (path.is_file() and zipfile.is_zipfile(path)):
        files = read_files(path, {"students.csv", "schools.csv"})
        if "students.csv" not in files:
            raise UnreadableFile("There is no students.csv here. Nothing was changed.")
    else:
        files = {"students.csv": read_bytes(path)}
    students = _table("students.csv", files["students.csv"], STUDENTS, NEEDED, options)
    if "schools.csv" not in files:
        return Students(students, None)
    return Students(students, _table("schools.csv", files["schools.csv"], SCHOOLS, SCHOOLS, options))


def _table(name: str, data: bytes, wanted: tuple[str, ...], needed: tuple[str, ...], options: LoadOptions) -> Rows:
    import pyarrow as pa

    text, encoding = decode(data, options.encoding)
    rows = parse(text, encoding, name)
    places = {title.lower(): at for at, title in enumerate(rows.header)}
    if missing := [column for column in needed if column.lower() not in places]:
        raise MissingColumn(f"{name} has no column {', '.join(missing)}. Nothing was changed.")
    kept = {name: rows.table.column(places[name.lower()]) for name in wanted if name.lower() in places}
    return Rows(pa.table(kept), rows.numbers, encoding, rows.rejects, {}, name)


def transform(source: Students, options: LoadOptions) -> Batch:
    """Schools, students, their enrolment and subgroups."""
    rows = source.students
    cells = {name: trimmed(rows.table.column(name)).to_pylist() for name in rows.header}
    numbers = rows.numbers.to_pylist()
    rejects = list(rows.rejects)
    people = Draft(PERSON, "students.csv", {"id": "Student_id", "key": "Student_id"})
    enrolled = Draft(AFFILIATION, "students.csv", {"organization": "School_id", "person": "Student_id"})
    groups = Draft(SUBGROUP, "students.csv", {"person": "Student_id"})
    # The format says month first, so no other date of the file has to decide it.
    born, wrong = None, {}
    if "DOB" in cells:
        dates = parse_dates(trimmed(rows.table.column("DOB")), options.date_order or "mdy", options.time_zone)
        born, wrong = dates.days.to_pylist(), dates.wrong
    for at, row in enumerate(numbers):
        student = cells["Student_id"][at]
        own = {
            field: cells[column][at]
            for column, field in (("Grade", "grade"), ("Student_email", "email"))
            if column in cells
        }
        if at in wrong:
            found = f"text of {len(cells['DOB'][at])} characters"
            rejects.append(Reject(row, "DOB", found, "a date such as 05/17/2009", rows.name))
            continue
        if born is not None:
            own["birth_date"] = born[at]
        people.add(
            row,
            id=student,
            key=student,
            given_name=cells["First_name"][at],
            family_name=cells["Last_name"][at],
            roles=["learner"],
            **own,
        )
        if student is None:
            continue
        school = cells["School_id"][at]
        key = SEPARATOR.join((student, school or "", "enrolled_at"))
        enrolled.add(row, id=key, person=student, organization=school, relation="enrolled_at")
        for column in CODED:
            cell = ((cells[column][at] if column in cells else None) or "").lower()
            if cell in UNSAID:
                continue
            if (column, cell) not in CODES:
                known = ", ".join(code for name, code in CODES if name == column)
                rejects.append(Reject(row, column, told(cell), f"one of {known}", rows.name))
                continue
            attribute, value = CODES[column, cell]
            if attribute:
                several = value if column == "Hispanic_Latino" else ""
                group = SEPARATOR.join((student, attribute, several))
                groups.add(row, id=group, person=student, attribute=attribute, value=value, source=SOURCE)
    parts = []
    for draft in (_schools(source.schools, rejects), people, enrolled, groups):
        made, bad = draft.parts()
        parts += made
        rejects += bad
    total = len(rows) + len(rows.rejects) + (len(source.schools) if source.schools else 0)
    return Batch(parts, sorted(rejects, key=lambda each: (each.file, each.row)), total)


def _schools(rows: Rows | None, rejects: list[Reject]) -> Draft:
    draft = Draft(ORGANIZATION, "schools.csv", {"id": "School_id", "key": "School_id", "name": "School_name"})
    if rows is not None:
        rejects += rows.rejects
        ids, names = (trimmed(rows.table.column(name)).to_pylist() for name in SCHOOLS)
        for row, id, name in zip(rows.numbers.to_pylist(), ids, names, strict=True):
            draft.add(row, id=id, key=id, name=name, kind="school")
    return draft


CLEVER = Loader(
    "clever", "Clever: students.csv, or a folder or zip archive with schools.csv too", read, transform, False
)
