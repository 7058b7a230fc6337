"""The whole appliance on one machine, with a seeded facility: for showing, testing, measuring.

Programs are started through their own command lines, exactly as a facility's machine would.
"""
