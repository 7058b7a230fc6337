"""What a visitor posted: read once, in memory only, and only with our own form token.

A photograph of an identity document must not touch the disk in clear, so uploads are never
spooled to a temporary file; the guard has limited their size before.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from fastapi import HTTPException
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import HTTPConnection, Request

from visitor_portal.guard import PHOTO_BYTES
from visitor_portal.session import form_token, same_origin

TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a form field, not a secret
TOKEN_HEADER = "x-form-token"  # noqa: S105 - the name of a header, not a secret
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Posted:
    """A form's fields, stripped, and its files by field name."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A missing field is an empty one."""
        return self.fields.get(name, "")


class _InMemory(MultiPartParser):
    spool_max_size = PHOTO_BYTES * 2


async def check_form(connection: HTTPConnection) -> None:
    """For every route: whatever may change something carries our token and comes from our page.

    Raises 403 otherwise, 400 for a body that is no form.
    """
    if not isinstance(connection, Request) or connection.method in _SAFE_METHODS:
        return
    if "origin" in connection.headers and not same_origin(connection):
        raise HTTPException(403)
    posted = await _read(connection)
    token = posted[TOKEN_FIELD] or connection.headers.get(TOKEN_HEADER, "")
    if not hmac.compare_digest(token.encode(), form_token(connection).encode()):
        raise HTTPException(403)
    connection.state.posted = posted


def posted(request: Request) -> Posted:
    """The form that `check_form` has let in; a dependency of routes that take one."""
    return cast("Posted", request.state.posted)


def client_address(request: Request) -> str:
    """Whose guesses are counted together. Proxies named in the settings are seen through."""
    return request.client.host if request.client else ""


def inside(address: str) -> str:
    """`address` if it is a page of this portal, else nothing: no redirect leads elsewhere."""
    safe = (
        address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    )
    return address if safe and "\\" not in address else ""


async def _read(request: Request) -> Posted:
    kind = request.headers.get("content-type", "").partition(";")[0]
    try:
        if kind == "multipart/form-data":
            parser = _InMemory(request.headers, request.stream(), max_files=2, max_fields=40)
            return await _sorted(await parser.parse())
        if kind == "application/x-www-form-urlencoded":
            return await _sorted(await FormParser(request.headers, request.stream()).parse())
    except (MultiPartException, UnicodeDecodeError) as cause:
        raise HTTPException(400) from cause
    return Posted()


async def _sorted(form: FormData) -> Posted:
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
        else:
            fields[name] = value.strip()
    return Posted(fields, files)
