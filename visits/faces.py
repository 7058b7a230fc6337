"""What a terminal's camera helpers are to do, and what they may say. They warn; people decide."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from visits.model import Words

SHORTEST_WARNING, LONGEST_WARNING = timedelta(seconds=5), timedelta(minutes=10)

WarnAfter = Annotated[timedelta, Field(ge=SHORTEST_WARNING, le=LONGEST_WARNING)]


class FaceTrouble(StrEnum):
    """Why a camera cannot see who sits before it."""

    NO_FACE = "no-face"
    """There is a picture, and no face was found in it."""
    COVERED = "covered"
    """There is hardly a picture: the lens is covered, or it is dark."""


class FaceHelp(Words):
    """What a facility turned on. The default is nothing, and a privileged visit is never helped."""

    warn_after: WarnAfter | None = None
    """How long no face may be found before the inmate and an officer are told; None: never."""
    blur: bool = False
    """All but the face is blurred in the inmate's picture before it leaves the terminal."""

    @property
    def wanted(self) -> bool:
        return self.blur or self.warn_after is not None
