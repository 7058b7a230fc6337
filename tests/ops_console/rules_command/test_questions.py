"""What `rules hours`, `explain` and `short` answer, and how they complain."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from ops_console.rules_command import add_commands
from tests.harness.rule_cases import INMATES, PEOPLE, visit
from tests.harness.rules_text import rules_text
from visits.errors import SettingsWrong

BODY = """
housing: [{path: main/a, terminals: [a1, a2]}, {path: main/b}]
facts: {since: date, incentive: words, held: {days_since: booked_in_at}}
calendars: {holidays: [2024-07-04]}
sessions:
  - {id: day, days: daily, hours: ["09:00-11:00"], length: {least: 30, most: 60}, gap: 15}
  - {id: night, days: tue, hours: ["23:00-01:00"], length: 60, holidays: closed}
  - {id: strict, for: {incentive: basic}, days: daily, hours: ["10:00-12:00"]}
  - {id: new, for: {held: "<2"}, channels: [onsite-video], days: daily, hours: ["22:00-01:00"]}
  - {id: old, for: {age: "60+"}, channels: [onsite-video], days: daily, hours: ["18:00-19:00"]}
blackouts: [{id: count, days: daily, hours: ["11:00-11:30"], reason: Count}]
exceptions: [{id: flood, dates: 2024-07-05, close: [day], reason: Water}]
limits: [{id: promised, least: 2, in: week}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(rules_text(BODY), "utf-8")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())

    def command(*words: str | Path) -> str:
        arguments = parser.parse_args(["rules", *map(str, words)])
        assert arguments.run(arguments) == 0
        return capsys.readouterr().out

    return command


def wrong(run: Any, *words: str | Path) -> str:
    with pytest.raises(SettingsWrong) as found:
        run(*words)
    return str(found.value)


def test_an_elastic_visit_shows_what_is_certain_and_how_far_it_may_go(run: Any, file: Path) -> None:
    words = ("hours", file, "--unit", "main/a", "--from", "2024-07-03", "--days", "1")
    (row,) = json.loads(run(*words, "--json"))
    assert row["slots"] == [["09:00", "09:30"], ["09:45", "10:15"], ["10:30", "11:00"]]
    assert row["up_to"] == ["10:00", "10:45", "11:00"]
    assert "09:00-09:30 (up to 10:00), 09:45-10:15 (up to 10:45), 10:30-11:00" in run(*words)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (("booked_in_at=2024-07-02T23:30",), ["new 2", "new 3"]),
        (("booked_in_at=2024-07-03",), ["new 3", "new 4"]),
        (("booked_in_at=2024-07-03", "held=9"), []),
        (("booked_in_at=", "born_on="), []),
        (("born_on=1964-07-03",), ["old 3", "old 4", "old 5"]),
    ],
)
def test_days_and_age_are_counted_anew_for_each_day_from_a_date_that_is_stated(
    run: Any, file: Path, stated: tuple[str, ...], expected: list[str]
) -> None:
    facts = [word for one in stated for word in ("--inmate", one)]
    words = ("--unit", "main/a", "--from", "2024-07-02", "--days", "4", "--channel", "onsite-video")
    found = json.loads(run("hours", file, *words, *facts, "--json"))
    dated = [row for row in found if row["session"] in {"new", "old"}]
    assert [f"{row['session']} {row['start'][9]}" for row in dated] == expected


def test_explain_counts_the_days_of_last_nights_window_to_its_own_day(run: Any, file: Path) -> None:
    words = ("--unit", "main/a", "--channel", "onsite-video", "--inmate", "booked_in_at=2024-07-02")
    said = run("explain", file, *words, "--at", "2024-07-04 00:30")
    assert "  yes  new     open 22:00-01:00" in said
    assert "no   new     held does not match" in run(
        "explain", file, *words, "--at", "2024-07-04 22:30"
    )


