"""Bad files and bad rows: a bad file changes nothing; a bad row is told and can be mended; good rows load."""

import csv
import random
import stat
import zipfile
from pathlib import Path

import pytest

from graph_service.actions.ingest import ingest
from graph_service.errors import MissingColumn, RowsRejected, UnreadableFile
from graph_service.store.store import Store
from loaders.options import LoadOptions
from tests.unit.loads import Write, store, write

__all__ = ["store", "write"]

NEW = LoadOptions(person_role="learner", kind="meeting")
HEAD = "date,from,to,context\n"


def keys(store: Store) -> list[str]:
    return sorted(person["key"] for person in store.find("person"))


# --- encodings ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"]
)
def test_a_file_is_read_in_whatever_encoding_it_was_saved(write: Write, store: Store, encoding: str) -> None:
    text = "id,given_name,family_name\r\n1,Iñaki,Éxample\r\n2,Zoë,Example\r\n"
    ingest(store, "people", write(text.encode(encoding)))
    assert sorted(person["given_name"] for person in store.find("person")) == ["Iñaki", "Zoë"]


def test_an_encoding_may_be_named(write: Write, store: Store) -> None:
    file = write("id,given_name\n1,Đorđe\n".encode("cp1250"))
    ingest(store, "people", file, LoadOptions(encoding="cp1250"))
    assert store.find("person")[0]["given_name"] == "Đorđe"


BAD_FILES = {
    "empty": b"",
    "blank": b" \n\n \n",
    "a workbook": b"PK\x03\x04" + bytes(range(200)),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "a quote never closed": b'id,given_name\n1,"Ana\n2,Bo\n3,Cy\n',
    "damaged UTF-8": ("id,given_name\n" + "1,Iñaki Éxámple\n" * 20).encode() + b"2,Zo\xc3\n",
    "half of a UTF-16 file": "id,given_name\n1,Ana\n".encode("utf-16")[:-1],
    "only separators": b",,,\n,,,\n",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_changes_nothing(name: str, write: Write, store: Store) -> None:
    with pytest.raises((UnreadableFile, MissingColumn)) as caught:
        ingest(store, "people", write(BAD_FILES[name]))
    assert caught.value.exit == 3 and store.revision() == 0


def test_a_wrong_encoding_changes_nothing(write: Write, store: Store) -> None:
    file = write("id,given_name\n1,Iñaki\n".encode("latin-1"))
    for name in ("utf-8", "ascii", "no-such-encoding"):
        with pytest.raises(UnreadableFile, match=name):
            ingest(store, "people", file, LoadOptions(encoding=name))
    assert store.revision() == 0


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path, store: Store) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(UnreadableFile):
            ingest(store, "people", path)
    assert store.revision() == 0


def test_errors_of_a_file_repeat_nothing_of_it(write: Write, store: Store) -> None:
    with pytest.raises(MissingColumn) as caught:
        ingest(store, "people", write("Ana,Example,555\nBo,Example,556\n"))
    assert "Ana" not in str(caught.value) and "555" not in str(caught.value)


@pytest.mark.parametrize("seed", range(40))
def test_random_bytes_are_refused_or_rejected_and_never_a_crash(seed: int, write: Write, store: Store) -> None:
    chance = random.Random(seed)
    alphabet = [b",", b"\n", b'"', b"\r", b"a", b";", b"\xff", b"\x00", "é".encode(), b"2024-01-02", b"'"]
    head = b"id,given_name\n" if seed % 2 else b""
    data = head + b"".join(chance.choice(alphabet) for _ in range(chance.randrange(200)))
    try:
        receipt = ingest(store, "people", write(data))
    except (UnreadableFile, MissingColumn):
        assert store.revision() == 0
    else:
        assert receipt.added <= receipt.rows


# --- rows -----------------------------------------------------------------------------------------------
def test_good_rows_load_and_each_bad_row_is_told_with_its_place_in_the_file(write: Write, store: Store) -> None:
    file = write(
        HEAD + "2026-03-01,ana,bo,\n\nnever,ana,bo,\n2026-03-01,ana,ana,\n,,,\n2026-03-01,ana\n2026-03-02,ana,cy,\n"
    )
    receipt = ingest(store, "interactions", file, NEW)
    assert [(each.row, each.field) for each in receipt.rejects] == [(4, "date"), (5, "to"), (7, "")]
    assert (receipt.rows, receipt.rejected, store.count("interaction")) == (5, 3, 2)
    problem = receipt.problem()
    assert isinstance(problem, RowsRejected) and problem.exit == 3


