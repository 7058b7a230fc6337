"""Changes single entries in the text of a rules file; every other letter stays as it is.

The lines of each entry are told by YAML itself. What is written anew is one entry at a time, so
comments around it, the order of the file and everything else are not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ops_console.rules.rulebook.yaml_source import read_source
from visits.errors import OfficerMustAct

Entry = dict[str, Any]
WIDE = 1_000_000
"""Letters in a line: an entry on one line is never broken."""


class NotByLines(OfficerMustAct):
    """The file is written in brackets, so no entry has lines of its own."""

    def __init__(self) -> None:
        super().__init__("These rules are written in brackets. Change them in the editor.")


@dataclass(frozen=True, slots=True)
class Lines:
    """An entry from the line of its dash to its last, that one not included."""

    first: int
    end: int


def change_entries(
    text: str, word: str, new: Mapping[int, Entry | None], added: Iterable[Entry] = ()
) -> str:
    """The text with entries of the list `word` replaced (None: removed), by their place from 0,
    and others added behind the last of these, or at the end of the list.

    Raises `NotByLines`.
    """
    lines = _lines(text)
    found = _list_node(text, word)
    if found is None:
        return "".join([*lines, f"{word}:\n", *_written(added, _usual_indent(text))])
    key, node = found
    if node.flow_style or not node.value:
        return _instead_of_brackets(text, word, found, new, added)
    spans, indent = _spans(node, lines), node.start_mark.column
    kept = [place for place in range(len(spans)) if new.get(place, {}) is not None]
    more = list(added)
    if not kept and not more:
        return "".join([*lines[: key.start_mark.line], f"{word}: []\n", *lines[spans[-1].end :]])
    behind = max(new, default=len(spans) - 1)
    for place in reversed(range(len(spans))):
        if place == behind:
            lines[spans[place].end : spans[place].end] = _written(more, indent)
        entry = new.get(place, {})
        if entry != {}:
            lines[spans[place].first : spans[place].end] = _written(
                [entry] if entry else [], indent
            )
    return "".join(lines)


def set_line(text: str, word: str, value: Entry) -> str:
    """The text with the top-level key `word` said on one line, before the lists if it is new."""
    lines, root = _lines(text), _root(text)
    line = f"{word}: {one_line(value)}\n"
    for key, node in root.value:
        if key.value == word:
            return "".join([*lines[: key.start_mark.line], line, *lines[_last_line(node) + 1 :]])
    at = _last_line(root.value[0][1]) + 1
    return "".join([*lines[:at], line, *lines[at:]])


def one_line(entry: Entry) -> str:
    """An entry as it stands on one line."""
    return yaml.safe_dump(
        entry, sort_keys=False, allow_unicode=True, default_flow_style=True, width=WIDE
    ).strip()


def _block(entry: Entry) -> list[str]:
    dumped = yaml.safe_dump(
        entry, sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDE
    )
    return dumped.splitlines(keepends=True)


def _written(entries: Iterable[Entry], indent: int) -> list[str]:
    """Entries with their dashes; short ones on one line."""
    found: list[str] = []
    for entry in entries:
        short = one_line(entry)
        block = [f"{short}\n"] if len(short) <= 100 - indent else _block(entry)
        lead = " " * indent
        found += [f"{lead}{'  ' if number else '- '}{line}" for number, line in enumerate(block)]
    return found


def _lines(text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines


def _root(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise NotByLines
    return root


def _list_node(text: str, word: str) -> tuple[yaml.Node, yaml.SequenceNode] | None:
    for key, node in _root(text).value:
        if key.value == word and isinstance(node, yaml.SequenceNode):
            return key, node
    return None


def _spans(node: yaml.SequenceNode, lines: list[str]) -> list[Lines]:
    """Empty lines behind an entry are not its own, though YAML may count them to its text."""
    found = []
    for one in node.value:
        last = _last_line(one)
        while not lines[last].strip():
            last -= 1
        found.append(Lines(one.start_mark.line, last + 1))
    return found


def _last_line(node: yaml.Node) -> int:
    """The last line with something of the node: YAML's own mark lies behind what follows it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        inner = [one for pair in node.value for one in _both(pair)]
        return max(map(_last_line, inner), default=node.start_mark.line)
    block = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}
    mark = node.end_mark
    return int(mark.line) - (1 if block and mark.column == 0 else 0)


def _both(pair: Any) -> tuple[yaml.Node, ...]:
    return pair if isinstance(pair, tuple) else (pair,)


def _usual_indent(text: str) -> int:
    """How far the lists of this file stand in."""
    found = [node.start_mark.column for _, node in _root(text).value if _is_block_list(node)]
    return max(set(found), key=found.count, default=2)


def _is_block_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode) and not node.flow_style


def _instead_of_brackets(
    text: str,
    word: str,
    found: tuple[yaml.Node, yaml.SequenceNode],
    new: Mapping[int, Entry | None],
    added: Iterable[Entry],
) -> str:
    """The list written anew, an entry on each line; what stood behind the bracket stays."""
    (key, node), lines = found, _lines(text)
    data = read_source(text).data
    old = data.get(word) if isinstance(data, dict) else None
    every = [new.get(place, one) for place, one in enumerate(old or [])]
    entries = [one for one in every if one is not None] + list(added)
    last = node.end_mark.line
    behind = lines[last][node.end_mark.column :].strip()
    head = f"{word}:{'' if entries else ' []'}{'   ' if behind else ''}{behind}\n"
    written = _written(entries, _usual_indent(text))
    return "".join([*lines[: key.start_mark.line], head, *written, *lines[last + 1 :]])
