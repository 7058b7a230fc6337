"""Both languages say everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from visitor_portal.words import LANGUAGES, load_tongues, merged_catalogue

PACKAGE = Path(__file__).parents[2] / "visitor_portal"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "mark": None,
    "say": None,
    "ngettext": (1, 2),
    "count": (1, 2),
}
Sentence = str | tuple[str, ...]


@pytest.fixture(scope="module")
def spoken() -> dict[Sentence, str]:
    """Every English sentence that code or template shows, and where."""
    found: dict[Sentence, str] = {}
    for place, line, sentence, _, _ in extract_from_dir(
        PACKAGE,
        [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")],
        options_map={"**.html": {"newstyle_gettext": "true"}},
        keywords=KEYWORDS,
    ):
        key = tuple(sentence) if isinstance(sentence, list | tuple) else sentence
        found.setdefault(key, f"{place}:{line}")
    return found


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    return merged_catalogue("es")


def test_sentences_are_found_at_all(spoken: dict[Sentence, str]) -> None:
    assert "Book this visit" in spoken
    assert "That time has already begun. Choose a later one." in spoken
    assert ("%(num)s minute", "%(num)s minutes") in spoken


def test_no_english_sentence_lacks_a_spanish_one(
    spoken: dict[Sentence, str], spanish: Catalog
) -> None:
    lacking = [
        f"{place}: {sentence}" for sentence, place in spoken.items() if not _said(spanish, sentence)
    ]
    assert lacking == []


def test_no_spanish_sentence_has_lost_its_english_one(
    spoken: dict[Sentence, str], spanish: Catalog
) -> None:
    translated = {message.id for message in spanish if message.id}
    assert translated - set(spoken) == set()


def test_places_to_fill_are_the_same_in_both_languages(spanish: Catalog) -> None:
    for message in spanish:
        if isinstance(message.id, str) and message.id:
            assert isinstance(message.string, str)
            assert _places(message.string) == _places(message.id), message.id


def test_no_sentence_has_an_em_dash(spoken: dict[Sentence, str], spanish: Catalog) -> None:
    everything = [*map(str, spoken), *(str(message.string) for message in spanish)]
    assert [text for text in everything if "\u2014" in text or "\u2013" in text] == []


def test_a_tongue_fills_places_and_counts() -> None:
    tongues = load_tongues()
    assert set(tongues) == set(LANGUAGES)
    assert tongues["es"].say("Hello, %(name)s", name="Rosa") == "Hola, Rosa"
    assert tongues["en"].say("Hello, %(name)s", name="Rosa") == "Hello, Rosa"
    assert tongues["es"].count("%(num)s minute", "%(num)s minutes", 30) == "30 minutos"
    assert tongues["en"].count("%(num)s minute", "%(num)s minutes", 1) == "1 minute"


def _said(catalogue: Catalog, sentence: Sentence) -> bool:
    message = catalogue.get(sentence[0] if isinstance(sentence, tuple) else sentence)
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))
