"""The facility's own certificate authority: EC P-256, one certificate for each device.

A device is who its certificate's common name says (RFC 5280); the broker's also lists the names
by which devices reach it, since clients compare those and nothing else (RFC 9525).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
DEVICE_LASTS = timedelta(days=825)
RENEW_BEFORE = timedelta(days=60)
"""A certificate with less time left is issued anew for the same key."""
CLOCKS_DIFFER = timedelta(hours=1)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def authority(key: ec.EllipticCurvePrivateKey, facility_id: str, now: datetime) -> x509.Certificate:
    """The self-signed certificate that every other one of the facility is checked against."""
    name = _name(f"Visitline {facility_id}")
    return (
        _builder(name, name, key.public_key(), now, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


class Authority:
    """Issues certificates with the facility's key."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate = certificate
        self._key = key

    def device(
        self, common_name: str, key: ec.EllipticCurvePublicKey, now: datetime
    ) -> x509.Certificate:
        """For a program that connects to the broker as `common_name`."""
        return self._issue(common_name, key, now, ExtendedKeyUsageOID.CLIENT_AUTH, ())

    def server(
        self,
        common_name: str,
        key: ec.EllipticCurvePublicKey,
        hosts: Sequence[str],
        now: datetime,
    ) -> x509.Certificate:
        """For the broker or the relay, reachable by `hosts` (names or IP addresses)."""
        return self._issue(common_name, key, now, ExtendedKeyUsageOID.SERVER_AUTH, hosts)

    def _issue(
        self,
        common_name: str,
        key: ec.EllipticCurvePublicKey,
        now: datetime,
        purpose: x509.ObjectIdentifier,
        hosts: Sequence[str],
    ) -> x509.Certificate:
        issuer_key = self._key.public_key()
        builder = (
            _builder(_name(common_name), self.certificate.subject, key, now, DEVICE_LASTS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
            )
        )
        if hosts:
            names = x509.SubjectAlternativeName([_alternative(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, SHA256())


def still_good(certificate: x509.Certificate, hosts: Sequence[str], now: datetime) -> bool:
    """Whether `certificate` names all of `hosts` and need not be renewed yet."""
    if certificate.not_valid_after_utc - now < RENEW_BEFORE:
        return False
    return set(map(_alternative, hosts)) <= set(_alternatives(certificate))


def _alternatives(certificate: x509.Certificate) -> Sequence[x509.GeneralName]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return list(found.value)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + lasts)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
