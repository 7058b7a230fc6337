"""Leave for one page to play what the evidence process sends, and for no other."""

from __future__ import annotations

from starlette.responses import Response

from ops_console.web.gate import SECURITY_HEADERS

POLICY = "Content-Security-Policy"


def http_of(watch_url: str) -> str:
    """Where the same process answers questions: `wss` becomes `https`, `ws` becomes `http`."""
    return "http" + watch_url.removeprefix("ws")


def may_export(answer: Response, watch_url: str) -> Response:
    """The page may ask there how far an export is, and send the form that fetches it."""
    there, policy = http_of(watch_url), answer.headers.get(POLICY, SECURITY_HEADERS[POLICY])
    for allowed in ("connect-src 'self'", "form-action 'self'"):
        policy = policy.replace(allowed, f"{allowed} {there}")
    answer.headers[POLICY] = policy
    return answer


def may_play(answer: Response, watch_url: str) -> Response:
    """The page may connect there and play what it put together itself, nothing else more."""
    rest = SECURITY_HEADERS[POLICY]
    connects = f"connect-src 'self' {watch_url} {http_of(watch_url)}; media-src blob:"
    answer.headers[POLICY] = rest.replace("connect-src 'self'", connects)
    return answer
