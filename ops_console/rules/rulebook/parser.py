"""From a rules file's text to a `Rulebook`, or to everything that is wrong with it."""

from __future__ import annotations

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.crosschecks import cross_faults
from ops_console.rules.rulebook.defaults import stand_in
from ops_console.rules.rulebook.faults import Fault, Path, RulesFileWrong, meant, shown
from ops_console.rules.rulebook.keys import forms_with, keys_beside
from ops_console.rules.rulebook.yaml_source import Source, read_source

SENTENCES = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of names",
    "model_type": "must be a mapping with keys",
    "model_attributes_type": "must be a mapping with keys",
    "float_type": "must be a number",
}
FEW = 10
"""Keys that a fault names all."""


def read_rulebook(text: str) -> Rulebook:
    """Raises `RulesFileWrong` with every fault: YAML first, then the form, then references."""
    source = read_source(text)
    try:
        book = Rulebook.model_validate(source.data, context={"facts": _declared(source.data)})
    except ValidationError as found:
        raise RulesFileWrong(_faults(found, source)) from found
    if wrong := [_placed(source, path, reason) for path, reason in cross_faults(book)]:
        raise RulesFileWrong(list(dict.fromkeys(wrong)))
    return book


def _declared(data: object) -> list[str]:
    """The facts that the file itself makes known, whatever else is wrong with it."""
    facts = data.get("facts") if isinstance(data, dict) else None
    return list(facts) if isinstance(facts, dict) else []


def _faults(found: ValidationError, source: Source) -> list[Fault]:
    """One fault for each place and reason, however many forms pydantic tried."""
    errors = found.errors(include_url=False, include_context=False)
    strange = {error["loc"][:-1] for error in errors if error["type"] == "extra_forbidden"}
    every = [_fault(error, source) for error in errors if not _misspelt(error, strange)]
    return list(dict.fromkeys(every))


def _misspelt(error: ErrorDetails, strange: set[Path]) -> bool:
    """Whether a key is missing beside one that nobody knows: the one was meant by the other."""
    return error["type"] == "missing" and error["loc"][:-1] in strange


def _fault(error: ErrorDetails, source: Source) -> Fault:
    path = error["loc"]
    if error["type"] == "missing":
        return _placed(source, (*source.known(path[:-1]), path[-1]), "is missing")
    if error["type"] == "extra_forbidden":
        return _placed(source, path, _unknown(path))
    return _placed(source, path, _reason(error))


def _reason(error: ErrorDetails) -> str:
    kind, said = error["type"], error["msg"]
    if kind in {"too_short", "string_too_short"}:
        return SENTENCES[kind]
    if kind in SENTENCES:
        keys = _few_keys((*error["loc"], "")) if kind.startswith("model") else ""
        shown = f" ({keys})" if keys else ""
        return f"{SENTENCES[kind]}{shown}, not {_short(error['input'])}"
    said = said.removeprefix("Value error, ").removeprefix("Input ")
    if kind == "form":
        return f"{said}, not {_short(error['input'])}"
    near = meant(error["input"], re.findall(r"'([^']*)'", said)) if kind == "literal_error" else ""
    if near:
        return f"{said}, not {_short(error['input'])}{near}"
    return said if kind == "value_error" else f"{said}, not {_short(error['input'])}"


def _written(source: Source, path: Path) -> Path:
    """Where the file has what is wrong: in the entry itself, or in the defaults it takes."""
    if len(path) > 2 and path[:3] not in source.lines:
        return next((one for one in stand_in(path) if one[:3] in source.lines), path)
    return path


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unknown(path: Path) -> str:
    """Names the key that was probably meant, if one is near, or what the key goes with."""
    said, known = "is not a key that belongs here", keys_beside(Rulebook, path)
    if path[-1] not in known:
        near, keys = meant(path[-1], known), _few_keys(path)
        return f"{said}{near}" if near or not keys else f"{said}; write {keys}"
    forms = forms_with(Rulebook, path)
    return f"{said}; it goes with {' or '.join(forms)}" if forms else said


def _few_keys(path: Path) -> str:
    """The keys of the mapping in which the last step stands, where they are soon told."""
    known = keys_beside(Rulebook, path)
    *most, last = known
    return f"{', '.join(most)}{' or ' if most else ''}{last}" if len(known) <= FEW else ""


def _placed(source: Source, path: Path, reason: str) -> Fault:
    known = source.known(_written(source, path))
    missing = (*known, path[-1]) if reason == "is missing" else known
    return Fault(source.line(known), shown(missing), reason)
