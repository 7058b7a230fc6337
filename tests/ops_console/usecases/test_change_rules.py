"""New versions of the rules: what is refused, what counts from when, and what is kept."""

from __future__ import annotations

import pytest

from ops_console import store
from ops_console.usecases import RulesRefused, change_rules
from tests.harness.console_bench import Bench
from visits.errors import OfficerMustAct
from visits.model import RefusalCode, VisitStatus

MORNINGS = """
visitline_rules: 1
facility: {name: Cook, zone: America/Chicago}
sessions:
  - {id: mornings, days: daily, hours: ["09:00-12:00"], length: 30}
"""
FROM_WEDNESDAY = MORNINGS.replace("sessions:", "effective: {from: 2026-11-25}\nsessions:")


def test_a_new_version_counts_at_once_and_keeps_what_is_booked(bench: Bench) -> None:
    bench.asks("t2", slot=bench.slot(14))
    assert change_rules(bench.console, "o1", MORNINGS, "Fewer officers", based_on=1) == 2
    bench.settle()
    assert bench.status("t2") is VisitStatus.BOOKED
    assert bench.slot(14) not in {one.slot for one in bench.calendar().open}
    refused = bench.asks("t3", "p3", "v3", slot=bench.slot(14, days=1))
    assert refused.status is VisitStatus.REFUSED
    assert bench.asks("t4", "p3", "v3", slot=bench.slot(10, days=1)).status is VisitStatus.BOOKED


def test_a_version_counts_from_its_own_day_and_the_former_one_until_then(bench: Bench) -> None:
    change_rules(bench.console, "o1", FROM_WEDNESDAY, "Winter hours", based_on=1)
    assert bench.asks("t1", slot=bench.slot(14, days=1)).status is VisitStatus.BOOKED
    assert bench.asks("t2", slot=bench.slot(14, days=2)).status is VisitStatus.REFUSED
    assert bench.asks("t3", slot=bench.slot(10, days=2)).status is VisitStatus.BOOKED


def test_two_officers_do_not_overwrite_one_another(bench: Bench) -> None:
    change_rules(bench.console, "o1", MORNINGS, "Fewer officers", based_on=1)
    with pytest.raises(OfficerMustAct, match="Somebody changed the rules"):
        change_rules(bench.console, "o2", MORNINGS, "Fewer officers", based_on=1)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (MORNINGS.replace("days:", "dais:"), 5, "did you mean days"),
        (MORNINGS.replace("America/Chicago", "Europe/London"), 1, "this facility's clocks"),
        ("- nothing", 1, ""),
    ],
)
def test_rules_with_faults_are_not_saved_and_every_fault_has_its_line(
    bench: Bench, text: str, line: int, says: str
) -> None:
    with pytest.raises(RulesRefused) as refused:
        change_rules(bench.console, "o1", text, "A slip", based_on=1)
    assert refused.value.faults[0][0] == line
    assert says in str(refused.value)
    with bench.console.readers.read() as db:
        assert [one.number for one in store.rules.versions(db)] == [1]


def test_a_version_needs_a_reason_and_the_audit_keeps_it(bench: Bench) -> None:
    with pytest.raises(OfficerMustAct, match="reason"):
        change_rules(bench.console, "o1", MORNINGS, " ", based_on=1)
    change_rules(bench.console, "o1", MORNINGS, "Fewer officers", based_on=1)
    with bench.console.readers.read() as db:
        kept = store.rules.version(db, 2)
        line = next(iter(db.query("SELECT * FROM audit ORDER BY number DESC LIMIT 1")))
    assert kept is not None
    assert (kept.text, kept.saved_by_name, kept.reason) == (
        MORNINGS,
        "Sgt. Reyes",
        "Fewer officers",
    )
    assert (line["verb"], line["object_kind"], line["object_id"]) == ("change", "rules", "2")


def test_a_facility_without_rules_has_no_visits_and_says_so(bench: Bench) -> None:
    assert bench.calendar("b").open == ()


def test_a_limit_of_the_file_holds_for_the_console(bench: Bench) -> None:
    limited = MORNINGS + "limits:\n  - {id: one-a-day, most: 1, in: day}\n"
    change_rules(bench.console, "o1", limited, "One each", based_on=1)
    assert bench.asks("t1", slot=bench.slot(9, days=1)).status is VisitStatus.BOOKED
    refused = bench.asks("t2", slot=bench.slot(11, days=1))
    assert refused.status is VisitStatus.REFUSED
    with bench.console.readers.read() as db:
        reasons = store.visits.refusals(db, "t2")
    assert [(one.code, one.entry) for one in reasons] == [(RefusalCode.LIMIT_REACHED, "one-a-day")]
