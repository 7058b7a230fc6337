"""The words that kiosk, console and portal must say identically.

Pure: nothing in this package reads a file, a socket or the machine's clock, except
`visits.sync`, the one piece of plumbing that all three share.
"""
