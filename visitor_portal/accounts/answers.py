"""What sign-up asks, one question a page, and when an answer will do. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from visitor_portal.store.drafts import Draft
from visitor_portal.store.visitors import plain_email
from visitor_portal.words import mark

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 200
_COMMON = re.compile(r"(.)\1{5}|012345|123456|234567|qwerty|password|abcdef|visitline|111222")
_OLDEST_YEARS = 120


class Parsed(NamedTuple):
    """Answers to keep, or one sentence for each field that will not do."""

    answers: Mapping[str, str]
    errors: Mapping[str, str]


def _wrong(field: str, sentence: str) -> Parsed:
    return Parsed({}, {field: sentence})


def parse_name(fields: Mapping[str, str]) -> Parsed:
    """`full_name`, as it stands on the ID."""
    name = " ".join(fields.get("full_name", "").split())
    if not re.search(r"[^\W\d_]", name):
        return _wrong("full_name", mark("Enter your full name."))
    if len(name) > 120:
        return _wrong("full_name", mark("Your name must be 120 letters or fewer."))
    return Parsed({"full_name": name}, {})


def parse_birth_date(fields: Mapping[str, str], today: date) -> Parsed:
    """`birth_month`, `birth_day`, `birth_year`, all numbers."""
    parts = [fields.get(f"birth_{part}", "") for part in ("year", "month", "day")]
    if not all(parts):
        return _wrong("birth_month", mark("Enter the month, day and year of your birth."))
    try:
        born_on = date(*(int(part) for part in parts))
    except ValueError:
        return _wrong("birth_month", mark("Enter a real date, such as 4 27 1985."))
    if born_on >= today:
        return _wrong("birth_month", mark("Your date of birth must be in the past."))
    if today.year - born_on.year > _OLDEST_YEARS:
        return _wrong("birth_month", mark("Enter the year with four digits, such as 1985."))
    return Parsed({"born_on": born_on.isoformat()}, {})


def parse_address(fields: Mapping[str, str]) -> Parsed:
    """`address`, in one or more lines; kept as one."""
    lines = (line.strip(" ,") for line in fields.get("address", "").splitlines())
    address = ", ".join(line for line in lines if line)
    if len(address) < 8:
        return _wrong("address", mark("Enter your street, town, state and ZIP code."))
    if len(address) > 500:
        return _wrong("address", mark("Your address must be 500 letters or fewer."))
    return Parsed({"address": address}, {})


def parse_email(fields: Mapping[str, str]) -> Parsed:
    """`email`; kept in the form in which addresses are compared."""
    email = plain_email(fields.get("email", ""))
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        return _wrong("email", mark("Enter an e-mail address, such as name@example.com."))
    return Parsed({"email": email}, {})


def password_fault(password: str, email: str) -> str | None:
    """Why a new password will not do; None when it will. Length counts, not odd characters."""
    if len(password) < SHORTEST_PASSWORD:
        return mark("Your password must have 10 characters or more.")
    if len(password) > _LONGEST_PASSWORD:
        return mark("Your password must have 200 characters or fewer.")
    lowered = password.lower()
    easy = _COMMON.search(lowered) or lowered in {email, email.partition("@")[0]}
    if easy or len(set(password)) < 5:
        return mark("That password is easy to guess. Try three words that do not belong together.")
    return None


class Step(NamedTuple):
    """One page of sign-up and what it needs before it counts as answered."""

    name: str
    needs: str
    parse: Callable[[Mapping[str, str], date], Parsed] | None


STEPS: tuple[Step, ...] = (
    Step("name", "full_name", lambda fields, _today: parse_name(fields)),
    Step("birth-date", "born_on", parse_birth_date),
    Step("address", "address", lambda fields, _today: parse_address(fields)),
    Step("email", "email", lambda fields, _today: parse_email(fields)),
    Step("password", "verifier", None),
    Step("photo", "", None),
)


def answered(step: Step, draft: Draft) -> bool:
    """Whether a page has its answer."""
    return draft.photo is not None if step.name == "photo" else step.needs in draft.answers


def next_step(draft: Draft) -> str:
    """The first page without an answer, or `check` when all have one."""
    return next((step.name for step in STEPS if not answered(step, draft)), "check")
