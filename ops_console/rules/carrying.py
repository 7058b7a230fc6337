"""Limits whose unused part is kept for later periods: visiting orders that are good for two months.

Each period grants so much, to be used in it or in one of so many after it, the oldest first. What
is taken fits exactly when every run of periods takes no more than was granted in it and in the
periods from which it may have been kept (Hall's theorem for intervals: P. Hall, "On
Representatives of Subsets", 1935).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from ops_console.rules.periods import stretches
from ops_console.rules.rulebook.limits import Period

ONE_DAY = timedelta(days=1)


def beyond_what_was_kept(granted: float, kept: int, taken: Mapping[int, float], own: int) -> bool:
    """Whether a run of periods that holds `own` takes more than it has.

    `granted` by each period from number 0 on, `kept` for how many more; `taken` by the number of
    the period, that of `own` included.
    """
    before = [number for number in taken if number <= own]
    after = [number for number in taken if number >= own]
    return any(
        sum(amount for number, amount in taken.items() if begin <= number <= end)
        > granted * (end - max(begin - kept, 0) + 1)
        for begin in before
        for end in after
    )


def by_period(
    amounts: Iterable[tuple[date, float]], period: Period, since: date, week_starts: int
) -> dict[int, float]:
    """What is taken in each period that has any, by its number; the one of `since` is 0. Days
    before that count in it."""
    found: defaultdict[int, float] = defaultdict(float)
    number, (_, last) = 0, stretches(period, since, week_starts)[0]
    for day, amount in sorted(amounts):
        while day > last:
            number, (_, last) = number + 1, stretches(period, last + ONE_DAY, week_starts)[0]
        found[number] += amount
    return dict(found)
