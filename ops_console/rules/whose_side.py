"""Whose side broke: from the evidence of one failure to a blame, and the sentence that says why.

The rules are asked in the order of `RULES`; the first that answers stands. Two things hold for
all of them: without evidence that names a side the answer is unknown, and nothing that only a
visitor's own page says of itself is held against the facility.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ops_console.rules.failures import Stretch
from visits.messages import Over, Way
from visits.model import Side


class Blame(StrEnum):
    """Codes never change meaning: they are kept with each visit and in the audit."""

    VISITOR_LINE = "visitor-line"
    FACILITY_LINE = "facility-line"
    TERMINAL = "terminal"
    RELAY = "relay"
    BROWSER_LEFT = "browser-left"
    UNKNOWN = "unknown"


FACILITY_SIDE = frozenset({Blame.FACILITY_LINE, Blame.TERMINAL, Blame.RELAY})
"""What the facility answers for: minutes that these cost are counted."""


def side_of(blame: Blame) -> Side:
    """As the visitor is told: what broke inside the facility is nobody else's business."""
    if blame is Blame.UNKNOWN:
        return Side.UNKNOWN
    return Side.FACILITY if blame in FACILITY_SIDE else Side.VISITOR


class LastSeen(NamedTuple):
    """The last sample of one end before or in the failure."""

    over: Over | None
    way: Way
    last_arrival_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one failure; a stretch is given only where it meets it in time."""

    since: datetime
    until: datetime | None
    restarted: bool = False
    """The terminal says so, or greeted with a new boot after it was gone."""
    terminal_gone: Stretch | None = None
    others_gone: int = 0
    """Other terminals that were gone from the same moment."""
    page_here: bool = False
    """The portal heard the page right before and all through the beginning of it."""
    page_left: Stretch | None = None
    page_hidden: Stretch | None = None
    page_silent: Stretch | None = None
    others_silent: int = 0
    """Pages of other visits that fell silent at the same moment."""
    portal_line_gone: Stretch | None = None
    """The portal's own line to the facility."""
    portal_gone: Stretch | None = None
    """The portal itself: what it saw of a page is not relied on then."""
    terminal: LastSeen | None = None
    page: LastSeen | None = None
    relayed_broke: int = 0
    """Other relayed visits that were interrupted at the same moment."""
    relay_unreached: bool = False
    """From then on, neither end got an address of the relay."""
    terminal_missed_relay: bool = False
    """The terminal got no address of the relay although the page did."""


class Judgement(NamedTuple):
    blame: Blame
    why: str
    """For the officer."""


Say = Callable[[datetime], str]
"""An instant in the facility's wall clock."""


def judge(evidence: Evidence, say: Say) -> Judgement:
    """Who is to blame; unknown where nothing names a side."""
    for rule in RULES:
        judgement = rule(evidence, say)
        if judgement is not None:
            return judgement
    return _unknown(evidence, say)


def _restarted(it: Evidence, say: Say) -> Judgement | None:
    if not it.restarted:
        return None
    when = say(it.terminal_gone.since if it.terminal_gone else it.since)
    return Judgement(Blame.TERMINAL, f"The terminal stopped at {when} and started again.")


def _portal_itself(it: Evidence, say: Say) -> Judgement | None:
    if it.portal_gone is None:
        return None
    why = f"The portal itself was not heard from {_span(it.portal_gone, say)}"
    return Judgement(Blame.UNKNOWN, f"{why}, so nobody saw the page.")


def _left(it: Evidence, say: Say) -> Judgement | None:
    if it.page_left is None or _facility_first(it, it.page_left):
        return None
    return Judgement(
        Blame.BROWSER_LEFT, f"The visitor's page was closed or left at {say(it.page_left.since)}."
    )


def _hidden(it: Evidence, say: Say) -> Judgement | None:
    hidden, silent = it.page_hidden, it.page_silent
    if hidden is None or silent is None or _facility_first(it, hidden):
        return None
    return Judgement(
        Blame.BROWSER_LEFT,
        f"The visitor's page was put in the background at {say(hidden.since)}"
        f" and fell silent at {say(silent.since)}.",
    )


def _both_sides(it: Evidence, say: Say) -> Judgement | None:
    silent, gone = it.page_silent, it.terminal_gone or it.portal_line_gone
    if silent is None or gone is None:
        return None
    return Judgement(
        Blame.UNKNOWN,
        f"The page was silent from {_span(silent, say)}, and the facility's side was not heard"
        f" from {_span(gone, say)}: neither is known to have broken first.",
    )


