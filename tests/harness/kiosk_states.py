"""Made states of the kiosk, one for each thing a screen can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.session import states
from kiosk.session.facts import Facts, VisitorAtDoor
from kiosk.session.views import Inmate, MyVisit, Reason, Standing, UnitVisit
from visits.faces import FaceHelp, FaceTrouble
from visits.messages import Agenda, AgendaVisit
from visits.model import Cause, Party, Slot, VisitKind, VisitStatus
from visits.short_code import short_code
from visits.supervision import Supervision

NOW = datetime(2026, 11, 23, 20, 18, tzinfo=UTC)
"""2:18 PM on a Monday in Chicago."""

SHORT_NAMES = ("Maria Rivera", "Daniel Okafor", "Rosa Delgado", "James Whitfield", "Luis Ortega")
WORLD_NAMES = (
    "Nguyễn Thị Minh Khai Phượng",
    "Константин Владимирович Преображенский",
    "Αλέξανδρος Παπαδόπουλος",
    "José Ñáñez-Güell de la Peña",
    "W" * 120,
)
_LONGEST = (
    "Maximiliana Esperanza de los Ángeles Fernández-Echeverría y Montenegro de la Santísima "
    "Trinidad von Hohenstein-Waldeck"
)
LONG_NAMES = (
    _LONGEST,
    *WORLD_NAMES[1:],
)

AGENDA = Agenda(
    facility_id="river-bend",
    unit_id="unit-b",
    unit_name="Unit B",
    facility_name="River Bend County Jail",
    zone_name="America/Chicago",
    revision=7,
    made_at=NOW,
    check_in_opens=timedelta(minutes=15),
    check_in_closes=timedelta(minutes=10),
    inmates=(),
    visits=(),
)

FACTS = Facts(
    terminal_id="b-1",
    boot="made",
    languages=("en", "es"),
    agenda=AGENDA,
    as_of=NOW - timedelta(minutes=38),
    linked=True,
)


def slot(minutes: float, length: float = 20) -> Slot:
    """A slot that begins `minutes` from `NOW`."""
    starts_at = NOW + timedelta(minutes=minutes)
    return Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=length))


def mine(number: int, minutes: float, standing: Standing, **changed: object) -> MyVisit:
    """One of the inmate's own visits."""
    when = slot(minutes)
    made = MyVisit(
        visit_id=f"visit-{number}",
        slot=when,
        visitor_name="Elena Rivera",
        kind=VisitKind.FAMILY,
        terminal_id="b-1",
        here=True,
        standing=standing,
        seen=False,
        recorded=False,
        check_in_from=when.starts_at - timedelta(minutes=15),
        check_in_until=when.starts_at + timedelta(minutes=10),
        visitor_here=False,
    )
    return replace(made, **changed)  # type: ignore[arg-type] # each test names fields of MyVisit


def board_lines(names: tuple[str, ...]) -> tuple[UnitVisit, ...]:
    """More than one sheet of the board, in every standing."""
    rows = [
        (-12, Standing.RUNNING),
        (-9, Standing.OPEN),
        (12, Standing.OPEN),
        (42, Standing.CANCELLED),
        (102, Standing.LATER),
        (-11, Standing.MISSED),
        (24 * 60 + 12, Standing.LATER),
        (72 * 60 + 42, Standing.LATER),
    ]
    return tuple(
        UnitVisit(
            visit_id=f"visit-{number}",
            slot=slot(minutes),
            inmate_name=names[number % len(names)],
            terminal_id="b-1" if number != 4 else "b-2",
            here=number != 4,
            standing=standing,
            visitor_here=number == 1,
        )
        for number, (minutes, standing) in enumerate(rows)
    )


def my_lines(name: str) -> tuple[MyVisit, ...]:
    """The cards of one inmate, in every standing."""
    made = (
        mine(1, 12, Standing.OPEN, visitor_here=True),
        mine(2, 24 * 60 + 42, Standing.LATER, kind=VisitKind.LEGAL),
        mine(3, 72 * 60, Standing.LATER, seen=True, kind=VisitKind.CLERGY),
        mine(4, 48 * 60, Standing.CANCELLED, kind=VisitKind.SOCIAL),
        mine(5, 8, Standing.OPEN, here=False, terminal_id="b-2", kind=VisitKind.OFFICIAL),
        mine(6, -12, Standing.MISSED),
        mine(7, -2, Standing.OPEN),
        mine(8, -2, Standing.RUNNING, seen=True),
    )
    return tuple(replace(one, visitor_name=name) for one in made)


