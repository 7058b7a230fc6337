"""Every command of the console but `rules`: they work with a whole console, which takes seconds to
import."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ops_console.audit import Broken
from ops_console.building import console_alone
from ops_console.process import Process
from ops_console.provision import cli as provision
from ops_console.settings import Mode, read_settings
from ops_console.usecases import (
    add_officer,
    mirror_head,
    read_seed,
    release_at_console,
    seed,
    verify_audit,
)
from visits.errors import SettingsWrong
from visits.sync.database import Readers

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name that argparse gives it


def add_commands(commands: Commands) -> None:
    """Adds each command; each sets `run`, from parsed arguments to an exit code."""
    _command(commands, "run", "serve until told to stop").set_defaults(run=run)
    filling = _command(commands, "seed", "fill the store from a JSON file")
    filling.add_argument("file", type=Path)
    filling.set_defaults(run=fill)
    audits = commands.add_parser("audit", help="the audit").add_subparsers(required=True)
    _command(audits, "verify", "read every line").set_defaults(run=verify)
    officers = commands.add_parser("officer", help="officers").add_subparsers(required=True)
    adding = _command(officers, "add", "add an officer")
    adding.add_argument("--login", required=True)
    adding.add_argument("--name", required=True)
    adding.add_argument("--admin", action="store_true", help="may release locked log-ins")
    adding.add_argument(
        "--custodian",
        action="store_true",
        help="may search, play, keep, export and purge recordings",
    )
    adding.set_defaults(run=officer_add)
    releasing = _command(officers, "release", "release a locked log-in name")
    releasing.add_argument("--login", required=True)
    releasing.set_defaults(run=officer_release)
    provision.add_commands(commands)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    Process(read_settings(arguments.config)).run()
    return 0


def fill(arguments: argparse.Namespace) -> int:
    """Seed the store from a file; see `ops_console.usecases.seed` for its format."""
    settings = read_settings(arguments.config)
    file: Path = arguments.file
    with console_alone(settings) as console:
        seed(console, read_seed(file), file.parent, bench=settings.mode is Mode.BENCH)
        if settings.audit.head_file is not None:
            mirror_head(console.readers, settings.audit.head_file)
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Print the number of audit lines and the head, or name the first broken line."""
    settings = read_settings(arguments.config)
    if not settings.store.path.exists():
        raise SettingsWrong(f"{settings.store.path}: there is no store. Check [store] path.")
    readers = Readers(settings.store.path)
    with readers.read() as db:
        found = verify_audit(db, settings.audit.head_file)
    readers.close()
    if isinstance(found, Broken):
        print(f"Line {found.number} is broken: {found.why}.")
        return 1
    print(f"{found.number} lines, head {found.hash or 'none'}")
    return 0


def officer_add(arguments: argparse.Namespace) -> int:
    """Add an officer; the password is asked for, or read from a pipe."""
    piped = not sys.stdin.isatty()
    password = sys.stdin.readline().rstrip("\n") if piped else getpass.getpass("Password: ")
    with console_alone(read_settings(arguments.config)) as console:
        officer = add_officer(
            console,
            arguments.login,
            arguments.name,
            password,
            admin=arguments.admin,
            custodian=arguments.custodian,
        )
    print(f"{officer.name} can now log in as {officer.login}.")
    return 0


def officer_release(arguments: argparse.Namespace) -> int:
    """Let a locked log-in name take a password again."""
    with console_alone(read_settings(arguments.config)) as console:
        release_at_console(console, arguments.login)
    print(f"{arguments.login} can log in again.")
    return 0


def _command(commands: Commands, name: str, help_text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text)
    parser.add_argument("--config", type=Path, required=True, help="console.toml")
    return parser
