"""The broker's access list, written from `visits.channels`: a device may do what its role's
row says with its own name in it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.provision.registry import Registry
from visits.channels import CHANNELS
from visits.messages import CONSOLE, Role, Topics, terminal_of
from visits.model import DeviceId

HEADING = "# Written by `visitline-console provision` from devices.json; do not edit.\n"


def access_list(registry: Registry) -> str:
    """The file that Mosquitto's `acl_file` names."""
    return HEADING + "".join(
        f"\nuser {device}\n" + "".join(f"topic {line}\n" for line in _lines(registry, device))
        for device in registry.devices()
    )


def _lines(registry: Registry, device: DeviceId) -> Iterator[str]:
    root, role = Topics(registry.facility_id).root, Role.of(device)
    for channel in CHANNELS:
        for access, shapes in (("write", channel.writes), ("read", channel.reads)):
            for shape in shapes.get(role, ()):
                yield f"{access} {root}/{_filled(shape, registry, device)}"
    if device == CONSOLE:
        yield f"read {root}/#"


def _filled(shape: str, registry: Registry, device: DeviceId) -> str:
    if Role.of(device) is not Role.KIOSK:
        return shape.format(device=device)
    terminal = terminal_of(device)
    return shape.format(device=device, terminal=terminal, unit=registry.terminals[terminal])
