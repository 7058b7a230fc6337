"""A settings fault names its file, its line, its key and its reason."""

from __future__ import annotations

import pytest
from pydantic import Field

from visits.errors import SettingsWrong
from visits.settings import Settings, parse_settings


class Broker(Settings):
    host: str
    port: int = Field(ge=1, le=65_535)


class Facility(Settings):
    id: str
    broker: Broker


class Program(Settings):
    mode: str
    broker: Broker
    facilities: tuple[Facility, ...] = ()


GOOD = """\
mode = "production"

[broker]
host = "localhost"
port = 8883

[[facilities]]
id = "cook"
[facilities.broker]
host = "a"
port = 1

[[facilities]]
id = "dane"
[facilities.broker]
host = "b"
port = 2
"""


def faults(text: str) -> list[str]:
    with pytest.raises(SettingsWrong) as refused:
        parse_settings(text, "program.toml", Program)
    return str(refused.value).splitlines()


def test_a_right_file_becomes_its_model() -> None:
    program = parse_settings(GOOD, "program.toml", Program)
    assert [facility.broker.port for facility in program.facilities] == [1, 2]


def test_a_wrong_value_is_named_with_its_line() -> None:
    (fault,) = faults(GOOD.replace("8883", "99999"))
    assert fault.startswith("program.toml:5: broker.port: ")
    assert "65535" in fault


def test_a_key_that_nobody_knows_is_named_with_its_line() -> None:
    (fault,) = faults(GOOD.replace('host = "localhost"', 'host = "localhost"\nhots = "x"'))
    assert fault.startswith("program.toml:5: broker.hots: Extra inputs are not permitted")


def test_a_missing_key_is_named_at_its_table() -> None:
    (fault,) = faults(GOOD.replace("port = 8883\n", ""))
    assert fault.startswith("program.toml:")
    assert "broker.port: Field required" in fault


def test_a_fault_in_the_second_of_several_tables_is_found_there() -> None:
    (fault,) = faults(GOOD.replace("port = 2", 'port = "two"'))
    assert fault.startswith("program.toml:17: facilities.1.broker.port: ")


def test_every_fault_has_its_own_line() -> None:
    found = faults(GOOD.replace("8883", "0").replace('mode = "production"', "mode = 1"))
    assert [fault.split(": ")[0] for fault in found] == ["program.toml:1", "program.toml:5"]


def test_what_is_no_toml_is_named_with_its_line() -> None:
    (fault,) = faults('mode = "production"\nbroker = = 1\n')
    assert fault.startswith("program.toml:2: not TOML: ")


def test_settings_do_not_change_once_read() -> None:
    program = parse_settings(GOOD, "program.toml", Program)
    with pytest.raises(ValueError, match="frozen"):
        program.broker.port = 5  # type: ignore[misc]
