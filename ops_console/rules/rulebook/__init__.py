"""The rules file: its form, its parser and its JSON Schema. Written down in docs/rules-file.md."""

from ops_console.rules.rulebook.base import Entry, Part
from ops_console.rules.rulebook.book import HOLIDAYS, Facility, FactType, Housing, Rulebook
from ops_console.rules.rulebook.faults import Fault, RulesFileWrong
from ops_console.rules.rulebook.parser import read_rulebook
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.session_models import Blackout, ExceptionEntry, Session

__all__ = [
    "HOLIDAYS",
    "Blackout",
    "Entry",
    "ExceptionEntry",
    "Facility",
    "FactType",
    "Fault",
    "Housing",
    "Part",
    "Rulebook",
    "RulesFileWrong",
    "Selector",
    "Session",
    "read_rulebook",
]
