"""The public's copy, on disk: `Store` opens it, one module per family of tables reads and writes.

Functions of the families take the `Connection` of a running transaction, so that a use case
puts several changes, and the parcel that tells of them, into one.
"""

from visitor_portal.store.engine import Store, after_commit

__all__ = ["Store", "after_commit"]
