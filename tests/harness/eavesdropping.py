"""Somebody whom the broker lets hear every message of an appliance that runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from demo.appliance import Appliance
from demo.place import FACILITY_ID
from ops_console.provision import certify
from tests.harness.broker import PROBE, Broker
from tests.harness.raw_client import RawClient
from tests.harness.until import eventually
from visits.clock import SystemClock


@contextmanager
def hearing_everything(appliance: Appliance) -> Iterator[RawClient]:
    """From now on, retained messages included: `heard` of what is yielded."""
    keys = appliance.folder / "keys"
    certify(keys, PROBE, SystemClock())
    with (keys / "acl").open("a") as acl:
        acl.write(f"\nuser {PROBE}\ntopic read #\n")
    os.kill(appliance.broker.pid, signal.SIGHUP)  # mosquitto(8): reads the list anew
    with RawClient(Broker(keys, FACILITY_ID, appliance.ports.broker), PROBE) as client:
        client.subscribe("#")
        eventually(lambda: client.heard, "something that the broker retains")
        yield client
