"""A password matches its verifier; nothing else does, and guessing is dear."""

from __future__ import annotations

import pytest

from visits.secrets import PASSWORD_COST, PIN_COST, Cost, matches, verifier_for

CHEAP = Cost(iterations=1, memory_kib=8)


def test_only_the_secret_itself_matches() -> None:
    verifier = verifier_for("4711", CHEAP)
    assert matches("4711", verifier)
    for other in ("4712", "", "4711 ", "04711"):
        assert not matches(other, verifier)


def test_the_same_secret_never_looks_the_same_twice() -> None:
    assert verifier_for("4711", CHEAP) != verifier_for("4711", CHEAP)


def test_secrets_in_any_script_work() -> None:
    assert matches("пароль-密码-ñ", verifier_for("пароль-密码-ñ", CHEAP))


def test_a_verifier_names_its_cost_so_that_costs_may_rise() -> None:
    assert verifier_for("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PIN_COST.memory_kib * PIN_COST.iterations > (
        PASSWORD_COST.memory_kib * PASSWORD_COST.iterations
    )


@pytest.mark.parametrize("verifier", ["", "4711", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$a$b"])
def test_a_damaged_verifier_matches_nothing(verifier: str) -> None:
    assert not matches("4711", verifier)
    assert not matches("", verifier)
