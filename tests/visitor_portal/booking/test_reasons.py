"""Words for every status, cause and refusal."""

from __future__ import annotations

from enum import StrEnum

import pytest

from visitor_portal.booking import reasons
from visitor_portal.words import load_tongues
from visits.model import Cause, Refusal, RefusalCode, VisitChannel, VisitKind, VisitStatus


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (reasons._REFUSALS, RefusalCode),
        (reasons._CAUSES, Cause),
        (reasons._KINDS, VisitKind),
        (reasons._STATUSES, VisitStatus),
        (reasons._CHANNELS, VisitChannel),
    ],
)
def test_no_code_is_without_its_words(table: dict[str, object], codes: type[StrEnum]) -> None:
    assert set(table) == set(codes)


def said(language: str, *codes: RefusalCode) -> list[str]:
    refusals = tuple(Refusal(code=code, text="") for code in codes)
    return reasons.refusal_texts(load_tongues()[language], refusals)


@pytest.mark.parametrize("language", ["en", "es"])
def test_nobody_learns_from_the_words_why_an_inmate_cannot_be_visited(language: str) -> None:
    about_the_inmate = (
        RefusalCode.INMATE_NOT_HELD,
        RefusalCode.INMATE_MAY_NOT,
        RefusalCode.BARRED,
        RefusalCode.NO_CONTACT,
        RefusalCode.NOT_ON_LIST,
        RefusalCode.ON_TOO_MANY_LISTS,
        RefusalCode.FACT_MISSING,
    )
    about_the_time = (
        RefusalCode.INMATE_ALREADY_BOOKED,
        RefusalCode.INMATE_ELSEWHERE,
        RefusalCode.KEPT_SEPARATE,
    )
    for codes, plain in (
        (about_the_inmate, RefusalCode.VISITOR_MAY_NOT),
        (about_the_time, RefusalCode.NO_PLACE_FREE),
    ):
        assert said(language, *codes) == said(language, plain)


def test_who_comes_is_said_as_people_say_it() -> None:
    english, spanish = load_tongues()["en"], load_tongues()["es"]
    assert reasons.party(english, "Rosa Delgado", ()) == "Rosa Delgado"
    assert reasons.party(english, "Rosa Delgado", ("Leo",)) == "Rosa Delgado, with Leo"
    assert reasons.party(english, "Rosa", ("Leo", "Mia")) == "Rosa, with Leo and Mia"
    assert reasons.party(spanish, "Rosa", ("Leo", "Mia")) == "Rosa, con Leo y Mia"
