"""The public's side: sign up, ask for access, book an open time, visit from a browser.

It keeps the public's copy and never the truth: everything it shows was told by a facility's
console, and everything it asks travels there as a parcel.
"""
