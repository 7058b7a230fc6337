"""`make bench`: runs every bench (or those whose rows start with ONLY) and prints a table."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import tools.bench

RESULTS = Path("build/bench.jsonl")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="", help="run the benches whose rows start so")
    only = arguments.parse_args().only
    modules = [module for module in _modules() if _wanted(module, only)]
    if not modules:
        print(f"No bench makes a row that starts with {only!r}.", file=sys.stderr)
        return 2
    rows: list[dict[str, Any]] = []
    for position, module in enumerate(modules, 1):
        print(
            f"[{position}/{len(modules)}] {module.__name__.removeprefix('tools.bench.')} …",
            flush=True,
        )
        rows += [row for row in module.measure() if str(row["name"]).startswith(only)]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows))
    print(_table(rows))
    print(f"\n{len(rows)} rows in {RESULTS}")
    return 0


def _modules() -> list[Any]:
    names = [found.name for found in pkgutil.iter_modules(tools.bench.__path__)]
    return [
        importlib.import_module(f"tools.bench.{name}")
        for name in sorted(names)
        if not name.startswith("_")
    ]


def _wanted(module: Any, only: str) -> bool:
    if not only.startswith(getattr(module, "ASKED_FOR_BY_NAME", "")):
        return False
    return any(name.startswith(only) or only.startswith(name) for name in module.NAMES)


def _figure(value: float | None) -> str:
    """None: it never came."""
    return "never" if value is None else f"{value:.4g}"


def _table(rows: list[dict[str, Any]]) -> str:
    cells = [("name", "value", "unit", "n")] + [
        (str(row["name"]), _figure(row["value"]), str(row["unit"]), str(row["n"])) for row in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {unit:<{widths[2]}}  n={n}"
        for name, value, unit, n in cells[1:]
    )


if __name__ == "__main__":
    sys.exit(main())
