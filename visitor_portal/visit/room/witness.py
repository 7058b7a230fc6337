"""What the portal can testify of one page: when it left, fell silent, came back. No I/O.

A page that goes away says so as it closes its line; one that is silent did not. The portal
answers for nothing else: what the page itself says of its call travels beside this, as a sample.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from visitor_portal.visit.room.allowance import Allowance
from visits.messages import PageWitnessed, PageWord, QualityTold, Sample
from visits.model import VisitId

SILENT_AFTER_S = 5.0
"""A page answers a beat every two seconds."""
LEFT_CODES = frozenset({1001, 4001})
"""With which a browser, or our page itself, closes the line of a page that goes away."""
CLOCK_MAY_ERR = timedelta(seconds=5)
NEWEST = timedelta(hours=2)
"""A sample that is older is not passed on."""

Words = list[PageWitnessed]


class Witness:
    """Of one page, through every line that it makes; silent until the page is admitted.

    `now` is the portal's clock, `elapsed` monotonic seconds.
    """

    def __init__(self, visit_id: VisitId) -> None:
        self._visit_id = visit_id
        self._standing: PageWord | None = None
        self._heard: tuple[datetime, float] | None = None
        self._facility_gone = False
        self._hidden = False
        self._samples = Allowance(burst=20.0, per_second=0.2)
        self._looks = Allowance(burst=20.0, per_second=0.2)

    def heard(self, now: datetime, elapsed: float) -> Words:
        """The page said anything at all."""
        self._heard = (now, elapsed)
        if self._standing in {PageWord.SILENT, PageWord.LEFT}:
            return [self._turn(PageWord.BACK, now)]
        return []

    def look(self, now: datetime, elapsed: float, *, line_up: bool) -> Words:
        """To be called every two seconds once the page is admitted."""
        words = []
        if self._standing is None:
            words.append(self._turn(PageWord.HERE, now))
            self._heard = self._heard or (now, elapsed)
        if self._facility_gone is line_up:
            self._facility_gone = not line_up
            word = PageWord.FACILITY_BACK if line_up else PageWord.FACILITY_GONE
            words.append(self._say(word, now))
        if self._is_there and self._heard and elapsed - self._heard[1] > SILENT_AFTER_S:
            words.append(self._turn(PageWord.SILENT, self._heard[0]))
        return words

    def seen(self, *, hidden: bool, now: datetime, elapsed: float) -> Words:
        """The page says whether it is looked at; too many such words are not passed on."""
        known = self._standing is not None and hidden is not self._hidden
        if not known or not self._looks.take(elapsed):
            return []
        self._hidden = hidden
        return [self._say(PageWord.HIDDEN if hidden else PageWord.SHOWN, now)]

    def closed(self, code: int | None, now: datetime) -> Words:
        """The page's line is closed, with this code of RFC 6455; None: it broke."""
        if not self._is_there:
            return []
        if code in LEFT_CODES:
            return [self._turn(PageWord.LEFT, now)]
        return [self._turn(PageWord.SILENT, self._heard[0] if self._heard else now)]

    def sample(self, said: Sample, now: datetime, elapsed: float) -> QualityTold | None:
        """A sample to pass on; None where it is of another time, or of too many."""
        in_time = now - NEWEST <= said.since <= said.until <= now + CLOCK_MAY_ERR
        if self._standing is None or not in_time or not self._samples.take(elapsed):
            return None
        return QualityTold(visit_id=self._visit_id, sample=said)

    @property
    def _is_there(self) -> bool:
        return self._standing in {PageWord.HERE, PageWord.BACK}

    def _turn(self, word: PageWord, at: datetime) -> PageWitnessed:
        self._standing = word
        return self._say(word, at)

    def _say(self, word: PageWord, at: datetime) -> PageWitnessed:
        return PageWitnessed(visit_id=self._visit_id, word=word, at=at)
