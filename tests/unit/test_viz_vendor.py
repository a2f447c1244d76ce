"""The vendored browser files are the pinned ones, and carry their licences."""

from __future__ import annotations

import tomllib

import pytest

from viz import vendor


def test_every_vendored_file_has_the_pinned_hash():
    assert vendor.problems() == []


def test_a_changed_a_missing_and_an_unknown_file_are_each_reported(tmp_path):
    good = [pin for pin in vendor.pins() if pin.package == "htmx.org"]
    script, licence = good
    (tmp_path / "vendor.toml").write_text(
        f'[[package]]\nname = "htmx.org"\nversion = "{script.version}"\nlicence = "0BSD"\nfiles = [\n'
        + "".join(f'{{ path = "{p.path}", member = "{p.member}", sha256 = "{p.sha256}" }},\n' for p in good)
        + "]\n"
    )
    (tmp_path / script.path).write_text("alert(1)")
    (tmp_path / "stray.js").write_text("")
    assert vendor.problems(tmp_path) == [
        "stray.js is not in vendor.toml",
        f"{script.path} is not the file pinned from htmx.org {script.version}",
        f"{licence.path} is missing: run `python -m viz.vendor fetch`",
    ]


def test_every_vendored_package_has_a_licence_text_beside_it():
    with vendor.PINS.open("rb") as file:
        packages = tomllib.load(file)["package"]
    for package in packages:
        texts = [f["path"] for f in package["files"] if f["path"].startswith("licences/")]
        assert texts, package["name"]
        assert all(len((vendor.FOLDER / text).read_text("utf-8")) > 400 for text in texts)


def test_only_permissive_licences_are_vendored():
    permissive = {"0BSD", "BSD-3-Clause", "MIT", "Apache-2.0 OR MIT"}
    assert {pin.licence for pin in vendor.pins()} <= permissive


@pytest.mark.parametrize("verb,status", [("verify", 0), ("", 0), ("else", 2)])
def test_the_chore_answers_with_an_exit_status(verb, status, capsys):
    assert vendor.run([verb] if verb else []) == status
    assert capsys.readouterr().out or status


def test_the_htmx_semantics_that_the_templates_rely_on_are_those_of_version_two():
    assert next(pin.version for pin in vendor.pins() if pin.package == "htmx.org").startswith("2.")
