"""Words for every status, cause and refusal."""

from __future__ import annotations

from enum import StrEnum

import pytest

from visitor_portal.booking import reasons
from visits.model import Cause, RefusalCode, VisitKind, VisitStatus


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (reasons._REFUSALS, RefusalCode),
        (reasons._CAUSES, Cause),
        (reasons._KINDS, VisitKind),
        (reasons._STATUSES, VisitStatus),
    ],
)
def test_no_code_is_without_its_words(table: dict[str, object], codes: type[StrEnum]) -> None:
    assert set(table) == set(codes)
