"""Sign-ups in progress, kept for the browser that began them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select

from visitor_portal.store.schema import drafts
from visits.sealing import SealedDocument

KEPT_FOR = timedelta(days=2)
_ANSWERS = TypeAdapter(dict[str, str])


@dataclass(frozen=True)
class Draft:
    """What was answered so far; the password only as its verifier, the photo only sealed."""

    answers: Mapping[str, str] = field(default_factory=dict)
    photo: SealedDocument | None = None


def load(connection: Connection, digest: str, now: datetime) -> Draft:
    """An empty one for a browser that has answered nothing, or too long ago."""
    row = connection.execute(
        select(drafts).where(drafts.c.digest == digest, drafts.c.saved_at > now - KEPT_FOR)
    ).one_or_none()
    if row is None:
        return Draft()
    sealed = row.sealed_photo
    return Draft(
        _ANSWERS.validate_json(row.answers),
        SealedDocument.model_validate_json(sealed) if sealed else None,
    )


def save(connection: Connection, digest: str, draft: Draft, now: datetime) -> None:
    """Replaces what was kept."""
    forget(connection, digest)
    connection.execute(
        insert(drafts).values(
            digest=digest,
            answers=_ANSWERS.dump_json(dict(draft.answers)).decode(),
            sealed_photo=draft.photo.model_dump_json() if draft.photo else None,
            saved_at=now,
        )
    )


def forget(connection: Connection, digest: str) -> None:
    connection.execute(delete(drafts).where(drafts.c.digest == digest))


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(drafts).where(drafts.c.saved_at <= now - KEPT_FOR))
