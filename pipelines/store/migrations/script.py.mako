"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring a store up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Bring it back, with all that it had before."""
    ${downgrades if downgrades else "pass"}
