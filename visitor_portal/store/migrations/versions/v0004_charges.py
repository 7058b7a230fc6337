"""Visits that go beyond what is free."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("visits", sa.Column("charged_by", sa.Text(), nullable=False, server_default="[]"))
