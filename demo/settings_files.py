"""The settings files of one appliance, written from its folder, ports and public keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from demo.place import FACILITY_ID, FACILITY_NAME, ZONE, Terminal

if TYPE_CHECKING:
    from demo.appliance import Appliance

_BROKER = """
host = "127.0.0.1"
port = {port}
ca = "keys/ca.pem"
certificate = "keys/{device}.pem"
key = "keys/{device}.key"
"""

_CONSOLE = """# Written by the demonstration; config/console.toml explains every key.
mode = "bench"

[facility]
id = "{facility_id}"
name = "{facility_name}"
zone = "{zone}"
inmate_word = "inmate"

[store]
path = "data/console.db"

[keys]
signing = "keys/signing.key"
reviewer = "keys/reviewer.key"
kiosks = "keys/devices.json"

[audit]
head_file = "data/audit-head.txt"

[broker]{broker}
[web]
host = "127.0.0.1"
port = {web_port}

[relay]
urls = [
  "turn:{relay}:{relay_port}?transport=udp",
  "turn:{relay}:{relay_port}?transport=tcp",
]
addresses = ["{relay}"]
secret = "keys/relay.secret"

{recording}
[bench]
shift_file = "clock-shift"
relay_grace_days = 3660
"""

_RECORDING = """
[recording]
kinds = {kinds}
evidence_key = "keys/evidence.pub"
evidence_url = "http://127.0.0.1:{watch}"
watch_url = "ws://127.0.0.1:{watch}"
"""

_EVIDENCE = """# Written by the demonstration; config/evidence.toml explains every key.
mode = "bench"

[facility]
id = "{facility_id}"
console_keys = ["{console_key}"]

[store]
folder = "data/recordings"
key = "keys/evidence.key"

[ingest]
host = "127.0.0.1"
port = {ingest}
ca = "keys/ca.pem"
certificate = "keys/evidence-server.pem"
key = "keys/evidence-server.key"

[watch]
host = "127.0.0.1"
port = {watch}
origin = "{origin}"

[bench]
shift_file = "clock-shift"
"""

_PORTAL = """# Written by the demonstration; config/portal.toml explains every key.
mode = "bench"

[store]
url = "sqlite:///{folder}/data/portal.db"

[web]
host = "127.0.0.1"
port = {web_port}
public_url = "{public_url}"

[[facilities]]
id = "{facility_id}"
name = "{facility_name}"
zone = "{zone}"
console_key = "{console_key}"
reviewer_key = "{reviewer_key}"

[facilities.broker]{broker}
[bench]
shift_file = "clock-shift"
relay_only = {relay_only}
"""

_KIOSK = """# Written by the demonstration; config/kiosk.toml explains every key.
mode = "bench"

[facility]
id = "{facility_id}"
console_keys = ["{console_key}"]

[terminal]
id = "{terminal_id}"
unit_id = "{unit_id}"
signing_key = "keys/kiosk-{terminal_id}.signing.key"

[broker]{broker}
[store]
path = "data/kiosk-{terminal_id}/kiosk.db"

[screen]
width = 1280
height = 800
fullscreen = false
language = "en"
languages = ["en", "es"]

[devices]
camera = "{camera}"
sound = "{sound}"

[call]
allowed_networks = {networks}
allow_loopback = {loopback}
relay_only = {relay_only}
{evidence}
[bench]
control_port = {control_port}
shift_file = "clock-shift"
"""


def write(appliance: Appliance, public_keys: Mapping[str, str]) -> None:
    """Writes each program's settings file, and one kiosk-<terminal>.toml per started terminal."""
    common = {"facility_id": FACILITY_ID, "facility_name": FACILITY_NAME, "zone": ZONE}
    keys = {name: public_keys[name] for name in ("console_key", "reviewer_key")}
    ports = appliance.ports
    appliance.settings_of("console").write_text(
        _CONSOLE.format(
            **common,
            broker=_broker(appliance, "console"),
            web_port=ports.console,
            relay=appliance.relay_address,
            relay_port=ports.relay,
            recording=_recording(appliance),
        )
    )
    appliance.settings_of("evidence").write_text(
        _EVIDENCE.format(
            **common,
            console_key=keys["console_key"],
            ingest=ports.ingest,
            watch=ports.watch,
            origin=appliance.console_url,
        )
    )
    appliance.settings_of("portal").write_text(
        _PORTAL.format(
            **common,
            **keys,
            folder=appliance.folder,
            broker=_broker(appliance, "portal"),
            web_port=ports.portal,
            public_url=appliance.portal_url,
            relay_only=json.dumps(appliance.relay_only),
        )
    )
    for terminal in appliance.terminals:
        if terminal.started:
            _write_kiosk(appliance, terminal, keys["console_key"])


def _write_kiosk(appliance: Appliance, terminal: Terminal, console_key: str) -> None:
    name = f"kiosk-{terminal.terminal_id}"
    appliance.settings_of(name).write_text(
        _KIOSK.format(
            facility_id=FACILITY_ID,
            console_key=console_key,
            terminal_id=terminal.terminal_id,
            unit_id=terminal.unit_id,
            broker=_broker(appliance, name),
            camera=terminal.camera,
            sound=terminal.sound,
            networks=json.dumps(list(appliance.media_networks)),
            loopback=json.dumps(appliance.relay_address.startswith("127.")),
            relay_only=json.dumps(appliance.relay_only),
            evidence=_evidence_place(appliance),
            control_port=appliance.ports.kiosk_view,
        )
    )


def _recording(appliance: Appliance) -> str:
    if not appliance.records:
        return ""
    kinds = json.dumps(list(appliance.records))
    return _RECORDING.format(kinds=kinds, watch=appliance.ports.watch)


def _evidence_place(appliance: Appliance) -> str:
    if not appliance.records:
        return ""
    return f'\n[evidence]\nhost = "127.0.0.1"\nport = {appliance.ports.ingest}\n'


def _broker(appliance: Appliance, device: str) -> str:
    return _BROKER.format(port=appliance.ports.broker, device=device)
