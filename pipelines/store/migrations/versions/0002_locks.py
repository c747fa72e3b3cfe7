"""Which run has which portal."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of locks."""
    op.create_table(
        "locks",
        sa.Column("portal", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("run", "host", "boot", "space")),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started", sa.String(), nullable=False),
        sa.Column("taken", sa.Float(), nullable=False),
        sa.Column("heard", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("portal"),
    )


def downgrade() -> None:
    """Drop it: crawls that are under way are told apart by the book of visits."""
    op.drop_table("locks")
