"""The room of one visit: its page, and the signalling behind it."""
