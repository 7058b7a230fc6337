"""What a page draws with besides its state: the hour, the language, the place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from kiosk.session.facts import Facts
from kiosk.words import Words, mark, when
from visits.clock import FacilityTime
from visits.model import VisitKind

KINDS: dict[VisitKind, str] = {
    VisitKind.SOCIAL: mark("Social visit"),
    VisitKind.FAMILY: mark("Family visit"),
    VisitKind.LEGAL: mark("Legal visit"),
    VisitKind.CLERGY: mark("Clergy visit"),
    VisitKind.OFFICIAL: mark("Official visit"),
}


@dataclass(frozen=True)
class Scene:
    """The moment and the language in which a state is drawn."""

    now: datetime
    words: Words
    place: FacilityTime
    whole_names: bool = False
    """Whether the board, which everybody reads, shows names in full."""

    @classmethod
    def of(cls, facts: Facts, now: datetime, words: Words, *, whole_names: bool) -> Scene:
        """Before the first agenda the place is unknown; nothing that is drawn then has a time."""
        zone = facts.agenda.zone_name if facts.agenda else "UTC"
        return cls(now, words, FacilityTime(zone), whole_names)

    def hour(self, instant: datetime) -> str:
        return when.hour(self.words, instant, self.place)

    def day(self, instant: datetime) -> str:
        return when.day(self.words, instant, self.now, self.place)

    def moment(self, instant: datetime) -> str:
        """2:30 PM today; Tue, Nov 24, 2:30 PM otherwise."""
        hour = self.hour(instant)
        today = self.place.day(instant) == self.place.day(self.now)
        return hour if today else f"{self.day(instant)}, {hour}"

    def kind(self, kind: VisitKind) -> str:
        return self.words.say(KINDS[kind])

    def public_name(self, name: str) -> str:
        """How somebody is called where everybody reads it."""
        return name if self.whole_names else short_name(name)


def spoken_name(name: str, longest: int = 32) -> str:
    """A name as part of a sentence, which has to fit: a very long one loses its end."""
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "\u2026"


SENTENCE_END = re.compile(r"(?<=[.?!]) (?=[A-ZÁÉÍÓÚÑ¿¡])")


def a_line_each(sentences: str) -> str:
    """Sentences one under another, which reads easier and leaves no word alone on a line."""
    return SENTENCE_END.sub("\n", sentences)


def lines(text: str, signs: int) -> int:
    """About how many lines of `signs` signs `text` takes."""
    return sum(-(-len(line) // signs) for line in text.splitlines())


def short_name(name: str) -> str:
    """First name and the initial of the last: `Maria de la Cruz` becomes `Maria C.`.

    `Cruz, Maria` is understood; a single name stays whole.
    """
    last, comma, first = name.partition(",")
    given = (first if comma else name).split()
    family = last.split() if comma else given[1:]
    if not given or not family:
        return name.strip(", ")
    initial = family[0] if comma else family[-1]
    return f"{given[0]} {initial[0].upper()}."
