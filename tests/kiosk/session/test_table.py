"""The table itself: typed rows, nowhere else to go, reports the console will accept."""

from __future__ import annotations

import typing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kiosk.session import TABLE, Event, State, advance, needs_devices
from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import CoolDown, DropCheckIn, KeepCheckIn, Report, WarmUp
from kiosk.session.table import Row
from tests.harness.kiosk_agenda import NOON, agenda, visit
from tests.harness.storyboard import Storyboard
from tools import session_doc
from visits.lifecycle import next_status
from visits.model import VisitStatus

DOCUMENT = Path(__file__).parents[3] / "docs" / "kiosk-session.md"


def test_the_drawn_document_is_fresh() -> None:
    assert DOCUMENT.read_text() == session_doc.render(), "run: make docs"


def test_no_pair_of_state_and_event_has_two_answers() -> None:
    pairs = [(row.state, row.event) for row in TABLE]
    assert len(pairs) == len(set(pairs))


def named(row: Row) -> str:
    return f"{row.state.__name__}-{row.event.__name__}"


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_every_answer_takes_the_state_and_event_of_its_row(row: Row) -> None:
    turn = typing.get_type_hints(row.answer)["turn"]
    state, event = typing.get_args(turn)
    assert issubclass(row.state, typing.get_args(state) or state)
    assert issubclass(row.event, typing.get_args(event) or event)
    assert row.answer.__doc__


JOINS = ("join-1", "join-2")
VISITS = ("visit-1", "visit-2", "visit-9")
ATTEMPTS = tuple(f"boot-{number}" for number in range(1, 5))

AGENDAS = some.builds(
    lambda revision, status, terminal, inmates: agenda(
        visit("visit-1", status=status, terminal_id=terminal),
        visit("visit-2", starts_at=NOON + timedelta(minutes=35), inmate_id="luis"),
        revision=revision,
        inmates=inmates,
    ),
    some.integers(1, 9),
    some.sampled_from(VisitStatus),
    some.sampled_from(("a1", "a1", "a2")),
    some.sampled_from((("maria", "luis"), ("luis",))),
)
PEOPLE = some.sampled_from(("maria", "luis"))
HAPPENINGS: some.SearchStrategy[Event] = some.one_of(
    some.sampled_from(
        [
            e.Touched(),
            e.ErasePressed(),
            e.EntryConfirmed(),
            e.BackPressed(),
            e.LogOutPressed(),
            e.MutePressed(),
            e.EndPressed(),
            e.EndConfirmed(),
            e.EndKept(),
            e.Ticked(),
            e.LinkUp(),
            e.LinkDown(),
        ]
    ),
    some.builds(e.LogInPressed, some.sampled_from(s.Purpose)),
    some.builds(e.KeyPressed, some.sampled_from("0123456789")),
    some.builds(e.CardRead, some.sampled_from(("card-maria", "card-luis", "lost"))),
    some.builds(e.SeenPressed, some.sampled_from(VISITS)),
    some.builds(e.CheckInPressed, some.sampled_from(VISITS)),
    some.builds(e.PinRight, PEOPLE),
    some.builds(e.PinWrong, PEOPLE, some.integers(0, 4)),
    some.builds(e.PinLocked, PEOPLE, some.none()),
    some.builds(e.CheckInResumed, some.sampled_from(VISITS), PEOPLE),
    some.builds(e.CheckInLapsed, some.sampled_from(VISITS)),
    some.builds(e.VisitorHeard, some.sampled_from(VISITS), some.sampled_from(JOINS)),
    some.builds(e.VisitorLeft, some.sampled_from(VISITS), some.sampled_from(JOINS)),
    some.builds(e.VisitorHungUp, some.sampled_from(VISITS), some.sampled_from(JOINS)),
    some.builds(e.MediaConnected, some.sampled_from(ATTEMPTS)),
    some.builds(e.FirstFrame, some.sampled_from(ATTEMPTS)),
    some.builds(e.PicturesChanged, some.sampled_from(ATTEMPTS), some.booleans(), some.booleans()),
    some.builds(e.LineLost, some.sampled_from(ATTEMPTS), some.just("x")),
    some.builds(e.MediaFailed, some.sampled_from(ATTEMPTS), some.just("x")),
    some.builds(e.DeviceFailed, some.sampled_from(("camera", "sound")), some.just("x")),
    some.builds(e.DeviceMended, some.sampled_from(("camera", "sound"))),
    some.builds(e.AgendaReceived, AGENDAS, some.just(NOON)),
)
STARTS = some.sampled_from(("board", "pin", "waiting", "call"))


def begun(where: str) -> Storyboard:
    story = Storyboard(
        agenda(visit(), visit("visit-2", starts_at=NOON + timedelta(minutes=35), inmate_id="luis"))
    )
    match where:
        case "pin":
            story.typed_number("maria").typed_pin("1")
        case "waiting":
            story.checked_in()
        case "call":
            story.in_call()
    return story


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(where=STARTS, walk=some.lists(some.tuples(HAPPENINGS, some.sampled_from((0, 1, 9, 300)))))
def test_whatever_happens_the_walk_keeps_to_the_table_and_the_lifecycle(
    where: str, walk: list[tuple[Event, int]]
) -> None:
    story = begun(where)
    rows = {(row.state, row.event): row.targets for row in TABLE}
    for event, passes in walk:
        story.after(passes)
        before = story.state
        known = dict(before.facts.progress)
        step = advance(before, event, story.moment)
        if type(step.state) is not type(before):
            assert type(step.state) in rows[type(before), type(event)]
        for effect in step.effects:
            if isinstance(effect, Report):
                of = before.facts.visit(effect.visit_id) or step.facts.visit(effect.visit_id)
                status = known.get(effect.visit_id, of.status if of else VisitStatus.BOOKED)
                known[effect.visit_id] = next_status(status, effect.event, effect.actor)
        balanced(before, step.state, step.effects)
        story.state = step.state


def balanced(before: State, after: State, effects: tuple[object, ...]) -> None:
    """Devices and seat are taken and given back exactly on the way in and out."""
    changes = needs_devices(after) - needs_devices(before)
    assert sum(isinstance(x, WarmUp) for x in effects) == max(0, changes)
    assert sum(isinstance(x, CoolDown) for x in effects) == max(0, -changes)
    seat = isinstance(after, s.InVisit) - isinstance(before, s.InVisit)
    assert sum(isinstance(x, KeepCheckIn) for x in effects) == max(0, seat)
    assert sum(isinstance(x, DropCheckIn) for x in effects) == max(0, -seat)
