"""Puts the rooms of the portal behind its one door."""

from __future__ import annotations

import gzip
from http import HTTPStatus

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as PlainHttpError
from starlette.requests import Request

from visitor_portal.accounts import account_routes, sign_in_routes, sign_up_routes
from visitor_portal.booking import (
    hold_routes,
    live,
    times_routes,
    visit_routes,
    waiting_routes,
)
from visitor_portal.booking import routes as booking_routes
from visitor_portal.forms import check_form
from visitor_portal.guard import Guard
from visitor_portal.pages import assets, render
from visitor_portal.portal import Portal
from visitor_portal.support import routes as support_routes
from visits.errors import VisitorMustAct


def build_web(portal: Portal) -> FastAPI:
    """The whole site, ready to serve."""
    web = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(check_form)]
    )
    web.state.portal = portal
    web.add_middleware(Guard, portal=portal)
    web.add_exception_handler(PlainHttpError, _say_no)
    web.add_exception_handler(VisitorMustAct, _say_what_to_do)
    web.add_exception_handler(Exception, _say_sorry)
    for router in (
        sign_in_routes.router,
        sign_up_routes.router,
        account_routes.router,
        booking_routes.router,
        times_routes.router,
        hold_routes.router,
        waiting_routes.router,
        visit_routes.router,
        live.router,
        support_routes.router,
    ):
        web.include_router(router)
    web.get("/health")(_health)
    web.get("/favicon.ico")(_icon)
    web.get("/assets/{version}/{name}")(_asset)
    return web


def _health() -> PlainTextResponse:
    return PlainTextResponse("ok\n")


def _icon() -> RedirectResponse:
    return RedirectResponse("/assets/any/icon.svg", status_code=301)


def _asset(name: str, request: Request) -> Response:
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    content, media_type = found
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and len(content) > 400:
        content, headers["content-encoding"] = gzip.compress(content), "gzip"
    return Response(content, media_type=media_type, headers=headers)


def _say_no(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, PlainHttpError) else 500
    return render(request, "layout/problem.html", status=status, problem=status, text="")


def _say_what_to_do(request: Request, error: Exception) -> Response:
    return render(
        request,
        "layout/problem.html",
        status=HTTPStatus.CONFLICT,
        problem=int(HTTPStatus.CONFLICT),
        text=str(error),
    )


def _say_sorry(request: Request, _error: Exception) -> Response:
    return render(request, "layout/problem.html", status=500, problem=500, text="")
