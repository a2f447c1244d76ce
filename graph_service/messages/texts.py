"""What a mail says, read from `data/LANGUAGE.toml`, and who is told what, from `data/notices.toml`.

A programme adds a language by putting a file of the same shape into its folder of texts. A file that could show
something about a learner where a locked telephone shows it is refused when it is read.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from graph_service.errors import SettingsError

#: What a programme is called that gave itself no name.
UNNAMED = "the programme"
Link = Literal["decide", "desk", "sign", "none"]
#: What texts may name. None of it is about a learner.
NAMES = {"programme", "ask", "connector", "until", "code", "minutes", "count"}
#: Characters of a mail's beginning that a mail program shows in its list.
PREVIEW = 90
_FRAME = ("greeting", "closing", "link", "stop", "sender", "until")
#: What the pages behind a guardian's link and the end of mails say, and the purposes that a guardian decides about.
_FORM = ("title", "lead", "who", "until", "allow", "refuse", "open", "sign", "done", "change", "missing", "of_age")
_STOP = ("stop_title", "stop_lead", "stop", "stopped")
PURPOSES = ("suggest_to_mentors", "suggest_to_employers", "introduce", "share_name", "messages", "research", "photo")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


@dataclass(frozen=True)
class Rule:
    """How one audience is told one thing."""

    template: str
    audience: str
    link: Link = "none"
    urgent: bool = False
    anytime: bool = False
    reminds: bool = False


@dataclass(frozen=True)
class Texts:
    """The sentences of one language."""

    language: str
    called: str
    direction: str
    read: Mapping[str, Mapping[str, str]]

    def line(self, template: str, audience: str, **values: object) -> str:
        """One sentence with its values."""
        return self._filled(self.read[template][audience], values)

    def subject(self, template: str, audience: str, **values: object) -> str:
        return self._filled(self.read["subject"][template if template in self.read["subject"] else audience], values)

    def opening(self, template: str, audience: str, **values: object) -> str:
        return self._filled(self.read["opening"][template if template in self.read["opening"] else audience], values)

    def form(self, part: str, **values: object) -> str:
        """A sentence of the pages behind links."""
        return self._filled(self.read["form"][part], values)

    def purpose(self, code: str) -> str:
        """What a guardian is asked to allow."""
        return self.read["purposes"][code]

    def frame(self, part: str, **values: object) -> str:
        return self._filled(self.read["frame"][part], values)

    def programme(self, name: str) -> str:
        """What a programme is called: one that gave itself no name is called so in this language."""
        return self.read["frame"].get("unnamed", name) if name == UNNAMED else name

    def _filled(self, sentence: str, values: Mapping[str, object]) -> str:
        if "programme" in values:
            values = {**values, "programme": self.programme(str(values["programme"]))}
        return sentence.format(**values)


@cache
def rules() -> Mapping[tuple[str, str], Rule]:
    """Every rule, by template and audience."""
    read = tomllib.loads((files("graph_service.messages") / "data" / "notices.toml").read_text(encoding="utf-8"))
    return {
        (template, audience): Rule(template, audience, **about)
        for template, audiences in read.items()
        if template != "version"
        for audience, about in audiences.items()
    }


def texts(language: str, folder: Path | None = None, fallback: str = "en") -> Texts:
    """The sentences of a language: the programme's own file, else the shipped one, else those of the fallback.

    Raises SettingsError for a file that lacks a sentence or shows too much.

    >>> texts("es").frame("greeting")
    'Hola:'
    >>> texts("xx").language
    'en'
    """
    for tag in (language, language.partition("-")[0], fallback):
        if _LANGUAGE.match(tag) and (found := _read(tag, folder)) is not None:
            return found
    raise SettingsError(f"There are no texts in {fallback!r}.")


def languages(folder: Path | None = None) -> dict[str, str]:
    """Every language that there are texts in, with what it calls itself.

    >>> languages()
    {'en': 'English', 'es': 'Español'}
    """
    shipped = (files("graph_service.messages") / "data").iterdir()
    names = {each.name for each in (*shipped, *(folder.iterdir() if folder else ()))}
    tags = sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return {tag: found.called for tag in tags if _LANGUAGE.match(tag) and (found := _read(tag, folder)) is not None}


@cache
def _read(tag: str, folder: Path | None) -> Texts | None:
    own = folder / f"{tag}.toml" if folder else None
    shipped = files("graph_service.messages") / "data" / f"{tag}.toml"
    source = own if own is not None and own.is_file() else shipped if shipped.is_file() else None
    if source is None:
        return None
    try:
        read = tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The texts in {tag}.toml cannot be read: {error}.") from None
    if problems := list(check(read)):
        raise SettingsError(f"The texts in {tag}.toml: {'; '.join(problems)}.")
    parts = {name: part for name, part in read.items() if isinstance(part, dict)}
    return Texts(tag, read["language"], "rtl" if read.get("direction") == "rtl" else "ltr", parts)


def check(read: Mapping[str, Any]) -> list[str]:
    """What is wrong with a file of texts: sentences that lack, and places that would show too much."""
    problems = [f"{name} is missing" for name in ("language", "version") if not isinstance(read.get(name), str)]
    audiences = sorted({audience for _, audience in rules()})
    wanted = {("frame", part) for part in _FRAME} | {("reminder", "line")} | set(rules())
    wanted |= {("form", part) for part in (*_FORM, *_STOP)} | {("purposes", purpose) for purpose in PURPOSES}
    wanted |= {(part, audience) for part in ("subject", "opening") for audience in audiences}
    for part, name in sorted(wanted):
        if not isinstance(read.get(part, {}).get(name), str):
            problems.append(f"{part}.{name} is missing")
    for part, lines in read.items():
        for name, text in lines.items() if isinstance(lines, dict) else ():
            allowed = {"programme"} if part in ("subject", "opening", "frame") else NAMES
            allowed |= {"until"} if (part, name) == ("frame", "until") else set()
            # A page behind a signed link is not a mail: it may name the child.
            allowed |= {"learner", "until"} if part == "form" else set()
            if foreign := set(re.findall(r"\{([^}]*)\}", text)) - allowed:
                problems.append(f"{part}.{name} may not hold {', '.join(sorted(foreign))}")
    for name, text in read.get("opening", {}).items():
        if len(text.replace("{programme}", "")) < PREVIEW - 10:
            problems.append(f"opening.{name} is shorter than what a mail program shows ({PREVIEW} characters)")
    return problems
