"""Fill a new console from a JSON file: for demonstrations, tests and the first day.

```
{
  "pin_cost": "demo",                       bench mode only: quick to check, quick to guess
  "units": [{"unit_id": "a", "name": "Unit A",
    "terminals": [{"terminal_id": "a1", "name": "Terminal 1"}],
    "hours": {"week": {"every-day": [["09:00", "11:30"], ["13:00", "24:00"]]},
              "visit_minutes": 30, "gap_minutes": 0, "notice_minutes": 0, "horizon_days": 14}}],
  "officers": [{"officer_id": "o1", "login": "reyes", "name": "Sgt. Reyes",
    "password": "…", "admin": true, "custodian": true}],
  "inmates": [{"inmate_id": "i1", "unit_id": "a", "number": "100234", "last_name": "Brown",
    "display_name": "James Brown", "pin": "4821", "card_ids": ["04A1B2C3"]}],
  "visitors": [{"visitor_id": "v1", "full_name": "…", "born_on": "1984-05-02",
    "address": "…", "email": "…"}],
  "approvals": [{"approval_id": "p1", "visitor_id": "v1", "inmate_id": "i1",
    "kinds": ["social"]}],
  "visits": [{"visit_id": "t1", "approval_id": "p1", "kind": "social", "starts": "today 14:00",
    "minutes": 30, "terminal_id": "a1", "status": "booked", "seen": false}],
  "access_requests": [{"request_id": "r1", "visitor": {as in visitors}, "document": "id.jpg",
    "media_type": "image/jpeg", "inmate_number": "100234", "inmate_last_name": "Brown",
    "relationship": "Mother", "kind": "social", "asked_minutes_ago": 90}]
}
```

A weekday's name or `every-day` names the days of `week`. A visit `starts` so many minutes from
now (a whole number, may be negative), at `yesterday`, `today`, `tomorrow` or a date and a time
on the facility's wall, or at `slot +1`: the first slot of its unit's hours after the running
one (`slot +0` runs now, or is the next). Without `terminal_id` the first free one is taken;
without `minutes` the unit's visit length. Past visits may be `ended`, `no-show` or `cancelled`.
`document` is a path beside the seed file. What is known already stays as it is, except
inmates, units and officers, which are brought up to date.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.facts import InmateFact
from ops_console.store.people import Inmate, Officer
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._seed_file import SeedFile, SeedHours, SeedInmate, SeedRequest, read_seed
from ops_console.usecases._seed_visits import seed_visit
from ops_console.usecases._weekly import weekly_rules
from ops_console.usecases.add_officer import save_officer
from ops_console.usecases.change_rules import keep_rules, read_rules
from ops_console.usecases.decide_access import approval_state, known_approval
from visits.errors import SettingsWrong
from visits.messages import AccessRequested, ApprovalChanged
from visits.model import HousingUnit
from visits.sealing import seal
from visits.secrets import PIN_COST, Cost, verifier_for

__all__ = ["SeedFile", "SeedHours", "read_seed", "seed"]

DEMO_PIN_COST = Cost(iterations=1, memory_kib=1024)
"""About a millisecond a guess: for a facility of invented people only."""


def seed(console: Console, file: SeedFile, folder: Path, *, bench: bool) -> None:
    """Saves everything in one change: state, audit lines, and parcels for the portal.

    Secrets are hashed first, outside the write lock. Raises `SettingsWrong` when the file asks
    for demo PINs outside bench mode or names something that does not exist, and
    `OfficerMustAct` when hours cannot be used or a visit's time is taken.
    """
    if file.pin_cost == "demo" and not bench:
        raise SettingsWrong('"pin_cost": "demo" is for bench mode only. Remove it.')
    cost = DEMO_PIN_COST if file.pin_cost == "demo" else PIN_COST
    inmates = [_inmate(one, cost) for one in file.inmates]
    officers = [
        (
            Officer(one.officer_id, one.login, one.name, one.admin, one.custodian),
            verifier_for(one.password),
        )
        for one in file.officers
    ]

    rules = _rules_text(console, file, folder)

    def fill(one: Change) -> None:
        one.audit(CONSOLE_ITSELF, Verb.SEED, ObjectKind.FACILITY, console.facility.facility_id)
        _seed_units(one, file)
        for inmate, known in zip(inmates, file.inmates, strict=True):
            store.people.save_inmate(one.db, inmate)
            about = InmateFact.model_validate({**known.about, "id": inmate.inmate_id})
            store.facts.save_about_inmate(one.db, inmate.inmate_id, about)
        _seed_rules(one, file, rules)
        for officer, verifier in officers:
            save_officer(one, officer, verifier, CONSOLE_ITSELF)
        _seed_approvals(one, file)
        for visit in file.visits:
            seed_visit(one, visit)
        for request in file.access_requests:
            _seed_request(one, request, folder)

    change(console, fill)


def _inmate(one: SeedInmate, cost: Cost) -> Inmate:
    return Inmate(
        inmate_id=one.inmate_id,
        number=one.number,
        last_name=one.last_name,
        display_name=one.display_name,
        unit_id=one.unit_id,
        pin_verifier=verifier_for(one.pin, cost),
        card_ids=one.card_ids,
    )


def _seed_units(one: Change, file: SeedFile) -> None:
    for unit in file.units:
        store.facility.save_unit(
            one.db, HousingUnit(unit_id=unit.unit_id, name=unit.name), unit.path
        )
        for terminal in unit.terminals:
            store.facility.save_terminal(one.db, terminal.terminal_id, unit.unit_id, terminal.name)
        one.touches(Topic.TERMINALS, unit.unit_id)


def _rules_text(console: Console, file: SeedFile, folder: Path) -> str | None:
    """The rules file that is named, or one made of the units' weeks; None where there is none.

    Raises `SettingsWrong` when it cannot be read, `OfficerMustAct` when it has faults.
    """
    weeks = {
        unit.unit_id: (unit.path or unit.unit_id, unit.hours.weekly())
        for unit in file.units
        if unit.hours is not None
    }
    if file.rules is None and not weeks:
        return None
    text = weekly_rules(console.facility.name, console.facility.time.zone_name, weeks)
    if file.rules is not None:
        try:
            text = (folder / file.rules).read_text(encoding="utf-8")
        except OSError as cause:
            raise SettingsWrong(f"{folder / file.rules}: {cause.strerror}.") from cause
    read_rules(console, text)
    return text


def _seed_rules(one: Change, file: SeedFile, text: str | None) -> None:
    """The first version only: what officers have changed since stays."""
    if text is not None and store.rules.latest(one.db) is None:
        keep_rules(
            one,
            CONSOLE_ITSELF,
            text,
            f"Seeded from {file.rules.name if file.rules else 'weekly hours'}.",
        )


def _seed_approvals(one: Change, file: SeedFile) -> None:
    for visitor in file.visitors:
        store.approvals.add_visitor(one.db, visitor)
    for wanted in file.approvals:
        if store.approvals.approval(one.db, wanted.approval_id) is not None:
            continue
        store.approvals.save_approval(
            one.db,
            wanted.approval_id,
            wanted.visitor_id,
            wanted.inmate_id,
            kinds=wanted.kinds,
            active=True,
            reason="",
            now=one.now,
            relationship=wanted.relationship,
        )
        for companion in wanted.companions:
            store.facts.save_companion(
                one.db,
                wanted.approval_id,
                companion.person_id,
                full_name=companion.full_name,
                born_on=companion.born_on,
                relationship=companion.relationship,
            )
        approval = known_approval(one, wanted.approval_id)
        one.tell_portal(ApprovalChanged(approval=approval_state(one.db, approval), reason=""))
        one.audit(CONSOLE_ITSELF, Verb.APPROVE, ObjectKind.APPROVAL, wanted.approval_id)
    one.touches(Topic.ACCESS)


def _seed_request(one: Change, wanted: SeedRequest, folder: Path) -> None:
    if store.approvals.request(one.db, wanted.request_id) is not None:
        return
    try:
        content = (folder / wanted.document).read_bytes()
    except OSError as cause:
        raise SettingsWrong(f"{folder / wanted.document}: {cause.strerror}.") from cause
    facility_id = one.console.facility.facility_id
    reader = {facility_id: one.console.reviewer_key.public}
    asked = AccessRequested(
        request_id=wanted.request_id,
        visitor=wanted.visitor,
        id_document=seal(content, wanted.media_type, reader),
        inmate_number=wanted.inmate_number,
        inmate_last_name=wanted.inmate_last_name,
        relationship=wanted.relationship,
        kind=wanted.kind,
        asked_at=one.now - timedelta(minutes=wanted.asked_minutes_ago),
    )
    inmate = store.people.inmate_named(one.db, asked.inmate_number, asked.inmate_last_name)
    store.approvals.add_visitor(one.db, asked.visitor)
    store.approvals.save_request(one.db, asked, inmate.inmate_id if inmate else None)
    one.audit(CONSOLE_ITSELF, Verb.ASK, ObjectKind.ACCESS_REQUEST, asked.request_id)
