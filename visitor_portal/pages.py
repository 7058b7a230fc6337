"""Draws pages: one template environment per language, and what every page may use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from visitor_portal import session
from visitor_portal.portal import Portal
from visitor_portal.words import LANGUAGES, Tongue
from visitor_portal.words.times import TimeWords, visitor_zone
from visits.design import css_tokens

_PACKAGE = Path(__file__).parent
FRAGMENT_HEADER = "x-fragment"
"""A page asked for with `X-Fragment: live` answers with its `live` block alone."""
TRY_AGAIN_HEADER = "x-try-again"
"""On a live page that lacks a word which may come soon: its script asks again in a while."""

LANGUAGE_COOKIE = "visitline-language"


def tongue_of(connection: HTTPConnection) -> Tongue:
    """The language chosen with the switch, else the first the browser accepts, else English."""
    tongues = session.portal_of(connection).tongues
    chosen = connection.cookies.get(LANGUAGE_COOKIE, "")
    accepted = connection.headers.get("accept-language", "").split(",")
    wanted = [chosen, *(part.strip()[:2].lower() for part in accepted)]
    return tongues[next((code for code in wanted if code in tongues), "en")]


def render(
    connection: HTTPConnection, template: str, *, status: int = 200, **facts: object
) -> HTMLResponse:
    """`template` (such as `booking/home.html`) in the visitor's language.

    `wrong` maps fields to English sentences; the template gets them translated as `errors`.
    Templates extend `layout/base.html` and fill `title` and `main`; facts that may change while
    the page is open stand in a block called `live`.
    """
    portal = session.portal_of(connection)
    tongue = tongue_of(connection)
    page = _environment(tongue).get_template(template)
    wrong = cast("Mapping[str, str]", facts.pop("wrong", {}))
    errors = {field: tongue.say(sentence) for field, sentence in wrong.items()}
    everything = {**_common(connection, portal, tongue), "errors": errors, **facts}
    parts = _environment(tongue).get_template("layout/parts.html").make_module(everything)
    context = page.new_context({**everything, "parts": parts})
    if connection.headers.get(FRAGMENT_HEADER) == "live" and "live" in page.blocks:
        return HTMLResponse("".join(page.blocks["live"](context)), status)
    return HTMLResponse("".join(page.root_render_func(context)), status)


def _common(connection: HTTPConnection, portal: Portal, tongue: Tongue) -> dict[str, Any]:
    return {
        "tongue": tongue,
        "languages": LANGUAGES,
        "visitor": session.visitor_if_any(connection),
        "path": connection.url.path,
        "here": connection.url.path + (f"?{query}" if (query := connection.url.query) else ""),
        "form_token": session.form_token(connection),
        "portal": portal,
        "now": portal.clock.now(),
        "times": TimeWords(tongue, visitor_zone(connection.cookies)),
        "silent": (),
        "live_page": False,
    }


@cache
def _environment(tongue: Tongue) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = tongue.catalogue
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    environment.globals["asset"] = asset_address
    return environment


# --- assets ------------------------------------------------------------------------------

_MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}


@cache
def assets() -> Mapping[str, tuple[bytes, str]]:
    """Name to content and media type: every file in an `assets` folder, and the design tokens."""
    found = {
        path.name: (path.read_bytes(), _MEDIA_TYPES[path.suffix])
        for path in sorted(_PACKAGE.glob("*/assets/*"))
        if path.suffix in _MEDIA_TYPES
    }
    return {**found, "tokens.css": (css_tokens().encode(), _MEDIA_TYPES[".css"])}


@cache
def assets_version() -> str:
    """Changes when any asset does, so that browsers may keep them for a year."""
    content = json.dumps({name: body.hex() for name, (body, _) in assets().items()})
    return hashlib.sha256(content.encode()).hexdigest()[:10]


def asset_address(name: str) -> str:
    """`/assets/<version>/<name>`: relative imports between modules keep the version too.

    Raises `KeyError` for a file that is not there.
    """
    if name not in assets():
        raise KeyError(name)
    return f"/assets/{assets_version()}/{name}"
