"""Pages from templates: one Jinja environment, what every page shows, and the assets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ops_console.web.gate import LIVE_HEADER
from ops_console.web.layout import times, words
from ops_console.web.sessions import Session
from visits.clock import Clock, FacilityTime
from visits.design import css_tokens

WEB_ROOT = Path(__file__).resolve().parent.parent
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Asset(NamedTuple):
    """A file that pages link to; `version` changes with its bytes."""

    content: bytes
    media_type: str
    version: str


def load_assets(root: Path = WEB_ROOT) -> dict[str, Asset]:
    """Every style sheet, module and picture below `root` by bare name, and the design tokens."""
    found = {
        path.name: _asset(path.read_bytes(), MEDIA_TYPES[path.suffix])
        for path in sorted(root.rglob("*"))
        if path.suffix in MEDIA_TYPES
    }
    found["tokens.css"] = _asset(css_tokens().encode(), MEDIA_TYPES[".css"])
    return found


def _asset(content: bytes, media_type: str) -> Asset:
    return Asset(content, media_type, hashlib.sha256(content).hexdigest()[:12])


@dataclass(frozen=True)
class MenuItem:
    """One entry of the top bar; `count` is what waits for a person there."""

    path: str
    word: str
    count: int = 0


@dataclass(frozen=True)
class FacilityWords:
    """What pages say of the facility."""

    name: str
    zone: str
    inmate_word: str
    records: bool = False
    """Whether anything is recorded here."""


@dataclass(frozen=True)
class Waiting:
    """What waits for a person, counted for the menu."""

    requests: int
    locked: int


class Pages:
    """Renders templates with what every page needs."""

    def __init__(
        self, facility: FacilityWords, clock: Clock, count_waiting: Callable[[], Waiting]
    ) -> None:
        self.assets = load_assets()
        self.wall = times.WallClock(FacilityTime(facility.zone))
        self._clock = clock
        self._count_waiting = count_waiting
        self._environment = Environment(
            loader=FileSystemLoader(WEB_ROOT),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._records = facility.records
        self._environment.globals.update(
            facility=facility, wall=self.wall, words=words, times=times, asset=self._asset_path
        )

    def show(
        self,
        request: Request,
        template: str,
        values: Mapping[str, object],
        *,
        here: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """The page `template`, its menu marked at `here` (a path).

        A live refresh leaves the notices for the page that the officer opens next.
        """
        session = getattr(request.state, "session", None)
        live = LIVE_HEADER in request.headers
        html = self._environment.get_template(template).render(
            session=session,
            csrf_token=session.csrf_token if session else "",
            notices=session.take_notices() if session and not live else [],
            menu=self._menu(session) if session else (),
            here=here,
            now=self._clock.now(),
            **values,
        )
        return HTMLResponse(html, status_code=status)

    def _menu(self, session: Session) -> tuple[MenuItem, ...]:
        waiting = self._count_waiting()
        return (
            MenuItem("/today", "Today"),
            MenuItem("/access", "Access requests", waiting.requests),
            *((MenuItem("/watch", "Watch"),) if self._records else ()),
            *(
                (MenuItem("/recordings", "Recordings"),)
                if self._records and session.custodian
                else ()
            ),
            MenuItem("/changes", "Changes"),
            MenuItem("/hours", "Hours"),
            MenuItem("/rules", "Rules"),
            MenuItem("/terminals", "Terminals"),
            MenuItem("/audit", "Audit"),
            *((MenuItem("/sign-ins", "Sign-ins", waiting.locked),) if session.admin else ()),
        )

    def _asset_path(self, name: str) -> str:
        return f"/assets/{name}?v={self.assets[name].version}"
