"""What the terminal says, in every language it speaks.

The English sentences in the code are the keys; `<code>.po` beside this file holds each
translation and is read at start. Adding a language is adding its catalogue and one line
in `LANGUAGES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from visits.errors import SettingsWrong


class Tongue(NamedTuple):
    """A language: its own name for itself, its locale, and how it writes a day.

    The patterns are those of Unicode TR 35: whole weekday and month, then both short.
    """

    name: str
    locale: str
    long_day: str
    short_day: str


LANGUAGES: dict[str, Tongue] = {
    "en": Tongue("English", "en_US", "EEEE, MMMM d", "EEE, MMM d"),
    "es": Tongue("Español", "es_US", "EEEE d 'de' MMMM", "EEE d MMM"),
}


def mark(sentence: str) -> str:
    """`sentence` unchanged; marks it for the catalogue where it stands in a table."""
    return sentence


@dataclass(frozen=True)
class Words:
    """One language: `say` a sentence, `count` one that has a plural."""

    code: str
    tongue: Tongue
    locale: Locale
    catalogue: NullTranslations = field(repr=False, compare=False)

    def say(self, sentence: str, **values: object) -> str:
        """`sentence` in this language with `{names}` filled from `values`."""
        said = self.catalogue.gettext(sentence) if sentence else ""
        return said.format(**values) if values else said

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """`one` or `many`, whichever this language uses for `n`; `{n}` is filled in."""
        return self.catalogue.ngettext(one, many, n).format(n=n, **values)


def catalogue_path(code: str) -> Path:
    """Where the translation of a language stands."""
    return Path(__file__).with_name(f"{code}.po")


@cache
def words(code: str) -> Words:
    """The language `code`.

    Raises `SettingsWrong` for a language that this terminal does not speak.
    """
    if code not in LANGUAGES:
        spoken = ", ".join(LANGUAGES)
        raise SettingsWrong(f"The terminal does not speak {code!r}. Use one of: {spoken}.")
    tongue = LANGUAGES[code]
    return Words(code, tongue, Locale.parse(tongue.locale), _catalogue(code))


def _catalogue(code: str) -> NullTranslations:
    path = catalogue_path(code)
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=LANGUAGES[code].locale))
    compiled.seek(0)
    return GNUTranslations(compiled)
