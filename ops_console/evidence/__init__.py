"""The evidence process: takes in recordings, lets officers watch and play them on the console's
signed tickets, under a system user of its own.

It alone holds the key that opens a recording. It decides nothing: who may be recorded a grant says,
who may see a ticket.
"""