def test_a_load_without_bad_rows_has_no_problem(write: Write, store: Store) -> None:
    assert ingest(store, "interactions", write(HEAD + "2026-03-01,ana,bo,\n"), NEW).problem() is None


def test_a_line_break_inside_quotes_belongs_to_the_cell(write: Write, store: Store) -> None:
    ingest(store, "interactions", write(HEAD + '2026-03-01,ana,bo,"first\nsecond, ""third"""\n'), NEW)
    assert store.find("interaction")[0]["context"] == 'first\nsecond, "third"'


def test_a_cell_that_is_too_long_is_a_bad_row(write: Write, store: Store) -> None:
    file = write(HEAD + f"2026-03-01,ana,bo,{'x' * 200_000}\n2026-03-01,ana,bo,\n2026-03-01,ana,cy,{'x' * 500}\n")
    receipt = ingest(store, "interactions", file, NEW)
    assert [each.row for each in receipt.rejects] == [2, 4] and store.count("interaction") == 1


def test_one_row_may_be_wrong_in_several_ways(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write("id,tier,capacity\nana,boss,two\n"))
    assert [each.field for each in receipt.rejects] == ["capacity", "tier"] and receipt.rejected == 1


def test_rows_of_another_width_are_rejected_but_empty_cells_at_the_end_are_not(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write("id,given_name\n1,Ana,,\n2,Bo,Example\n3\n"))
    assert [(each.row, each.found) for each in receipt.rejects] == [(3, "3 cells"), (4, "1 cells")]
    assert keys(store) == ["1"]


def test_a_quote_in_the_wrong_place_spoils_its_row_only(write: Write, store: Store) -> None:
    receipt = ingest(store, "people", write('id,given_name\n1,"An"a\n2,"Bo"\n'))
    assert [each.row for each in receipt.rejects] == [2] and keys(store) == ["2"]


# --- the file of rejects --------------------------------------------------------------------------------
def rejects_of(store: Store, name: str, file: Path, options: LoadOptions | None = None) -> Path:
    path = file.with_name("rejects.csv")
    ingest(store, name, file, options).write_rejects(path)
    return path


def test_the_rejects_repeat_each_row_as_it_was_and_say_why(write: Write, store: Store) -> None:
    file = write("id;Shoe size;tier\nana;39;boss\nbo;40;mid\n")
    with rejects_of(store, "people", file).open(encoding="utf-8-sig", newline="") as lines:
        [row] = csv.DictReader(lines)
    assert row == {
        "id": "ana",
        "Shoe size": "39",
        "tier": "boss",
        "rejected_row": "2",
        "rejected_field": "tier",
        "rejected_found": "boss",
        "rejected_expected": "one of near_peer, mid, senior",
    }


def test_only_the_owner_may_read_the_rejects(write: Write, store: Store, tmp_path: Path) -> None:
    (tmp_path / "rejects.csv").write_text("an older file that everybody may read")
    (tmp_path / "rejects.csv").chmod(0o644)
    path = rejects_of(store, "people", write("id,tier\nana,boss\n"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.glob(".rejects*")) == []


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "'quoted", "plain"]


def test_no_cell_of_the_rejects_is_a_formula_and_loading_them_gives_the_cells_as_they_were(
    write: Write, store: Store
) -> None:
    file = write("id,given_name,tier\n" + "".join(f"{at},{text},boss\n" for at, text in enumerate(FORMULAS)))
    path = rejects_of(store, "people", file)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",boss,", ",mid,"), encoding="utf-8")
    receipt = ingest(store, "people", path)
    assert (receipt.rejected, receipt.used.get("tier")) == (0, "tier")
    assert [person["given_name"] for person in sorted(store.find("person"), key=lambda each: each["key"])] == FORMULAS


