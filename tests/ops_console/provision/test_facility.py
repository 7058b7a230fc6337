"""A facility's folder: private things private, nothing lost when it is provisioned again."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ops_console.provision import BrokerPlace, certify, provision, public_keys
from ops_console.provision.access import access_list
from ops_console.provision.broker import configuration
from ops_console.provision.registry import Registry, read_registry
from visits.clock import StoppedClock
from visits.errors import SettingsWrong
from visits.sealing import ReviewerKey
from visits.signing import SigningKey

ROOT = Path(__file__).parents[3]
KIOSKS = {"a1": "unit-a", "b1": "unit-b"}
PRIVATE = {
    *("ca", "broker", "console", "portal", "kiosk-a1", "kiosk-b1", "signing", "reviewer"),
    *("kiosk-a1.signing", "kiosk-b1.signing", "evidence", "evidence-server"),
}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime(2030, 5, 1, tzinfo=UTC))


def certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def files(folder: Path, ending: str) -> dict[str, bytes]:
    return {file.stem: file.read_bytes() for file in folder.glob(f"*.{ending}")}


def test_every_key_is_readable_by_its_owner_alone(tmp_path: Path, clock: StoppedClock) -> None:
    provision(tmp_path, "cook", KIOSKS, clock)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("*.key")}
    assert modes == {f"{name}.key": 0o600 for name in PRIVATE}
    assert (tmp_path / "acl").stat().st_mode & 0o777 == 0o600


def test_the_registry_names_the_key_that_each_kiosk_signs_with_and_keeps_it(
    tmp_path: Path, clock: StoppedClock
) -> None:
    first = provision(tmp_path, "cook", {"a1": "unit-a"}, clock)
    again = provision(tmp_path, "cook", KIOSKS, clock)
    for terminal in KIOSKS:
        key = SigningKey.from_pem((tmp_path / f"kiosk-{terminal}.signing.key").read_bytes())
        assert again.kiosk_keys[terminal] == key.verifying_key.text
    assert again.kiosk_keys["a1"] == first.kiosk_keys["a1"] != again.kiosk_keys["b1"]
    assert read_registry(tmp_path) == again


def test_a_device_is_who_its_certificate_says_and_can_only_be_a_client(
    tmp_path: Path, clock: StoppedClock
) -> None:
    provision(tmp_path, "cook", KIOSKS, clock)
    authority = certificate(tmp_path, "ca")
    for device in ("console", "portal", "kiosk-a1", "kiosk-b1"):
        its = certificate(tmp_path, device)
        its.verify_directly_issued_by(authority)
        (name,) = its.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert name.value == device
        use = its.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(use) == [ExtendedKeyUsageOID.CLIENT_AUTH]
        assert not its.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_broker_answers_to_every_name_it_is_reached_by(
    tmp_path: Path, clock: StoppedClock
) -> None:
    place = BrokerPlace(hosts=("broker.cook.example", "10.1.2.3"))
    provision(tmp_path, "cook", KIOSKS, clock, place)
    names = certificate(tmp_path, "broker").extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert [str(name.value) for name in names.value] == [
        "localhost",
        "127.0.0.1",
        "broker.cook.example",
        "10.1.2.3",
    ]


def test_recordings_are_sealed_to_a_key_whose_private_half_stays_in_its_own_file(
    tmp_path: Path, clock: StoppedClock
) -> None:
    provision(tmp_path, "cook", KIOSKS, clock)
    private = ReviewerKey.from_pem((tmp_path / "evidence.key").read_bytes())
    first = (tmp_path / "evidence.pub").read_text()
    assert first.strip() == private.public.text
    provision(tmp_path, "cook", KIOSKS, clock)
    assert (tmp_path / "evidence.pub").read_text() == first


def test_terminals_find_the_evidence_process_by_the_brokers_names(
    tmp_path: Path, clock: StoppedClock
) -> None:
    provision(tmp_path, "cook", KIOSKS, clock, BrokerPlace(hosts=("10.1.2.3",)))
    its = certificate(tmp_path, "evidence-server").extensions
    names = its.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["localhost", "127.0.0.1", "10.1.2.3"]
    use = its.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(use) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_provisioning_again_keeps_every_key_and_adds_the_new_device(
    tmp_path: Path, clock: StoppedClock
) -> None:
    provision(tmp_path, "cook", {"a1": "unit-a"}, clock)
    keys, certificates = files(tmp_path, "key"), files(tmp_path, "pem")
    registry = provision(tmp_path, "cook", {"b1": "unit-b"}, clock)
    assert dict(registry.terminals) == KIOSKS
    assert files(tmp_path, "key").items() >= keys.items()
    assert files(tmp_path, "pem").items() >= certificates.items()
    assert certificate(tmp_path, "kiosk-b1")


def test_only_what_runs_out_soon_is_renewed_and_for_the_same_key(
    tmp_path: Path, clock: StoppedClock
) -> None:
    provision(tmp_path, "cook", KIOSKS, clock)
    before = certificate(tmp_path, "console")
    clock.advance(timedelta(days=825 - 61))
    provision(tmp_path, "cook", KIOSKS, clock)
    assert certificate(tmp_path, "console") == before
    clock.advance(timedelta(days=2))
    provision(tmp_path, "cook", KIOSKS, clock)
    after = certificate(tmp_path, "console")
    assert after.not_valid_after_utc > before.not_valid_after_utc
    assert after.public_key() == before.public_key()


def test_a_new_name_for_the_broker_renews_its_certificate(
    tmp_path: Path, clock: StoppedClock
) -> None:
    provision(tmp_path, "cook", KIOSKS, clock)
    before = certificate(tmp_path, "broker")
    provision(tmp_path, "cook", KIOSKS, clock, BrokerPlace(hosts=("broker.example",)))
    assert certificate(tmp_path, "broker") != before


def test_a_terminal_that_moves_reads_its_new_unit_only() -> None:
    registry = Registry(facility_id="cook", terminals={"a1": "unit-b"})
    lines = access_list(registry).splitlines()
    agendas = [line for line in lines if "/agenda/" in line and "+" not in line]
    assert agendas == ["topic read visitline/v1/cook/agenda/unit-b"]


def test_a_folder_belongs_to_one_facility(tmp_path: Path, clock: StoppedClock) -> None:
    provision(tmp_path, "cook", KIOSKS, clock)
    with pytest.raises(SettingsWrong, match="use another one for dane"):
        provision(tmp_path, "dane", KIOSKS, clock)


@pytest.mark.parametrize("terminal", ["A1", "a/1", "+", "", "a1\nuser console"])
def test_a_name_that_could_mean_something_to_the_broker_is_refused(
    tmp_path: Path, clock: StoppedClock, terminal: str
) -> None:
    with pytest.raises(SettingsWrong, match="lower case"):
        provision(tmp_path, "cook", {terminal: "unit-a"}, clock)


def test_keys_cannot_be_shown_before_they_exist(tmp_path: Path, clock: StoppedClock) -> None:
    with pytest.raises(SettingsWrong, match="provision --folder"):
        public_keys(tmp_path)
    with pytest.raises(SettingsWrong, match="provision it first"):
        certify(tmp_path, "probe", clock)


def test_the_commented_configuration_says_what_the_written_one_says(tmp_path: Path) -> None:
    def directives(text: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                word, _, value = line.partition(" ")
                found.setdefault(word, set()).add("a place" if "/" in value else value)
        return found

    registry = Registry(
        facility_id="cook", terminals={}, broker=BrokerPlace(address="0.0.0.0", port=8883)
    )
    commented = (ROOT / "config" / "mosquitto" / "mosquitto.conf").read_text()
    assert directives(commented) == directives(configuration(registry, tmp_path))


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops_console.provision", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_command_provisions_and_prints_the_public_keys(tmp_path: Path) -> None:
    folder = str(tmp_path / "keys")
    made = command("provision", "--folder", folder, "--facility", "cook", "--kiosk", "a1=unit-a")
    assert made.returncode == 0, made.stderr
    shown = command("keys", "--folder", folder)
    assert json.loads(shown.stdout) == public_keys(tmp_path / "keys")._asdict()
    assert shown.stdout == made.stdout


@pytest.mark.slow
def test_the_command_keeps_the_brokers_place_when_it_is_not_said_again(tmp_path: Path) -> None:
    words = ("provision", "--folder", str(tmp_path), "--facility", "cook")
    command(*words, "--port", "1234", "--broker-host", "b.example")
    command(*words, "--kiosk", "a1=unit-a")
    registry = json.loads((tmp_path / "devices.json").read_text())
    assert (registry["broker"]["port"], registry["broker"]["hosts"]) == (1234, ["b.example"])
    assert registry["terminals"] == {"a1": "unit-a"}


def test_the_command_explains_a_malformed_terminal_and_exits_2(tmp_path: Path) -> None:
    told = command("provision", "--folder", str(tmp_path), "--facility", "c", "--kiosk", "a1")
    assert told.returncode == 2
    assert "TERMINAL=UNIT" in told.stderr
