"""Counts what must not be done too often. Subjects are kept as digests only."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from visitor_portal.store.schema import attempts


class Attempt(StrEnum):
    """What is counted."""

    SIGN_IN_FROM = "sign-in-from"
    """A failed sign-in to one account from one address."""
    SIGN_IN_ACCOUNT = "sign-in-account"
    SIGN_IN_ADDRESS = "sign-in-address"
    SIGN_UP_ADDRESS = "sign-up-address"
    PHOTO_ADDRESS = "photo-address"
    ACCESS_REQUEST = "access-request"
    BOOKING = "booking"
    HOLD = "hold"
    WAITING = "waiting"


class Limit(NamedTuple):
    """So many within so long."""

    most: int
    within: timedelta


LIMITS: dict[Attempt, Limit] = {
    Attempt.SIGN_IN_FROM: Limit(5, timedelta(minutes=15)),
    Attempt.SIGN_IN_ACCOUNT: Limit(50, timedelta(hours=24)),
    Attempt.SIGN_IN_ADDRESS: Limit(30, timedelta(minutes=15)),
    Attempt.SIGN_UP_ADDRESS: Limit(30, timedelta(hours=1)),
    Attempt.PHOTO_ADDRESS: Limit(60, timedelta(hours=1)),
    Attempt.ACCESS_REQUEST: Limit(50, timedelta(hours=24)),
    Attempt.BOOKING: Limit(60, timedelta(hours=1)),
    Attempt.HOLD: Limit(40, timedelta(hours=1)),
    Attempt.WAITING: Limit(20, timedelta(hours=1)),
}
_LONGEST = max(limit.within for limit in LIMITS.values())


def spent(connection: Connection, attempt: Attempt, subject: str, now: datetime) -> bool:
    """Whether `subject` has used up the limit."""
    limit = LIMITS[attempt]
    count = connection.execute(
        select(func.count())
        .select_from(attempts)
        .where(
            attempts.c.kind == attempt.value,
            attempts.c.subject == _digest(subject),
            attempts.c.at > now - limit.within,
        )
    ).scalar_one()
    return count >= limit.most


def note(connection: Connection, attempt: Attempt, subject: str, now: datetime) -> None:
    connection.execute(
        insert(attempts).values(kind=attempt.value, subject=_digest(subject), at=now)
    )


def forgive(connection: Connection, attempt: Attempt, subject: str) -> None:
    """After a success the count starts anew."""
    connection.execute(
        delete(attempts).where(
            attempts.c.kind == attempt.value, attempts.c.subject == _digest(subject)
        )
    )


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(attempts).where(attempts.c.at <= now - _LONGEST))


def _digest(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
