"""A recording grant opens for just what it says, and for nothing privileged or unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from visits.grants import GrantRefused, RecordingGrant, leave_to_record
from visits.model import VisitKind, Words
from visits.signing import KeyRing, Purpose, Signed, SigningKey

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
KEY = SigningKey.generate()
KEYS = KeyRing([KEY.verifying_key])
ASKED = {"facility_id": "cook", "visit_id": "v1", "terminal_id": "a1", "kind": VisitKind.SOCIAL}


def grant(**other: object) -> RecordingGrant:
    return RecordingGrant.model_validate(
        {
            "grant_id": "g1",
            **ASKED,
            "evidence_key": "AAAA",
            "issued_at": NOW,
            "not_before": NOW - timedelta(minutes=5),
            "not_after": NOW + timedelta(minutes=35),
            **other,
        }
    )


def signed(**other: object) -> Signed:
    return KEY.sign(Purpose.RECORDING, grant(**other))


def asked(leave: Signed | None, **other: object) -> RecordingGrant:
    return leave_to_record(KEYS, leave, **{**ASKED, "now": NOW, **other})  # type: ignore[arg-type]


def test_a_grant_gives_leave_for_its_visit_terminal_kind_and_time() -> None:
    assert asked(signed()) == grant()


@pytest.mark.parametrize(
    "other",
    [
        {"facility_id": "will"},
        {"visit_id": "v2"},
        {"terminal_id": "a2"},
        {"kind": VisitKind.FAMILY},
        {"kind": VisitKind.LEGAL},
        {"now": NOW - timedelta(minutes=6)},
        {"now": NOW + timedelta(minutes=35)},
    ],
)
def test_for_anything_else_it_gives_none(other: dict[str, object]) -> None:
    with pytest.raises(GrantRefused):
        asked(signed(), **other)


def test_a_privileged_visit_has_no_leave_before_any_grant_is_looked_at() -> None:
    with pytest.raises(GrantRefused, match="privileged"):
        asked(signed(), kind=VisitKind.LEGAL)


def test_no_grant_is_no_leave() -> None:
    with pytest.raises(GrantRefused):
        asked(None)


def test_a_grant_for_a_privileged_visit_cannot_even_be_written() -> None:
    with pytest.raises(ValidationError, match="privileged"):
        grant(kind=VisitKind.LEGAL)


class Looks(Words):
    """A grant as somebody would forge it: any kind, any words."""

    text: str


@pytest.mark.parametrize(
    "kind", ["legal", "confession", ""], ids=["privileged", "unknown", "no kind"]
)
def test_a_signed_text_with_a_kind_that_no_grant_can_have_is_no_leave(kind: str) -> None:
    text = grant().model_dump_json().replace("social", kind)
    key = SigningKey.generate()
    forged = key.sign(Purpose.RECORDING, grant())
    resigned = _sign_text(key, text)
    for keys in (KEYS, KeyRing([key.verifying_key])):
        with pytest.raises(GrantRefused):
            leave_to_record(keys, resigned, **ASKED, now=NOW)  # type: ignore[arg-type]
    with pytest.raises(GrantRefused):
        asked(forged)


def _sign_text(key: SigningKey, text: str) -> Signed:
    class Raw(Words):
        def model_dump_json(self, **_: object) -> str:
            return text

    return key.sign(Purpose.RECORDING, Raw())


def test_a_statement_signed_for_another_purpose_or_altered_is_no_leave() -> None:
    with pytest.raises(GrantRefused):
        asked(KEY.sign(Purpose.JOIN, grant()))
    good = signed()
    with pytest.raises(GrantRefused):
        asked(good.model_copy(update={"payload": good.payload.replace("v1", "v2")}))
