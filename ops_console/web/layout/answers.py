"""Turns everything that goes wrong into a page that says what to do next."""

from __future__ import annotations

import logging
import secrets

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ops_console.web.desk import desk_of
from ops_console.web.gate import SECURITY_HEADERS
from ops_console.web.layout import faults
from ops_console.web.layout.faults import Fault
from visits.errors import OfficerMustAct, WaitAndRetry

log = logging.getLogger(__name__)

BY_STATUS = {
    403: faults.FORBIDDEN,
    404: faults.NOT_FOUND,
    405: faults.NOT_FOUND,
    422: faults.UNREADABLE,
}


def install(app: FastAPI) -> None:
    """Every kind of failure gets its page."""
    app.add_exception_handler(HTTPException, _refusal)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(OfficerMustAct, _officer_must_act)
    app.add_exception_handler(WaitAndRetry, _busy)
    app.add_exception_handler(Exception, _broken)


def fault_page(request: Request, fault: Fault, status: int) -> Response:
    return desk_of(request).pages.show(
        request, "layout/error.html", {"fault": fault}, status=status
    )


async def _refusal(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return fault_page(request, BY_STATUS.get(status, faults.NOT_FOUND), status)


async def _unreadable(request: Request, _: Exception) -> Response:
    return fault_page(request, faults.UNREADABLE, 422)


async def _officer_must_act(request: Request, error: Exception) -> Response:
    return fault_page(request, faults.refused(str(error)), 409)


async def _busy(request: Request, _: Exception) -> Response:
    return fault_page(request, faults.BUSY, 503)


async def _broken(request: Request, error: Exception) -> Response:
    evidence = secrets.token_hex(4)
    log.error("page %s failed, evidence %s", request.url.path, evidence, exc_info=error)
    answer = fault_page(request, faults.broken(evidence), 500)
    answer.headers.update(SECURITY_HEADERS)
    return answer
