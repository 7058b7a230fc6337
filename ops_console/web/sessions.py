"""Officers' sessions: kept in memory, so that a restart of the console signs everybody out.

The cookie carries 256 random bits; only their SHA-256 is kept. A session ends after
`IDLE_LIMIT` without use (CJIS Security Policy, device lock: 30 minutes at most) and after
`LENGTH_LIMIT` in any case. Live updates of an open page do not count as use.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from visits.clock import Clock

IDLE_LIMIT = timedelta(minutes=30)
LENGTH_LIMIT = timedelta(hours=12)
MOST_ENDED = 64
"""Ended sessions that are remembered, so that what their officers were typing can be kept."""


@dataclass(frozen=True)
class Playing:
    """Leave to play one visit's recordings, and what for."""

    visit_id: str
    ticket: str
    """JSON, as the page's script hands it on."""
    purpose: str


@dataclass(frozen=True)
class Exporting:
    """Leave to export one visit's recordings; the file is made and fetched by the page."""

    ticket: str
    """JSON, as the page's script hands it on; so is the statement."""
    statement: str
    purpose: str
    until: float
    """Monotonic seconds; later the evidence process does not take the ticket."""


@dataclass
class Session:
    """One signed-in officer at one browser."""

    officer_id: str
    officer_name: str
    admin: bool
    custodian: bool
    csrf_token: str
    began: float
    used: float
    notices: list[str] = field(default_factory=list)
    """Success messages for the next page."""
    watching: str = ""
    """What the officer watches visits for, until they stop watching."""
    playing: Playing | None = None
    """For the next page alone: loaded anew it asks for the purpose again."""
    exporting: dict[str, Exporting] = field(default_factory=dict)
    """By visit. Making a file takes minutes, so the page finds it again."""

    def tell(self, sentence: str) -> None:
        """Show `sentence` once, on the next page this officer opens."""
        self.notices.append(sentence)

    def take_playing(self, visit_id: str) -> Playing | None:
        taken, self.playing = self.playing, None
        return taken if taken and taken.visit_id == visit_id else None

    def take_notices(self) -> list[str]:
        taken, self.notices = self.notices, []
        return taken

    def accepts(self, token: str) -> bool:
        """Whether a form carried this session's own token."""
        return hmac.compare_digest(self.csrf_token.encode(), token.encode())


@dataclass(frozen=True)
class Draft:
    """Rules that an officer typed and has not saved, and the version that they began with."""

    text: str
    based_on: int


class Sessions:
    """Every session of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._by_digest: dict[str, Session] = {}
        self._ended: dict[str, Session] = {}
        self.drafts: dict[str, Draft] = {}
        """By officer; they outlive a session."""

    def begin(
        self, officer_id: str, officer_name: str, *, admin: bool = False, custodian: bool = False
    ) -> str:
        """A new session; answers the text of its cookie, told to nobody else."""
        token, now = secrets.token_urlsafe(32), self._clock.monotonic()
        own_forms = secrets.token_urlsafe(32)
        session = Session(officer_id, officer_name, admin, custodian, own_forms, now, now)
        with self._lock:
            self._drop_ended(now)
            self._by_digest[_digest(token)] = session
        return token

    def find(self, token: str, *, in_use: bool) -> Session | None:
        """The living session behind `token`; `in_use` puts off its idle end."""
        now = self._clock.monotonic()
        with self._lock:
            self._drop_ended(now)
            session = self._by_digest.get(_digest(token))
            if session is not None and in_use:
                session.used = now
            return session

    def keep_draft(self, token: str, csrf_token: str, draft: Draft) -> None:
        """Keeps what was sent from a page of a session that had just ended by itself; what comes
        from anywhere else is dropped."""
        with self._lock:
            ended = self._ended.get(_digest(token))
        if ended is not None and ended.accepts(csrf_token):
            self.drafts[ended.officer_id] = draft

    def end(self, token: str) -> None:
        with self._lock:
            self._by_digest.pop(_digest(token), None)

    def _drop_ended(self, now: float) -> None:
        for digest, session in list(self._by_digest.items()):
            idle, length = now - session.used, now - session.began
            if idle > IDLE_LIMIT.total_seconds() or length > LENGTH_LIMIT.total_seconds():
                self._ended[digest] = self._by_digest.pop(digest)
        while len(self._ended) > MOST_ENDED:
            del self._ended[next(iter(self._ended))]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
