"""Outbox, inbox and broker link: how a message that matters arrives exactly once.

A program saves what it wants to say together with what it did (`mailbox`), a courier carries
it over the link and repeats it until the receiver has acknowledged that it is saved
(`courier`, `link`), and the receiver saves it together with its effect, once (`mailbox`).
No correctness rests on the broker or on the MQTT client: both may be killed at any time.
"""
