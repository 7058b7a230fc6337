"""What every route is handed: the console, the sessions and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ops_console.usecases import Console
from ops_console.web.layout.pages import Pages
from ops_console.web.sessions import Sessions


@dataclass(frozen=True)
class Desk:
    """One console's pages at work."""

    console: Console
    sessions: Sessions
    pages: Pages


def desk_of(request: Request) -> Desk:
    """The desk that `make_app` put up."""
    desk = request.app.state.desk
    if not isinstance(desk, Desk):
        raise TypeError("make_app did not put up a desk")
    return desk


async def typed_of(request: Request) -> Mapping[str, str]:
    """The text fields of the form that was sent; uploads are not taken."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


AtDesk = Annotated[Desk, Depends(desk_of)]
Typed = Annotated[Mapping[str, str], Depends(typed_of)]
