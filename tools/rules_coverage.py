"""Which facts of the real places in tests/rules/places their rules files express.

`tests/rules/coverage/<place>.yaml` answers every fact of a place by its number, from 0: with the
ids of the entries that express it, with the note that leaves it to a person, or with what the
format still lacks. `unstated` says what the place's own page leaves out. A fact is held to its
words where a table names it: `when/` by hours, `asked.yaml`, `arrivals.yaml` and `changes.yaml` by
requests whose answers were worked out from the record.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ops_console.rules.rulebook import Rulebook, read_rulebook

RULES = Path(__file__).parent.parent / "tests" / "rules"
TABLES = ("asked.yaml", "arrivals.yaml", "changes.yaml")
WAYS = ("expressed", "override", "not_yet")
WORDS = {"expressed": "expressed", "override": "override", "not_yet": "not yet"}


Rows = Sequence[dict[str, Any]]


class Answer(NamedTuple):
    """How one fact is answered: `way` is one of `WAYS`."""

    number: int
    kind: str
    way: str
    said: str | list[str]
    unstated: str | None
    held: tuple[str, ...] = ()
    """The tables that hold the fact to its words."""

    @property
    def line(self) -> str:
        said = ", ".join(self.said) if isinstance(self.said, list) else self.said
        missing = f" (the page leaves out {self.unstated})" if self.unstated else ""
        held = f" [held by {' and '.join(self.held)}]" if self.held else ""
        return f"  {self.number:3} {WORDS[self.way]:9}  {self.kind}: {said}{missing}{held}"


class Place(NamedTuple):
    """One place's answers, and what is wrong with them."""

    name: str
    answers: list[Answer]
    faults: list[str]


def places(rules: Path = RULES) -> list[Place]:
    """Every place, in the order of its number."""
    names = {file.stem for folder in ("places", "coverage") for file in _files(rules / folder)}
    tables = [_rows(rules / table) for table in TABLES]
    return [_place(rules, name, tables) for name in sorted(names, key=_order)]


def _files(folder: Path) -> Iterator[Path]:
    return folder.glob("*.yaml")


def _order(name: str) -> tuple[int, str]:
    number = name.partition("-")[0]
    return (int(number) if number.isdigit() else 0, name)


def _place(rules: Path, name: str, tables: Sequence[Rows]) -> Place:
    files = [rules / folder / f"{name}.yaml" for folder in ("places", "coverage")]
    missing = [f"there is no {file.parent.name}/{file.name}" for file in files if not file.exists()]
    if missing:
        return Place(name, [], missing)
    book = read_rulebook(files[0].read_text(encoding="utf-8"))
    sheet = yaml.safe_load(files[1].read_text(encoding="utf-8"))
    return _judged(name, sheet, book, _held(rules, name, tables))


def _held(rules: Path, name: str, tables: Sequence[Rows]) -> dict[int, tuple[str, ...]]:
    """For each fact that is tried, by which tables."""
    found: dict[int, list[str]] = {}
    for fact in _facts(_rows(rules / "when" / f"{name}.yaml"), name):
        found.setdefault(fact, []).append("hours")
    for table in tables:
        for fact in _facts(table, name):
            found.setdefault(fact, []).append("requests")
    return {fact: tuple(dict.fromkeys(by)) for fact, by in found.items()}


def _rows(table: Path) -> Rows:
    """Of a table that may not be there."""
    return yaml.safe_load(table.read_text(encoding="utf-8")) if table.exists() else []


def _facts(rows: Rows, name: str) -> Iterator[int]:
    """The facts of a place that the rows of a table are about."""
    for row in rows:
        if row.get("place", name) == name:
            yield from row.get("facts", [row.get("fact")])


def _judged(
    name: str, sheet: dict[str, Any], book: Rulebook, held: dict[int, tuple[str, ...]]
) -> Place:
    given = sheet["answers"]
    wanted = set(range(sheet["facts"]))
    faults = [f"fact {number} is not answered" for number in sorted(wanted - set(given))]
    faults += [f"there is no fact {number}" for number in sorted(set(given) - wanted)]
    answers = []
    for number, entry in sorted(given.items()):
        ways = [way for way in WAYS if way in entry]
        if len(ways) != 1:
            faults.append(f"fact {number} needs exactly one of {', '.join(WAYS)}")
            continue
        said, unstated = entry[ways[0]], entry.get("unstated")
        answer = Answer(number, entry["kind"], ways[0], said, unstated, held.get(number, ()))
        faults += _unknown(answer, book)
        answers.append(answer)
    return Place(name, answers, faults)


def _unknown(answer: Answer, book: Rulebook) -> Iterator[str]:
    if answer.way == "expressed":
        if not answer.said:
            yield f"fact {answer.number} names no entry"
        for name in answer.said:
            if name not in named(book):
                yield f"fact {answer.number}: there is no entry {name}"
    elif answer.way == "override" and answer.said not in {note.id for note in book.notes}:
        yield f"fact {answer.number}: there is no note {answer.said}"


def named(book: Rulebook) -> set[str]:
    """Every name that an answer may give: ids of entries, groups, calendars and pools."""
    found = {*book.groups, *book.calendars, *book.pools}
    for field in type(book).model_fields:
        entries = getattr(book, field)
        if isinstance(entries, tuple):
            found |= {entry.id for entry in entries if getattr(entry, "id", None)}
    return found


def totals(found: list[Place]) -> str:
    """One sentence of sums."""
    ways = Counter(answer.way for place in found for answer in place.answers)
    answers = [answer for place in found for answer in place.answers]
    unstated = sum(bool(answer.unstated) for answer in answers)
    held = sum(bool(answer.held) for answer in answers if answer.way == "expressed")
    return (
        f"{len(found)} places, {ways.total()} facts: {ways['expressed']} expressed "
        f"({unstated} of them as far as the page states them; {held} held to their words by hours "
        f"or requests), {ways['override']} override, {ways['not_yet']} not yet"
    )


def main() -> int:
    """Prints everything; 1 if an answer is missing or names what does not exist."""
    found = places()
    for place in found:
        print(place.name)
        for answer in place.answers:
            print(answer.line)
        for fault in place.faults:
            print(f"      WRONG    {fault}")
    print(totals(found))
    return 1 if any(place.faults for place in found) else 0


if __name__ == "__main__":
    sys.exit(main())
