"""Draws docs/lifecycle.md from the table in `visits.lifecycle`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tools.protocol_doc import write_or_check
from visits.lifecycle import TRANSITIONS
from visits.model import VisitStatus

FILE = Path("docs/lifecycle.md")

_INTRODUCTION = """\
# The life of a visit

Written by `make docs` from `visits/lifecycle.py`; a test fails when it is stale. Do not edit.

A change that is not in the table below cannot happen: the console refuses it, whoever reports it,
and so does the kiosk. A visit holds its time, its terminal and its two people in every status but
requested, refused and cancelled. A hold that lapses leaves nothing behind.
"""


def render() -> str:
    """The whole document."""
    return "\n".join([_INTRODUCTION, *_picture(), "", *_table()]) + "\n"


def _picture() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"  [*] --> {_state(VisitStatus.REQUESTED)}"
    for row in TRANSITIONS:
        yield f"  {_state(row.source)} --> {_state(row.target)}: {row.event}"
    for status in VisitStatus:
        if status.over:
            yield f"  {_state(status)} --> [*]"
    yield "```"


def _table() -> Iterator[str]:
    yield "| from | event | to | who may cause it |"
    yield "|---|---|---|---|"
    for row in TRANSITIONS:
        actors = ", ".join(sorted(row.actors))
        yield f"| {row.source} | {row.event} | {row.target} | {actors} |"


def _state(status: VisitStatus) -> str:
    """A name that Mermaid takes: it reads hyphens as part of an arrow."""
    return status.value.replace("-", "_")


if __name__ == "__main__":
    sys.exit(write_or_check(FILE, render()))
