"""The gate in front of every page: closed unless named open, and headers on every answer."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ops_console.web.sessions import Draft, Session, Sessions

OPEN_PATHS = frozenset({"/sign-in", "/session-ended"})
"""The pages that need no session. Everything else, known or unknown, does."""

EDITOR = "/rules/edit"
"""Where an officer types for long enough to be signed out meanwhile."""

OPEN_FOLDER = "/assets/"
LIVE_HEADER = "x-visitline-live"
"""Set by `live.js` on its own fetches: they do not count as use of the session."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def cookie_name(scheme: str) -> str:
    """Over TLS the browser itself enforces host and path (RFC 6265bis, `__Host-`)."""
    return "__Host-visitline" if scheme == "https" else "visitline"


def session_cookie(scope: Scope) -> str:
    """The cookie's text, or nothing."""
    try:
        jar = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    morsel = jar.get(cookie_name(scope["scheme"]))
    return morsel.value if morsel else ""


def is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


class Gate:
    """ASGI middleware: finds the session, turns away who has none, adds the headers."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = session_cookie(scope)
        live = LIVE_HEADER in Headers(scope=scope) or scope["path"] == "/live"
        session = self._sessions.find(token, in_use=not live) if token else None
        scope.setdefault("state", {})["session"] = session
        app = self._app
        if session is None and not is_open(scope["path"]):
            if token and scope["method"] == "POST" and scope["path"] == EDITOR:
                await self._keep_typed(token, Request(scope, receive))
            app = _turn_away(scope, had_session=bool(token), live=live)
        await app(scope, receive, _with_headers(send))

    async def _keep_typed(self, token: str, request: Request) -> None:
        """A long text that was sent a minute too late is there again after signing in."""
        form = await request.form()
        based_on = str(form.get("based_on", ""))
        draft = Draft(
            str(form.get("text", "")).replace("\r\n", "\n"),
            int(based_on) if based_on.isdecimal() else 0,
        )
        self._sessions.keep_draft(token, str(form.get("csrf_token", "")), draft)


def _turn_away(scope: Scope, *, had_session: bool, live: bool) -> Response:
    if live:
        return PlainTextResponse("Sign in first.", status_code=401)
    if scope["method"] not in SAFE_METHODS:
        return RedirectResponse("/session-ended", status_code=303)
    query = scope["query_string"].decode("latin-1")
    wanted = quote(scope["path"] + (f"?{query}" if query else ""), safe="/")
    ended = "&ended=1" if had_session else ""
    return RedirectResponse(f"/sign-in?next={wanted}{ended}", status_code=303)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


async def own_form(request: Request) -> None:
    """Refuses every unsafe request whose form does not carry the session's own token."""
    if request.method in SAFE_METHODS or is_open(request.url.path):
        return
    form = await request.form()
    if not signed_in(request).accepts(str(form.get("csrf_token", ""))):
        raise HTTPException(403, "This form is too old or did not come from this page.")


def signed_in(request: Request) -> Session:
    """The session that the gate found."""
    session = request.state.session
    if not isinstance(session, Session):
        raise HTTPException(403, "Sign in first.")
    return session


SignedIn = Annotated[Session, Depends(signed_in)]
"""The officer asking, as a route's parameter."""
