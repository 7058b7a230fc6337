"""The facility's rules: pure functions of facts and the hour.

Use cases gather the facts; nothing here reads a store, a clock or a wire. The door is
`ops_console.rules.verdict.decide`; `ops_console.rules.offering` lays out calendars by the same
rules, `ops_console.rules.rulebook` reads rules files.
"""
