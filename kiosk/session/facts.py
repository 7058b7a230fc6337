"""What the kiosk knows, whatever its screen shows, and the moment at which it knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from visits.messages import Agenda, AgendaInmate, AgendaVisit
from visits.model import Id, InmateId, TerminalId, VisitId, VisitKind, VisitStatus


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens: the wall clock (UTC), and seconds that never go back."""

    now: datetime
    elapsed: float


@dataclass(frozen=True, slots=True)
class VisitorAtDoor:
    """A visitor whose browser is in the room of one visit, admitted by a signed token."""

    visit_id: VisitId
    join_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Shared by every state; only `kiosk.session.learning` makes new ones."""

    terminal_id: TerminalId
    boot: str
    """A value of this start alone; attempts are named after it, so none is ever reused."""
    languages: tuple[str, ...] = ("en",)
    """The first is what a stranger finds."""
    language: str = "en"
    simulated: tuple[str, ...] = ()
    """Devices that are bench twins, such as `camera`; the screen announces them."""
    agenda: Agenda | None = field(default=None, repr=False)
    as_of: datetime | None = None
    """How fresh the agenda is: when it came, or when the line was last up since."""
    linked: bool = False
    """Whether the line to the facility's broker is up."""
    visitors: tuple[VisitorAtDoor, ...] = ()
    seen: frozenset[VisitId] = frozenset()
    """Confirmed here; the agenda may not say so yet."""
    progress: Mapping[VisitId, VisitStatus] = field(default_factory=dict)
    """Where this kiosk's own reports have brought a visit; the agenda may not say so yet."""
    faults: tuple[str, ...] = ()
    """Devices without which no visit can be held, such as `camera`."""
    attempts: int = 0
    recording: VisitId | None = None
    """What is being recorded."""
    unrecorded: frozenset[VisitId] = frozenset()
    """Policy records them, and they are not recorded."""
    reported_unrecorded: frozenset[VisitId] = frozenset()
    """An officer knows of them already."""
    first_kinds: Mapping[VisitId, VisitKind] = field(default_factory=dict, repr=False)
    """Of every visit as this run of the program first saw it: what was once privileged stays so,
    whatever an agenda says of it later."""
    noticed: Mapping[Id, datetime] = field(default_factory=dict)
    """Officers' words to a visit, and when each came."""

    def inmate_by_number(self, number: str) -> AgendaInmate | None:
        wanted = number.casefold()
        return next((one for one in self._inmates() if one.number.casefold() == wanted), None)

    def inmate_by_card(self, card_id: str) -> AgendaInmate | None:
        return next((one for one in self._inmates() if card_id in one.card_ids), None)

    def inmate(self, inmate_id: InmateId) -> AgendaInmate | None:
        return next((one for one in self._inmates() if one.inmate_id == inmate_id), None)

    def visits(self) -> tuple[AgendaVisit, ...]:
        return self.agenda.visits if self.agenda else ()

    def visit(self, visit_id: VisitId) -> AgendaVisit | None:
        return next((one for one in self.visits() if one.visit_id == visit_id), None)

    def ordinary(self, visit_id: VisitId) -> bool:
        """Whether it may be recorded and supervised at all: of a kind that is not privileged, and
        never was another."""
        visit = self.visit(visit_id)
        if visit is None or visit.kind.privileged:
            return False
        return self.first_kinds.get(visit_id, visit.kind) is visit.kind

    def status(self, visit: AgendaVisit) -> VisitStatus:
        """The agenda's word where it is final, else what this kiosk has reported since."""
        return (
            visit.status if visit.status.over else self.progress.get(visit.visit_id, visit.status)
        )

    def visitor_of(self, visit_id: VisitId) -> VisitorAtDoor | None:
        return next((one for one in self.visitors if one.visit_id == visit_id), None)

    def _inmates(self) -> tuple[AgendaInmate, ...]:
        return self.agenda.inmates if self.agenda else ()
