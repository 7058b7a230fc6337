"""What is known when a request is decided. What is not stated is unknown, and refuses.

A value stated as null is known to be none: `released_on: null` was never locked up, a person
without `released_on` may have been. Times without an offset are read on the facility's wall
clock, handed in as `context={"facility": FacilityTime}`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ops_console.rules.rulebook.base import Channels, Kinds
from visits.clock import FacilityTime
from visits.errors import SettingsWrong
from visits.model import VisitChannel, VisitKind, VisitStatus

FIRST, LAST = date(1800, 1, 1), date(9000, 1, 1)
"""Who writes 9999-12-31 means for ever. Dates that lie outside are taken for these, so that days
and waits may be added to them."""


def _on_the_wall(moment: datetime, info: ValidationInfo) -> datetime:
    if not FIRST.year <= moment.year <= LAST.year:
        return datetime.combine(min(max(moment.date(), FIRST), LAST), time(), tzinfo=UTC)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    facility = (info.context or {}).get("facility")
    if isinstance(facility, FacilityTime):
        return facility.instant(moment.date(), moment.time())
    raise ValueError("has no offset from UTC, and no facility says which clock is meant")


Moment = Annotated[datetime, AfterValidator(_on_the_wall)]


def _day_alone(value: object) -> object:
    """A date in words stays a date, and is not read as its midnight."""
    if isinstance(value, str) and len(value) == len("2024-07-04"):
        return date.fromisoformat(value)
    return value


Dated = Annotated[Moment | date, BeforeValidator(_day_alone)]
Value = str | int | float | bool | date | list[str | int | float] | None


class Known(BaseModel):
    """Frozen facts about somebody or something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def states(self, name: str) -> bool:
        """Whether the fact was stated at all, be it as null."""
        return name in self.model_fields_set


class InmateFact(Known):
    """Somebody who is held."""

    id: str
    unit: str | None = None
    cell: str | int | None = None
    surname: str | None = None
    number: str | None = None
    """By which the facility knows the inmate."""
    born_on: date | None = None
    gender: str | None = None
    custody: str | None = None
    status: str | None = None
    programme: str | tuple[str, ...] | None = None
    booked_in_at: Dated | None = None
    classified_at: Dated | None = None
    discipline_until: Dated | None = None
    released_at: Dated | None = None
    facts: dict[str, Value] = Field(default_factory=dict)
    """Facts that the rules file declares, and further dates."""
    list: tuple[str, ...] | None = None
    """Who stands on the list of visitors."""
    list_changed_on: date | None = None

    @cached_property
    def memo(self) -> dict[object, object]:
        """What was worked out from these facts before, by whoever did."""
        return {}

    def living_in(self, unit: str) -> InmateFact:
        """The same inmate in another unit; nothing that was worked out for this one goes along."""
        moved = self.model_copy(update={"unit": unit})
        moved.__dict__.pop("memo", None)
        return moved


class PersonFact(Known):
    """Somebody outside."""

    id: str
    born_on: date | None = None
    gender: str | None = None
    role: str | None = None
    relations: dict[str, str] = Field(default_factory=dict)
    """To inmates, by their ids."""
    guardians: tuple[str, ...] | None = None
    """Parents and guardians of a minor."""
    released_on: Dated | None = None
    facts: dict[str, Value] = Field(default_factory=dict)
    pair_facts: dict[str, dict[str, Value]] = Field(default_factory=dict)
    """Facts of this person with an inmate, that the rules file declares, by the inmate's id."""

    def facts_with(self, inmate_id: str) -> dict[str, Value]:
        """What is stated of this person with the inmate."""
        return self.pair_facts.get(inmate_id, {})


class VisitFact(Known):
    """A visit that was asked for before."""

    id: str
    inmate: str
    people: Annotated[tuple[str, ...], Field(min_length=1)]
    """Who booked comes first."""
    start: Moment
    end: Moment
    kind: VisitKind
    channel: VisitChannel
    status: VisitStatus = VisitStatus.BOOKED
    unit: str | None = None
    """Where the inmate lived; None: where they live now."""
    session: str | None = None
    terminal: str | None = None
    """Where a terminal is taken and known."""


class EngagementFact(Known):
    """The inmate has to be elsewhere: court, a medical appointment, work, a programme."""

    inmate: str
    start: Moment
    end: Moment
    what: str = "engagement"


class ClosureFact(Known):
    """No visits in a part of the facility: a lockdown."""

    unit: str = "*"
    """Housing path; everything below it is closed too. `*` is the whole facility."""
    start: Moment
    end: Moment | None = None
    """None: until it is lifted."""
    kinds: Kinds | None = None
    """None: every kind."""


class BanFact(Known):
    """Somebody may not visit, or be visited, for a time."""

    person: str
    since: Dated | None = None
    until: Dated | None = None
    """None: for good."""
    kinds: Kinds | None = None
    channels: Channels | None = None


class Facts(Known):
    """Everything that a decision needs to know of people and visits."""

    inmates: tuple[InmateFact, ...]
    people: tuple[PersonFact, ...]
    visits: tuple[VisitFact, ...] | None = None
    separations: tuple[tuple[str, str], ...] | None = None
    """Pairs who may not meet: inmates, visitors or one of each kind of person."""
    no_contact: tuple[tuple[str, str], ...] | None = None
    """A person and an inmate whom an order keeps apart."""
    bans: tuple[BanFact, ...] | None = None
    engagements: tuple[EngagementFact, ...] = ()
    closures: tuple[ClosureFact, ...] = ()

    def inmate(self, inmate_id: str) -> InmateFact | None:
        return next((one for one in self.inmates if one.id == inmate_id), None)

    def person(self, person_id: str) -> PersonFact | None:
        return next((one for one in self.people if one.id == person_id), None)


class Request(Known):
    """What is asked for. `visitor` asks, and comes along whether or not `people` says so."""

    visitor: str
    inmate: str
    kind: VisitKind
    channel: VisitChannel
    people: Annotated[tuple[str, ...], Field(validate_default=True)] = ()
    start: Moment
    end: Moment
    by: str = "visitor"
    visit: str | None = None
    """The visit that this request would move; it is not counted against itself."""
    override: Override | None = None

    @field_validator("people", mode="after")
    @classmethod
    def _brings_the_asker(cls, people: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return tuple(dict.fromkeys((info.data.get("visitor", ""), *people)))

    @model_validator(mode="after")
    def _runs_forward(self) -> Request:
        if self.end <= self.start:
            raise ValueError("a visit must end after it starts")
        return self


class Override(Known):
    """An officer sets entries aside, and says why."""

    officer: str
    reason: str = Field(min_length=3)
    entries: tuple[str, ...]


Request.model_rebuild()


class FactsWrong(SettingsWrong):
    """Facts or a request cannot be read; one line for every fault."""


K = TypeVar("K", bound=Known)


def read_known(kind: type[K], data: object, facility: FacilityTime) -> K:
    """Facts or a request from parsed JSON. Raises `FactsWrong`."""
    try:
        return kind.model_validate(data, context={"facility": facility})
    except ValidationError as found:
        raise FactsWrong(
            "\n".join(
                f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}"
                for one in found.errors(include_url=False, include_context=False)
            )
        ) from found