def unattended(facts: Facts, names: tuple[str, ...]) -> Iterator[tuple[str, states.State]]:
    """What stands there while nobody uses it."""
    nothing_known = replace(facts, agenda=None, as_of=None)
    yield "starting", states.Starting(facts=nothing_known)
    yield "starting-no-line", states.Starting(facts=replace(nothing_known, linked=False))
    lines = board_lines(names)
    yield "board", states.ShowingUnit(facts=facts, visits=lines)
    yield "board-one-sheet", states.ShowingUnit(facts=facts, visits=lines[:4])
    yield "board-empty", states.ShowingUnit(facts=facts)
    yield "board-no-line", states.ShowingUnit(facts=replace(facts, linked=False), visits=lines[:5])
    yield (
        "board-simulated",
        states.ShowingUnit(facts=replace(facts, simulated=("camera", "sound")), visits=lines),
    )
    broken = replace(facts, faults=("camera",))
    yield "out-of-service", states.OutOfService(facts=broken, visits=lines)


def keypads(facts: Facts, name: str) -> Iterator[tuple[str, states.State]]:
    """Number, then PIN."""
    check_in, see = states.Purpose.CHECK_IN, states.Purpose.MY_VISITS
    inmate = Inmate("inmate-1", name)
    yield "number-empty", states.EnteringNumber(facts=facts, touched_at=0, purpose=check_in)
    yield (
        "number-typed",
        states.EnteringNumber(facts=facts, touched_at=0, purpose=see, typed="204518"),
    )
    yield (
        "number-too-long",
        states.EnteringNumber(facts=facts, touched_at=0, purpose=see, typed="20451812" * 4),
    )
    yield (
        "still-there",
        states.EnteringNumber(
            facts=facts, touched_at=0, purpose=check_in, typed="2045", logs_out_in=7
        ),
    )
    pin = states.EnteringPin(facts=facts, touched_at=0, purpose=check_in, inmate=inmate)
    yield "pin-empty", pin
    yield "pin-typed", replace(pin, typed="4711")
    yield "pin-checking", replace(pin, typed="471108", checking=True)
    yield "pin-wrong", replace(pin, tries_left=2)
    yield "pin-wrong-last", replace(pin, tries_left=1)


def own_visits(facts: Facts, name: str) -> Iterator[tuple[str, states.State]]:
    """After log-in."""
    page = states.ShowingMine(
        facts=facts, touched_at=0, inmate=Inmate("inmate-1", name), visits=my_lines(name)
    )
    yield "mine", page
    yield "mine-two", replace(page, visits=page.visits[:2])
    yield "mine-other-standings", replace(page, visits=page.visits[3:6])
    yield "mine-running", replace(page, visits=page.visits[6:])
    yield "mine-empty", replace(page, visits=())
    yield "mine-still-there", replace(page, logs_out_in=1)


def refusals(facts: Facts, name: str) -> Iterator[tuple[str, states.State]]:
    """Every way of being turned away."""
    later = replace(mine(1, 132, Standing.LATER), visitor_name=name, terminal_id="b-2")
    about = {Reason.TOO_EARLY, Reason.TOO_LATE, Reason.OTHER_TERMINAL, Reason.CANCELLED}
    for reason in Reason:
        refused = states.Refused(
            facts=facts,
            touched_at=0,
            reason=reason,
            inmate=Inmate("inmate-1", name) if reason in about else None,
            visit=later if reason in about | {Reason.OVER} else None,
        )
        yield f"refused-{reason}", refused
    locked = states.Refused(facts=facts, touched_at=0, reason=Reason.LOCKED_OUT)
    yield "refused-locked-until", replace(locked, locked_until=NOW + timedelta(minutes=15))
    yield "refused-closing", replace(locked, logs_out_in=6)


def visits(facts: Facts, name: str) -> Iterator[tuple[str, states.State]]:
    """From check-in to the end."""
    soon = states.Booth(
        Inmate("inmate-1", "Maria Rivera"),
        replace(mine(1, 4.5, Standing.RUNNING), visitor_name=name),
    )
    now = states.Booth(soon.inmate, replace(mine(1, -3.3, Standing.RUNNING), visitor_name=name))
    here = replace(facts, visitors=(VisitorAtDoor("visit-1", "join-1"),))
    yield "waiting-for-time", states.WaitingForTime(facts=facts, booth=soon)
    yield "waiting-for-time-visitor-here", states.WaitingForTime(facts=here, booth=soon)
    yield "waiting-for-visitor", states.WaitingForVisitor(facts=facts, booth=now)
    yield (
        "connecting",
        states.Connecting(facts=here, booth=now, join_id="join-1", attempt=None, opened_at=0),
    )
    yield from calls(here, now)
    for cause in Cause:
        yield f"ended-{cause}", states.Ended(facts=facts, booth=now, cause=cause, since=0)


_WHY = "Please keep the conversation to family matters."
SUPERVISIONS = {
    "recorded": Supervision(),
    "watched": Supervision(watched=True),
    "paused": Supervision(paused=True, why=_WHY, watched=True),
    "silenced": Supervision(muted=True, why=_WHY, watched=True),
    "officer-says": Supervision(notice_id="n1", notice=_WHY * 4, watched=True),
}

LONGEST_CODE = "41fb" + "00" * 30
"""A certificate whose code has long words in both languages."""


