"""`make docs`: writes the documents that are drawn from the code; `--check` refuses stale ones."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

DRAWN: dict[str, str] = {
    "docs/protocol.md": "tools.protocol_doc",
    "docs/lifecycle.md": "tools.lifecycle_doc",
    "docs/kiosk-session.md": "tools.session_doc",
}
"""Document to the module whose `render() -> str` draws it."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    stale = [name for name, module in DRAWN.items() if not _same(Path(name), module)]
    for name in stale:
        if check:
            print(f"{name} is stale; run: make docs", file=sys.stderr)
        else:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(_render(DRAWN[name]))
            print(f"drew {name}")
    return 1 if check and stale else 0


def _same(document: Path, module: str) -> bool:
    return document.exists() and document.read_text() == _render(module)


def _render(module: str) -> str:
    text: str = importlib.import_module(module).render()
    return text


if __name__ == "__main__":
    sys.exit(main())
