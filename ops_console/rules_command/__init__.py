"""`visitline-console rules`: try a rules file without the console running."""

from ops_console.rules_command.commands import add_commands

__all__ = ["add_commands"]