def test_mended_rejects_are_the_records_that_the_file_would_have_given(write: Write, store: Store) -> None:
    ingest(store, "people", write("id\nana\n"))
    file = write("date,from,to,kind\n2026-03-01,ana,bo,meeting\n2026-03-01,ana,bo,meeting\n", "contacts.csv")
    path = rejects_of(store, "interactions", file)
    ingest(store, "people", write("id\nbo\n"))
    assert ingest(store, "interactions", path).added == 2
    assert ingest(store, "interactions", file).unchanged == 2


def test_rows_that_could_not_be_split_are_kept_and_not_taken_for_good_by_themselves(write: Write, store: Store) -> None:
    file = write('id,given_name\n1,Ana,Example\n2,"Bo"x\n3,Cy\n')
    path = rejects_of(store, "people", file)
    assert "Example" in path.read_text(encoding="utf-8") and '""Bo""x' in path.read_text(encoding="utf-8")
    again = ingest(store, "people", path)
    assert (again.added, again.rejected) == (0, 2)


def test_a_file_of_rejects_is_no_way_out_of_its_folder(write: Write, store: Store, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    (tmp_path / "rejects.csv").symlink_to(victim)
    rejects_of(store, "people", write("id,tier\nana,boss\n"))
    assert victim.read_text() == "mine"


# --- archives -------------------------------------------------------------------------------------------
def archive(path: Path, files: dict[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as out:
        for name, data in files.items():
            out.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


USERS = b"sourcedId,givenName,familyName,role\nana,Ana,Example,student\n"


@pytest.mark.parametrize(
    "name", ["../users.csv", "/etc/users.csv", "a/../../users.csv", "C:\\users.csv", "..\\users.csv", "C:users.csv"]
)
def test_an_archive_that_names_files_outside_itself_is_refused(name: str, tmp_path: Path, store: Store) -> None:
    path = archive(tmp_path / "roster.zip", {"users.csv": USERS, name: b"x"})
    with pytest.raises(UnreadableFile, match="outside itself"):
        ingest(store, "oneroster", path)
    assert store.revision() == 0 and not (tmp_path.parent / "users.csv").exists()


def test_an_archive_with_a_link_in_it_is_refused(tmp_path: Path, store: Store) -> None:
    link = zipfile.ZipInfo("users.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "roster.zip", "w") as out:
        out.writestr(link, "/etc/passwd")
    with pytest.raises(UnreadableFile, match="outside itself"):
        ingest(store, "oneroster", tmp_path / "roster.zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, store: Store) -> None:
    path = archive(tmp_path / "roster.zip", {"users.csv": b"0" * (8 << 20)})
    assert path.stat().st_size < 100_000
    with pytest.raises(UnreadableFile, match="bomb"):
        ingest(store, "oneroster", path)
    many = archive(tmp_path / "many.zip", {f"{number}.csv": b"" for number in range(1_001)})
    with pytest.raises(UnreadableFile, match="more than 1000 files"):
        ingest(store, "oneroster", many)
    assert store.revision() == 0


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path, store: Store) -> None:
    path = archive(tmp_path / "roster.zip", {"users.csv": USERS * 100})
    data = bytearray(path.read_bytes())
    real, told = (len(USERS) * 100).to_bytes(4, "little"), (60).to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(real, told))
    with pytest.raises(UnreadableFile):
        ingest(store, "oneroster", path)
    assert store.revision() == 0


@pytest.mark.parametrize("damage", ["not a zip", "torn", "flipped", "encrypted", "twice"])
def test_a_damaged_archive_changes_nothing(damage: str, tmp_path: Path, store: Store) -> None:
    path = archive(tmp_path / "roster.zip", {"users.csv": USERS * 50})
    data = bytearray(path.read_bytes())
    if damage == "not a zip":
        data = bytearray(b"sourcedId,givenName\n1,Ana\n")
    elif damage == "torn":
        data = data[: len(data) // 2]
    elif damage == "flipped":
        for place in range(60, 75):
            data[place] ^= 0xFF
    elif damage == "encrypted":
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
        data[6] |= 1
    path.write_bytes(data)
    if damage == "twice":
        archive(path, {"a/users.csv": USERS, "b/users.csv": USERS})
    with pytest.raises(UnreadableFile):
        ingest(store, "oneroster", path)
    assert store.revision() == 0
