"""The table in docs/architecture.md, held against every import statement in the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "architecture.md"


def rooms() -> dict[str, set[str]]:
    """Room to the prefixes it may import, own included."""
    section = TABLE.read_text().split("## Who may import whom")[1]
    table: dict[str, set[str]] = {}
    for room, allowed in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", section, re.MULTILINE):
        names = {name.strip(" `") for name in allowed.split(",")} - {"own"}
        table[room] = names | {room}
    return table


def files_of(room: str, others: set[str]) -> Iterator[Path]:
    """The room's Python files, without those of a room inside it."""
    inner = [
        ROOT / other.replace(".", "/")
        for other in others
        if other.startswith(room + ".") and other != room
    ]
    base = ROOT / room.replace(".", "/")
    files = [base.with_suffix(".py")] if base.with_suffix(".py").exists() else base.rglob("*.py")
    return (file for file in files if not any(file.is_relative_to(folder) for folder in inner))


def imports_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def allowed(name: str, room: str, table: dict[str, set[str]]) -> bool:
    if name.split(".", maxsplit=1)[0] in sys.stdlib_module_names:
        return True
    inside = max((other for other in table if under(name, other)), key=len, default=None)
    if inside is not None and inside in table[room]:
        return True
    within_named = [prefix for prefix in table[room] if under(name, prefix)]
    return any(inside is None or len(prefix) > len(inside) for prefix in within_named)


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_imports_only_what_the_table_lets_it(room: str) -> None:
    table = rooms()
    strays = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files_of(room, set(table))
        for name in imports_in(file.read_text())
        if not allowed(name, room, table)
    }
    assert not strays


@pytest.mark.parametrize(
    ("name", "room", "answer"),
    [
        ("kiosk.session.states", "kiosk.session", True),
        ("ops_console.rules.decide", "kiosk.session", False),
        ("visits.sync.link", "kiosk.session", False),
        ("visits.sync.link", "kiosk.store", True),
        ("sqlite_utils.Database", "ops_console.rules", False),
        ("ops_console.store.visits", "ops_console.rules", False),
        ("ops_console.app", "ops_console.usecases", False),
        ("visits.model.Visit", "visits.sync", True),
        ("visits.sync.outbox", "visits", False),
    ],
)
def test_the_reading_of_the_table_tells_neighbours_apart(
    name: str, room: str, answer: bool
) -> None:
    assert allowed(name, room, rooms()) is answer


@pytest.mark.slow
def test_every_python_file_of_the_programs_stands_in_a_room_or_beside_an_app() -> None:
    table = rooms()
    homeless = {
        str(file.relative_to(ROOT))
        for package in ("visits", "ops_console", "visitor_portal", "kiosk")
        for file in (ROOT / package).rglob("*.py")
        if not any(file in set(files_of(room, set())) for room in table)
        and file.parent != ROOT / package
    }
    assert not homeless


def test_the_import_linter_contracts_are_kept() -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
