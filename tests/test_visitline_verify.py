"""`visitline-verify`, as an attorney runs it: alone, offline, on a receipt of a real console."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import visitline_verify
from tests.harness.console_bench import Bench, console_bench
from tests.harness.privileged_visit import book_legal_visit, hand_in, line, receipts, statement
from visitline_verify import NotGenuine, check, main, signature_fits
from visits.model import VisitKind
from visits.receipts import Receipt
from visits.short_code import short_code
from visits.signing import Purpose, Signed

pytestmark = pytest.mark.slow

SCRIPT = Path("visitline_verify.py").resolve()


class Case:
    """A receipt, the facility's key, and the folder that holds both."""

    def __init__(self, folder: Path, bench: Bench, receipt: Signed) -> None:
        self.bench = bench
        self.file, self.key = folder / "receipt.json", folder / "console.pub"
        self.text = receipt.model_dump_json().encode()
        self.file.write_bytes(self.text)
        self.key.write_text(bench.console.signing_key.verifying_key.text + "\n")
        self.raw_key = base64.b64decode(bench.console.signing_key.verifying_key.text)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Isolated from this project and from everything that is installed."""
        return subprocess.run(
            [sys.executable, "-I", "-S", str(SCRIPT), str(self.file), "--key", str(self.key)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd="/",
        )


def issue(folder: Path, **changes: Any) -> Iterator[Case]:
    with console_bench(folder) as bench:
        book_legal_visit(bench)
        bench.starts("t1")
        hand_in(bench, statement(bench, **changes))
        yield Case(folder, bench, receipts(bench)[-1].receipt)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    yield from issue(tmp_path_factory.mktemp("case"))


def test_a_receipt_is_found_genuine_and_said_in_sentences(case: Case) -> None:
    told = case.run()
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith("GENUINE.\n")
    assert "Leaves to record that the terminal was handed: 0." in told.stdout
    assert "Leaves to record that the console signed: 0." in told.stdout
    assert "81234567 bytes sent to 10.0.0.9:3478" in told.stdout
    code = short_code("a1" * 32, "b2" * 32)
    assert f"both screens showed {code.digits}" in told.stdout


def test_any_altered_byte_is_found(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte, each changed in its lowest bit and to a blank."""
    # Most alterations leave signature and key as they were: half of the arithmetic is the same.
    for same in (visitline_verify.times, visitline_verify.unpacked):
        monkeypatch.setattr(visitline_verify, same.__name__, cache(same))
    for place in range(len(case.text)):
        for changed in (case.text[place] ^ 1, 0x20):
            if changed == case.text[place]:
                continue
            altered = bytearray(case.text)
            altered[place] = changed
            with pytest.raises((NotGenuine, ValueError, KeyError, TypeError, AttributeError)):
                check(bytes(altered), case.raw_key)


@pytest.mark.parametrize("kept", [slice(0, -1), slice(1, None), slice(0, 0), slice(0, 200)])
def test_a_shortened_receipt_is_found(case: Case, kept: slice, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(case.text[kept])
    assert main([str(file), "--key", str(case.key)]) == 1


@pytest.mark.parametrize("added", [b"\n", b" ", b"{}"])
def test_an_added_byte_is_found(case: Case, added: bytes, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(case.text + added)
    assert main([str(file), "--key", str(case.key)]) == 1


def test_another_facilitys_key_does_not_vouch_for_it(case: Case, tmp_path: Path) -> None:
    key = tmp_path / "other.pub"
    key.write_text(
        base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    )
    assert main([str(case.file), "--key", str(key)]) == 1


def test_the_key_is_also_taken_as_the_console_prints_it(case: Case, tmp_path: Path) -> None:
    key = tmp_path / "keys.json"
    text = case.bench.console.signing_key.verifying_key.text
    key.write_text(json.dumps({"console_key": text, "reviewer_key": "x"}))
    assert main([str(case.file), "--key", str(key)]) == 0


def test_a_file_that_cannot_be_read_is_no_verdict(case: Case, tmp_path: Path) -> None:
    assert main([str(tmp_path / "none.json"), "--key", str(case.key)]) == 2
    assert main([str(case.file), "--key", str(tmp_path / "none.pub")]) == 2


def _signed_anew(case: Case, **changes: Any) -> bytes:
    """What the console would sign if its program were changed."""
    receipt = Receipt.model_validate_json(json.loads(case.text)["payload"])
    forged = receipt.model_copy(update=changes)
    return case.bench.console.signing_key.sign(Purpose.RECEIPT, forged).model_dump_json().encode()


def test_a_console_cannot_sign_what_terminal_and_audit_do_not_bear_out(case: Case) -> None:
    receipt = Receipt.model_validate_json(json.loads(case.text)["payload"])
    other = case.bench.console.signing_key.sign(Purpose.STATEMENT, statement(case.bench))
    for changes in (
        {"statement": other},
        {"visit_id": "t2"},
        {"kind": VisitKind.SOCIAL},
        {"line_index": receipt.line_index - 1},
        {"proof": receipt.proof[:-1]},
        {"audit_line": receipt.audit_line.replace('"complete', '"Complete')},
        {"tree_head": receipt.statement},
    ):
        with pytest.raises((NotGenuine, ValueError)):
            check(_signed_anew(case, **changes), case.raw_key)
    assert check(_signed_anew(case), case.raw_key)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"recording_grants": 1}, "handed: 1."), ({"dropped_lines": 3}, "INCOMPLETE")],
)
def test_a_genuine_receipt_with_bad_news_says_so(
    tmp_path: Path, changes: dict[str, int], said: str
) -> None:
    for case in issue(tmp_path, **changes):
        told = case.run()
        assert (told.returncode, said in told.stdout) == (3, True)


def test_a_line_that_was_never_closed_makes_the_receipt_incomplete(tmp_path: Path) -> None:
    with console_bench(tmp_path) as bench:
        book_legal_visit(bench)
        bench.starts("t1")
        hand_in(bench, statement(bench, lines=(line(bench.clock.now(), closed_at=None),)))
        told = Case(tmp_path, bench, receipts(bench)[-1].receipt).run()
    assert told.returncode == 3
    assert "INCOMPLETE" in told.stdout


def test_signatures_are_checked_as_the_standard_says() -> None:
    """RFC 8032, section 7.1, test 2; then a hundred keys of another implementation."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert signature_fits(key, b"\x72", signature)
    assert not signature_fits(key, b"\x73", signature)
    for number in range(100):
        private = Ed25519PrivateKey.generate()
        public, message = private.public_key().public_bytes_raw(), bytes([number])
        good = private.sign(message)
        assert signature_fits(public, message, good)
        assert not signature_fits(public, message + b"x", good)


def test_it_stands_alone_and_is_short() -> None:
    lines = SCRIPT.read_text().splitlines()
    assert len(lines) < 200
    imports = {row.split()[1] for row in lines if row.startswith(("import ", "from "))}
    assert imports <= set(sys.stdlib_module_names)
