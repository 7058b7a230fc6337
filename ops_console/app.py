"""`visitline-console`: the command line of the ops console."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from ops_console.rules_command import add_commands as add_rules_commands
from visits.errors import SettingsWrong, VisitlineError


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 refused or the audit is broken, 2 the settings are wrong."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    given = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(given).parse_args(given)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except BrokenPipeError:  # Whoever read the answer, `head` say, has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SettingsWrong as fault:
        return _complain(fault, 2)
    except VisitlineError as refusal:
        return _complain(refusal, 1)
    return code


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="visitline-console", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    if given[:1] != ["rules"]:
        # Whoever tries a rules file does not wait for a whole console to be imported.
        from ops_console.commands import add_commands  # noqa: PLC0415

        add_commands(commands)
    add_rules_commands(commands)
    return parser


def _complain(fault: Exception, code: int) -> int:
    print(fault, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
