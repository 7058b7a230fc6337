"""`visitline-console rules decide`: a yes, a no with every reason, and files that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ops_console.app import main
from tests.harness.rule_cases import INMATES, NOW, PEOPLE, changed, visit

pytestmark = pytest.mark.slow

RULES = """
visitline_rules: 1
facility: {name: Example, zone: America/Chicago, week_starts: sunday}
sessions: [{id: daily, days: daily, hours: ["09:00-11:00"], length: 30, capacity: 2}]
limits: [{id: two, most: 2, in: week}]
booking: [{id: soon, least: {days: 3}, approval: [inmate]}]
notes: [{text: Bring identification., tell: visitor}]
"""
FACTS = {
    "inmates": INMATES,
    "people": PEOPLE,
    "visits": [],
    "separations": [],
    "no_contact": [],
    "bans": [],
}
REQUEST = {
    "visitor": "ada",
    "inmate": "lee",
    "kind": "social",
    "channel": "remote",
    "start": "2024-07-05T09:00",
    "end": "2024-07-05T09:30",
    "now": NOW,
}


class Files:
    """The three files, and the command on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.rules, self.facts, self.request = (
            folder / name for name in ("rules.yaml", "facts.json", "request.json")
        )
        self._capsys = capsys
        self.rules.write_text(RULES)
        self.facts.write_text(json.dumps(FACTS))
        self.request.write_text(json.dumps(REQUEST))

    def run(self, *more: str) -> tuple[int, str, str]:
        where = ["--facts", str(self.facts), "--request", str(self.request)]
        code = main(["rules", "decide", str(self.rules), *where, *more])
        out, err = self._capsys.readouterr()
        return code, out, err

    def answer(self, **changes: Any) -> Any:
        self.request.write_text(json.dumps(REQUEST | changes))
        code, out, err = self.run("--json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Files:
    return Files(tmp_path, capsys)


def test_a_yes_names_the_session_and_who_still_has_to_agree(files: Files) -> None:
    assert files.answer() == {
        "booked": True,
        "session": "daily",
        "terminal": None,
        "waits_for": ["inmate"],
        "charged": False,
        "charged_by": [],
        "overridden": [],
        "notes": [{"entry": "notes-1", "text": "Bring identification.", "tell": "visitor"}],
    }


def test_a_no_has_every_reason_and_three_times_on_the_facilitys_wall(files: Files) -> None:
    found = files.answer(start="2024-07-03T08:00", end="2024-07-03T08:30")

    assert found["booked"] is False
    assert {(one["code"], one["entry"]) for one in found["reasons"]} == {
        ("outside-hours", None),
        ("too-short-notice", "soon"),
    }
    assert all(one["visitor"] and one["officer"] for one in found["reasons"])
    assert found["alternatives"] == [
        ["2024-07-04T09:00", "2024-07-04T09:30"],
        ["2024-07-04T09:30", "2024-07-04T10:00"],
        ["2024-07-04T10:00", "2024-07-04T10:30"],
    ]


def test_now_on_the_command_line_counts_before_the_requests(files: Files) -> None:
    code, out, _ = files.run("--now", "2024-07-04T12:00")

    assert code == 0
    assert out.startswith("Refused.\ntoo-short-notice: ")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("facts", "{", "is not JSON"),
        ("facts", '{"inmates": [], "people": [], "vists": []}', "vists"),
        (
            "facts",
            '{"inmates": [{"id": "x", "bornon": null}]}',
            "bornon: is not a key that belongs here; did you mean born_on?",
        ),
        ("facts", "", "is empty"),
        ("facts", '{"people": [], "people": []}', "'people' stands twice"),
        ("facts", "[" * 100_000, "nested too deeply"),
        (
            "facts",
            json.dumps({"inmates": [], "people": [{"id": "x"}, {"id": "x"}]}),
            "people[1].id: x is already people[0]",
        ),
        (
            "facts",
            json.dumps(FACTS | {"visits": [visit("2024-07-05T09:00", -30)]}),
            "visits[0].end: is not after the start",
        ),
        (
            "facts",
            json.dumps(FACTS | {"visits": [visit("2024-07-05T09:00", end="9999-12-31")]}),
            "visits[0].end: is days after the start",
        ),
        ("request", json.dumps(REQUEST | {"people": 1}), "people: "),
        ("request", json.dumps(REQUEST | {"people": None}), "people: "),
        ("request", json.dumps(REQUEST | {"people": "ada"}), "people: "),
        ("request", json.dumps(REQUEST | {"people": ["ada", {}]}), "people[1]: "),
        ("request", "[]", "must be an object, not '[]'"),
        ("request", '{"visitor": "ada"}', "inmate: is missing"),
        ("request", json.dumps(REQUEST | {"start": "9 am"}), "start: "),
        ("request", json.dumps(REQUEST | {"kind": "sociable"}), "kind: should be 'social'"),
        (
            "request",
            json.dumps(REQUEST | {"end": REQUEST["start"]}),
            "the request: a visit must end after",
        ),
        ("rules", "limits: [{most: 1}]", "in"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_ends_with_2(
    files: Files, name: str, text: str, said: str
) -> None:
    path: Path = getattr(files, name)
    path.write_text(text)
    code, out, err = files.run("--json")

    assert (code, out) == (2, "")
    assert f"{path}:" in err
    assert said in err


DECLARING = (
    RULES
    + """
facts: {filed: date, height: number, tier: words, last: {digit: last, of: number}}
visitor_facts: {miles: number}
pair_facts: {listed_at: date}
"""
)


@pytest.mark.parametrize(
    ("part", "stated", "said"),
    [
        ("inmates", {"facts": {"filed": "soon"}}, "filed: 'soon' is not a date; write 2024-07-04"),
        ("inmates", {"facts": {"filed": 20240704}}, "filed: 20240704 is not a date"),
        ("inmates", {"facts": {"height": "three"}}, "height: 'three' is not a number; write 12"),
        ("inmates", {"facts": {"height": [1, "2+"]}}, "height: '2+' is not a number"),
        ("inmates", {"facts": {"last": True}}, "last: True is not a number"),
        (
            "inmates",
            {"facts": {"hieght": 3}},
            "hieght: is not a fact of the rules file; did you mean height?",
        ),
        ("people", {"facts": {"mile": 3}}, "did you mean miles?"),
        ("people", {"facts": {"miles": "far"}}, "people[0].facts.miles: 'far' is not a number"),
        ("people", {"pair_facts": {"lee": {"listed_at": "x"}}}, "pair_facts.lee.listed_at: 'x'"),
    ],
)
def test_a_fact_that_the_rules_cannot_use_is_named_and_ends_with_2(
    files: Files, part: str, stated: Any, said: str
) -> None:
    rows: dict[str, list[Any]] = {**FACTS, "visits": [visit("2024-07-01T09:00")]}
    first, *others = rows[part]
    files.rules.write_text(DECLARING)
    files.facts.write_text(json.dumps({**rows, part: [{**first, **stated}, *others]}))
    code, out, err = files.run()

    assert (code, out) == (2, "")
    assert f"{files.facts}: {part}[0]." in err
    assert said in err


def test_facts_as_the_rules_declare_them_are_taken(files: Files) -> None:
    stated = {"filed": None, "height": 180.5, "tier": ["a", "b"], "last": "3"}
    inmates = changed(INMATES, "lee", facts=stated)
    people = changed(PEOPLE, "ada", pair_facts={"lee": {"listed_at": "2024-01-01T09:00"}})
    booked = visit("2024-07-01T09:00", session="daily")
    files.rules.write_text(DECLARING)
    files.facts.write_text(
        json.dumps({**FACTS, "inmates": inmates, "people": people, "visits": [booked]})
    )
    assert files.answer()["booked"] is True


def test_facts_that_another_file_asks_for_and_visits_of_others_are_passed_over(
    files: Files,
) -> None:
    inmates = changed(INMATES, "lee", facts={"height": 3, "heights": 4, "diet": "none"})
    other = visit("2024-07-05T09:00", inmate="of-last-year", session="gone", people=["nobody"])
    files.rules.write_text(DECLARING)
    files.facts.write_text(json.dumps({**FACTS, "inmates": inmates, "visits": [other]}))
    assert files.answer()["booked"] is True


def test_who_asks_must_be_somebody_who_may_book(files: Files) -> None:
    files.request.write_text(json.dumps(REQUEST | {"by": "friend"}))
    code, out, err = files.run()

    assert (code, out) == (2, "")
    assert err.strip() == (
        f"{files.request}: by: 'friend' cannot book; write one of visitor, inmate, officer"
    )


def test_a_time_that_the_clocks_skip_is_named_and_ends_with_2(files: Files) -> None:
    """In Chicago there is no 02:30 on 10 March 2024."""
    skipped = {"start": "2024-03-10T02:30", "end": "2024-03-10T03:30"}
    files.request.write_text(json.dumps(REQUEST | skipped))
    code, _, err = files.run()
    assert code == 2
    assert "start: 2024-03-10T02:30: the clocks of America/Chicago skip this time" in err
    assert "must end after it starts" not in err, "03:30 is when 02:30 would have been"


def test_what_is_offered_in_the_night_of_the_autumn_change_can_be_asked_for_as_it_stands(
    files: Files,
) -> None:
    """In Chicago 3 November 2024 shows one o'clock to two twice."""
    files.rules.write_text(
        RULES.replace('hours: ["09:00-11:00"]', 'hours: ["00:30-02:00"]').replace(
            "days: 3", "days: 0"
        )
    )
    night = {"now": "2024-11-02T12:00", "start": "2024-11-03T03:00", "end": "2024-11-03T03:30"}
    found = files.answer(**night)["alternatives"]
    assert found == [
        ["2024-11-03T01:30", "2024-11-03T01:00-06:00"],
        ["2024-11-03T01:00", "2024-11-03T01:30"],
        ["2024-11-03T00:30", "2024-11-03T01:00"],
    ]
    for start, end in found:
        assert files.answer(now=night["now"], start=start, end=end)["booked"] is True
    over_the_change = {"start": "2024-11-03T01:30", "end": "2024-11-03T01:00"}
    assert files.answer(now=night["now"], **over_the_change)["booked"] is True


def test_with_an_offset_any_moment_is_plain(files: Files) -> None:
    wanted = {"start": "2024-07-05T14:00:00Z", "end": "2024-07-05T09:30:00-05:00"}
    assert files.answer(**wanted)["booked"] is True


@pytest.mark.parametrize("now", ["noon", "2024-03-10T02:30", "3024-01-01T00:00"])
def test_a_now_that_is_no_moment_ends_with_2(files: Files, now: str) -> None:
    code, _, err = files.run("--now", now)
    assert code == 2
    assert err.startswith("--now")


def test_a_visit_beyond_what_is_free_is_marked(files: Files) -> None:
    files.rules.write_text(RULES.replace("most: 2, in: week", "free: 0, in: week"))
    found = files.answer()
    assert (found["booked"], found["charged"], found["charged_by"]) == (True, True, ["two"])


def test_a_no_for_want_of_room_says_until_when_one_may_wait(files: Files) -> None:
    body = RULES.replace("approval: [inmate]", "waiting: {days: 7}").replace("most: 2", "most: 0")
    files.rules.write_text(body)
    assert files.answer()["may_wait_until"] == "2024-07-12"
    files.rules.write_text(RULES.replace("most: 2", "most: 0"))
    assert files.answer()["may_wait_until"] is None
