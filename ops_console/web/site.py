"""Puts the pages together: routes, gate, error pages, assets and the line of live changes."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from ops_console.store import approvals, people
from ops_console.usecases import Console
from ops_console.web import live
from ops_console.web.access import access_router, approvals_router
from ops_console.web.alarms import alarms_router
from ops_console.web.audit import audit_router
from ops_console.web.changes import changes_router
from ops_console.web.desk import Desk
from ops_console.web.facts import facts_router
from ops_console.web.gate import Gate, own_form
from ops_console.web.hours import hours_router
from ops_console.web.layout import answers, files
from ops_console.web.layout.pages import FacilityWords, Pages, Waiting
from ops_console.web.recordings import keeping_router, recordings_router
from ops_console.web.rules import editor_router, rules_router
from ops_console.web.sessions import Sessions
from ops_console.web.sign_in import locks_router, sign_in_router
from ops_console.web.terminals import terminals_router
from ops_console.web.today import today_router
from ops_console.web.visit import visit_router
from ops_console.web.watch import watch_actions_router, watch_router

ROUTERS = (
    sign_in_router,
    locks_router,
    today_router,
    visit_router,
    watch_router,
    watch_actions_router,
    alarms_router,
    recordings_router,
    keeping_router,
    changes_router,
    facts_router,
    access_router,
    approvals_router,
    hours_router,
    rules_router,
    editor_router,
    terminals_router,
    audit_router,
    live.router,
    files.router,
)


def make_app(console: Console) -> FastAPI:
    """The officers' pages over `console`. Starts no thread and opens no socket."""
    sessions = Sessions(console.clock)
    facility = console.facility
    records = console.policy.recording is not None
    words = FacilityWords(facility.name, facility.time.zone_name, facility.inmate_word, records)
    pages = Pages(words, console.clock, lambda: _waiting(console))
    app = FastAPI(
        title="Visitline console",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(own_form)],
    )
    app.state.desk = Desk(console, sessions, pages)
    app.add_middleware(Gate, sessions=sessions)
    for router in ROUTERS:
        app.include_router(router)
    answers.install(app)
    return app


def _waiting(console: Console) -> Waiting:
    with console.readers.read() as db:
        return Waiting(requests=approvals.count_waiting(db), locked=len(people.locked_logins(db)))
