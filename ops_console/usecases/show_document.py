"""Show the ID document of an access request to the officer who decides it."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console.usecases._console import Console
from visits.model import Id, RequestId


@dataclass(frozen=True)
class ShownDocument:
    """An opened document; keep it in memory only."""

    media_type: str
    content: bytes


def show_document(console: Console, officer_id: Id, request_id: RequestId) -> ShownDocument:
    """Opens the sealed document and notes in the audit who looked.

    Raises `OfficerMustAct` when there is none (any more) or it does not open.
    """
    raise NotImplementedError
