"""`rules schema`: the JSON Schema of rules files."""

from __future__ import annotations

import argparse
import json

from ops_console.rules.rulebook.schema import rules_schema


def schema(_: argparse.Namespace) -> int:
    """Print it."""
    print(json.dumps(rules_schema(), indent=2))
    return 0
