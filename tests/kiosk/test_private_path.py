"""The privileged path has nothing that could keep, copy or show a visit to anybody else.

Proven from the source, not by running it: from the modules that carry a call, every import is
followed, and none may be named after recording, watching or looking for faces, or come from a
library that records.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PATH = ("kiosk.media", "kiosk.signalling", "kiosk.call_events", "kiosk.call_desk")
"""What carries a privileged visit: every module of the call service, and what it answers to.

A recorded visit has to be carried by classes outside `kiosk.media`, chosen where the parts are
put together, on the console's signed leave for that visit (docs/privileged-visits.md).
"""
OWN = ("kiosk", "visits")
FORBIDDEN = frozenset(
    (
        *(
            "record",
            "recorder",
            "recorders",
            "recording",
            "recordings",
            "recorded",
            "tee",
            "evidence",
        ),
        *("watch", "watcher", "watchers", "watching", "snapshot", "snapshots", "screenshot"),
        *("face", "faces", "blur", "blurred", "blurring", "looker", "finder"),
        *("dump", "dumps", "dumper", "faulthandler", "mux", "muxer", "contrib"),
    )
)

WORDS_ONLY = (
    *("visits.grants", "visits.messages.recording"),
    *("visits.faces", "visits.messages.faces"),
)
NAMES_ONLY = {
    *("visits.messages.RecordingStated", "visits.messages.RecordingTroubled"),
    *("visits.messages.FaceTold", "kiosk.session.events.FaceChanged"),
    *("kiosk.session.states.Face", "kiosk.session.effects.ReportFace"),
    *("kiosk.session.events.RecordingStarted", "kiosk.session.events.RecordingFailed"),
    *("kiosk.session.effects.StopRecording", "kiosk.session.effects.ReportRecordingTrouble"),
}
"""Messages name what is recorded, and whoever reads one reads all their words. These modules hold
shapes and a check of a signature; the test below keeps it so."""


def words_of(name: str) -> set[str]:
    """`kiosk.media.MediaRecorder` as kiosk, media, recorder."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def file_of(module: str, root: Path) -> Path | None:
    path = root.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.exists():
            return file
    return None


def imports_of(module: str, file: Path) -> Iterator[str]:
    """Every dotted name that the file may import, wherever in it, strings for importlib too."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            yield from (f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func):
            yield f"import-at-run-time.{ast.unparse(node)}"


def start_modules(root: Path) -> list[str]:
    files = root.glob("kiosk/media/**/*.py")
    media = [".".join(file.relative_to(root).with_suffix("").parts) for file in files]
    found = [*PATH, *media]
    return [name.removesuffix(".__init__") for name in found]


def reached_from(start: list[str], root: Path) -> dict[str, str]:
    """Every name that is imported on the way, and by whom."""
    reached: dict[str, str] = {}
    waiting = [(name, "the call") for name in start]
    while waiting:
        name, by = waiting.pop()
        if name in reached:
            continue
        reached[name] = by
        own = name.split(".")[0] in OWN
        file = file_of(name, root) if own else None
        if file is not None:
            waiting += [(each, name) for each in imports_of(name, file)]
        if own and "." in name:
            waiting.append((name.rpartition(".")[0], name))
    return reached


def found_in(root: Path) -> list[str]:
    reached = reached_from(start_modules(root), root)
    return sorted(
        f"{name}, imported by {by}"
        for name, by in reached.items()
        if (words_of(name) & FORBIDDEN and not is_a_word(name))
        or name.startswith("import-at-run-time")
    )


def is_a_word(name: str) -> bool:
    inside = any(name == one or name.startswith(one + ".") for one in WORDS_ONLY)
    return inside or name in NAMES_ONLY


def test_nothing_that_carries_a_privileged_visit_can_record_or_watch_it() -> None:
    reached = reached_from(start_modules(ROOT), ROOT)
    assert {"kiosk.media.attempt", "kiosk.devices.contracts", "aiortc.RTCPeerConnection"} <= set(
        reached
    )
    assert found_in(ROOT) == []


def test_what_may_be_named_on_the_private_path_are_shapes_and_signatures() -> None:
    """Nothing else, neither directly nor behind another import: no file, line, codec or key."""
    for module in WORDS_ONLY:
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
        bases = {
            ast.unparse(base)
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        }
        assert bases <= {"Words", "Parcel", "StrEnum", "MessageRefused"}
        outside = {name.split(".")[0] for name in reached_from([module], ROOT)}
        assert not outside & {"kiosk", "ops_console", "av", "aiortc", "socket", "sqlite3", "io"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in OWN:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc"))
    assert found_in(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize(
    ("file", "planted"),
    [
        ("kiosk/media/attempt.py", "from aiortc.contrib.media import MediaRecorder"),
        ("kiosk/media/attempt.py", "from kiosk.evidence.spool import Spool"),
        ("kiosk/media/room.py", "import kiosk.recorder"),
        ("kiosk/media/room.py", "from kiosk.faces.call import HelpedCall"),
        ("kiosk/media/camera_feed.py", "from kiosk import faces"),
        ("kiosk/media/line.py", "def late():\n    from kiosk import media_tee"),
        ("kiosk/devices/contracts.py", "from visits import live_watch"),
        ("visits/clock.py", "from kiosk.snapshots import take"),
        ("kiosk/signalling.py", "import faulthandler"),
        ("kiosk/media/service.py", "__import__('kiosk.' + 'rec' + 'order')"),
        ("kiosk/media/service.py", "import importlib\nimportlib.import_module('x')"),
    ],
)
def test_a_planted_import_is_found_wherever_it_is(copy: Path, file: str, planted: str) -> None:
    target = copy / file
    target.write_text(target.read_text() + "\n" + planted + "\n")
    assert found_in(copy)


@pytest.mark.parametrize(
    "indirect", ["kiosk/media/helper.py", "kiosk/devices/helper.py", "visits/helper.py"]
)
def test_an_import_behind_another_module_is_found(copy: Path, indirect: str) -> None:
    module = indirect.removesuffix(".py").replace("/", ".")
    (copy / indirect).write_text("from kiosk.evidence import recorder\n")
    attempt = copy / "kiosk/media/attempt.py"
    attempt.write_text(attempt.read_text() + f"\nimport {module}\n")
    assert any("kiosk.evidence.recorder" in each for each in found_in(copy))
