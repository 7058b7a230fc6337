"""A signed statement is believed as it was signed, for what it was signed, by whom we trust."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.errors import SettingsWrong, SignatureRefused
from visits.model import HousingUnit, Slot
from visits.sealing import ReviewerKey
from visits.signing import KeyRing, Purpose, Signed, SigningKey, VerifyingKey

KEY = SigningKey.generate()
RING = KeyRing([KEY.verifying_key])
UNIT = HousingUnit(unit_id="unit-a", name="A")
SIGNED = KEY.sign(Purpose.AGENDA, UNIT)


def test_a_statement_comes_out_as_it_went_in() -> None:
    assert RING.open(SIGNED, Purpose.AGENDA, HousingUnit) == UNIT


@given(st.integers(0, len(SIGNED.payload) - 1), st.characters(codec="utf-8"))
def test_one_altered_character_is_refused(position: int, character: str) -> None:
    payload = SIGNED.payload[:position] + character + SIGNED.payload[position + 1 :]
    altered = SIGNED.model_copy(update={"payload": payload})
    if payload == SIGNED.payload:
        return
    with pytest.raises(SignatureRefused, match="does not fit"):
        RING.open(altered, Purpose.AGENDA, HousingUnit)


@given(st.integers(0, 63), st.integers(1, 255))
def test_one_altered_byte_of_the_signature_is_refused(position: int, change: int) -> None:
    raw = bytearray(base64.b64decode(SIGNED.signature))
    raw[position] ^= change
    altered = SIGNED.model_copy(update={"signature": base64.b64encode(raw).decode()})
    with pytest.raises(SignatureRefused):
        RING.open(altered, Purpose.AGENDA, HousingUnit)


@pytest.mark.parametrize(
    "signature",
    ["", "no base64!", "QUJD", SIGNED.signature + "AAAA"],
    ids=["empty", "no base64", "too short", "too long"],
)
def test_what_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused):
        RING.open(SIGNED.model_copy(update={"signature": signature}), Purpose.AGENDA, HousingUnit)


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.AGENDA}))
def test_a_statement_for_another_purpose_is_refused_even_if_relabelled(purpose: Purpose) -> None:
    with pytest.raises(SignatureRefused, match="Signed for agenda"):
        RING.open(SIGNED, purpose, HousingUnit)
    relabelled = SIGNED.model_copy(update={"purpose": purpose})
    with pytest.raises(SignatureRefused, match="does not fit"):
        RING.open(relabelled, purpose, HousingUnit)


def test_an_unknown_key_is_refused_even_under_a_known_name() -> None:
    stranger = SigningKey.generate().sign(Purpose.AGENDA, UNIT)
    with pytest.raises(SignatureRefused, match="unknown key"):
        RING.open(stranger, Purpose.AGENDA, HousingUnit)
    disguised = stranger.model_copy(update={"key_id": SIGNED.key_id})
    with pytest.raises(SignatureRefused, match="does not fit"):
        RING.open(disguised, Purpose.AGENDA, HousingUnit)


def test_a_statement_of_another_shape_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not a Slot"):
        RING.open(SIGNED, Purpose.AGENDA, Slot)


def test_two_keys_are_trusted_while_one_replaces_the_other() -> None:
    new = SigningKey.generate()
    ring = KeyRing([KEY.verifying_key, new.verifying_key])
    for signed in (SIGNED, new.sign(Purpose.AGENDA, UNIT)):
        assert ring.open(signed, Purpose.AGENDA, HousingUnit) == UNIT


def test_keys_survive_their_file_and_settings_forms() -> None:
    again = SigningKey.from_pem(KEY.to_pem())
    assert again.verifying_key.key_id == KEY.verifying_key.key_id
    assert VerifyingKey.from_text(KEY.verifying_key.text).checks(SIGNED)
    assert Signed.model_validate_json(SIGNED.model_dump_json()) == SIGNED


@pytest.mark.parametrize(
    "text",
    ["", "AAAA", "not base64", KEY.verifying_key.text[:-4]],
    ids=["empty", "too short", "not base64", "cut"],
)
def test_a_key_text_that_is_none_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(SettingsWrong, match="visitline-console keys"):
        VerifyingKey.from_text(text)


def test_a_file_with_another_key_is_refused() -> None:
    with pytest.raises(SettingsWrong, match="another kind"):
        SigningKey.from_pem(ReviewerKey.generate().to_pem())
    with pytest.raises(SettingsWrong, match="not an unencrypted PEM"):
        SigningKey.from_pem(b"nothing")
