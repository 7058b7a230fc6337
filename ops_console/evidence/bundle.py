"""The one file that an export is: originals, film, the console's word, and how to check it."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from ops_console.evidence.film import FILM, Plan
from ops_console.evidence.originals import FOLDER, Original
from visits.exports import ExportedRecording, ExportStatement
from visits.recordings import RecordingStatement
from visits.signing import Signed

CONSOLE, MANIFEST, READ_ME, STATEMENT = (
    "console.json",
    "manifest.json",
    "READ-ME.txt",
    "statement.json",
)
SCRIPTS = ("visitline_verify", "visitline_verify_export")
BLOCK = 1 << 20
_WORDS = """\
Recording of a visit, exported from {facility}
{underline}

Visit      {visit}: {inmate} (at the terminal) and {visitor}
Exported   {asked} UTC by {officer}
Purpose    {purpose}
Export     {export}

WHAT IS WHAT

{film}
originals/             What was recorded, one folder for each connection: the bytes exactly as the
                       terminal recorded them, for each side (terminal, visitor), a new number
                       whenever size or kind of the picture changed. Most players open them.
  headers.jsonl        One line for each piece of the recording: when it was, the digest of its
                       bytes, and the digest of the line before.
  statement.json       What the terminal signed when the recording was closed.
manifest.json          Every file with its size and SHA-256, and where each piece lies.
console.json           What the facility's console signed: which recordings, how far they were
                       kept, which terminal's key belongs to them, who exported and what for.
visitline_verify*.py   Two short programs that check all of this.

WHAT IS HERE

{recordings}

HOW TO CHECK

You need Python 3.9 or later, and the facility's public key in a file console.pub. Get the key from
the facility on paper or by telephone, not together with this file.

    python3 visitline_verify_export.py EXPORT.zip --key console.pub

Whoever altered the recording could have altered the programs beside it. If that matters, take the
programs from the project's own source, and read them: that is what they are short for.

    0  genuine and whole        1  altered, with the recording and the piece
    2  cannot be read           3  genuine, but incomplete

WHAT THIS PROVES, AND WHAT NOT

- Since the terminal closed the recording, no byte of the originals was changed, moved, left out or
  cut off by anybody who does not hold the private key of the facility's console; of one that is
  called INCOMPLETE, since it was exported.
- {film_proof}
- It does not prove what happened out of sight of the camera, that a clock was right, or that the
  facility's own programs were honest. What the line could not carry was never recorded.
"""


def statements_into(folder: Path, said: ExportStatement, signed: Signed) -> None:
    """The console's word and each terminal's, below `folder`."""
    (folder / CONSOLE).write_text(signed.model_dump_json(), encoding="utf-8")
    for one in said.recordings:
        if one.statement is not None:
            file = folder / FOLDER / one.recording_id / STATEMENT
            file.write_text(one.statement.model_dump_json(), encoding="utf-8")


def read_me_into(
    folder: Path, said: ExportStatement, originals: Sequence[Original], plan: Plan | None, why: str
) -> None:
    """`why`: there is no film, or it lacks something."""
    title = f"Recording of a visit, exported from {said.facility_name}"
    there = (folder / FILM).exists()
    named = zip(said.recordings, originals, strict=True)
    lines = [_recording(one, found) for one, found in named]
    lines += [gap.words() for gap in plan.gaps] if plan else []
    text = _WORDS.format(
        facility=said.facility_name,
        underline="=" * len(title),
        visit=said.visit_id,
        inmate=said.inmate_name,
        visitor=said.visitor_name,
        asked=f"{said.asked_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        officer=said.officer_name,
        purpose=said.purpose,
        export=said.export_id,
        film=_film_words(there, why, plan),
        film_proof=(
            f"{FILM} was made from the originals for convenience. Only its SHA-256 in"
            "\n  manifest.json covers it; where it matters, look at the originals."
            if there
            else "There is no film of both sides in this export."
        ),
        recordings="\n".join(f"- {line}" for line in lines),
    )
    (folder / READ_ME).write_text(text, encoding="utf-8")


def is_whole(one: ExportedRecording, found: Original) -> bool:
    """All that the terminal stated is here, and it was not cut off."""
    if one.statement is None or found.broken:
        return False
    said = RecordingStatement.model_validate_json(one.statement.payload)
    return found.pieces == said.pieces and not said.cut_off


def _recording(one: ExportedRecording, found: Original) -> str:
    began = f"{found.began_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if found.began_at else ""
    head = f"{one.recording_id}: {f'from {began}, ' if began else ''}{found.pieces} pieces."
    if found.broken:
        return f"{head} DAMAGED at the facility after that: {found.broken}"
    if one.statement is None:
        return f"{head} INCOMPLETE: the terminal has not stated its end yet."
    said = RecordingStatement.model_validate_json(one.statement.payload)
    if found.pieces < said.pieces:
        return f"{head} INCOMPLETE: the terminal recorded {said.pieces}; the rest had not come yet."
    return (
        f"{head} CUT OFF: the terminal stopped in mid-visit." if said.cut_off else f"{head} Whole."
    )


def _film_words(there: bool, why: str, plan: Plan | None) -> str:
    if not there:
        return f"(There is no film of both sides: {why or 'nothing can be shown'}.)"
    words = f"{FILM}       Both sides next to each other on one clock, both sounds together."
    if plan is not None:
        words += f"\n{'':23}It begins at {plan.began_at.astimezone(UTC):%H:%M:%S} UTC."
    words += f"\n{'':23}Black and silent: nothing was recorded of that side then."
    return words + (f"\n{'':23}Not all could be shown: {why}." if why else "")


def scripts_into(folder: Path) -> None:
    """The programs that check the export."""
    for name in SCRIPTS:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise LookupError(f"{name}.py is not installed")
        (folder / f"{name}.py").write_bytes(Path(found.origin).read_bytes())


def manifest_into(folder: Path, said: ExportStatement, originals: Iterable[Original]) -> None:
    """The last file: it names all others."""
    manifest: dict[str, Any] = {
        "version": 1,
        "export_id": said.export_id,
        "facility_id": said.facility_id,
        "visit_id": said.visit_id,
        "officer_name": said.officer_name,
        "purpose": said.purpose,
        "recordings": [
            {
                "recording_id": one.recording_id,
                "pieces": one.pieces,
                "last_link": one.last_link,
                "damaged": bool(one.broken),
                "slices": one.slices,
            }
            for one in originals
        ],
        "files": [_file(folder, file) for file in files_in(folder)],
    }
    text = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _file(folder: Path, file: Path) -> dict[str, Any]:
    return {
        "name": str(file.relative_to(folder)),
        "bytes": file.stat().st_size,
        "sha256": digest_of_file(file),
    }


def digest_of_file(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def zip_into(target: Path, folder: Path, note: Callable[[int], None]) -> None:
    """Not compressed: pictures and sound are already. `note` is told how many bytes are done."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for file in files_in(folder):
            name = str(file.relative_to(folder))
            with file.open("rb") as source, bundle.open(name, "w", force_zip64=True) as member:
                while block := source.read(BLOCK):
                    member.write(block)
                    note(len(block))
