"""The JSON Schema of a rules file, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from ops_console.rules.rulebook.book import Rulebook

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rules_schema() -> dict[str, Any]:
    """The form of a file; names that must exist elsewhere in it are left to `read_rulebook`."""
    schema = Rulebook.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": DIALECT, **schema, "title": "Visitline rules file, version 1"}
