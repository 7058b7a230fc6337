"""Accounts of the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from visitor_portal.store.schema import visitors
from visits.model import IdentityDetails, VisitorId

_ERASED_BIRTHDAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Visitor:
    """Somebody with an account."""

    visitor_id: VisitorId
    full_name: str
    born_on: date
    address: str
    email: str
    """As `plain_email` writes it."""

    @property
    def details(self) -> IdentityDetails:
        """What a facility is told with an access request."""
        return IdentityDetails(
            visitor_id=self.visitor_id,
            full_name=self.full_name,
            born_on=self.born_on,
            address=self.address,
            email=self.email,
        )


def plain_email(typed: str) -> str:
    """The form in which addresses are compared: no spaces around, lower case."""
    return typed.strip().lower()


def add(connection: Connection, visitor: Visitor, verifier: str, now: datetime) -> bool:
    """False, and nothing changed, when the e-mail address already has an account."""
    try:
        with connection.begin_nested():
            connection.execute(
                insert(visitors).values(
                    visitor_id=visitor.visitor_id,
                    full_name=visitor.full_name,
                    born_on=visitor.born_on,
                    address=visitor.address,
                    email=visitor.email,
                    password_verifier=verifier,
                    made_at=now,
                )
            )
    except IntegrityError:
        return False
    return True


def find(connection: Connection, visitor_id: VisitorId) -> Visitor | None:
    row = connection.execute(
        select(visitors).where(visitors.c.visitor_id == visitor_id, visitors.c.erased_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Visitor(row.visitor_id, row.full_name, row.born_on, row.address, row.email)


def verifier_of(connection: Connection, email: str) -> tuple[VisitorId, str] | None:
    """Whose account an address is, and the password verifier; None without an account."""
    row = connection.execute(
        select(visitors.c.visitor_id, visitors.c.password_verifier).where(
            visitors.c.email == plain_email(email), visitors.c.erased_at.is_(None)
        )
    ).one_or_none()
    return (row.visitor_id, row.password_verifier) if row is not None else None


def set_verifier(connection: Connection, visitor_id: VisitorId, verifier: str) -> None:
    connection.execute(
        update(visitors)
        .where(visitors.c.visitor_id == visitor_id)
        .values(password_verifier=verifier)
    )


def erase(connection: Connection, visitor_id: VisitorId, now: datetime) -> None:
    """Forgets the person; the row stays because visits and requests refer to its id."""
    connection.execute(
        update(visitors)
        .where(visitors.c.visitor_id == visitor_id)
        .values(
            full_name="",
            born_on=_ERASED_BIRTHDAY,
            address="",
            email=f"erased:{visitor_id}",
            password_verifier="",
            erased_at=now,
        )
    )
