"""A unit's plain week in the text of a rules file: read, written, and nothing else touched."""

from __future__ import annotations

from datetime import date

import pytest

from ops_console.rules.rulebook import read_rulebook
from ops_console.usecases._rules_text import NotByLines, change_entries, set_line
from ops_console.usecases._weekly import WeeklyHours, weekly_rules
from ops_console.usecases.edit_week import (
    Edited,
    next_exception_id,
    week_in,
    with_exception,
    with_week,
)

HOURS = WeeklyHours(
    windows={"monday": ("09:00-11:00",), "tuesday": ("09:00-11:00",), "friday": ("18:00-24:00",)},
    visit_minutes=30,
    gap_minutes=5,
    notice_minutes=120,
    horizon_days=14,
)
KEPT = """# Rules of our jail. Keep this line.
visitline_rules: 1
facility: {name: Riverside, zone: America/Chicago}   # never move

sessions:
  # Unit A was agreed with the union.
  - id: unit-a
    for: {unit: unit-a}
    kinds: all
    days: [mon, tue]
    hours: ["09:00-11:00", "13:00-15:00"]   # until lunch, then again
    length: 30

  # Unit B is odd.
  - {id: unit-b, for: {unit: unit-b}, days: daily, hours: ["08:00-10:00"], length: 20, gap: 5}
booking:
  - {id: unit-a-notice, for: {unit: unit-a}, least: {hours: 24}, most: {days: 14}}
  - {id: all, most: {days: 60}}
notes:
  - {text: "Last: stays as it is"}
"""


def in_unit_a(text: str) -> WeeklyHours:
    found = week_in(text, "unit-a", "unit-a").hours
    assert found is not None
    return found


def test_what_is_written_as_a_week_is_read_back_as_that_week() -> None:
    text = weekly_rules("Riverside", "America/Chicago", {"unit-a": ("unit-a", HOURS)})
    assert week_in(text, "unit-a", "unit-a").hours == HOURS


def test_the_same_week_written_again_changes_not_one_letter() -> None:
    week = week_in(KEPT, "unit-a", "unit-a")
    assert with_week(KEPT, week, in_unit_a(KEPT)) == KEPT


def test_only_the_lines_of_the_entry_that_changes_are_touched() -> None:
    week = week_in(KEPT, "unit-a", "unit-a")
    longer = in_unit_a(KEPT).model_copy(update={"visit_minutes": 45})
    changed = with_week(KEPT, week, longer)
    before, after = KEPT.splitlines(), changed.splitlines()
    entry = slice(before.index("  - id: unit-a"), before.index("  - id: unit-a") + 6)
    assert [line for line in before if line not in before[entry]] == [
        line for line in after if line in before and line not in before[entry]
    ]
    assert in_unit_a(changed) == longer
    assert "# Unit A was agreed with the union." in changed


def test_a_day_with_other_hours_becomes_a_session_of_its_own() -> None:
    week = week_in(KEPT, "unit-a", "unit-a")
    hours = in_unit_a(KEPT)
    other = hours.model_copy(update={"windows": {**hours.windows, "sunday": ("10:00-12:00",)}})
    changed = with_week(KEPT, week, other)
    assert in_unit_a(changed) == other
    sessions = {one.id: one for one in read_rulebook(changed).sessions}
    assert set(sessions) == {"unit-a", "unit-a-1", "unit-b"}
    assert sessions["unit-a-1"].kinds == sessions["unit-a"].kinds


def test_a_session_that_keeps_its_days_keeps_its_name() -> None:
    text = weekly_rules("Riverside", "America/Chicago", {"unit-a": ("unit-a", HOURS)})
    week = week_in(text, "unit-a", "unit-a")
    only_friday = HOURS.model_copy(update={"windows": {"friday": ("18:00-24:00",)}})
    changed = with_week(text, week, only_friday)
    assert [one.id for one in read_rulebook(changed).sessions] == ["unit-a-2"]


def test_a_unit_can_be_closed_for_good_and_opened_again() -> None:
    closed = with_week(
        KEPT,
        week_in(KEPT, "unit-a", "unit-a"),
        in_unit_a(KEPT).model_copy(update={"windows": {}}),
    )
    assert [one.id for one in read_rulebook(closed).sessions] == ["unit-b"]
    opened = with_week(closed, week_in(closed, "unit-a", "unit-a"), HOURS)
    assert in_unit_a(opened) == HOURS


def test_a_file_without_any_hours_takes_the_first_week() -> None:
    text = weekly_rules("Riverside", "America/Chicago", {})
    changed = with_week(text, week_in(text, "unit-a", "unit-a"), HOURS)
    assert in_unit_a(changed) == HOURS


