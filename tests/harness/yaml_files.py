"""Cases that are written as YAML; every run reads them before the first test, so quickly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def read_yaml(file: Path) -> Any:
    """What stands in `file`, as plain lists, dictionaries, texts and dates."""
    return yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