def calls(here: Facts, booth: states.Booth) -> Iterator[tuple[str, states.State]]:
    """The call, well and less well."""
    call = states.InCall(facts=here, booth=booth, join_id="join-1", attempt="made-1", picture=True)
    yield "call", call
    legal = replace(booth, visit=replace(booth.visit, kind=VisitKind.LEGAL))
    coded = replace(call, booth=legal, code=short_code("ab" * 32, LONGEST_CODE))
    yield "call-legal", coded
    yield "call-legal-no-picture", replace(coded, picture=False)
    yield "call-legal-1-minute-left", replace(coded, warning=1, muted=True)
    yield "call-legal-confirm-end", replace(coded, confirming_end=True)
    yield "call-simulated", replace(call, facts=replace(here, simulated=("camera", "sound")))
    yield "call-no-picture", replace(call, picture=False)
    yield "call-picture-stopped", replace(call, picture_stopped=True)
    yield "call-own-picture-paused", replace(call, own_picture=False)
    yield "call-muted", replace(call, muted=True)
    yield "call-confirm-end", replace(call, confirming_end=True)
    for minutes in (5, 1):
        visit = replace(booth.visit, slot=slot(minutes - 20.02))
        yield (
            f"call-{minutes}-minutes-left",
            replace(call, warning=minutes, booth=replace(booth, visit=visit)),
        )
    lost = states.Reconnecting(facts=here, booth=booth, join_id="join-1", attempt=None, opened_at=0)
    yield "reconnecting", lost
    yield "reconnecting-visitor-gone", replace(lost, facts=replace(here, visitors=()))
    yield "reconnecting-confirm-end", replace(lost, confirming_end=True)


def supervised(names: tuple[str, ...]) -> Iterator[tuple[str, states.State]]:
    """A visit that is recorded, and what an officer does to it."""
    visit = replace(mine(1, -3.3, Standing.RUNNING), visitor_name=names[-1], recorded=True)
    booth = states.Booth(Inmate("inmate-1", names[0]), visit)
    facts = _supervised(booth, Supervision())
    yield "waiting-will-be-recorded", states.WaitingForVisitor(facts=facts, booth=booth)
    for name, done in SUPERVISIONS.items():
        facts = replace(_supervised(booth, done), recording="visit-1")
        yield (
            f"call-{name}",
            states.InCall(
                facts=facts, booth=booth, join_id="join-1", attempt="made-1", picture=True
            ),
        )


HELPED = {
    "no-face": states.Face(FaceTrouble.NO_FACE, NOW),
    "covered": states.Face(FaceTrouble.COVERED, NOW, all_blurred=True),
    "all-blurred": states.Face(all_blurred=True),
    "background-blurred": states.Face(),
}


def helped(names: tuple[str, ...]) -> Iterator[tuple[str, states.State]]:
    """A facility that turned the camera's helpers on, and what they see."""
    visit = replace(mine(1, -3.3, Standing.RUNNING), visitor_name=names[-1])
    booth = states.Booth(Inmate("inmate-1", names[0]), visit)
    for name, face in HELPED.items():
        facts, blur = _supervised(booth, Supervision()), "blurred" in name
        agenda = facts.agenda and facts.agenda.model_copy(update={"faces": FaceHelp(blur=blur)})
        yield (
            f"call-{name}",
            states.InCall(
                facts=replace(facts, agenda=agenda),
                booth=booth,
                join_id="join-1",
                attempt="made-1",
                picture=True,
                face=face,
            ),
        )


def _supervised(booth: states.Booth, done: Supervision) -> Facts:
    visit = booth.visit
    planned = AgendaVisit(
        visit_id=visit.visit_id,
        terminal_id="b-1",
        inmate_id="inmate-1",
        party=Party(visitor_id="visitor-1", name="Elena Rivera"),
        kind=visit.kind,
        slot=visit.slot,
        status=VisitStatus.IN_PROGRESS,
        recorded=True,
        seen=True,
        supervision=done,
    )
    agenda = AGENDA.model_copy(update={"visits": (planned,)})
    said = {done.notice_id: NOW} if done.notice_id else {}
    return replace(
        FACTS,
        agenda=agenda,
        visitors=(VisitorAtDoor("visit-1", "join-1"),),
        noticed=said,
    )


def made_states(names: tuple[str, ...] = SHORT_NAMES) -> dict[str, states.State]:
    """Every made state by the name of its picture."""
    facts = FACTS
    if names is not SHORT_NAMES:
        agenda = AGENDA.model_copy(update={"unit_name": names[0]})
        facts = replace(FACTS, agenda=agenda)
    made: dict[str, states.State] = {}
    made.update(unattended(facts, names))
    made.update(keypads(facts, names[0]))
    made.update(own_visits(facts, names[0]))
    made.update(refusals(facts, names[0]))
    made.update(visits(facts, names[-1] if names is not SHORT_NAMES else "Elena Rivera"))
    pair = names if names is not SHORT_NAMES else ("Maria Rivera", "Elena Rivera")
    made.update(supervised(pair))
    made.update(helped(pair))
    return made
