"""A sealed document opens for its reader, and for nobody and nothing else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.errors import SealRefused, SettingsWrong
from visits.sealing import ReviewerKey, ReviewerPublicKey, SealedDocument, seal
from visits.signing import SigningKey

COOK, DANE = ReviewerKey.generate(), ReviewerKey.generate()
READERS = {"cook": COOK.public, "dane": DANE.public}
PHOTO = b"\xff\xd8 the face of a person"
SEALED = seal(PHOTO, "image/jpeg", READERS)


@given(st.binary(max_size=2000))
def test_any_document_opens_for_each_of_its_readers(document: bytes) -> None:
    sealed = seal(document, "image/png", READERS)
    assert COOK.open(sealed, "cook") == DANE.open(sealed, "dane") == document


def test_nothing_of_it_can_be_read_on_the_way() -> None:
    wire = SEALED.model_dump_json().encode()
    assert b"face" not in wire
    assert PHOTO not in base64.b64decode(SEALED.ciphertext)


def test_two_sealings_of_one_document_have_nothing_in_common() -> None:
    again = seal(PHOTO, "image/jpeg", READERS)
    assert (again.nonce, again.ciphertext) != (SEALED.nonce, SEALED.ciphertext)


def test_another_facilitys_key_does_not_open_it() -> None:
    with pytest.raises(SealRefused):
        DANE.open(SEALED, "cook")
    with pytest.raises(SealRefused, match="not sealed to erie"):
        COOK.open(SEALED, "erie")


def test_a_sealed_key_cannot_be_passed_on_to_another_facility() -> None:
    moved = SEALED.model_copy(update={"sealed_keys": {"dane": SEALED.sealed_keys["cook"]}})
    with pytest.raises(SealRefused):
        COOK.open(moved, "dane")


def test_a_document_can_be_narrowed_to_one_reader() -> None:
    narrowed = SEALED.only_for("cook")
    assert set(narrowed.sealed_keys) == {"cook"}
    assert COOK.open(narrowed, "cook") == PHOTO


@pytest.mark.parametrize("field", ["nonce", "ciphertext"])
@given(data=st.data())
def test_one_altered_byte_is_refused(field: str, data: st.DataObject) -> None:
    raw = bytearray(base64.b64decode(getattr(SEALED, field)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    altered = SEALED.model_copy(update={field: base64.b64encode(raw).decode()})
    with pytest.raises(SealRefused):
        COOK.open(altered, "cook")


def test_a_changed_media_type_is_refused() -> None:
    with pytest.raises(SealRefused):
        COOK.open(SEALED.model_copy(update={"media_type": "text/html"}), "cook")


@pytest.mark.parametrize("field", ["nonce", "ciphertext"])
def test_what_is_no_base64_is_refused(field: str) -> None:
    with pytest.raises(SealRefused):
        COOK.open(SEALED.model_copy(update={field: "%%%"}), "cook")


def test_a_sealed_key_that_is_no_base64_is_refused() -> None:
    with pytest.raises(SealRefused):
        COOK.open(SEALED.model_copy(update={"sealed_keys": {"cook": "%%%"}}), "cook")


def test_keys_survive_their_file_and_settings_forms() -> None:
    assert ReviewerKey.from_pem(COOK.to_pem()).open(SEALED, "cook") == PHOTO
    public = ReviewerPublicKey.from_text(COOK.public.text)
    sealed = seal(PHOTO, "image/jpeg", {"cook": public})
    assert COOK.open(SealedDocument.model_validate_json(sealed.model_dump_json()), "cook") == PHOTO


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(SettingsWrong, match="another kind"):
        ReviewerKey.from_pem(SigningKey.generate().to_pem())
    with pytest.raises(SettingsWrong, match="not an unencrypted PEM"):
        ReviewerKey.from_pem(b"nothing")
    with pytest.raises(SettingsWrong, match="visitline-console keys"):
        ReviewerPublicKey.from_text("AAAA")
