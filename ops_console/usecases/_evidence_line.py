"""What the console itself asks of the evidence process."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from visits.errors import WaitAndRetry
from visits.model import VisitId
from visits.signing import Signed

TIMEOUT_S = 30.0


def purge_there(url: str, ticket: Signed, visit_id: VisitId) -> list[dict[str, Any]]:
    """What is left of each recording. Raises `WaitAndRetry` when nothing, or no, is answered."""
    body = json.dumps({"ticket": ticket.model_dump(mode="json"), "visit_id": visit_id}).encode()
    request = urllib.request.Request(  # noqa: S310 - the settings allow http and https alone
        f"{url}/purge", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return list(json.loads(answer.read())["purged"])
    except (OSError, ValueError, KeyError) as cause:
        raise WaitAndRetry(f"The evidence process did not purge {visit_id}: {cause}") from cause
