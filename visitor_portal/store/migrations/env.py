"""Alembic's way in: runs the steps on the connection that `Store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from visitor_portal.store.schema import metadata

connection = context.config.attributes["connection"]
# Only SQLite cannot alter a table in place; batch mode copies it there.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
