"""Requests at the real places: each is booked, or refused for just the reasons in `asked.yaml`.

The answers were worked out by hand from what the place prints, not by running the rules. In
`arrivals.yaml` parties come to booked visits, in `changes.yaml` inmates change their lists.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ops_console.rules.allowances import charged_by
from ops_console.rules.arrival import arrive
from ops_console.rules.facts import Facts, Request, VisitFact
from ops_console.rules.lists import about_change
from ops_console.rules.meeting import asked
from ops_console.rules.rulebook import Rulebook, read_rulebook
from ops_console.rules.ruleset import ruleset
from ops_console.rules.verdict import Booked, decide
from tests.harness.yaml_files import read_yaml

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = read_yaml(HERE / "asked.yaml")
ARRIVALS: list[dict[str, Any]] = read_yaml(HERE / "arrivals.yaml")
CHANGES: list[dict[str, Any]] = read_yaml(HERE / "changes.yaml")
FOLDERS = ("places", "unseen")
LONG_AGO = "2020-01-01T08:00"


@cache
def rulebook(place: str) -> Rulebook:
    (file,) = (one for folder in FOLDERS if (one := HERE / folder / f"{place}.yaml").exists())
    return read_rulebook(file.read_text("utf-8"))


def people(case: dict[str, Any]) -> list[dict[str, Any]]:
    relations = {"i": case.get("relation", "spouse")}
    known: dict[str, Any] = {"released_on": None, "facts": case.get("facts", {})}
    adult = known | {"born_on": "1988-05-05", "relations": relations, "role": case.get("role")}
    adult["released_on"] = case.get("released_on")
    found = [adult | {"id": f"adult-{number}"} for number in range(case.get("adults", 1))]
    if "child" in case:
        year = int(case["start"][:4]) - case["child"]
        guardians = [case.get("guardian", "adult-0")]
        relations = {"i": case.get("child_is", "child")}
        child = {"id": "child", "born_on": f"{year}-01-01", "relations": relations}
        found.append(known | child | {"guardians": guardians})
    return found


def facts(case: dict[str, Any], book: Rulebook) -> Facts:
    party = people(case)
    known: dict[str, Any] = {
        "id": "i",
        "unit": "x",
        "surname": "Lee",
        "born_on": "1990-02-01",
        "status": "held",
    }
    known |= {"booked_in_at": LONG_AGO, "classified_at": LONG_AGO, "discipline_until": None}
    known |= {"list": [one["id"] for one in party], "programme": None, "custody": "medium"}
    known |= {"list_changed_on": None}
    visits = [booked(case, number) for number in range(len(case.get("booked", ())))]
    everything: dict[str, Any] = {
        "inmates": [known | case["inmate"], *case.get("others", ())],
        "people": party,
        "visits": visits,
    }
    for group in ("separations", "no_contact", "bans", "engagements"):
        everything[group] = case.get(group, [])
    return Facts.model_validate(everything, context={"facility": book.facility.time})


def booked(case: dict[str, Any], number: int) -> dict[str, Any]:
    """An earlier visit: of somebody else to the same inmate, as long and of the same kind as the
    one that is asked for, unless the case says otherwise."""
    said = case["booked"][number]
    said = said if isinstance(said, dict) else {"start": said}
    start = datetime.fromisoformat(said["start"])
    kinds = {"kind": case.get("kind", "social"), "channel": case.get("channel", "onsite-video")}
    ends = {"start": start.isoformat(), "end": (start + length(case)).isoformat()}
    return {"id": f"v-{number}", "inmate": "i", "people": ["else"], **ends, **kinds} | said


def length(case: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(case["end"]) - datetime.fromisoformat(case["start"])


def request_of(case: dict[str, Any], book: Rulebook) -> Request:
    party = [one["id"] for one in people(case)]
    asked = {key: case[key] for key in ("start", "end")} | {"by": case.get("by", "visitor")}
    asked |= {"kind": case.get("kind", "social"), "channel": case.get("channel", "onsite-video")}
    asked |= {"visitor": party[0], "people": party, "inmate": "i"}
    return Request.model_validate(asked, context={"facility": book.facility.time})


def moment(book: Rulebook, text: str) -> datetime:
    now = datetime.fromisoformat(text)
    return book.facility.time.instant(now.date(), now.time())


def named(case: dict[str, Any]) -> str:
    return f"{case['place']}-{case['fact']}: {case['asks']}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_request_is_answered_as_the_place_would(case: dict[str, Any]) -> None:
    book = rulebook(case["place"])
    at_noon = f"{datetime.fromisoformat(case['start']) - timedelta(days=2):%Y-%m-%d}T12:00"
    request, known = request_of(case, book), facts(case, book)
    verdict = decide(book, request, known, moment(book, case.get("now", at_noon)))
    if isinstance(verdict, Booked):
        assert case["says"] == "booked"
        assert set(verdict.waits_for) == set(case.get("waits", ()))
        assert bool(charged_by(book, request, known)) is case.get("charged", False)
    else:
        assert {str(reason.code) for reason in verdict.reasons} == set(case["says"])


def visit_of(case: dict[str, Any], book: Rulebook) -> VisitFact:
    request = request_of(case, book)
    stated = request.model_dump(include={"inmate", "people", "start", "end", "kind", "channel"})
    return VisitFact.model_validate({"id": "v", **stated})


@pytest.mark.parametrize("case", ARRIVALS, ids=named)
def test_a_party_is_let_in_as_the_place_would(case: dict[str, Any]) -> None:
    book = rulebook(case["place"])
    known = facts(case, book)
    found = arrive(book, visit_of(case, book), moment(book, case["at"]), known)
    assert type(found).__name__ == case["says"]
    until = getattr(found, "until", None)
    assert "until" not in case or until == moment(book, case["until"])
    costs = [one.until for one in getattr(found, "penalties", ())]
    assert costs == [moment(book, text) for text in case.get("barred_until", ())]


@pytest.mark.parametrize("case", CHANGES, ids=named)
def test_a_list_may_be_changed_when_the_place_allows_it(case: dict[str, Any]) -> None:
    book = rulebook(case["place"])
    start = {"start": f"{case['now'][:10]}T10:00", "end": f"{case['now'][:10]}T10:30"}
    whole = {"adults": case["wanted"], "inmate": {}} | start | case
    known, request = facts(whole, book), request_of(whole, book)
    inmate = known.inmate("i")
    assert inmate is not None
    meeting = asked(ruleset(book), request, known, inmate)
    found = about_change(meeting, known.people, moment(book, case["now"]))
    assert {str(reason.code) for reason in found} == set(case["says"])
