"""The reader's language: translated texts, numbers and dates as the reader writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from gettext import NullTranslations

from viz.spec import Cell


@lru_cache(maxsize=20_000)
def _decimal(value: float, pattern: str, locale: str) -> str:
    """A number by a pattern; a list has the same few hundred numbers over and over."""
    from babel.numbers import format_decimal

    return format_decimal(value, format=pattern, locale=locale)


@lru_cache(maxsize=20_000)
def _day(day: date, locale: str) -> str:
    """A date in the locale's medium form; a page has the same days many times."""
    from babel.dates import format_date

    return format_date(day, format="medium", locale=locale)


@dataclass(frozen=True)
class Words:
    """How texts, numbers and dates are written. Defaults to English without a catalogue.

    Parameters
    ----------
    language : tag of the language, for `lang` and for numbers and dates, for example `en` or `es`.
    translations : a gettext catalogue (also babel's); the texts of `viz` are its message ids.

    >>> Words().number(1234.5)
    '1,234.5'
    """

    language: str = "en"
    translations: NullTranslations = field(default_factory=NullTranslations)

    def text(self, message: str, **values: object) -> str:
        """A translated text with its values filled in."""
        translated = self.translations.gettext(message)
        return translated % values if values else translated

    def counted(self, singular: str, plural: str, n: int, **values: object) -> str:
        """A text about n things; `%(n)s` is the number as the reader writes it."""
        return self.translations.ngettext(singular, plural, n) % {"n": self.number(n), **values}

    def number(self, value: float, digits: int = 2, *, fixed: bool = False) -> str:
        """A number with at most `digits` decimals, or with exactly as many."""
        pattern = "#,##0." + ("0" if fixed else "#") * digits if digits else "#,##0"
        return _decimal(value, pattern, self._locale)

    def percent(self, share: float, digits: int = 1) -> str:
        """A share of 1 as a percentage with `digits` decimals."""
        from babel.numbers import format_percent

        return format_percent(share, format="#,##0." + "0" * digits + "%" if digits else "#,##0%", locale=self._locale)

    def day(self, day: date) -> str:
        """A date in the reader's medium form."""
        return _day(day, self._locale)

    def cell(self, value: Cell, kind: str, digits: int = 0) -> str:
        """A value of a table as shown, numbers with `digits` decimals; empty where unknown."""
        if value is None:
            return ""
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.percent(value, digits) if kind == "percent" else self.number(value, digits, fixed=True)
        return str(value)

    @property
    def _locale(self) -> str:
        return self.language.replace("-", "_")
