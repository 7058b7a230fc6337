#!/usr/bin/env python3
"""Check what was exported of a recorded visit, without a network and without Visitline.

    python3 visitline_verify_export.py EXPORT.zip --key console.pub

EXPORT.zip may be unpacked: then name its folder. `visitline_verify.py` has to lie beside this file.
`console.pub` holds the facility's public key as `visitline-console keys` prints it; get it on a
way that does not lead through who handed you the export. Any other file is taken for a receipt.

Exit codes: 0 genuine and whole; 1 altered (says which recording and piece); 2 a file cannot be
read; 3 genuine, but incomplete or cut off. Needs Python 3.9 and nothing else.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import visitline_verify
from visitline_verify import NotGenuine, exact_base64, must, opened

BLOCK = 1 << 20
ALTERED = (
    *(NotGenuine, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
)


# --- where the files are


class Export:
    """A zip file or a folder."""

    def __init__(self, place: Path) -> None:
        self.folder = place
        self.zip = None if place.is_dir() else zipfile.ZipFile(place)

    def names(self) -> list[str]:
        if self.zip:
            return self.zip.namelist()
        files = (file for file in self.folder.rglob("*") if file.is_file())
        return [file.relative_to(self.folder).as_posix() for file in files]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with self.zip.open(name) if self.zip else (self.folder / name).open("rb") as file:
            yield file

    def text(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def exact_json(text: bytes) -> Any:
    """Written in the one way in which the facility writes it."""
    found = json.loads(text)
    canonical = json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()
    must(text == canonical, "A file is not written as the facility writes it.")
    return found


# --- one recording


class Recording:
    """One connection: what the console vouches for, and what the manifest says of it."""

    def __init__(self, export: Export, vouched: Any, listed: Any) -> None:
        self.id, self.vouched, self.listed = vouched["recording_id"], vouched, listed
        self.export = export
        self.place = f"originals/{self.id}/"
        self.headers = export.text(self.place + "headers.jsonl").split(b"\n")
        must(self.headers.pop() == b"", f"Recording {self.id}: its last header is not whole.")
        self.links = [sha256(header) for header in self.headers]

    def check(self, visit_id: str, facility_id: str) -> list[str]:
        """What it lacks; nothing when it is whole."""
        must(self.listed["recording_id"] == self.id, "The manifest names other recordings.")
        told = (self.listed["pieces"], self.listed["last_link"])
        found = (len(self.links), self.links[-1] if self.links else "")
        must(told == found, f"Recording {self.id}: headers and manifest differ.")
        for index, header in enumerate(self.headers):
            self._check_header(index, json.loads(header), visit_id, facility_id)
        self._check_bodies()
        kept = self.vouched["kept_pieces"]
        damaged = (
            f"Recording {self.id}: the facility's own copy is damaged after piece {found[0] - 1}."
        )
        must(not self.listed["damaged"], damaged)
        other = f"Recording {self.id}: {kept} pieces were exported, {found[0]} are here."
        must(kept == found[0], other)
        other = f"Recording {self.id}: piece {kept - 1} is not the one that was exported."
        must((self.vouched["kept_link"] or "") == found[1], other)
        return self._against_statement(visit_id, facility_id)

    def _check_header(self, index: int, header: Any, visit_id: str, facility_id: str) -> None:
        where = f"Recording {self.id}, piece {index}"
        must(header["recording_id"] == self.id, f"{where}: it is of another recording.")
        if index == 0:
            of = (header["visit_id"], header["facility_id"])
            must(of == (visit_id, facility_id), f"{where}: it is of another visit.")
            return
        must(header["index"] == index, f"{where}: it is not the next one.")
        must(header["previous"] == self.links[index - 1], f"{where}: the one before was altered.")

    def _check_bodies(self) -> None:
        """Every slice of every file against its header, with nothing between or after."""
        slices = {index: place for index, *place in self.listed["slices"]}
        must(len(slices) == len(self.listed["slices"]), "The manifest names a piece twice.")
        by_file: dict[str, list[tuple[int, int, int]]] = {}
        for index, header in enumerate(self.headers):
            if index == 0 or json.loads(header)["kind"] == "end":
                must(index not in slices, f"Recording {self.id}, piece {index}: it has no bytes.")
                continue
            must(index in slices, f"Recording {self.id}, piece {index}: its bytes are missing.")
            name, offset, length = slices[index]
            must(name.startswith(self.place), f"Recording {self.id}: {name} is not its own.")
            by_file.setdefault(name, []).append((index, offset, length))
        must(len(slices) == sum(map(len, by_file.values())), "The manifest names too many pieces.")
        for name, pieces in by_file.items():
            with self.export.open(name) as file:
                self._check_file(file, name, pieces)

    def _check_file(self, file: IO[bytes], name: str, pieces: list[tuple[int, int, int]]) -> None:
        at = 0
        for index, offset, length in pieces:
            where = f"Recording {self.id}, piece {index}, {name}"
            must(offset == at, f"{where}: it does not follow the one before.")
            digest = sha256(file.read(length))
            awaited = json.loads(self.headers[index])["plain_sha256"]
            must(digest == awaited, f"{where}: its bytes were altered.")
            at += length
        must(not file.read(1), f"{name}: something follows the last piece.")

    def _against_statement(self, visit_id: str, facility_id: str) -> list[str]:
        signed, key = self.vouched["statement"], self.vouched["terminal_key"]
        if signed is None:
            return [f"Recording {self.id}: the terminal had not stated its end yet."]
        text = self.export.text(self.place + "statement.json")
        must(exact_json(text) == signed, f"Recording {self.id}: another statement lies beside it.")
        said = (
            opened(signed, "recorded", exact_base64(key)) if key else json.loads(signed["payload"])
        )
        of = (said["recording_id"], said["visit_id"], said["facility_id"], said["terminal_id"])
        awaited = (self.id, visit_id, facility_id, self.vouched["terminal_id"])
        must(of == awaited, f"Recording {self.id}: the terminal's statement is of another one.")
        here = len(self.links)
        must(here <= said["pieces"], f"Recording {self.id}: it has more than the terminal made.")
        if here < said["pieces"]:
            missing = f"the terminal made {said['pieces']} pieces, {here} are here"
            return [f"Recording {self.id}: {missing}; the rest had not come when it was exported."]
        other = f"Recording {self.id}: its last piece is not the one that the terminal stated."
        must(self.links[-1] == said["last_link"], other)
        cut = f"Recording {self.id}: the terminal stopped in mid-visit and closed it afterwards."
        return [cut] if said["cut_off"] else []


# --- the whole


def check(export: Export, key: bytes) -> tuple[Any, list[str]]:
    """What the console signed, and what the export lacks."""
    said = opened(exact_json(export.text("console.json")), "export", key)
    manifest = exact_json(export.text("manifest.json"))
    must(manifest["version"] == 1, "The manifest is of another kind.")
    for name in ("export_id", "facility_id", "visit_id", "officer_name", "purpose"):
        must(manifest[name] == said[name], f"Manifest and console differ in {name}.")
    must(said["kind"] not in visitline_verify.PRIVILEGED, "The visit is privileged.")
    vouched, listed = said["recordings"], manifest["recordings"]
    must(len(vouched) == len(listed), "The manifest names other recordings.")
    lacks = []
    for number, one in enumerate(vouched):
        recording = Recording(export, one, listed[number])
        lacks += recording.check(said["visit_id"], said["facility_id"])
    check_files(export, manifest)
    return said, lacks


def check_files(export: Export, manifest: Any) -> None:
    """Every file is there as the manifest names it, and no other."""
    names = [file["name"] for file in manifest["files"]]
    found = sorted(export.names())
    strange = [name for name in found if name not in {*names, "manifest.json"}]
    must(not strange, f"{', '.join(strange)}: not of this export.")
    must(found == sorted([*names, "manifest.json"]), "A file is missing or there twice.")
    for file in manifest["files"]:
        digest, size = hashlib.sha256(), 0
        with export.open(file["name"]) as source:
            while True:
                block = source.read(BLOCK)
                if not block:
                    break
                digest.update(block)
                size += len(block)
        same = (digest.hexdigest(), size) == (file["sha256"], file["bytes"])
        must(same, f"{file['name']}: altered since it was exported.")


def sentences(said: Any) -> list[str]:
    words = [
        f"{said['facility_name']} exported visit {said['visit_id']} at {said['asked_at']}.",
        f"{said['inmate_name']} (terminal) and {said['visitor_name']} (visitor).",
        f"Exported by {said['officer_name']} for: {said['purpose']}",
    ]
    for one in said["recordings"]:
        words.append(f"Recording {one['recording_id']}: as it was recorded, to the last byte here.")
        if one["statement"] and not one["terminal_key"]:
            words.append("  Its terminal has another key now: the console alone vouches for it.")
    return [*words, "side-by-side.mp4, if there, was made from it; the recording is in originals/."]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("export", type=Path, help="zip file or folder; or a receipt")
    parser.add_argument("--key", type=Path, required=True, help="the facility's public key")
    arguments = parser.parse_args(argv)
    if arguments.export.suffix.lower() == ".json":
        return visitline_verify.main(argv)
    try:
        shown = arguments.key.read_text().strip()
        key = base64.b64decode(json.loads(shown)["console_key"] if shown[:1] == "{" else shown)
        export = Export(arguments.export)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as problem:
        print(f"Cannot be read, or is cut short: {problem}", file=sys.stderr)
        return 2
    try:
        said, lacks = check(export, key)
    except (*ALTERED, OSError) as problem:
        print(f"ALTERED: {problem}")
        return 1
    print("GENUINE, BUT INCOMPLETE." if lacks else "GENUINE AND WHOLE.")
    print(*lacks, *sentences(said), sep="\n")
    return 3 if lacks else 0


if __name__ == "__main__":
    sys.exit(main())