def _many_pages(it: Evidence, say: Say) -> Judgement | None:
    if it.page_silent is None or it.others_silent == 0:
        return None
    return Judgement(
        Blame.UNKNOWN,
        f"The page was silent from {_span(it.page_silent, say)}, and so were"
        f" {it.others_silent} pages of other visits: it was not this visitor's line alone.",
    )


def _page_silent(it: Evidence, say: Say) -> Judgement | None:
    if it.page_silent is None:
        return None
    why = f"The page's own line was silent from {_span(it.page_silent, say)}"
    return Judgement(Blame.VISITOR_LINE, f"{why}, while the terminal stayed online.")


def _facility_line(it: Evidence, say: Say) -> Judgement | None:
    gone = it.terminal_gone
    if not it.page_here:
        return None
    if gone is not None and it.others_gone:
        why = f"{it.others_gone + 1} terminals were not heard from {_span(gone, say)}"
    elif gone is not None and gone.until is not None:
        why = f"The terminal had no line to the console from {_span(gone, say)} and did not restart"
    elif it.portal_line_gone is not None:
        why = f"The portal had no line to the facility from {_span(it.portal_line_gone, say)}"
    else:
        return None
    return Judgement(Blame.FACILITY_LINE, f"{why}, while the visitor's page was there.")


def _terminal_off(it: Evidence, say: Say) -> Judgement | None:
    if it.terminal_gone is None or it.terminal_gone.until is not None or not it.page_here:
        return None
    return Judgement(
        Blame.TERMINAL,
        f"The terminal has not been heard of since {say(it.terminal_gone.since)},"
        " while the visitor's page was there.",
    )


def _relay(it: Evidence, say: Say) -> Judgement | None:
    if not it.page_here or it.terminal_gone is not None:
        return None
    if it.relay_unreached:
        why = "Neither the terminal nor the visitor's page could reach the relay"
    elif _way(it) is Way.RELAY and it.relayed_broke:
        why = f"{it.relayed_broke + 1} relayed visits broke off at {say(it.since)} at once"
    else:
        return None
    return Judgement(Blame.RELAY, f"{why}, while both were online.")


def _terminals_way_to_relay(it: Evidence, say: Say) -> Judgement | None:
    if not it.terminal_missed_relay or not it.page_here:
        return None
    return Judgement(
        Blame.FACILITY_LINE,
        f"After {say(it.since)} the terminal could not reach the relay; the visitor's page could.",
    )


RULES: tuple[Callable[[Evidence, Say], Judgement | None], ...] = (
    _restarted,
    _portal_itself,
    _left,
    _hidden,
    _both_sides,
    _many_pages,
    _page_silent,
    _facility_line,
    _terminal_off,
    _relay,
    _terminals_way_to_relay,
)


def _unknown(it: Evidence, say: Say) -> Judgement:
    return Judgement(Blame.UNKNOWN, f"{_directions(it, say)} Nothing names one side.")


def _directions(it: Evidence, say: Say) -> str:
    """Which direction was silent, as far as the two ends tell."""
    terminal, page = _silent(it.terminal), _silent(it.page)
    way = " through the relay" if _way(it) is Way.RELAY else ""
    if terminal and page:
        return f"Nothing came{way} in either direction from about {say(it.since)}."
    if terminal:
        return f"Nothing came{way} from the page to the terminal from about {say(it.since)}."
    if page:
        return f"Nothing came{way} from the terminal to the page from about {say(it.since)}."
    return f"No end tells why the line was missing from {say(it.since)}."


def _silent(end: LastSeen | None) -> bool:
    return end is not None and end.over in {Over.SILENT, Over.NEVER_CONNECTED}


def _way(it: Evidence) -> Way:
    """A page knows its way for certain; a terminal sometimes."""
    known = [one.way for one in (it.page, it.terminal) if one and one.way is not Way.UNKNOWN]
    return known[0] if known else Way.UNKNOWN


def _facility_first(it: Evidence, page: Stretch) -> bool:
    """Whoever leaves after the other side is gone left because of it."""
    gone = (it.terminal_gone, it.portal_line_gone)
    return any(one is not None and one.since <= page.since for one in gone)


def _span(stretch: Stretch, say: Say) -> str:
    return f"{say(stretch.since)} {'on' if stretch.until is None else f'to {say(stretch.until)}'}"
