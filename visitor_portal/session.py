"""Who is looking: the signed-in visitor of a request or WebSocket, and the browser's secrets.

Two cookies, both HttpOnly and SameSite=Lax, `__Host-` and Secure where the portal is reached by
https. *browser* is a random secret that every visitor gets: it keys a sign-up in progress and
the form tokens. *session* exists once signed in. The database keeps only their SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import cast
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from visitor_portal.portal import Portal
from visitor_portal.store.sessions import LENGTH_LIMIT
from visitor_portal.store.visitors import Visitor

_YEAR_S = 365 * 24 * 3600


def portal_of(connection: HTTPConnection) -> Portal:
    """The portal that serves this request."""
    return cast("Portal", connection.app.state.portal)


def current_visitor(connection: HTTPConnection) -> Visitor:
    """The signed-in visitor; usable as a FastAPI dependency, for WebSockets too.

    Raises 401 where nobody is signed in, which the guard has excluded on closed pages.
    """
    visitor = visitor_if_any(connection)
    if visitor is None:
        raise HTTPException(401)
    return visitor


def visitor_if_any(connection: HTTPConnection) -> Visitor | None:
    """The signed-in visitor, or None on pages that are open to all."""
    return cast("Visitor | None", getattr(connection.state, "visitor", None))


def new_secret() -> str:
    """256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_name(portal: Portal, part: str) -> str:
    """`part` is browser or session. Browsers accept `__Host-` only from https."""
    return f"__Host-visitline-{part}" if portal.secure else f"visitline-{part}"


def session_secret(connection: HTTPConnection) -> str:
    """Empty when not signed in."""
    return connection.cookies.get(cookie_name(portal_of(connection), "session"), "")


def browser_secret(connection: HTTPConnection) -> str:
    """The browser's secret; the guard makes one for browsers that have none yet."""
    return cast("str", connection.state.browser)


def form_token(connection: HTTPConnection) -> str:
    """The token every form carries: bound to this browser and this session."""
    message = b"visitline form/" + session_secret(connection).encode()
    return hmac.new(browser_secret(connection).encode(), message, hashlib.sha256).hexdigest()


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the page that sent this is ours. Required of WebSockets; forms may omit Origin."""
    origin = connection.headers.get("origin", "")
    if origin == portal_of(connection).public_url:
        return True
    host = connection.headers.get("host")
    return bool(host) and urlsplit(origin).netloc == host


def give_session(response: Response, portal: Portal, secret: str) -> None:
    """A fresh session, and with it a fresh browser secret: nothing from before survives."""
    _give(response, portal, "session", secret, int(LENGTH_LIMIT.total_seconds()))
    give_browser(response, portal, new_secret())


def give_browser(response: Response, portal: Portal, secret: str) -> None:
    _give(response, portal, "browser", secret, _YEAR_S)


def take_session(response: Response, portal: Portal) -> None:
    response.delete_cookie(
        cookie_name(portal, "session"), secure=portal.secure, httponly=True, samesite="lax"
    )
    give_browser(response, portal, new_secret())


def _give(response: Response, portal: Portal, part: str, secret: str, seconds: int) -> None:
    response.set_cookie(
        cookie_name(portal, part),
        secret,
        max_age=seconds,
        secure=portal.secure,
        httponly=True,
        samesite="lax",
    )
