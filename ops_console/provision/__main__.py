"""`python -m ops_console.provision provision --folder ...`, without the rest of the console."""

from __future__ import annotations

import argparse
import sys

from ops_console.provision.cli import add_commands
from visits.errors import VisitlineError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ops_console.provision")
    add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except VisitlineError as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
