"""Accounts made by the operator: demonstration data, and a new password for who forgot it.

The seed file is JSON, unknown fields refused:

    {"visitors": [{
        "id": "visitor-rosa",             visitor id, as approvals elsewhere name it
        "name": "Rosa Delgado",           full name
        "birth_date": "1979-03-14",
        "address": "12 Elm Street, Springfield, IL 62701",
        "email": "rosa@example.org",
        "password": "quiet river lantern",
        "photo": "rosa.jpg"               optional, a picture beside the file; without it a
                                          plain sample card is drawn
    }]}

Seeding again changes nothing that is there.
"""

from __future__ import annotations

import io
import secrets
from datetime import date
from pathlib import Path
from typing import Annotated

from PIL import Image, ImageDraw
from pydantic import StringConstraints, ValidationError

from visitor_portal.accounts.photo import sealed_photo
from visitor_portal.settings import PortalSettings
from visitor_portal.store import Store, documents, sessions, visitors
from visitor_portal.store.visitors import Visitor, plain_email
from visits.clock import SystemClock
from visits.errors import SettingsWrong
from visits.model import Line, Name, VisitorId, Words
from visits.sealing import ReviewerPublicKey, seal
from visits.secrets import verifier_for


class SeedVisitor(Words):
    """One account."""

    id: VisitorId
    name: Name
    birth_date: date
    address: Line
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    photo: Path | None = None


class SeedFile(Words):
    """The whole file."""

    visitors: tuple[SeedVisitor, ...] = ()


def seed(settings: PortalSettings, path: Path) -> str:
    """One line that says what was made. Raises `SettingsWrong` for a file that does not fit."""
    try:
        wanted = SeedFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as cause:
        raise SettingsWrong(f"{path}: {cause}") from cause
    store = _open(settings)
    try:
        made = sum(_add(settings, store, one, path.parent) for one in wanted.visitors)
    finally:
        store.close()
    return f"{made} of {len(wanted.visitors)} accounts made; the others were there."


def reset_password(settings: PortalSettings, email: str) -> str:
    """A line with the account's new password; it is signed out everywhere.

    For the operator, once the facility has made sure who is asking. Raises `SettingsWrong`
    when there is no such account.
    """
    store, password = _open(settings), secrets.token_urlsafe(12)
    try:
        with store.write() as connection:
            known = visitors.verifier_of(connection, email)
            if known is None:
                raise SettingsWrong(f"There is no account with the e-mail address {email}.")
            visitors.set_verifier(connection, known[0], verifier_for(password))
            sessions.end_all(connection, known[0])
    finally:
        store.close()
    return f"New password: {password}"


def _open(settings: PortalSettings) -> Store:
    store = Store(settings.store.url)
    store.migrate()
    return store


def _add(settings: PortalSettings, store: Store, one: SeedVisitor, folder: Path) -> bool:
    readers = {
        facility.id: ReviewerPublicKey.from_text(facility.reviewer_key)
        for facility in settings.facilities
    }
    visitor = Visitor(one.id, one.name, one.birth_date, one.address, plain_email(one.email))
    with store.read() as connection:
        if visitors.find(connection, one.id) or visitors.verifier_of(connection, one.email):
            return False
    if one.photo is not None:
        photo = sealed_photo((folder / one.photo).read_bytes(), readers)
    else:
        photo = seal(_sample_card(one), "image/jpeg", readers)
    verifier, now = verifier_for(one.password), SystemClock().now()
    with store.write() as connection:
        if not visitors.add(connection, visitor, verifier, now):
            return False
        documents.set_photo(connection, one.id, photo, now)
    return True


def _sample_card(one: SeedVisitor) -> bytes:
    """A drawing that nobody takes for a real document."""
    card = Image.new("RGB", (860, 540), "#e0f0f3")
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, 860, 90), fill="#0b5566")
    draw.text((32, 24), "SAMPLE IDENTITY CARD", fill="white", font_size=40)
    draw.rectangle((32, 130, 292, 480), fill="#b7c5ce")
    draw.ellipse((102, 180, 222, 310), fill="#4a5a66")
    draw.pieslice((62, 320, 262, 640), 180, 360, fill="#4a5a66")
    draw.rectangle((32, 480, 292, 540), fill="#e0f0f3")
    facts = (one.name, one.birth_date.strftime("%m/%d/%Y"), *one.address.split(", "))
    for position, fact in enumerate(facts):
        draw.text((330, 140 + 64 * position), fact, fill="#14212b", font_size=34)
    out = io.BytesIO()
    card.save(out, "JPEG", quality=88)
    return out.getvalue()
