"""The rules in force, their versions, and the editor."""
