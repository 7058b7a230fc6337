"""A visit that goes beyond what is free says so, in the visitor's language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness.portal import PortalDesk
from tests.harness.rosa import Rosa, state_of
from visits.messages import BookingDecided, BookingRequested, VisitChanged
from visits.model import VisitStatus


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    return Rosa(desk)


def decided(rosa: Rosa, *charged_by: str) -> BookingRequested:
    asked = rosa.book()
    state = state_of(asked, VisitStatus.BOOKED, 1)
    now = rosa.desk.clock.now()
    rosa.desk.deliver(
        BookingDecided(visit=state, refusals=(), decided_at=now, charged_by=charged_by)
    )
    return asked


def test_a_booked_visit_that_costs_something_says_so_and_by_which_rule(rosa: Rosa) -> None:
    asked = decided(rosa, "one-free")
    page = rosa.visit_page(asked)
    assert "Your visit is booked" in page
    assert "This visit goes beyond what is free." in page
    assert "Its rule: one-free" in page
    rosa.browser.open("/language/es")
    assert "Esta visita supera lo que es gratuito." in rosa.visit_page(asked)
    assert "Su regla: one-free" in rosa.visit_page(asked)


def test_a_visit_that_is_free_says_nothing_of_it(rosa: Rosa) -> None:
    assert "beyond what is free" not in rosa.visit_page(decided(rosa))


def test_a_later_word_of_the_facility_leaves_the_charge_and_the_end_takes_it_away(
    rosa: Rosa,
) -> None:
    asked = decided(rosa, "one-free")
    later = {
        "starts_at": asked.slot.starts_at + timedelta(hours=1),
        "ends_at": asked.slot.ends_at + timedelta(hours=1),
    }
    rosa.changed(asked, 2, slot=asked.slot.model_copy(update=later))
    assert "beyond what is free" in rosa.visit_page(asked)
    rosa.told(asked, VisitStatus.CANCELLED, revision=3)
    assert "beyond what is free" not in rosa.visit_page(asked)


def test_a_charge_that_the_facility_takes_away_is_gone_from_the_page(rosa: Rosa) -> None:
    asked = decided(rosa, "one-free")
    state = state_of(asked, VisitStatus.BOOKED, 2)
    rosa.desk.deliver(VisitChanged(visit=state, charged_by=(), at=rosa.desk.clock.now()))
    assert "beyond what is free" not in rosa.visit_page(asked)
