"""`make demo`: the whole appliance with a seeded facility, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType

from demo.appliance import Appliance, Ports
from demo.clock import opening_instant
from demo.facility import LOG_INS, build
from demo.place import FACILITY_NAME, TERMINALS, ZONE
from demo.processes import DidNotStart
from visits.clock import FacilityTime, SystemClock


def main() -> int:
    arguments = _arguments()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _as_ctrl_c)
    if not arguments.keep:
        shutil.rmtree(arguments.folder, ignore_errors=True)
    usual = Ports(
        broker=8883,
        relay=3478,
        relay_tls=5349,
        ingest=8884,
        watch=8712,
        console=8710,
        portal=8720,
        kiosk_view=8730,
    )
    ports = Ports() if arguments.free_ports else usual
    appliance = Appliance(
        arguments.folder, TERMINALS, ports, _display(), records=("social", "family")
    )
    try:
        _raise(appliance, fresh=not appliance.settings_of("console").exists())
        print(_where_to_look(appliance), flush=True)
        _wait_for_ctrl_c()
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    except (DidNotStart, RuntimeError) as fault:
        print(f"The demonstration could not start. {fault}", file=sys.stderr)
        return 1
    finally:
        exits = appliance.stop()
    print("Everything has stopped.", flush=True)
    return 0 if not any(exits.values()) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("run/demo"))
    parser.add_argument("--keep", action="store_true", help="go on with the last demonstration")
    parser.add_argument("--free-ports", action="store_true", help="take any free ports")
    return parser.parse_args()


def _as_ctrl_c(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _display() -> dict[str, str]:
    """A window where there is a display, else a picture of one at a local address."""
    if os.environ.get("DISPLAY"):
        return {"SDL_VIDEODRIVER": "x11"}
    return {"SDL_VIDEODRIVER": "offscreen"}


def _raise(appliance: Appliance, *, fresh: bool) -> None:
    _say("broker, keys and certificates")
    if fresh:
        appliance.folder.mkdir(parents=True)
        appliance.move_time_to(opening_instant(SystemClock().now()))
    appliance.prepare()
    appliance.start_broker()
    _say("relay")
    appliance.start_relay()
    if fresh:
        _say("a facility with 120 inmates and 30 visitors")
        appliance.seed(*build(appliance.folder))
    _say("evidence process")
    appliance.start_evidence()
    _say("ops console")
    appliance.start_console()
    _say("visitor portal")
    appliance.start_portal()
    _say("kiosk")
    for terminal_id in appliance.kiosks:
        appliance.start_kiosk(terminal_id)


def _say(what: str) -> None:
    print(f"  starting {what} …", flush=True)


def _where_to_look(appliance: Appliance) -> str:
    opens = FacilityTime(ZONE).local(opening_instant(SystemClock().now()))
    visit = opens + timedelta(seconds=30)
    log = LOG_INS
    view = next(iter(appliance.kiosk_views.values()), "")
    return f"""
{FACILITY_NAME}. Its clock was set to {opens:%A %H:%M:%S}; a visit starts at {visit:%H:%M}.

  Family      {appliance.portal_url}
              {log.visitor_email}   {log.visitor_password}
  Attorney    {log.attorney_email}   {log.visitor_password}
  Officer     {appliance.console_url}
              {log.officer}   {log.officer_password}
  Kiosk       {view}/   (a window, too, where there is a display)
              inmate number {log.inmate_number}   PIN {log.pin}

Try this: sign in as the family, open today's visit and allow camera and microphone;
then check in at the kiosk with number and PIN. Watch the officer's page meanwhile.
Logs are in {appliance.folder / "logs"}. Ctrl-C stops everything.
"""


def _wait_for_ctrl_c() -> None:
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
