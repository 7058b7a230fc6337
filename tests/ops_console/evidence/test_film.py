"""An export from a real archive: the film's clock, the originals, and what is missing is said."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from ops_console.evidence.lanes import HELD_S
from tests.harness.exported import (
    BEGAN,
    LASTS_S,
    PAUSE,
    RATE,
    SECOND_AFTER_S,
    TONES,
    VISITOR_FROM_S,
    Facility,
    Film,
    first_parts,
    heard,
    members,
    second_parts,
    watched,
    whole_visit,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked export."""
    facility = Facility.at(tmp_path_factory.mktemp("facility"))
    recordings = whole_visit(facility)
    said = facility.statement(map(facility.vouches, recordings))
    file, made, told = facility.exports(said)
    assert made.whole, made.words
    assert made.bytes == file.stat().st_size
    percents = [percent for percent, _ in told]
    assert (percents, percents[-1]) == (sorted(percents), 100)
    unpacked = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(file).extractall(unpacked)
    return unpacked


@pytest.fixture(scope="module")
def film(place: Path) -> Film:
    return watched(place / "side-by-side.mp4")


def test_every_picture_stands_at_its_true_time_and_both_sides_are_together(film: Film) -> None:
    assert film.times[-1] == pytest.approx(LASTS_S, abs=0.05)
    judged = 0
    for at, (left, right) in zip(film.times, film.markers, strict=True):
        held = PAUSE[0] - 0.05 <= at < PAUSE[1]
        if left is None or right is None or held:
            continue
        assert abs(left - right) / RATE <= 0.040, at
        assert abs((left - at * RATE + 128) % 256 - 128) / RATE <= 0.040, at
        judged += 1
    assert judged > 120


def test_a_side_that_is_absent_or_paused_is_black_and_so_is_the_time_between_connections(
    film: Film,
) -> None:
    gone = PAUSE[0] - 1 / RATE + HELD_S
    for at, (left, right) in zip(film.times, film.brightness, strict=True):
        between = 4.99 < at < SECOND_AFTER_S - 0.02
        assert (right < 2) == (at < VISITOR_FROM_S - 0.02 or between), at
        assert (left < 2) == (gone - 0.02 < at < PAUSE[1] - 0.02 or between), at


def test_both_sounds_are_heard_at_their_true_time(film: Film) -> None:
    for begins, hertz in TONES.values():
        assert heard(film, hertz) == pytest.approx((begins, begins + 0.5), abs=0.025)


def test_the_black_between_two_connections_is_named_in_a_caption(place: Path) -> None:
    arguments = ["-i", str(place / "side-by-side.mp4"), "-map", "0:s", "-f", "srt", "-"]
    said = subprocess.run(
        ["ffmpeg", "-v", "error", *arguments], capture_output=True, text=True, check=True
    ).stdout
    assert "00:00:05,000 --> 00:00:07,0" in said
    assert "Nothing was recorded from 15:00:05 to 15:00:07 UTC." in said
    assert "Nothing was recorded from 15:00:05" in (place / "READ-ME.txt").read_text()


def test_film_and_originals_decode_whole(place: Path) -> None:
    files = [*place.glob("originals/*/*.mp4"), *place.glob("originals/*/*.webm")]
    names = sorted(file.name for file in files)
    assert names == sorted(
        ["terminal-1.mp4", "terminal-2.mp4", "visitor-1.webm", "terminal-1.mp4", "visitor-1.mp4"]
    )
    for file in (*files, place / "side-by-side.mp4"):
        arguments = ["-xerror", "-i", str(file), "-f", "null", "-"]
        done = subprocess.run(
            ["ffmpeg", "-v", "error", *arguments], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), file


def test_originals_are_the_very_bytes_of_the_recorder(place: Path) -> None:
    wanted = {
        b"".join(part.data for part in parts)
        for both in (first_parts(), second_parts())
        for parts in both.values()
    }
    found: dict[tuple[Path, str], bytes] = {}
    for file in sorted(place.glob("originals/*/*-*.*")):
        key = (file.parent, file.name.partition("-")[0])
        found[key] = found.get(key, b"") + file.read_bytes()
    assert set(found.values()) == wanted


def test_without_ffmpeg_there_is_an_export_all_the_same_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facility = Facility.at(tmp_path)
    made = facility.records("v1", BEGAN)
    made.add(b"head")
    made.add(b"picture")
    made.end()
    facility.keeps(made)
    monkeypatch.setenv("PATH", str(tmp_path))
    file, outcome, _ = facility.exports(facility.statement([facility.vouches(made)]))
    assert "Without the film of both sides: ffmpeg is not installed" in outcome.words
    assert outcome.whole
    assert "side-by-side.mp4" not in members(file)
    assert f"originals/{made.recording_id}/terminal-1.mp4" in members(file)


def test_what_ffmpeg_cannot_read_is_black_and_named(tmp_path: Path) -> None:
    facility = Facility.at(tmp_path)
    made = facility.records("v1", BEGAN)
    made.add(b"no head of a container")
    made.add(b"no picture")
    made.end()
    facility.keeps(made)
    file, outcome, _ = facility.exports(facility.statement([facility.vouches(made)]))
    assert "terminal-1.mp4 cannot be played to the end" in outcome.words
    assert "side-by-side.mp4" in members(file)
