"""What the rules answer, asked the slow and plain way: one decision for each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ops_console.rules.case import Case, reasons
from ops_console.rules.meeting import asked
from ops_console.rules.offered import openings_of
from ops_console.rules.refusing import Reason
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked
from ops_console.rules.world import World
from tests.harness.rule_worlds import Scene

NEAR_MISSES = tuple(timedelta(minutes=shift) for shift in (-5, 5))
ONE_DAY = timedelta(days=1)


def case_at(scene: Scene, world: World, slot: Stretch) -> Case:
    """A request for this time alone, with nothing remembered from another."""
    wanted = scene.at(slot.starts_at, slot.ends_at)
    rules = scene.rules.on(scene.rules.facility.day(slot.starts_at))
    inmate = world.inmate(wanted.inmate)
    assert inmate is not None
    return Case(scene.rules, asked(rules, wanted, world, inmate), wanted, world, scene.now)


def why_not(scene: Scene, world: World, slot: Stretch) -> tuple[Reason, ...]:
    """Every reason of a decision about this time; none for a yes. As `verdict.decide`, without
    its search for other times."""
    return tuple(reasons(case_at(scene, world, slot)))


def accepted_times(scene: Scene, first: date, last: date) -> set[Stretch]:
    """Every time that begins on one of these days and would be booked."""
    world, day = scene.world(), scene.rules.facility.day
    return {
        slot
        for slot in candidates(scene, first, last)
        if first <= day(slot.starts_at) <= last and not why_not(scene, world, slot)
    }


def candidates(scene: Scene, first: date, last: date) -> set[Stretch]:
    """Every time of any version's sessions, for whomever, and times beside it."""
    exact = {
        slot
        for version in scene.rules.versions
        for number in range(-1, (last - first).days + 2)
        for slot in _slots(scene, version, first + number * ONE_DAY)
    }
    return exact | set(_near(exact))


def _slots(scene: Scene, version: Ruleset, day: date) -> Iterator[Stretch]:
    world = scene.world()
    inmate = world.inmate(scene.request.inmate)
    assert inmate is not None
    noon = scene.rules.facility.day_bounds(day)[0] + ONE_DAY / 2
    for beside in (timedelta(0), ONE_DAY):
        at = asked(version, scene.at(noon + beside, noon + beside + ONE_DAY), world, inmate)
        for opening in version.timetable.openings(
            Asked(at.traits, scene.request.kind, scene.request.channel), day
        ):
            yield from opening.slots


def _near(exact: set[Stretch]) -> Iterator[Stretch]:
    for number, slot in enumerate(sorted(exact)):
        shift = NEAR_MISSES[number % 2]
        yield Stretch(slot.starts_at + shift, slot.ends_at + shift)
        if slot.ends_at - slot.starts_at > 2 * abs(shift):
            yield Stretch(slot.starts_at, slot.ends_at + NEAR_MISSES[number // 2 % 2])


def sessions_of(scene: Scene, world: World, slot: Stretch) -> list[str]:
    """The sessions that offer it, for whoever reads a failure."""
    return [one.session for one in openings_of(case_at(scene, world, slot).meeting)]


def shown(scene: Scene, slots: set[Stretch]) -> list[str]:
    """Times on the facility's wall, for whoever reads a failure."""
    local = scene.rules.facility.local
    return [f"{local(a):%a %d %H:%M}-{local(b):%H:%M%z}" for a, b in sorted(slots)]


def moment(scene: Scene, at: datetime) -> str:
    """An instant on the facility's wall."""
    return f"{scene.rules.facility.local(at):%a %Y-%m-%d %H:%M%z}"
