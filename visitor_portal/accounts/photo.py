"""A photo of an identity document on its way in: checked, re-encoded apart, sealed, never kept.

Pictures are the one hostile file format that strangers may send here. They are decoded in a
process of their own that has no secrets and little time and memory, and that is gone afterwards.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from visitor_portal.guard import PHOTO_BYTES
from visitor_portal.words import mark
from visits.errors import VisitorMustAct
from visits.model import FacilityId
from visits.sealing import ReviewerPublicKey, SealedDocument, seal

_WORKER = Path(__file__).with_name("photo_worker.py")
_TIMEOUT_S = 30

_SAYINGS: Mapping[int, str] = {
    3: mark("That picture has more than 25 megapixels. Take a smaller one."),
    4: mark("That picture is too small to read. Take one where the whole ID fills the frame."),
}
_UNREADABLE = mark("We cannot read that file. Take a photo of your ID, or choose a JPEG or PNG.")


def sealed_photo(upload: bytes, readers: Mapping[FacilityId, ReviewerPublicKey]) -> SealedDocument:
    """The picture as a JPEG without metadata, readable by the facilities' reviewers alone.

    Raises `VisitorMustAct` for a file that is missing, too large or not a picture.
    """
    if not upload:
        raise VisitorMustAct(mark("Choose a photo of your ID."))
    if len(upload) > PHOTO_BYTES:
        raise VisitorMustAct(mark("That file is larger than 8 MB. Choose a smaller one."))
    return seal(_reencoded(upload), "image/jpeg", readers)


def _reencoded(upload: bytes) -> bytes:
    try:
        worker = subprocess.run(  # noqa: S603 - our own file, no argument from outside
            [sys.executable, "-I", str(_WORKER)],
            input=upload,
            capture_output=True,
            timeout=_TIMEOUT_S,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired as cause:
        raise VisitorMustAct(_UNREADABLE) from cause
    if worker.returncode != 0 or not worker.stdout:
        raise VisitorMustAct(_SAYINGS.get(worker.returncode, _UNREADABLE))
    return worker.stdout
