"""The kiosk's mind: (state, event, moment) to (state, effects). Pure; one table.

`states` says what each screen draws, `events` what can happen, `effects` what is asked for,
`table` which state answers which event. `docs/kiosk-session.md` is drawn from the table.
"""
