"""YAML as rules files use it: plain values, and the line of each.

A smaller language than YAML 1.1: only true, false, null and decimal numbers are anything but
text, so that 13:00, NO and 012 mean what they look like. Duplicate keys, tags, anchors and
aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from ops_console.rules.rulebook.faults import Fault, Path, RulesFileWrong, shown

QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, where PyYAML was built with it: ten times as quick. It has other words for what it
refuses and is more lenient with some characters, so such a file is read by the loader that is
everywhere: one language, whatever the machine has."""
READ_UNLIKE = re.compile(r"[\t\r\x85\u2028\u2029\ufeff]|[|>]#|^(?! *#).*\?", re.MULTILINE)
LARGEST = 2_000_000
"""Characters; the largest real file known is a hundredth of it."""
DEEPEST = 40
PLAIN = (
    (re.compile(r"true|True"), lambda _: True),
    (re.compile(r"false|False"), lambda _: False),
    (re.compile(r"null|~|"), lambda _: None),
    (re.compile(r"-?(0|[1-9]\d{0,14})"), int),
    (re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,15}"), float),
)


@dataclass
class Source:
    """A file's values and, for every path in them, the line where it stands."""

    data: object = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the nearest part of `path` that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def known(self, path: Path) -> Path:
        """`path` without the steps that are no keys or places in the file."""
        kept: Path = ()
        for step in path:
            if (*kept, step) in self.lines:
                kept = (*kept, step)
        return kept


def read_source(text: str) -> Source:
    """Raises `RulesFileWrong` with every duplicate key, or with the place YAML stops at."""
    if len(text) > LARGEST:
        raise RulesFileWrong([Fault(1, "file", "is too large for a rules file")])
    node = _composed(text)
    if node is None:
        raise RulesFileWrong([Fault(1, "file", "is empty")])
    reader = _Reader()
    reader.source.data = reader.value(node, ())
    if reader.faults:
        raise RulesFileWrong(reader.faults)
    return reader.source


def _composed(text: str) -> yaml.Node | None:
    if not READ_UNLIKE.search(text):
        with suppress(_Tricks, yaml.YAMLError):
            return _loaded(text, QUICK)
    try:
        return _loaded(text, yaml.SafeLoader)
    except _Tricks as cause:
        raise RulesFileWrong([Fault(cause.line, "file", str(cause))]) from cause
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark or cause.context_mark
        problem = _shown(cause.problem or cause.context or "is not YAML")
        raise RulesFileWrong([Fault(mark.line + 1 if mark else 1, "file", problem)]) from cause
    except yaml.YAMLError as cause:
        raise RulesFileWrong([Fault(1, "file", f"is not YAML: {cause}")]) from cause


def _loaded(text: str, loader: Any) -> yaml.Node | None:
    _refuse_tricks(yaml.parse(text, Loader=loader))
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _shown(problem: str) -> str:
    """What YAML stumbled over, and the usual reason for it."""
    usual = {
        "'\\t'": "a tab; indent with spaces",
        "expected <block end>": "indented unlike the lines around it, or a quote is missing",
        "mapping values are not allowed": "text with a colon needs quotes around it",
        "expected ',' or": "a bracket is not closed, or a comma is missing",
    }
    hints = [hint for part, hint in usual.items() if part in problem]
    return f"{problem} ({hints[0]})" if hints else problem


class _Tricks(Exception):
    """YAML that is well formed and no rules file."""

    def __init__(self, event: yaml.Event, reason: str) -> None:
        super().__init__(reason)
        self.line = event.start_mark.line + 1 if event.start_mark else 1


def _refuse_tricks(events: Iterable[yaml.Event]) -> None:
    """An alias could make a small file huge, and would be lost when the console saves it."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _Tricks(event, "is nested too deeply")
        if getattr(event, "tag", None) is not None:
            raise _Tricks(event, "tags (!) are not used; write the plain value")
        if getattr(event, "anchor", None) is not None:
            raise _Tricks(
                event, "anchors and aliases (& and *) are not used; write a group or a calendar"
            )


class _Reader:
    def __init__(self) -> None:
        self.source = Source()
        self.faults: list[Fault] = []

    def value(self, node: yaml.Node, path: Path) -> object:
        self.source.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fault(key, path, "a key must be a word")
                continue
            name = str(key.value)
            if name in found:
                first = self.source.lines[*path, name]
                self._fault(key, (*path, name), f"stands twice; first on line {first}")
                continue
            self.source.lines[*path, name] = key.start_mark.line + 1
            found[name] = self.value(value, (*path, name))
        return found

    def _scalar(self, node: yaml.Node) -> object:
        text = str(node.value)
        if getattr(node, "style", None):  # Quoted, or a block.
            return text
        for pattern, make in PLAIN:
            if pattern.fullmatch(text):
                return make(text)
        return text

    def _fault(self, node: yaml.Node, path: Path, reason: str) -> None:
        self.faults.append(Fault(node.start_mark.line + 1, shown(path), reason))
