"""`visitline-console rules` as real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harness.rules_text import rules_text

pytestmark = pytest.mark.slow

BODY = """
facts: {incentive: words}
housing: [{path: main/a, terminals: [a1, a2]}, {path: main/b}]
groups: {a-to-j: {surname: A-J}}
calendars: {holidays: [2024-07-04]}
sessions:
  - {id: day, for: a-to-j, days: daily, hours: [09:00-10:15], length: 30, gap: 15, holidays: closed}
  - {id: night, for: {unit: main/a}, kinds: [legal], days: tue, hours: 23:00-01:00, capacity: 3}
  - {id: gold, for: {incentive: gold}, layer: 2, days: fri, hours: 12:00-13:00}
blackouts: [{id: count, days: daily, hours: ["10:00-10:20"], reason: Count}]
exceptions: [{id: flood, dates: 2024-07-03, close: all}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(rules_text(BODY))
    return path


def run(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ops_console.app", "rules", *map(str, arguments)]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, check=False, timeout=60
    )


def hours(file: Path, *more: str) -> Any:
    done = run("hours", file, "--unit", "main/a", "--from", "2024-07-02", *more, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_check_counts_what_a_good_file_holds(file: Path) -> None:
    done = run("check", file)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{file}: 3 sessions, ")
    assert "1 group," in done.stdout


def test_check_names_every_fault_with_file_line_and_place_and_ends_with_2(file: Path) -> None:
    file.write_text(rules_text("sessions:\n  - id: it\n    hours: [9-10]\n    dais: [tue]"))
    done = run("check", file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"{file}:5: sessions[0].hours[0]: '9' is not a time; write 09:30, from 00:00 to 24:00",
        f"{file}:6: sessions[0].dais: is not a key that belongs here; did you mean days?",
    ]


def test_check_reads_standard_input(file: Path) -> None:
    assert run("check", "-", stdin=file.read_text()).returncode == 0


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.yaml"
    if content is not None:
        path.write_bytes(content)
    done = run("check", path)
    assert done.returncode == 2
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr


def test_hours_lists_windows_with_their_slots_by_start(file: Path) -> None:
    found = hours(file, "--days", "3", "--inmate", "surname=Garcia", "--kind", "social")
    assert found == [
        {
            "session": "day",
            "kind": "social",
            "kinds": ["social"],
            "channel": None,
            "channels": ["remote", "onsite-video", "in-person"],
            "start": "2024-07-02T09:00",
            "end": "2024-07-02T10:00",
            "capacity": 2,
            "slots": [["09:00", "09:30"]],
            "up_to": ["09:30"],
        }
    ]


def test_hours_of_a_night_end_on_the_next_day(file: Path) -> None:
    (night,) = hours(file, "--days", "1", "--kind", "legal", "--channel", "in-person")
    assert (night["start"], night["end"]) == ("2024-07-02T23:00", "2024-07-03T01:00")
    assert night["slots"] == [["23:00", "01:00"]]
    assert night["capacity"] == 3


def test_without_a_kind_every_kind_is_listed_once(file: Path) -> None:
    found = hours(file, "--days", "1", "--inmate", "surname=Garcia")
    assert [(row["session"], row["kinds"]) for row in found] == [
        ("day", ["social", "family"]),
        ("night", ["legal"]),
    ]


def test_declared_facts_are_given_like_the_others(file: Path) -> None:
    facts = ("--inmate", "surname=Garcia", "--inmate", "incentive=Basic,Gold")
    found = hours(file, "--days", "4", "--kind", "social", *facts)
    assert [row["session"] for row in found] == ["day", "gold"]


def test_hours_for_people_read_as_a_list(file: Path) -> None:
    done = run("hours", file, "--unit", "main/a", "--from", "2024-07-02", "--kind", "legal")
    assert "Tue 2024-07-02 23:00-01:00 next day  night (legal;" in done.stdout


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--unit", "main/c"], "no place in housing is main/c"),
        (["--inmate", "surnam=x"], "Did you mean surname?"),
        (["--inmate", "surname"], "write KEY=VALUE"),
        (["--inmate", "age=old"], "an age is a number"),
        (["--from", "tomorrow"], "write a date"),
        (["--days", "0"], "--days"),
    ],
)
def test_a_question_that_means_nothing_ends_with_2(file: Path, wrong: list[str], said: str) -> None:
    done = run("hours", file, "--unit", "main/a", "--from", "2024-07-02", *wrong)
    assert done.returncode == 2
    assert said in done.stderr


def explained(file: Path, at: str, *more: str) -> Any:
    done = run("explain", file, "--unit", "main/a", "--at", at, *more, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    entries = {one["entry"]: (one["applies"], one["why"]) for one in found["entries"]}
    return found["open"], entries


def test_explain_says_what_applies_and_why_the_rest_does_not(file: Path) -> None:
    is_open, entries = explained(file, "2024-07-02 09:10", "--inmate", "surname=Garcia")
    assert is_open == ["day"]
    assert entries["day"] == (True, "open 09:00-10:00")
    assert entries["night"] == (False, "not for social visits")
    assert entries["gold"] == (False, "not on a Tuesday")
    assert entries["count"] == (False, "cuts 10:00-10:20, not this time")
    assert entries["flood"] == (False, "not on this date")


def test_explain_names_the_blackout_the_layer_the_exception_and_the_unknown_fact(
    file: Path,
) -> None:
    garcia = ("--inmate", "surname=Garcia")
    assert explained(file, "2024-07-02 10:05", *garcia)[1]["count"] == (True, "Count")
    assert explained(file, "2024-07-03 09:10", *garcia)[1]["flood"] == (
        True,
        "closes every session",
    )
    assert explained(file, "2024-07-03 09:10", *garcia)[0] == []
    assert explained(file, "2024-07-02 09:10")[1]["day"] == (False, "group a-to-j is unknown")
    gold = (*garcia, "--inmate", "incentive=gold")
    assert "layer 2" in explained(file, "2024-07-05 09:10", *gold)[1]["day"][1]


def test_explain_finds_the_night_session_of_the_day_before(file: Path) -> None:
    is_open, _ = explained(file, "2024-07-03 00:30", "--kind", "legal")
    assert is_open == ["night"]


def test_schema_is_a_json_schema_that_knows_the_keys() -> None:
    done = run("schema")
    schema = json.loads(done.stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["additionalProperties"] is False
    assert {"visitline_rules", "facility", "sessions", "limits"} <= set(schema["properties"])
    assert {"from", "until", "for"} <= set(schema["$defs"]["Session"]["properties"])


def test_whoever_has_read_enough_of_a_long_answer_sees_no_trouble(file: Path) -> None:
    command = [sys.executable, "-m", "ops_console.app", "rules", "hours", str(file)]
    asked = ["--unit", "main/a", "--from", "2024-01-01", "--days", "3000", "--json"]
    with subprocess.Popen(
        [*command, *asked], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as answering:
        assert answering.stdout is not None
        assert answering.stderr is not None
        assert answering.stdout.readline() == "[\n"
        answering.stdout.close()
        assert answering.stderr.read() == ""
    assert answering.returncode == 0
