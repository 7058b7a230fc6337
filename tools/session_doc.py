"""Draws `docs/kiosk-session.md` from the kiosk's table of transitions."""

from __future__ import annotations

import inspect

from kiosk.session import TABLE, State
from kiosk.session import states as s
from kiosk.session.table import Row

INTRODUCTION = """# The kiosk's session

Drawn from `kiosk/session/table.py` by `make docs`; edit that instead.

The kiosk is always in one of the states below. An event that a state does not list changes
nothing but what is known (`kiosk/session/learning.py`). Touching the glass keeps somebody
logged in; leaving it alone for 30 seconds shows the board again.
"""

ORDER: tuple[type[State], ...] = (
    s.Starting,
    s.ShowingUnit,
    s.OutOfService,
    s.EnteringNumber,
    s.EnteringPin,
    s.ShowingMine,
    s.Refused,
    s.WaitingForTime,
    s.WaitingForVisitor,
    s.Connecting,
    s.InCall,
    s.Reconnecting,
    s.Ended,
)


def render() -> str:
    """The document, the same for the same table."""
    tables = [f"## {state.__name__}\n\n{_about(state)}\n\n{_table(state)}" for state in ORDER]
    return "\n".join([INTRODUCTION, _diagram(), *tables])


def _diagram() -> str:
    ways = sorted(
        {
            (ORDER.index(row.state), ORDER.index(target))
            for row in TABLE
            for target in row.targets
            if target is not row.state
        }
    )
    lines = [
        f"  {ORDER[here].__name__} --> {ORDER[there].__name__}"
        for here, there in ways
        if there not in _BOARD or here in _BOARD
    ]
    note = "Every state but those of a running call also leads back to the board.\n"
    return "\n".join(
        ["```mermaid", "stateDiagram-v2", "  [*] --> Starting", *lines, "```", "", note]
    )


_BOARD = (0, 1, 2)


def _about(state: type[State]) -> str:
    return inspect.cleandoc(state.__doc__ or "")


def _table(state: type[State]) -> str:
    rows = "\n".join(_line(row) for row in TABLE if row.state is state)
    return f"| event | answer | may lead to |\n|---|---|---|\n{rows}\n"


def _line(row: Row) -> str:
    others = sorted(target.__name__ for target in row.targets if target is not row.state)
    answer = inspect.cleandoc(row.answer.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    return f"| {row.event.__name__} | {answer} | {', '.join(others)} |"
