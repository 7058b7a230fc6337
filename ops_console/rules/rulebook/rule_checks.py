"""What an entry of the second half says that can never hold, or that says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches

from pydantic import BaseModel

from ops_console.rules.rulebook.arrival import NOON, ArrivalRule, Note, Point
from ops_console.rules.rulebook.booking import MEASURES, BookingRule
from ops_console.rules.rulebook.eligibility import EligibilityRule, Separation
from ops_console.rules.rulebook.faults import Path
from ops_console.rules.rulebook.limits import UNLIMITED, InDays, Limit
from ops_console.rules.rulebook.party import NUMBERS, ChangeDays, ListRule, Minors, PartyRule
from ops_console.rules.rulebook.rule import Rule

Found = Iterator[tuple[Path, str]]
COMPANY = ("adult", "listed", "guardian")


def rule_faults(path: Path, part: BaseModel) -> Found:
    """Every fault of one part of an entry, with its path."""
    for kind, check in CHECKS:
        if isinstance(part, kind):
            yield from check(path, part)


def _rule(path: Path, rule: Rule) -> Found:
    for place, free in enumerate(rule.exempt):
        if not free.model_fields_set:
            yield (*path, "exempt", place), "says nothing: it would exempt every visit"


def _limit(path: Path, limit: Limit) -> Found:
    if limit.most == UNLIMITED and limit.least is None and limit.free is None:
        yield path, "says nothing; give `most`, `least` or `free`"
    if (limit.count == "points") != bool(limit.costs):
        key = "count" if limit.count == "points" else "costs"
        yield (*path, key), "`count: points` and `costs` go together"
    if limit.depth is not None and limit.per != "unit":
        yield (*path, "depth"), "goes with `per: unit` only"
    yield from _limit_counts(path, limit)
    yield from _limit_carries(path, limit)
    yield from _limit_amounts(path, limit)


def _limit_counts(path: Path, limit: Limit) -> Found:
    alone = {"visitors": ("visitor", "pair"), "inmates": ("inmate", "pair")}
    if limit.per in alone.get(limit.count, ()):
        yield (*path, "count"), f"counts only one for each {limit.per}; choose another `per`"
    if "heads" in limit.model_fields_set and limit.count not in {"people", "visitors"}:
        yield (*path, "heads"), "goes with `count: people` or `visitors` only"
    if limit.period in {"moment", "ahead"} and (limit.least is not None or limit.free is not None):
        yield (*path, "in"), "`least` and `free` need a stretch of days"
    if limit.least is not None and limit.per != "inmate":
        yield (*path, "least"), "goes with `per: inmate` only"
    if limit.least is not None and limit.period == "custody":
        yield (*path, "in"), "`least` needs a period that comes to an end"
    if limit.free is not None and limit.per not in {"inmate", "visitor", "pair"}:
        yield (*path, "free"), "goes with `per: inmate`, `visitor` or `pair` only"


def _limit_carries(path: Path, limit: Limit) -> Found:
    if limit.carry is None:
        return
    if limit.most == UNLIMITED:
        yield (*path, "carry"), "goes with `most`: what of it is not used is kept"
    if isinstance(limit.period, InDays) or limit.period in {"custody", "moment", "ahead"}:
        yield (*path, "carry"), "goes with periods that follow one another, such as week or month"
    if limit.count in {"visitors", "inmates"}:
        yield (*path, "carry"), "goes with `count: visits`, `minutes`, `people` or `points`"
    if limit.per in {"unit", "facility"}:
        yield (*path, "carry"), "goes with `per: inmate`, `visitor` or `pair`"


def _limit_amounts(path: Path, limit: Limit) -> Found:
    for key in ("least", "free"):
        amount = getattr(limit, key)
        if amount is not None and amount > limit.most:
            yield (*path, key), f"is more than `most`, {limit.most}"


def _booking(path: Path, rule: BookingRule) -> Found:
    said = ("least", "most", "desk", "by", "approval", "cancel", "waiting")
    yield from _says_something(path, rule, said)
    # Hours of working days alone, of which fewer may be more time, compare with no others.
    if rule.least and rule.most and (rule.least.skips_days or not rule.most.skips_days):
        for measure in MEASURES:
            least, most = getattr(rule.least, measure), getattr(rule.most, measure)
            if isinstance(least, int | float) and most is not None and least > most:
                yield (*path, "least", measure), f"is more than `most`, {most:g}: nothing fits"
    for place, desk in enumerate(rule.desk):
        if not desk.hours:
            yield (*path, "desk", place, "hours"), "has no hours; leave the entry out"


def _party(path: Path, rule: PartyRule) -> Found:
    said = ("adult_age", *NUMBERS, "least_age", "combinations", "uncounted", "minors", "relations")
    yield from _says_something(path, rule, said)
    yield from _party_numbers(path, rule)
    for place, free in enumerate(rule.uncounted):
        if free.under is None and free.relation is None:
            yield (*path, "uncounted", place), "says nobody; give `under` or `relation`"


def _party_numbers(path: Path, rule: PartyRule) -> Found:
    for least in ("least", "least_adults", "least_children"):
        most = least.replace("least", "most")
        few, many = getattr(rule, least), getattr(rule, most)
        if few is not None and many is not None and few > many:
            yield (*path, least), f"is more than `{most}`, {many}: nobody could come"
    if rule.of is not None and not _counts(rule):
        yield (*path, "of"), "says whom a number counts; give one, such as `most`"
    if rule.heads == "all" and rule.uncounted:
        yield (*path, "heads"), "counts everybody; put `uncounted` in an entry of its own"
    elif "heads" in rule.model_fields_set and not _counts(rule):
        yield (*path, "heads"), "says whom a number counts; give one, such as `most`"


def _counts(rule: PartyRule) -> bool:
    return bool(rule.combinations) or any(getattr(rule, key) is not None for key in NUMBERS)


def _minors(path: Path, rule: Minors) -> Found:
    for word in rule.company:
        near = get_close_matches(word, COMPANY, n=1, cutoff=0.7)
        if near and word not in COMPANY and " " not in word:
            yield (*path, "with"), f"{word!r} is no relation; did you mean {near[0]}?"


def _list(path: Path, rule: ListRule) -> Found:
    said = ("required", "most", "change", "change_days", "inmates")
    yield from _says_something(path, rule, said)
    if rule.uncounted and rule.most is None:
        yield (*path, "uncounted"), "goes with `most`"


def _change_days(path: Path, days: ChangeDays) -> Found:
    if not days.model_fields_set:
        yield path, "says no day; give `days`, `month_days` or `months`"
    span = days.month_days
    if span is not None and not 1 <= (span.least or 0) <= (span.most or 0) <= 31:
        yield (*path, "month_days"), "is not a range of days of the month; write 1-7 or 1"


def _eligibility(path: Path, rule: EligibilityRule) -> Found:
    clock = rule.after is not None or rule.since is not None
    for key in ("wait", "within"):
        if key in rule.model_fields_set and not clock:
            yield (*path, key), "goes with `after` or `since`"
    if rule.of != "inmate" and (rule.bar is not None or rule.must is not None):
        key = "bar" if rule.bar is not None else "must"
        yield (*path, key), f"selects inmates; people are selected by `{key}_visitors`"
    for key in ("hours", "days", "months", "years") if rule.within is not None else ():
        least, most = getattr(rule.wait, key), getattr(rule.within, key)
        if least is not None and most is not None and least > most:
            yield (*path, "wait"), f"is more than `within`, {most:g} {key}: nothing fits"


def _separation(path: Path, rule: Separation) -> Found:
    if rule.gap and rule.within == "day":
        yield (*path, "gap"), "goes with `within: moment` or `session`: a day has no minutes beside"


def _arrival(path: Path, rule: ArrivalRule) -> Found:
    yield from _says_something(path, rule, ("opens", "closes", "late", "penalties"))
    if rule.opens is not None and rule.closes is not None and _is_after(rule.opens, rule.closes):
        yield (*path, "closes"), "is before `opens`: nobody could come in"


def _is_after(opens: Point, closes: Point) -> bool:
    """Whether one lies after the other in every visit, however long. From an evening to the
    morning after there may be sessions."""
    if opens.at is not None and closes.at is not None:
        return opens.at > closes.at and not closes.at < NOON <= opens.at
    first, last = _from_start(opens), _from_start(closes)
    return first is not None and last is not None and first > last


def _from_start(point: Point) -> int | None:
    if point.before_start is not None:
        return -point.before_start
    return point.after_start


def _note(path: Path, note: Note) -> Found:
    if note.of and not note.override:
        yield (*path, "of"), "goes with `override: true`"


def _says_something(path: Path, rule: BaseModel, keys: Iterable[str]) -> Found:
    if not any(key in rule.model_fields_set for key in keys):
        yield path, f"says nothing; give one of {', '.join(keys)}"


CHECKS: tuple[tuple[type[BaseModel], Callable[..., Found]], ...] = (
    (Rule, _rule),
    (Limit, _limit),
    (BookingRule, _booking),
    (PartyRule, _party),
    (Minors, _minors),
    (ListRule, _list),
    (ChangeDays, _change_days),
    (EligibilityRule, _eligibility),
    (Separation, _separation),
    (ArrivalRule, _arrival),
    (Note, _note),
)
