"""One family of errors, named by who acts next.

Each carries the sentence that this person should read: what happened, then what to do.
Whoever catches one decides where to show it, never what it means.
"""

from __future__ import annotations


class VisitlineError(Exception):
    """Anything this system says no to on purpose."""


class WaitAndRetry(VisitlineError):
    """Time will mend it: a line that is down, a lock that is held."""


class VisitorMustAct(VisitlineError):
    """The visitor can put it right."""


class InmateMustAct(VisitlineError):
    """The inmate can put it right at the terminal."""


class OfficerMustAct(VisitlineError):
    """An officer has to decide or correct something."""


class EngineerMustAct(VisitlineError):
    """Configuration, keys or software are wrong; nobody on shift can mend it."""


class SettingsWrong(EngineerMustAct):
    """A settings file cannot be used. The message names file, line and reason."""


class MessageRefused(EngineerMustAct):
    """A message off the wire is malformed, of another version, or from the wrong sender."""


class SignatureRefused(EngineerMustAct):
    """A signed envelope was altered, is for another purpose, or its key is unknown."""


class SealRefused(EngineerMustAct):
    """A sealed document cannot be opened with this key."""


class TransitionRefused(OfficerMustAct):
    """The lifecycle table has no such change for this visit and actor."""
