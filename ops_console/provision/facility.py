"""Provision a facility: make what is missing, keep what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ops_console.provision.access import access_list
from ops_console.provision.broker import configuration
from ops_console.provision.certificates import Authority, authority, new_key, still_good
from ops_console.provision.files import keep_private, replace
from ops_console.provision.registry import FILE, BrokerPlace, Registry, merged, read_registry
from visits.clock import Clock
from visits.errors import SettingsWrong
from visits.messages import kiosk_device
from visits.model import FacilityId, TerminalId, UnitId
from visits.sealing import ReviewerKey
from visits.signing import SigningKey

BROKER = "broker"
EVIDENCE_SERVER = "evidence-server"
"""What terminals bring recordings to; `evidence.key` is what opens those."""
ALWAYS_REACHABLE_AS = ("localhost", "127.0.0.1")


class PublicKeys(NamedTuple):
    """The texts that kiosk and portal settings need (`console_key`, `reviewer_key`)."""

    console_key: str
    reviewer_key: str


def provision(
    folder: Path,
    facility_id: FacilityId,
    terminals: Mapping[TerminalId, UnitId],
    clock: Clock,
    broker: BrokerPlace | None = None,
) -> Registry:
    """Make or complete `folder`: authority, certificates, access list, broker, keys of console
    and evidence process.

    Run again, it keeps every key, adds new devices and renews certificates that run out.
    Raises `SettingsWrong` when the folder belongs to another facility or a file is damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    registry = merged(read_registry(folder), facility_id, terminals, broker)
    kiosk_keys = {terminal: _kiosk_key(folder, terminal) for terminal in registry.terminals}
    registry = registry.model_copy(update={"kiosk_keys": kiosk_keys})
    replace(folder / FILE, registry.model_dump_json(indent=2) + "\n")
    issuer = _authority(folder, facility_id, clock.now())
    for device in registry.devices():
        _certify(folder, issuer, device, (), clock.now())
    hosts = tuple(dict.fromkeys((*ALWAYS_REACHABLE_AS, *registry.broker.hosts)))
    _certify(folder, issuer, BROKER, hosts, clock.now())
    _certify(folder, issuer, EVIDENCE_SERVER, hosts, clock.now())
    replace(folder / "acl", access_list(registry), private=True)
    replace(folder / "mosquitto.conf", configuration(registry, folder))
    (folder / "broker-data").mkdir(exist_ok=True)
    keep_private(folder / "signing.key", lambda: SigningKey.generate().to_pem())
    keep_private(folder / "reviewer.key", lambda: ReviewerKey.generate().to_pem())
    keep_private(folder / "evidence.key", lambda: ReviewerKey.generate().to_pem())
    evidence = ReviewerKey.from_pem((folder / "evidence.key").read_bytes())
    replace(folder / "evidence.pub", evidence.public.text + "\n")
    return registry


def certify(folder: Path, common_name: str, clock: Clock, hosts: Sequence[str] = ()) -> None:
    """A certificate for a program that stands in no registry.

    With `hosts` it is a server's, reachable by these; without, a client's that may connect to the
    broker and do nothing. Raises `SettingsWrong` when the folder has not been provisioned.
    """
    registry = read_registry(folder)
    if registry is None:
        raise SettingsWrong(f"{folder} holds no facility; provision it first.")
    issuer = _authority(folder, registry.facility_id, clock.now())
    _certify(folder, issuer, common_name, hosts, clock.now())


def public_keys(folder: Path) -> PublicKeys:
    """Raises `SettingsWrong` when the folder has not been provisioned."""
    try:
        signing = SigningKey.from_pem((folder / "signing.key").read_bytes())
        reviewer = ReviewerKey.from_pem((folder / "reviewer.key").read_bytes())
    except FileNotFoundError as cause:
        raise SettingsWrong(
            f"{folder} holds no keys; run `visitline-console provision --folder {folder}` first."
        ) from cause
    return PublicKeys(signing.verifying_key.text, reviewer.public.text)


def _kiosk_key(folder: Path, terminal_id: TerminalId) -> str:
    """Make the key with which a kiosk signs its statements, or keep it; its public half."""
    file = folder / f"{kiosk_device(terminal_id)}.signing.key"
    keep_private(file, lambda: SigningKey.generate().to_pem())
    return SigningKey.from_pem(file.read_bytes()).verifying_key.text


def _authority(folder: Path, facility_id: FacilityId, now: datetime) -> Authority:
    key = _key(folder / "ca.key")
    file = folder / "ca.pem"
    if not file.exists():
        replace(file, _pem(authority(key, facility_id, now)))
    return Authority(x509.load_pem_x509_certificate(file.read_bytes()), key)


def _certify(
    folder: Path, issuer: Authority, common_name: str, hosts: Sequence[str], now: datetime
) -> None:
    key = _key(folder / f"{common_name}.key").public_key()
    file = folder / f"{common_name}.pem"
    if file.exists() and still_good(x509.load_pem_x509_certificate(file.read_bytes()), hosts, now):
        return
    if hosts:
        certificate = issuer.server(common_name, key, hosts, now)
    else:
        certificate = issuer.device(common_name, key, now)
    replace(file, _pem(certificate))


def _key(file: Path) -> ec.EllipticCurvePrivateKey:
    keep_private(file, _new_key_pem)
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SettingsWrong(f"{file} holds a key of another kind than EC P-256; remove it.")
    return key


def _new_key_pem() -> bytes:
    return new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
