"""What the console itself asks of the evidence process."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple

from visits.errors import WaitAndRetry
from visits.model import Id, VisitId
from visits.signing import Signed

TIMEOUT_S = 30.0


class KeptThere(NamedTuple):
    """How much of a recording the evidence process has."""

    pieces: int
    last_link: str | None


def purge_there(url: str, ticket: Signed, visit_id: VisitId) -> list[dict[str, Any]]:
    """What is left of each recording. Raises `WaitAndRetry` when nothing, or no, is answered."""
    try:
        return list(_asked(url, "/purge", ticket, visit_id=visit_id)["purged"])
    except (OSError, ValueError, KeyError) as cause:
        raise WaitAndRetry(f"The evidence process did not purge {visit_id}: {cause}") from cause


def kept_there(url: str, ticket: Signed) -> dict[Id, KeptThere]:
    """By recording, in the order in which they began; of one whose chain is broken, what stands
    before that. Raises `WaitAndRetry` when nothing, or no, is answered."""
    try:
        found = _asked(url, "/index", ticket)["recordings"]
        return {
            one["recording_id"]: KeptThere(one["count"], one["last_link"] or None) for one in found
        }
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise WaitAndRetry(
            "The evidence process does not answer. Nothing was exported; try again in a minute."
        ) from cause


def _asked(url: str, path: str, ticket: Signed, **words: str) -> Any:
    body = json.dumps({"ticket": ticket.model_dump(mode="json"), **words}).encode()
    request = urllib.request.Request(  # noqa: S310 - the settings allow http and https alone
        url + path, body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        return json.loads(answer.read())
