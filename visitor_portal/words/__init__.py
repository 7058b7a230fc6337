"""The languages of the portal. English sentences are the keys; each other language has a .po.

Every folder of the portal may carry its own `es.po`; all are read together at start, so that
a room's words live beside its templates.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from visits.errors import SettingsWrong

_PACKAGE = Path(__file__).parent.parent

LANGUAGES: Mapping[str, tuple[str, str]] = {
    "en": ("English", "en_US"),
    "es": ("Español", "es_US"),
}
"""Code to the language's own name and its locale; both dialects write times with am and pm."""


def mark(sentence: str) -> str:
    """The same sentence; says to the extractor that it will be shown in translation."""
    return sentence


@dataclass(frozen=True)
class Tongue:
    """One language: `say` translates a sentence with `%(name)s` places filled in."""

    code: str
    name: str
    locale: Locale
    catalogue: NullTranslations

    def say(self, sentence: str, **places: object) -> str:
        text = self.catalogue.gettext(sentence)
        return text % places if places else text

    def count(self, one: str, many: str, number: int) -> str:
        """`one` or `many` as the language's plural rule wants, `%(num)s` filled in."""
        return self.catalogue.ngettext(one, many, number) % {"num": number}


def load_tongues() -> Mapping[str, Tongue]:
    """Every language, ready to speak. Raises `SettingsWrong` for a catalogue that is not one."""
    return {
        code: Tongue(code, name, Locale.parse(locale), _catalogue(code))
        for code, (name, locale) in LANGUAGES.items()
    }


def _catalogue(code: str) -> NullTranslations:
    if code == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged_catalogue(code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def merged_catalogue(code: str) -> Catalog:
    """All `<code>.po` files of the package as one."""
    merged = Catalog(locale=code)
    for path in sorted(_PACKAGE.glob(f"*/{code}.po")):
        try:
            with path.open("rb") as source:
                part = read_po(source, locale=code, abort_invalid=True)
        except (ValueError, UnicodeDecodeError) as cause:
            raise SettingsWrong(f"{path} is not a catalogue of messages: {cause}") from cause
        for message in part:
            if message.id:
                merged[message.id] = message
    return merged
