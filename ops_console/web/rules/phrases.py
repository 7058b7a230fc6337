"""Parts of a rules file as parts of an English sentence: whom, which visits, which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ops_console.rules.rulebook.people import People, Span
from ops_console.rules.rulebook.ranges import Numbers
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.times import Window
from ops_console.web.layout.words import CHANNEL_WORDS, KIND_WORDS
from visits.model import VisitChannel, VisitKind


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def sentence(*parts: str) -> str:
    """The parts that say something, with a capital letter and a full stop."""
    text = " ".join(part for part in parts if part).strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def windows_words(windows: Iterable[Window]) -> str:
    return listed(window.shown().replace("-", " to ") for window in windows)


def kind_words(kinds: Iterable[VisitKind] | None) -> str:
    """`social and family visits`; no kinds are all of them."""
    named = tuple(kinds or VisitKind)
    if set(named) == set(VisitKind):
        return "all visits"
    return f"{listed(KIND_WORDS[kind].lower() for kind in named)} visits"


def channel_words(channels: Iterable[VisitChannel] | None) -> str:
    """`from home`; nothing where every channel is meant."""
    named = tuple(channels or VisitChannel)
    if set(named) == set(VisitChannel):
        return ""
    return listed((_CHANNELS[channel] for channel in named), "or")


_CHANNELS = {channel: word[0].lower() + word[1:] for channel, word in CHANNEL_WORDS.items()}


def inmates_words(selector: Selector | None) -> str:
    """`inmates in main/2/a whose custody is maximum`; nothing for everybody."""
    if selector is None:
        return ""
    return f"inmates {listed(_traits(selector))}"


def _traits(selector: Selector) -> Iterator[str]:
    plain = {
        "unit": "in",
        "cell": "in cell",
        "surname": "with the surname",
        "age": "aged",
        "group": "of the group",
    }
    for key, lead in plain.items():
        wanted = getattr(selector, key)
        if wanted is not None:
            yield f"{lead} {listed(wanted, 'or')}"
    facts = {key: getattr(selector, key) for key in ("gender", "custody", "status", "programme")}
    for key, wanted in {**facts, **selector.declared}.items():
        if wanted is not None:
            yield f"whose {key.replace('_', ' ')} is {listed(wanted, 'or')}"
    yield from _combined(selector)


def _combined(selector: Selector) -> Iterator[str]:
    if selector.any_ is not None:
        yield f"who are ({listed(map(_inner, selector.any_), 'or')})"
    if selector.all_ is not None:
        yield f"who are ({listed(map(_inner, selector.all_))})"
    if selector.not_ is not None:
        yield f"who are not ({_inner(selector.not_)})"


def _inner(selector: Selector) -> str:
    return listed(_traits(selector))


def people_words(who: People) -> str:
    """`somebody aged under 13`, `child of the inmate aged under 13`, as one of a party."""
    said = listed(_person(who))
    return said if who.relation is not None else f"somebody {said}"


def _person(who: People) -> Iterator[str]:
    if who.relation is not None:
        yield f"{listed(who.relation, 'or')} of the inmate"
    if who.age is not None:
        yield f"aged {span_words(who.age)}"
    for key, wanted in {"gender": who.gender, "role": who.role, **who.declared}.items():
        if wanted is not None:
            yield f"whose {key.replace('_', ' ')} is {listed(wanted, 'or')}"
    yield from _combined_people(who)


def _combined_people(who: People) -> Iterator[str]:
    if who.any_of:
        yield f"({listed(map(_inside, who.any_of), 'or')})"
    if who.all_of:
        yield f"({listed(map(_inside, who.all_of))})"
    if who.none_of is not None:
        yield f"not ({_inside(who.none_of)})"


def _inside(who: People) -> str:
    return listed(_person(who))


def span_words(span: Span) -> str:
    if span.least is None:
        return f"under {(span.most or 0) + 1}"
    if span.most is None:
        return f"{span.least} or older"
    return str(span.least) if span.least == span.most else f"{span.least} to {span.most}"


def minutes_words(span: Numbers) -> str:
    """How long a visit lasts."""
    if span.least is None:
        return f"{'under' if span.open else 'up to'} {span.most:g} minutes"
    if span.most is None:
        return f"{'more than ' if span.open else ''}{span.least:g} minutes{_or_more(span)}"
    if span.least == span.most:
        return f"{span.least:g} minutes"
    return f"{span.least:g} to {span.most:g} minutes"


def _or_more(span: Numbers) -> str:
    return "" if span.open else " or more"


def many(number: float, one: str) -> str:
    """`1 hour`, `2 hours`, `0 hours`."""
    return f"{number:g} {one}" if number == 1 else f"{number:g} {one}s"
