"""What nobody foresaw ends an attempt, never the service; what is foreseen fails at the start."""

from __future__ import annotations

from typing import NoReturn

import pytest
from aiortc import RTCRtpSender

from kiosk.media import aiortc_adapter
from kiosk.media.aiortc_adapter import NEEDED, AiortcChanged, check
from tests.harness.call import Heard, running_service, wait_until


def test_another_aiortc_than_the_known_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    monkeypatch.setattr(aiortc_adapter, "version", lambda _: "9.9.9")
    with pytest.raises(AiortcChanged, match=r"9\.9\.9.*1\.16\.0"):
        check()


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, names in NEEDED.items() for name in names if hasattr(kind, name)],
)
def test_an_aiortc_without_a_needed_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, kind: type, name: str
) -> None:
    monkeypatch.delattr(kind, name)
    with pytest.raises(AiortcChanged, match=name):
        check()


def test_an_aiortc_that_keeps_something_elsewhere_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(NEEDED, RTCRtpSender, {"_RTCRtpSender__moved": "has moved"})
    with pytest.raises(AiortcChanged, match="__moved"):
        check()


def _breaks(*_: object) -> NoReturn:
    raise RuntimeError("a fault that nobody foresaw")


def test_an_attempt_that_cannot_be_made_fails_and_the_next_one_is_tried() -> None:
    heard = Heard()
    with running_service(heard) as service:
        service.open("one", make=_breaks)
        assert heard.wait_for("failed")[1] == "one"
        service.open("two")
        wait_until(service, lambda s: s.attempt == "two")


def test_stopping_twice_or_before_the_start_is_harmless() -> None:
    heard = Heard()
    with running_service(heard) as service:
        service.stop()
    service.open("late")
    assert heard.all == []
