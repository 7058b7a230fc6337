"""Every sentence of the room exists in every language, and every key the script may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import extract

from visitor_portal.visit.device_check.rows import check_words
from visitor_portal.visit.room import rows
from visitor_portal.words import load_tongues, merged_catalogue
from visits.model import Cause, VisitKind

ROOM = Path(rows.__file__).parents[1]
KEYWORDS = {"say": None, "mark": None, "_": None}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}


def sentences() -> set[str]:
    """What the folder marks for translation."""
    found: set[str] = set()
    for path in ROOM.rglob("*"):
        if path.suffix in METHODS:
            with path.open("rb") as source:
                for _, message, *_ in extract(METHODS[path.suffix], source, keywords=KEYWORDS):
                    found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_sentence_has_its_spanish() -> None:
    catalogue = merged_catalogue("es")
    missing = [one for one in sentences() if one not in catalogue or not catalogue[one].string]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_cause_of_an_end_has_words(language: str) -> None:
    tongue = load_tongues()[language]
    words = {key: tongue.say(text) for key, text in rows._SENTENCES.items()}
    for cause in [*Cause, "unknown"]:
        assert words[f"ended.{cause}.headline"]
        assert words[f"ended.{cause}.detail"]


def test_braces_survive_translation() -> None:
    english, spanish = (check_words(load_tongues()[code]) for code in ("en", "es"))
    assert english.keys() == spanish.keys()
    for key, sentence in english.items():
        assert ("{" in sentence) == ("{" in spanish[key])


def test_a_legal_visit_is_called_private_and_of_others_nothing_is_claimed_too_early() -> None:
    english = load_tongues()["en"]
    for kind in VisitKind:
        notice = rows.recording_notice(english, kind)
        assert ("not recorded and not monitored" in notice) == kind.privileged
        assert ("may be recorded" in notice) != kind.privileged
