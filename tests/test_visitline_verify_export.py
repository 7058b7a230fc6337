"""`visitline-verify` on an export, as a defence attorney runs it: alone, offline, on what a real
archive gave out."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.harness.evidence import Made
from tests.harness.exported import BEGAN, Facility, altered, manifest_of, members
from visitline_verify_export import main
from visits.exports import exported
from visits.recordings import PartyName
from visits.signing import SigningKey

pytestmark = pytest.mark.slow

SCRIPT = Path("visitline_verify_export.py").resolve()


@pytest.fixture(scope="module")
def facility(tmp_path_factory: pytest.TempPathFactory) -> Facility:
    return Facility.at(tmp_path_factory.mktemp("facility"))


def recorded(facility: Facility, visit_id: str = "v1", *, end: bool = True) -> Made:
    """Bytes that no decoder has to understand, kept."""
    made = facility.records(visit_id, BEGAN)
    for number in range(4):
        for party in PartyName:
            made.add(f"{party} {number} of {visit_id} ".encode() * 9, party)
    if end:
        made.end()
    facility.keeps(made)
    return made


@pytest.fixture(scope="module")
def export(facility: Facility) -> Path:
    both = [recorded(facility), recorded(facility)]
    return facility.exports(facility.statement(map(facility.vouches, both)))[0]


@pytest.fixture
def judged(
    facility: Facility, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], tuple[int, str]]:
    def judge(file: Path) -> tuple[int, str]:
        code = main([str(file), "--key", str(facility.folder / "console.pub")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return judge


Judge = Callable[[Path], tuple[int, str]]


def flipped(data: bytes, at: int | None = None) -> bytes:
    place = len(data) // 2 if at is None else at
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_whole_export_is_genuine_from_the_scripts_in_it_alone(
    facility: Facility, export: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(export) as bundle:
        bundle.extractall(tmp_path)
    for place in (export, tmp_path):
        told = subprocess.run(
            [
                *(sys.executable, "-E", "-s", "-S", "-B", "visitline_verify_export.py"),
                *(str(place), "--key", str(facility.folder / "console.pub")),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=tmp_path,
        )
        assert told.returncode == 0, told.stdout + told.stderr
        assert told.stdout.startswith("GENUINE AND WHOLE.\n")
        assert "Exported by Sgt. M. Reyes for: Court or attorney request" in told.stdout


def test_one_altered_byte_is_found_in_every_file(
    export: Path, tmp_path: Path, judged: Judge
) -> None:
    for name in members(export):
        with zipfile.ZipFile(export) as bundle:
            size = len(bundle.read(name))
        for at in {0, size // 3, size // 2, size - 1}:
            copy = altered(export, tmp_path / "altered.zip", name, partial(flipped, at=at))
            code, said = judged(copy)
            assert code == 1, (name, at, said)


def test_every_byte_of_the_manifest_counts(export: Path, tmp_path: Path, judged: Judge) -> None:
    with zipfile.ZipFile(export) as bundle:
        bundle.extractall(tmp_path)
    file = tmp_path / "manifest.json"
    text = file.read_bytes()
    for at in range(0, len(text), 23):
        file.write_bytes(flipped(text, at))
        assert judged(tmp_path)[0] == 1, text[max(0, at - 20) : at + 20]
    file.write_bytes(text)
    assert judged(tmp_path)[0] == 0


def test_a_byte_altered_in_the_zip_itself_is_found(
    export: Path, tmp_path: Path, judged: Judge
) -> None:
    data = export.read_bytes()
    at = data.index(b"terminal 1 of v1")
    copy = tmp_path / "altered.zip"
    copy.write_bytes(flipped(data, at))
    assert judged(copy)[0] == 1
    copy.write_bytes(data[:-400])
    assert judged(copy)[0] == 2


def forged(
    export: Path, target: Path, changes: dict[str, Callable[[bytes], bytes | None]], **more: Any
) -> Path:
    """A copy with changed files and a manifest that fits them: what a careful forger leaves."""
    manifest = manifest_of(export)
    with zipfile.ZipFile(export) as before, zipfile.ZipFile(target, "w") as after:
        kept = []
        for file in manifest["files"]:
            data: bytes | None = before.read(file["name"])
            if data is not None and file["name"] in changes:
                data = changes[file["name"]](data)
            if data is not None:
                after.writestr(file["name"], data)
                digest = hashlib.sha256(data).hexdigest()
                kept.append({**file, "bytes": len(data), "sha256": digest})
        manifest["files"] = kept
        for change in more.values():
            change(manifest)
        text = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False)
        after.writestr("manifest.json", text)
    return target


def test_altered_bytes_are_found_by_recording_and_piece_whatever_the_manifest_says(
    export: Path, tmp_path: Path, judged: Judge
) -> None:
    name = next(name for name in members(export) if name.endswith("visitor-1.mp4"))
    code, said = judged(forged(export, tmp_path / "f.zip", {name: flipped}))
    assert code == 1
    recording = name.split("/")[1]
    assert f"ALTERED: Recording {recording}, piece " in said
    assert "its bytes were altered" in said


def test_a_removed_tail_is_found(export: Path, tmp_path: Path, judged: Judge) -> None:
    """Headers, bytes and manifest are all cut to fit, and the statement names the end."""
    listed = manifest_of(export)["recordings"][1]
    place = f"originals/{listed['recording_id']}/"
    index, name, offset, _ = listed["slices"][-1]

    def cut(manifest: Any) -> None:
        one = manifest["recordings"][1]
        one["slices"].pop()
        one["pieces"] = index
        with zipfile.ZipFile(export) as bundle:
            headers = bundle.read(f"{place}headers.jsonl").split(b"\n")
        one["last_link"] = hashlib.sha256(headers[index - 1]).hexdigest()

    changes: dict[str, Callable[[bytes], bytes | None]] = {
        f"{place}headers.jsonl": lambda data: b"".join(data.splitlines(True)[:index]),
        name: lambda data: data[:offset],
    }
    code, said = judged(forged(export, tmp_path / "f.zip", changes, cut=cut))
    assert (code, f"{index + 2} pieces were exported, {index} are here" in said) == (1, True), said


def test_a_recording_of_another_visit_in_its_place_is_found(
    facility: Facility, export: Path, tmp_path: Path, judged: Judge
) -> None:
    other = recorded(facility, "v2")
    said = facility.statement([facility.vouches(other)], "v2")
    swapped = facility.exports(said)[0]
    with zipfile.ZipFile(export) as bundle:
        word = bundle.read("console.json")
    code, told = judged(forged(swapped, tmp_path / "f.zip", {"console.json": lambda _: word}))
    assert (code, "Manifest and console differ" in told) == (1, True)


def test_two_recordings_that_change_places_are_found(
    export: Path, tmp_path: Path, judged: Judge
) -> None:
    copy = forged(export, tmp_path / "f.zip", {}, turn=lambda it: it["recordings"].reverse())
    assert judged(copy)[0] == 1


def test_a_file_that_was_added_or_taken_away_is_found(
    export: Path, tmp_path: Path, judged: Judge
) -> None:
    copy = altered(export, tmp_path / "f.zip", "READ-ME.txt", lambda _: None)
    assert judged(copy)[0] == 1
    copy.write_bytes(export.read_bytes())
    with zipfile.ZipFile(copy, "a") as bundle:
        bundle.writestr("originals/more.mp4", b"x")
    code, said = judged(copy)
    assert (code, "originals/more.mp4: not of this export" in said) == (1, True)


def test_another_facilitys_key_does_not_vouch_for_it(export: Path, tmp_path: Path) -> None:
    key = tmp_path / "other.pub"
    key.write_text(SigningKey.generate().verifying_key.text)
    assert main([str(export), "--key", str(key)]) == 1


def test_a_terminals_word_under_another_key_is_found(
    facility: Facility, tmp_path: Path, judged: Judge
) -> None:
    made = recorded(facility)
    good = facility.vouches(made)
    other = SigningKey.generate().verifying_key
    said = facility.statement([good.model_copy(update={"terminal_key": other.text})])
    code, told = judged(facility.exports(said)[0])
    assert (code, "Another key signed recorded" in told) == (1, True)


def test_a_terminals_key_that_was_replaced_is_said_to_be_so(
    facility: Facility, judged: Judge
) -> None:
    made = recorded(facility)
    good = facility.vouches(made)
    assert good.statement is not None
    kept = good.kept_pieces, good.kept_link
    later = exported(made.recording_id, kept, (good.statement, SigningKey.generate().verifying_key))
    code, told = judged(facility.exports(facility.statement([later]))[0])
    assert (code, "the console alone vouches for it" in told) == (0, True)


@pytest.mark.parametrize("case", ["not stated", "not all came", "nothing came", "cut off"])
def test_what_is_genuine_but_incomplete_says_what_it_lacks(
    facility: Facility, judged: Judge, case: str
) -> None:
    made = recorded(facility, end=case != "not stated")
    count = len(made.pieces)
    link = made.chain.last_link
    said, words = {
        "not stated": (exported(made.recording_id, (count, link), None), "had not stated its end"),
        "not all came": (
            facility.vouches(made, kept=count - 3),
            f"made {count} pieces, {count - 3}",
        ),
        "nothing came": (facility.vouches(made, kept=0), f"made {count} pieces, 0 are here"),
        "cut off": (facility.vouches(made, cut_off=True), "stopped in mid-visit"),
    }[case]
    file, outcome, _ = facility.exports(facility.statement([said]))
    code, told = judged(file)
    assert (code, words in told, outcome.whole) == (3, True, False), told


def test_what_was_damaged_on_the_facilitys_own_disk_is_exported_to_there_and_called_damaged(
    facility: Facility, judged: Judge
) -> None:
    made = recorded(facility)
    file = facility.keeps(made)
    whole = file.read_bytes()
    at = whole.rindex(made.pieces[-3].body)
    file.write_bytes(flipped(whole, at))
    bundle, outcome, _ = facility.exports(facility.statement([facility.vouches(made)]))
    code, told = judged(bundle)
    assert (code, "own copy is damaged" in told) == (1, True), told
    assert "damaged" in outcome.words


def test_a_privileged_visit_is_no_export_whoever_signs_it(facility: Facility) -> None:
    made = recorded(facility)
    with pytest.raises(ValueError, match="privileged"):
        facility.statement([facility.vouches(made)], kind="legal")


def test_a_receipt_is_handed_to_its_own_check(tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text("{}")
    key = tmp_path / "console.pub"
    key.write_text(SigningKey.generate().verifying_key.text)
    assert main([str(receipt), "--key", str(key)]) == 1
    assert main([str(tmp_path / "none.zip"), "--key", str(key)]) == 2


def test_it_stands_beside_the_receipts_check_and_needs_nothing_else() -> None:
    text = SCRIPT.read_text()
    ast.parse(text, feature_version=(3, 9))
    imports = {row.split()[1] for row in text.splitlines() if row.startswith(("import ", "from "))}
    assert imports <= {*sys.stdlib_module_names, "visitline_verify", "collections.abc"}
