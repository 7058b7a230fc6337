"""Officers log in; whoever guesses is locked out until an administrator lets them in again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ops_console import store
from ops_console.usecases import add_officer, log_in, log_out, release_at_console, release_log_in
from tests.harness.console_bench import PASSWORD, Bench
from visits.errors import OfficerMustAct


def fail(bench: Bench, login: str = "reyes", times: int = 5) -> str:
    """The last answer."""
    for _ in range(times):
        with pytest.raises(OfficerMustAct) as answer:
            log_in(bench.console, login, "wrong")
    return str(answer.value)


def test_the_right_password_lets_an_officer_in_and_the_audit_knows(bench: Bench) -> None:
    assert log_in(bench.console, " reyes ", PASSWORD).name == "Sgt. Reyes"
    log_out(bench.console, "o1")
    with bench.console.readers.read() as db:
        assert [line.verb for line in store.audit.about(db, "officer", "o1")][-2:] == [
            "log-in",
            "log-out",
        ]


def test_wrong_password_and_unknown_name_get_the_same_answer(bench: Bench) -> None:
    assert fail(bench, times=1) == fail(bench, "nobody", times=1)


def test_five_wrong_tries_lock_the_name_even_for_the_right_password(bench: Bench) -> None:
    assert "locked" not in fail(bench, times=4)
    assert "locked" in fail(bench, times=1)
    with pytest.raises(OfficerMustAct, match="Ask an administrator"):
        log_in(bench.console, "reyes", PASSWORD)


def test_a_lock_does_not_pass_by_itself(bench: Bench) -> None:
    fail(bench)
    bench.clock.advance(timedelta(days=2))
    with pytest.raises(OfficerMustAct, match="locked"):
        log_in(bench.console, "reyes", PASSWORD)


def test_a_name_that_nobody_has_is_locked_like_any_other(bench: Bench) -> None:
    assert "locked" in fail(bench, "nobody")


def test_four_wrong_tries_are_forgotten_after_fifteen_minutes_or_a_right_one(
    bench: Bench,
) -> None:
    fail(bench, times=4)
    bench.clock.advance(timedelta(minutes=15, seconds=1))
    fail(bench, times=4)
    log_in(bench.console, "reyes", PASSWORD)
    assert "locked" not in fail(bench, times=4)


def test_an_administrator_releases_a_lock_and_others_do_not(bench: Bench) -> None:
    fail(bench)
    with pytest.raises(OfficerMustAct, match="Only an administrator"):
        release_log_in(bench.console, "o1", "reyes")
    with bench.console.readers.read() as db:
        assert [one.login for one in store.people.locked_logins(db)] == ["reyes"]
    release_log_in(bench.console, "o2", "reyes")
    assert log_in(bench.console, "reyes", PASSWORD).officer_id == "o1"
    with pytest.raises(OfficerMustAct, match="not locked"):
        release_log_in(bench.console, "o2", "reyes")


def test_when_every_administrator_is_locked_the_machine_itself_releases(bench: Bench) -> None:
    fail(bench, "stone")
    release_at_console(bench.console, "stone")
    assert log_in(bench.console, "stone", PASSWORD).admin


def test_tries_made_at_the_same_moment_count_one_by_one(bench: Bench) -> None:
    def guess(number: int) -> str:
        with pytest.raises(OfficerMustAct) as answer:
            log_in(bench.console, "reyes", f"guess {number}")
        return str(answer.value)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(guess, range(12)))
    with bench.console.readers.read() as db:
        failures = [
            line for line in store.audit.about(db, "log-in", "reyes") if line.verb == "fail-log-in"
        ]
    assert len(failures) == 5


def test_an_officer_who_is_added_again_keeps_their_id_and_gets_the_new_password(
    bench: Bench,
) -> None:
    added = add_officer(bench.console, "reyes", "Lt. Reyes", "another long password", admin=True)
    assert (added.officer_id, added.admin) == ("o1", True)
    assert log_in(bench.console, "reyes", "another long password").name == "Lt. Reyes"


def test_a_short_password_is_not_taken(bench: Bench) -> None:
    with pytest.raises(OfficerMustAct, match="at least 12"):
        add_officer(bench.console, "new", "New Officer", "short")
