"""What a visit lost, and on whose side."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("visits", sa.Column("lost", sa.Text(), nullable=False, server_default="[]"))
