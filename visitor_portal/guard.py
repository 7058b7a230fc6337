"""The door of every page: who may enter, how much they may carry in, and what leaves with it.

Pure ASGI, so that pages, streams, WebSockets and unknown addresses all pass through it. Closed
unless named open here: a route that somebody forgets to think about needs a sign-in.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visitor_portal import session
from visitor_portal.pace import Pace
from visitor_portal.portal import Portal
from visitor_portal.store import sessions, visitors
from visitor_portal.store.visitors import Visitor

OPEN_PAGES = frozenset({"/", "/sign-in", "/help", "/health", "/favicon.ico"})
ASSETS = "/assets/"
OPEN_FOLDERS = (ASSETS, "/sign-up", "/language/")

PHOTO_BYTES = 8 * 1024 * 1024
_FORM_BYTES = 64 * 1024
_LARGE_FORMS = frozenset({"/sign-up/photo", "/account/photo"})
_MULTIPART_EXTRA_BYTES = 64 * 1024


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


class Guard:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self._app = app
        self._portal = portal
        self._pace = Pace(portal.settings.web.requests_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        elapsed = self._portal.clock.monotonic()
        if self._counts(connection) and not self._pace.allows(_address(connection), elapsed):
            await PlainTextResponse("Too fast. Wait a minute.\n", 429)(scope, receive, send)
            return
        known = connection.cookies.get(session.cookie_name(self._portal, "browser"), "")
        connection.state.browser = known or session.new_secret()
        connection.state.visitor = await self._visitor(connection)
        send = self._dressed(send, connection, new_browser=not known)
        if connection.state.visitor is None and not is_open(scope["path"]):
            await self._turn_away(connection, scope, receive, send)
            return
        await self._app(scope, _limited(receive, scope), send)

    @staticmethod
    def _counts(connection: HTTPConnection) -> bool:
        """Assets come from memory and make up most of a first visit; they are not counted."""
        return not connection.url.path.startswith(ASSETS)

    async def _visitor(self, connection: HTTPConnection) -> Visitor | None:
        name = session.cookie_name(self._portal, "session")
        secret = connection.cookies.get(name)
        if not secret or connection.url.path.startswith(ASSETS):
            return None
        return await run_in_threadpool(find_visitor, self._portal, session.digest(secret))

    async def _turn_away(
        self, connection: HTTPConnection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
            return
        safe = scope["method"] in {"GET", "HEAD"}
        back = "?next=" + quote(connection.url.path) if safe else ""
        await RedirectResponse("/sign-in" + back, status_code=303)(scope, receive, send)

    def _dressed(self, send: Send, connection: HTTPConnection, *, new_browser: bool) -> Send:
        """`send` that puts the security headers, and a new browser's cookie, on the answer."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                path = connection.url.path
                for name, value in security_headers(self._portal, path).items():
                    headers.setdefault(name, value)
                if new_browser and not path.startswith("/assets/"):
                    self._introduce(headers, connection.state.browser)
            await send(message)

        return dressed

    def _introduce(self, headers: MutableHeaders, secret: str) -> None:
        name = session.cookie_name(self._portal, "browser")
        if any(cookie.startswith(name + "=") for cookie in headers.getlist("set-cookie")):
            return
        secure = "; Secure" if self._portal.secure else ""
        headers.append(
            "set-cookie",
            f"{name}={secret}; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax{secure}",
        )


def is_open(path: str) -> bool:
    """Whether a page is for everybody."""
    return path in OPEN_PAGES or path.startswith(OPEN_FOLDERS)


def find_visitor(portal: Portal, session_digest: str) -> Visitor | None:
    """Whose session it is, noting now and then that it is in use."""
    now = portal.clock.now()
    with portal.store.read() as connection:
        visitor_id = sessions.visitor_behind(connection, session_digest, now)
        visitor = visitors.find(connection, visitor_id) if visitor_id else None
        stale = visitor is not None and sessions.stale(connection, session_digest, now)
    if stale:
        with portal.store.write() as connection:
            sessions.touch(connection, session_digest, now)
    return visitor


def security_headers(portal: Portal, path: str) -> dict[str, str]:
    """Nothing inline, nothing from elsewhere, no frame around us, no camera but in a visit."""
    socket = portal.public_url.replace("http", "ws", 1)
    devices = "(self)" if path.startswith("/visit/") else "()"
    headers = {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            f"media-src 'self' blob:; connect-src 'self' {socket}; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "permissions-policy": f"camera={devices}, microphone={devices}, geolocation=()",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    if portal.secure:
        headers["strict-transport-security"] = "max-age=63072000"
    return headers


def _limited(receive: Receive, scope: Scope) -> Receive:
    """`receive` that refuses bodies beyond the page's limit with 413, counted as they arrive."""
    if scope["type"] != "http":
        return receive
    large = scope["path"] in _LARGE_FORMS
    limit = PHOTO_BYTES + _MULTIPART_EXTRA_BYTES if large else _FORM_BYTES
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)
        return message

    return counted
