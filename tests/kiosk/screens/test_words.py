"""Every sentence has its Spanish, and dates and names are written as people write them."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import kiosk
from kiosk.screens.scene import KINDS, a_line_each, short_name, spoken_name
from kiosk.screens.standing import MARKS
from kiosk.screens.told import ENDINGS, REFUSALS
from kiosk.session.views import Reason, Standing
from kiosk.words import LANGUAGES, catalogue_path, when, words
from tests.harness.kiosk_states import NOW
from visits.clock import FacilityTime
from visits.errors import SettingsWrong
from visits.model import VisitKind

CHICAGO = FacilityTime("America/Chicago")
ROOM = Path(kiosk.__file__).parent
KEYWORDS = {"say": None, "mark": None, "count": (1, 2)}


def sentences() -> set[str | tuple[str, ...]]:
    """Every sentence the code can say; a plural is a pair."""
    found = extract_from_dir(
        ROOM, [("screens/**.py", "python"), ("words/**.py", "python")], keywords=KEYWORDS
    )
    return {
        tuple(message) if isinstance(message, list | tuple) else message
        for _, _, message, _, _ in found
    }


def translations(code: str) -> dict[str | tuple[str, ...], Message]:
    with catalogue_path(code).open("rb") as source:
        catalogue = read_po(source, locale=LANGUAGES[code].locale)
    return {
        tuple(one.id) if isinstance(one.id, list | tuple) else one.id: one
        for one in catalogue
        if one.id
    }


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def each(value: object) -> Iterator[str]:
    """A sentence, or both of a plural."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from value


def test_every_sentence_has_its_spanish_and_none_is_left_over() -> None:
    said, translated = sentences(), translations("es")
    assert len(said) > 100
    assert said - translated.keys() == set()
    assert translated.keys() - said == set()


def test_no_translation_is_empty_doubtful_or_asks_for_other_values() -> None:
    for key, message in translations("es").items():
        assert not message.fuzzy, key
        wanted = set().union(*(fields(one) for one in each(key)))
        for text in each(message.string):
            assert text.strip(), key
            assert fields(text) == wanted, key


def test_no_sentence_holds_a_dash_that_is_hard_to_read() -> None:
    for message in translations("es").values():
        assert not any("\u2014" in text for text in (*each(message.id), *each(message.string)))


def test_a_language_that_is_not_spoken_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingsWrong, match="en, es"):
        words("tlh")


def test_every_reason_kind_and_standing_has_words() -> None:
    assert REFUSALS.keys() == set(Reason)
    assert KINDS.keys() == set(VisitKind)
    assert MARKS.keys() == set(Standing)
    assert all(told.headline for told in ENDINGS.values())


def test_hours_are_the_facilitys_in_each_language() -> None:
    assert when.hour(words("en"), NOW, CHICAGO) == "2:18\u00a0PM"
    assert when.hour(words("es"), NOW, CHICAGO) == "2:18\u00a0p.m."


def test_days_are_near_or_named() -> None:
    english, spanish = words("en"), words("es")
    for days, said, dicho in (
        (0, "Today", "Hoy"),
        (1, "Tomorrow", "Mañana"),
        (2, "Wed, Nov 25", "Mié 25 nov"),
    ):
        instant = NOW + timedelta(days=days)
        assert when.day(english, instant, NOW, CHICAGO) == said
        assert when.day(spanish, instant, NOW, CHICAGO) == dicho


def test_midnight_belongs_to_the_facility() -> None:
    late = NOW.replace(hour=23, minute=50)
    past_utc_midnight = late + timedelta(minutes=30)
    assert when.day(words("en"), past_utc_midnight, late, CHICAGO) == "Today"


def test_lengths_never_say_zero_and_know_one_from_many() -> None:
    english, spanish = words("en"), words("es")
    assert when.length(english, timedelta(seconds=3)) == "1 minute"
    assert when.length(english, timedelta(minutes=11, seconds=1)) == "12 minutes"
    assert when.length(spanish, timedelta(hours=3)) == "3 horas"


def test_a_countdown_stops_at_nothing() -> None:
    assert when.countdown(timedelta(seconds=65)) == "1:05"
    assert when.countdown(timedelta(hours=1, seconds=5)) == "1:00:05"
    assert when.countdown(timedelta(seconds=-4)) == "0:00"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Maria Rivera", "Maria R."),
        ("Maria de la Cruz", "Maria C."),
        ("Cruz, Maria", "Maria C."),
        ("Madonna", "Madonna"),
        ("Константин Преображенский", "Константин П."),
        ("Nguyễn Thị Ẩn", "Nguyễn Ẩ."),
    ],
)
def test_the_board_knows_people_by_first_name_and_an_initial(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_name_of_any_length_leaves_room_for_its_sentence() -> None:
    assert spoken_name("Elena Rivera") == "Elena Rivera"
    assert len(spoken_name("W" * 120)) == 32


def test_sentences_stand_one_under_another_and_hours_stay_whole() -> None:
    assert a_line_each("Stay. ¿Sigue? Go on.") == "Stay.\n¿Sigue?\nGo on."
    assert a_line_each("Vuelva a las 4 p.m. o antes") == "Vuelva a las 4 p.m. o antes"