@pytest.mark.parametrize(
    "richer",
    [
        KEPT.replace("for: {unit: unit-a}\n", "for: {unit: unit-a, custody: minimum}\n"),
        KEPT.replace("    length: 30\n", "    length: [30, 60]\n"),
        KEPT.replace('"13:00-15:00"', '"22:00-02:00"'),
        KEPT.replace("days: [mon, tue]", "days: [mon, tue]\n    nth: 1"),
        KEPT.replace("most: {days: 14}}", "most: {days: 14}, desk: [{days: weekdays}]}"),
        KEPT.replace("booking:", "defaults:\n  sessions: {gap: 5}\nbooking:"),
    ],
)
def test_rules_that_say_more_than_a_week_are_left_to_the_editor(richer: str) -> None:
    read_rulebook(richer)
    assert week_in(richer, "unit-a", "unit-a").hours is None


def test_further_sessions_are_named_beside_the_week_that_is_the_units_own() -> None:
    text = KEPT.replace(
        "booking:", "  - {id: counsel, kinds: legal, hours: ['08:00-10:00']}\nbooking:"
    )
    week = week_in(text, "unit-a", "unit-a")
    assert week.hours == in_unit_a(KEPT)
    assert week.others == ("counsel",)
    maybe = text.replace("kinds: legal", "for: {custody: minimum}")
    assert week_in(maybe, "unit-a", "unit-a").others == ("counsel",), "somebody there may be meant"
    assert week_in(text, "unit-c", "unit-c").hours is None, "it has no hours of its own"


def test_notice_that_other_entries_give_is_left_to_them() -> None:
    text = KEPT.replace("unit-a-notice", "for-everybody")
    week = week_in(text, "unit-a", "unit-a")
    assert not week.says_notice
    longer = in_unit_a(text).model_copy(update={"visit_minutes": 20, "notice_minutes": 0})
    assert [one.id for one in read_rulebook(with_week(text, week, longer)).booking] == [
        "for-everybody",
        "all",
    ]


def test_sessions_of_other_units_do_not_matter() -> None:
    assert week_in(KEPT, "unit-b", "unit-b").hours is not None
    assert week_in(KEPT, "unit-c", "unit-c").entries == ()
    grouped = KEPT.replace("sessions:", "groups: {b: {unit: unit-b}}\nsessions:").replace(
        "{id: unit-b, for: {unit: unit-b}", "{id: other, for: b"
    )
    assert week_in(grouped, "unit-a", "unit-a").others == ()


def test_an_exception_is_added_behind_all_others() -> None:
    first = with_exception(KEPT, {"id": "x1", "dates": [date(2026, 12, 24)], "close": "all"})
    both = with_exception(first, {"id": "x2", "dates": [date(2026, 12, 25)], "close": "all"})
    assert both.startswith(KEPT)
    assert [one.id for one in read_rulebook(both).exceptions] == ["x1", "x2"]
    assert "dates: [2026-12-24]" in both


def test_names_of_exceptions_are_never_given_twice() -> None:
    day = date(2026, 12, 24)
    name = next_exception_id(KEPT, day)
    text = with_exception(KEPT, {"id": name, "dates": [day], "close": "all"})
    assert next_exception_id(text, day) not in {name, ""}


def test_a_list_in_brackets_is_opened_and_keeps_its_entries_and_its_comment() -> None:
    text = KEPT.replace(
        "booking:\n", "exceptions: [{dates: [2026-12-24], close: all}]   # holidays\nbooking:\n"
    )
    changed = with_exception(text, {"dates": [date(2026, 12, 31)], "close": "all"})
    assert len(read_rulebook(changed).exceptions) == 2
    assert "exceptions:   # holidays" in changed


def test_a_file_all_in_brackets_is_refused_with_what_to_do() -> None:
    with pytest.raises(NotByLines, match="Change them in the editor"):
        change_entries('{"visitline_rules": 1}', "sessions", {}, [])


def test_an_entry_with_many_lines_of_text_is_replaced_whole() -> None:
    text = "notes:\n- text: |\n    one\n    two\n\n# the end\nparty: []\n"
    assert change_entries(text, "notes", {0: None}) == "notes: []\n\n# the end\nparty: []\n"


def test_a_changed_version_never_reaches_over_the_next_one() -> None:
    edited = Edited(1, KEPT, 2, read_rulebook(KEPT).effective, date(2027, 1, 1))
    kept = read_rulebook(edited.kept_short(KEPT)).effective
    assert (kept.from_, kept.until) == (None, date(2026, 12, 31))


def test_a_line_of_the_file_is_said_anew_where_it_stands() -> None:
    text = set_line(KEPT, "effective", {"from": date(2026, 1, 1)})
    assert text.splitlines()[2] == "effective: {from: 2026-01-01}"
    again = set_line(text, "effective", {"until": date(2026, 2, 1)})
    assert "from: 2026-01-01" not in again
    assert len(again.splitlines()) == len(text.splitlines())
