"""Previews that are being worked out or that officers look at. They live as long as the process."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from ops_console.usecases import Console, Impact, WorldChange, preview_change
from ops_console.web.desk import desk_of
from visits.errors import OfficerMustAct
from visits.model import Id, new_id

MOST = 40
KEPT = timedelta(minutes=60)
log = logging.getLogger(__name__)


@dataclass
class Preview:
    """One change that an officer looks at before it is made."""

    preview_id: Id
    officer_id: Id
    change: WorldChange
    title: str
    """What the officer said happened."""
    back: str
    """The form it came from."""
    made_at: datetime
    then: str = "/changes"
    """Where an officer goes on once the change is made."""
    done: threading.Event = field(default_factory=threading.Event)
    impact: Impact | None = None
    warning: str = ""
    """Why it is looked at again."""
    problem: str = ""
    """Why there is no impact, for the officer."""


class Previews:
    """Works each preview out in a thread of its own, so that pages answer meanwhile."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._all: OrderedDict[Id, Preview] = OrderedDict()

    def begin(
        self, officer_id: Id, change: WorldChange, title: str, back: str, *, then: str = "/changes"
    ) -> Preview:
        now = self._console.clock.now()
        return self._start(Preview(new_id(), officer_id, change, title, back, now, then))

    def begin_again(self, preview: Preview, warning: str) -> Preview:
        """The same change on the visits as they are now."""
        now = self._console.clock.now()
        fresh = replace(
            preview,
            preview_id=new_id(),
            made_at=now,
            done=threading.Event(),
            impact=None,
            warning=warning,
            problem="",
        )
        self.forget(preview)
        return self._start(fresh)

    def _start(self, preview: Preview) -> Preview:
        now = preview.made_at
        with self._lock:
            for old in [one for one in self._all.values() if now - one.made_at > KEPT]:
                del self._all[old.preview_id]
            while len(self._all) >= MOST:
                self._all.popitem(last=False)
            self._all[preview.preview_id] = preview
        threading.Thread(target=self._work, args=[preview], name="preview", daemon=True).start()
        return preview

    def find(self, preview_id: Id, officer_id: Id) -> Preview | None:
        """An officer's own preview."""
        with self._lock:
            found = self._all.get(preview_id)
        return found if found is not None and found.officer_id == officer_id else None

    def forget(self, preview: Preview) -> None:
        with self._lock:
            self._all.pop(preview.preview_id, None)

    def _work(self, preview: Preview) -> None:
        try:
            preview.impact = preview_change(self._console, preview.change)
        except OfficerMustAct as no:
            preview.problem = str(no)
        except Exception:
            log.exception("the preview of %s failed", type(preview.change).__name__)
            preview.problem = "The console could not work this out. Nothing was changed. Try again."
        finally:
            preview.done.set()


_making = threading.Lock()


def previews_of(request: Request) -> Previews:
    """The one of this app."""
    with _making:
        found = getattr(request.app.state, "previews", None)
        if not isinstance(found, Previews):
            found = request.app.state.previews = Previews(desk_of(request).console)
    return found


AtPreviews = Annotated[Previews, Depends(previews_of)]


def known(previews: Previews, preview_id: Id, officer_id: Id) -> Preview:
    """Raises 404 for one that is not this officer's, or was forgotten."""
    found = previews.find(preview_id, officer_id)
    if found is None:
        raise HTTPException(404)
    return found