def test_explain_reads_as_an_officer_would_say_it(run: Any, file: Path) -> None:
    words = ("explain", file, "--unit", "main/a", "--inmate", "incentive=gold")
    assert run(*words, "--at", "2024-07-04 09:45").splitlines() == [
        "Thursday 2024-07-04 09:45 (America/Chicago), a holiday",
        "A social visit, remote: open",
        "  day until 11:00. A visit may start now and end at 10:15; 2 places.",
        "sessions:",
        "  yes  day     open 09:00-11:00",
        "  no   night   not on a Thursday",
        "  no   strict  incentive does not match",
        "  no   new     not for remote visits",
        "  no   old     not for remote visits",
        "blackouts:",
        "  no   count   cuts 11:00-11:30, not this time",
        "exceptions:",
        "  no   flood   not on this date",
    ]
    closed = run(*words, "--at", "2024-07-05 09:45")
    assert "A social visit, remote: closed" in closed
    assert "yes  flood   closes day (Water)" in closed


def test_explain_names_the_next_start_and_the_window_of_last_night(run: Any, file: Path) -> None:
    words = ("explain", file, "--unit", "main/a", "--inmate", "incentive=gold")
    assert "No visit starts now; the next at 09:45" in run(*words, "--at", "2024-07-04 09:30")
    night = run(*words, "--at", "2024-07-03 00:30")
    assert "night until 01:00. No visit starts now or later in this window" in night
    assert "  yes  night   open 23:00-01:00" in night


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--unit", "main/c"], "no place in housing is main/c or lies in it. Did you mean main/"),
        (["--unit", "/"], "--unit: write a housing path"),
        (["--unit", "main/a", "--from", "tomorrow"], "--from tomorrow: write a date"),
        (["--unit", "main/a", "--from", "2024-02-30"], "--from 2024-02-30: write a date"),
        (["--unit", "main/a", "--from", "0900-01-01"], "years 1900 to 2200"),
        (["--unit", "main/a", "--days", "5000"], "--days 5000: 1 to 3660"),
        (["--unit", "main/a", "--inmate", "since=2024-01-01"], "selectors know no such fact"),
        (["--unit", "main/a", "--inmate", "incentiv=x"], "Did you mean incentive?"),
        (["--unit", "main/a", "--inmate", "booked_in_at=x"], "write a date as booked_in_at=2024"),
    ],
)
def test_a_question_that_means_nothing_is_refused_with_what_to_write(
    run: Any, file: Path, words: list[str], said: str
) -> None:
    start = () if "--from" in words else ("--from", "2024-07-02")
    assert said in wrong(run, "hours", file, *words, *start)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2024-03-10 02:30", "the clocks of America/Chicago skip this time"),
        ("2024-03-10 24:00", 'write "2024-07-04 09:30"'),
        ("noon", 'write "2024-07-04 09:30"'),
    ],
)
def test_a_moment_that_never_comes_is_refused(run: Any, file: Path, at: str, said: str) -> None:
    assert said in wrong(run, "explain", file, "--unit", "main/a", "--at", at)


def test_a_repeated_hour_is_explained_like_any_other(run: Any, file: Path) -> None:
    assert "closed" in run("explain", file, "--unit", "main/a", "--at", "2024-11-03 01:30")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ":1: file: is empty"),
        (b"# nothing\n", ":1: file: is empty"),
        (b"visitline_rules: 1\n\xff\xfe", ":2: is not UTF-8 text. Save it as UTF-8."),
        (b"a: " + b"x" * 2_100_000, ":1: file: is too large"),
    ],
)
def test_what_is_no_rules_file_is_refused(run: Any, file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    assert f"{file}{said}" in wrong(run, "check", file)


def test_a_byte_order_mark_does_no_harm(run: Any, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert "5 sessions" in run("check", file)


def test_a_folder_is_no_file(run: Any, tmp_path: Path) -> None:
    assert "cannot be read" in wrong(run, "check", tmp_path)


def test_short_says_who_has_less_than_is_promised(run: Any, file: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    visits = [visit("2024-07-01T09:00"), visit("2024-07-02T09:00")]
    facts.write_text(json.dumps({"inmates": INMATES, "people": PEOPLE, "visits": visits}))
    words = ("short", file, "--facts", facts, "--on", "2024-07-03")
    assert run(*words) == "ray: 0 of 2 visits from 2024-06-30 to 2024-07-06 (promised)\n"
    (row,) = json.loads(run(*words, "--json"))
    assert row == {
        "inmate": "ray",
        "entry": "promised",
        "count": "visits",
        "has": 0,
        "least": 2,
        "from": "2024-06-30",
        "to": "2024-07-06",
    }
