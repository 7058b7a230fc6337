"""The short code: one function, written twice, and what it must hold."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from visits.short_code import commitment, short_code
from visits.short_code_words import WORD_BITS, WORDS

SCRIPT = Path("visitor_portal/visit/assets/short_code.js").resolve()
ASK_NODE = """
import { shortCode, commitment, fingerprintIn, withOneFingerprint } from SCRIPT;
const asked = JSON.parse(process.argv[1]);
const answers = [];
for (const [kiosk, visitor] of asked)
  answers.push({ ...(await shortCode(kiosk, visitor)), commitment: await commitment(kiosk) });
console.log(JSON.stringify(answers));
"""
KIOSK, VISITOR = "ab" * 32, "01" * 32
KNOWN = ("524 507", ("peach", "fern"), ("durazno", "helecho"))


def fingerprint(source: random.Random) -> str:
    return source.randbytes(32).hex()


def from_the_page(asked: list[tuple[str, str]]) -> list[dict[str, object]]:
    script = ASK_NODE.replace("SCRIPT", json.dumps(SCRIPT.as_uri()))
    told = subprocess.run(
        ["node", "--input-type=module", "-e", script, json.dumps(asked)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    answers: list[dict[str, object]] = json.loads(told.stdout)
    return answers


def test_terminal_and_page_make_the_same_code_from_the_same_certificates() -> None:
    source = random.Random(7)
    asked = [(fingerprint(source), fingerprint(source)) for _ in range(300)]
    asked += [("00" * 32, "ff" * 32), ("ff" * 32, "00" * 32)]
    for (kiosk, visitor), page in zip(asked, from_the_page(asked), strict=True):
        code = short_code(kiosk, visitor)
        assert page["digits"] == code.digits
        assert page["places"] == list(code.places)
        assert page["commitment"] == commitment(kiosk)


def test_a_known_pair_keeps_its_code_in_every_version() -> None:
    code = short_code(KIOSK, VISITOR)
    assert (code.spaced, code.words("en"), code.words("es")) == KNOWN


def test_the_same_two_certificates_the_other_way_round_are_another_code() -> None:
    assert short_code(KIOSK, VISITOR) != short_code(VISITOR, KIOSK)


def test_one_other_certificate_is_another_code() -> None:
    source = random.Random(3)
    true = short_code(KIOSK, VISITOR)
    for _ in range(2000):
        other = short_code(fingerprint(source), VISITOR)
        assert other.digits != true.digits
        assert other.words("en") != true.words("en")


def test_digits_and_words_are_spread_evenly() -> None:
    source = random.Random(5)
    codes = [short_code(fingerprint(source), VISITOR) for _ in range(20_000)]
    first_digits = Counter(code.digits[0] for code in codes)
    assert set(first_digits) == set("0123456789")
    assert max(first_digits.values()) < 2_300
    for place in (0, 1):
        words = Counter(code.places[place] for code in codes)
        assert set(words) == set(range(2**WORD_BITS))
        assert max(words.values()) < 90


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_words_are_plain_and_distinct(language: str) -> None:
    words = WORDS[language]
    assert len(words) == len(set(words)) == 2**WORD_BITS
    assert all(word.isalpha() and word == word.lower() and len(word) <= 13 for word in words)


def test_a_language_without_words_of_its_own_shows_the_english_ones() -> None:
    assert short_code(KIOSK, VISITOR).words("fr") == short_code(KIOSK, VISITOR).words("en")


@pytest.mark.parametrize("wrong", ["", "ab", "zz" * 32, "ab" * 33])
def test_what_is_no_fingerprint_makes_no_code(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"SHA-256|hexadecimal"):
        short_code(wrong, VISITOR)
    with pytest.raises(ValueError, match=r"SHA-256|hexadecimal"):
        commitment(wrong)
