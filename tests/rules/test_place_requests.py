"""Requests at the real places: each is booked, or refused for just the reasons in `asked.yaml`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops_console.rules.facts import Facts, Request
from ops_console.rules.rulebook import Rulebook, read_rulebook
from ops_console.rules.verdict import Booked, decide

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "asked.yaml").read_text("utf-8"))
LONG_AGO = "2020-01-01T08:00"


def rulebook(place: str) -> Rulebook:
    return read_rulebook((HERE / "places" / f"{place}.yaml").read_text("utf-8"))


def people(case: dict[str, Any]) -> list[dict[str, Any]]:
    relations = {"i": case.get("relation", "spouse")}
    adult: dict[str, Any] = {"born_on": "1988-05-05", "relations": relations}
    adult |= {"released_on": case.get("released_on"), "facts": case.get("facts", {})}
    found = [adult | {"id": f"adult-{number}"} for number in range(case.get("adults", 1))]
    if "child" in case:
        year = int(case["start"][:4]) - case["child"]
        guardians = [case.get("guardian", "adult-0")]
        child = {"id": "child", "born_on": f"{year}-01-01", "relations": {"i": "child"}}
        found.append(child | {"released_on": None, "guardians": guardians})
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
    visits = [booked(case, number) for number in range(len(case.get("booked", ())))]
    everything: dict[str, Any] = {
        "inmates": [known | case["inmate"]],
        "people": party,
        "visits": visits,
    }
    everything |= {"separations": [], "no_contact": [], "bans": []}
    return Facts.model_validate(everything, context={"facility": book.facility.time})


def booked(case: dict[str, Any], number: int) -> dict[str, Any]:
    """An earlier visit of somebody else, as long as the one that is asked for."""
    start = datetime.fromisoformat(case["booked"][number])
    kinds = {"kind": case.get("kind", "social"), "channel": case.get("channel", "onsite-video")}
    ends = {"start": start.isoformat(), "end": (start + length(case)).isoformat()}
    return {"id": f"v-{number}", "inmate": "i", "people": ["else"], **ends, **kinds}


def length(case: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(case["end"]) - datetime.fromisoformat(case["start"])


def request_of(case: dict[str, Any], book: Rulebook) -> Request:
    party = [one["id"] for one in people(case)]
    asked = {key: case[key] for key in ("start", "end")} | {"by": case.get("by", "visitor")}
    asked |= {"kind": case.get("kind", "social"), "channel": case.get("channel", "onsite-video")}
    asked |= {"visitor": party[0], "people": party, "inmate": "i"}
    return Request.model_validate(asked, context={"facility": book.facility.time})


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['place']}-{case['fact']}: {case['asks']}"
)
def test_a_request_is_answered_as_the_place_would(case: dict[str, Any]) -> None:
    book = rulebook(case["place"])
    at_noon = f"{datetime.fromisoformat(case['start']) - timedelta(days=2):%Y-%m-%d}T12:00"
    now = datetime.fromisoformat(case.get("now", at_noon))
    moment = book.facility.time.instant(now.date(), now.time())
    verdict = decide(book, request_of(case, book), facts(case, book), moment)
    if isinstance(verdict, Booked):
        assert case["says"] == "booked"
    else:
        assert {str(reason.code) for reason in verdict.reasons} == set(case["says"])
