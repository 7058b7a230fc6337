"""The code of a visit in Firefox, which does not tell its page whom it is connected with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.call import Heard, running_service
from tests.harness.code_page import answer_of, code_at, same, served
from tests.harness.firefox import Firefox, shown
from tests.harness.until import eventually
from visits.short_code import commitment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = 10


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with shown(tmp_path_factory.mktemp("firefox"), served) as window:
        eventually(lambda: window.evaluate("() => window.offer !== undefined"), "its modules")
        yield window


def pairs_of(fingerprint: str) -> str:
    """As a description writes it."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()


def test_both_screens_have_the_same_code(
    page: Firefox,
) -> None:
    heard = Heard()
    with running_service(heard) as service:
        for number in range(CALLS):
            name = f"call-{number}"
            own, answer = answer_of(service, heard, name, page.evaluate("() => offer()"))
            told = page.evaluate("(sdp, own) => take(sdp, own)", answer, commitment(own))
            assert told["type"] == "secured"
            assert same(code_at(heard), told)
            service.close(name)


def test_an_answer_with_another_fingerprint_than_promised_never_becomes_a_line(
    page: Firefox,
) -> None:
    heard = Heard()
    with running_service(heard) as service:
        own, answer = answer_of(service, heard, "false", page.evaluate("() => offer()"))
        forged = answer.replace(pairs_of(own), pairs_of("ab" * 32))
        assert forged != answer
        told = page.evaluate("(sdp, own) => take(sdp, own)", forged, commitment(own))
        assert told["type"] == "not-private"
        assert "secured" not in heard.names()


def test_a_line_with_another_certificate_than_its_answer_names_never_stands(
    page: Firefox,
) -> None:
    """Somebody in the middle who names the terminal's certificate, and holds none but their own."""
    heard, false = Heard(), Heard()
    with running_service(heard) as service, running_service(false) as middle:
        offer = page.evaluate("() => offer()")
        own, _ = answer_of(service, heard, "true", offer)
        theirs, answer = answer_of(middle, false, "false", offer)
        named = answer.replace(pairs_of(theirs), pairs_of(own))
        assert named != answer
        told = page.evaluate("(sdp, own) => take(sdp, own)", named, commitment(own))
        assert told["type"] == "line-lost"
        assert "secured" not in false.names()
