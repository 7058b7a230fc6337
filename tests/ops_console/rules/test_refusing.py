"""The texts of refusals: what to do next, and nothing that is nobody's business."""

from __future__ import annotations

import pytest

from ops_console.rules.refusing import refuse, told, told_to_visitor
from visits.model import RefusalCode

SECRETS = ("inmate", "prisoner", "discipline", "court", "order", "separate", "list", "moved")


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_reason_tells_a_visitor_what_to_do_and_gives_nobody_away(code: RefusalCode) -> None:
    for refusal in told_to_visitor([refuse(code, "i-9 is at court.")]):
        assert refusal.text.endswith(".")
        assert refusal.text.count(".") >= 1
        plain = refusal.text.lower().replace("list of visits", "").replace("the list", "")
        assert not any(word in plain for word in SECRETS)


def test_who_has_no_leave_learns_nothing_of_times_and_quotas() -> None:
    found = [
        refuse(RefusalCode.NOT_APPROVED, "no approval"),
        refuse(RefusalCode.NO_PLACE_FREE, "full"),
        refuse(RefusalCode.LIMIT_REACHED, "two a week"),
    ]
    assert [code for code, _ in told(found)] == [RefusalCode.NOT_APPROVED]


def test_a_lockdown_and_a_court_date_sound_like_a_time_that_is_not_to_be_had() -> None:
    found = [
        refuse(RefusalCode.LOCKED_DOWN, "b is locked down"),
        refuse(RefusalCode.INMATE_ELSEWHERE, "court"),
    ]
    codes = [code for code, _ in told(found)]
    assert codes == [RefusalCode.OUTSIDE_HOURS, RefusalCode.NO_PLACE_FREE]


@pytest.mark.parametrize("secret", ["kept-separate", "inmate-elsewhere", "inmate-already-booked"])
def test_the_order_of_what_is_told_does_not_give_away_why_a_time_is_not_free(secret: str) -> None:
    full, found = (refuse(RefusalCode(code), "x") for code in ("no-place-free", secret))
    soon, over = (refuse(RefusalCode(code), "x") for code in ("too-short-notice", "limit-reached"))
    assert told([full, soon, over]) == told([soon, found, over]) == told([over, soon, found])
