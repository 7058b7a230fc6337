"""The visit room: checking camera and microphone, waiting, the call, and how it ended."""

from __future__ import annotations

from fastapi import FastAPI

from visitor_portal.portal import Portal
from visitor_portal.visit.device_check import routes as device_check
from visitor_portal.visit.room import routes as room
from visitor_portal.visit.room.hearing import listen_to
from visitor_portal.visit.room.switchboard import Switchboard

__all__ = ["add_room"]


def add_room(app: FastAPI, portal: Portal) -> None:
    """Adds the pages under /visit, and listens to every facility's consoles and terminals.

    To be called before the facilities' lines are started.
    """
    board = Switchboard()
    app.include_router(device_check.router)
    app.include_router(room.make_router(board))
    for facility in portal.facilities.values():
        listen_to(facility, board)
