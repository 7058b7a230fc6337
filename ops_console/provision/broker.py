"""Mosquitto's configuration for one facility. Source: mosquitto.conf(5), version 2.0."""

from __future__ import annotations

from pathlib import Path

from ops_console.provision.registry import Registry
from visits.messages import LARGEST_MESSAGE_BYTES

LARGEST_PACKET_BYTES = LARGEST_MESSAGE_BYTES + 4096
"""The largest message, its topic and its properties."""

_TEMPLATE = """\
# Written by `visitline-console provision`; do not edit.
user {runs_as}
listener {port} {address}
cafile {folder}/ca.pem
certfile {folder}/broker.pem
keyfile {folder}/broker.key
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {folder}/acl

set_tcp_nodelay true
max_packet_size {largest}
max_inflight_messages 100
max_queued_messages 10000

persistence true
persistence_location {folder}/broker-data/
autosave_on_changes false
autosave_interval 30

log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages true
"""


def configuration(registry: Registry, folder: Path) -> str:
    """The file for `mosquitto -c`, its paths absolute."""
    return _TEMPLATE.format(
        folder=folder.resolve(),
        runs_as=registry.broker.runs_as,
        port=registry.broker.port,
        address=registry.broker.address,
        largest=LARGEST_PACKET_BYTES,
    )
