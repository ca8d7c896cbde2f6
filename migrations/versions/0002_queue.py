"""Add the queue, limits, budgets and history of generation.

What was submitted before becomes a submission of one job each; what was running is queued again.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_IN_PROGRESS = sa.text("status IN ('queued', 'running')")
_KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Apply the change."""
    _add_tables()
    _give_jobs_submissions()
    _make_slots_a_queue()
    with op.batch_alter_table("provider_calls") as batch:
        batch.add_column(sa.Column("request", _JSON))
        batch.create_index("ix_provider_calls_pace", ["image_model", "started_at"])
    with op.batch_alter_table("workspaces") as batch:
        batch.add_column(sa.Column("generation_paused_at", _MOMENT))
        batch.add_column(sa.Column("monthly_budget_micros", sa.BigInteger()))


def _add_tables() -> None:
    op.create_table(
        "image_model_states",
        sa.Column("image_model", sa.String(80), nullable=False),
        sa.Column("requests_per_minute", sa.Integer()),
        sa.Column("images_per_minute", sa.Integer()),
        sa.Column("calls_at_once", sa.Integer()),
        sa.Column("paused_at", _MOMENT),
        sa.Column("resting_until", _MOMENT),
        sa.Column("failures_in_row", sa.Integer(), nullable=False),
        sa.Column("parked_at", _MOMENT),
        sa.Column("parked_until", _MOMENT),
        sa.Column("parked_code", sa.String(40)),
        sa.Column("parked_reason", sa.Text()),
        sa.PrimaryKeyConstraint("image_model", name=op.f("pk_image_model_states")),
    )
    op.create_table(
        "generation_submissions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("created_by", _ID),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_generation_submissions_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_generation_submissions_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_submissions")),
        sa.UniqueConstraint(
            "workspace_id",
            "idempotency_key",
            name=op.f("uq_generation_submissions_workspace_id_idempotency_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_generation_submissions_created_by"), "generation_submissions", ["created_by"]
    )
    op.create_table(
        "queue_turns",
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("served_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_queue_turns_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_queue_turns")),
    )
    op.create_table(
        "slot_events",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("slot_id", _ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["generation_slots.id"],
            name=op.f("fk_slot_events_slot_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_slot_events_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_slot_events_slot_id"), "slot_events", ["slot_id"])
    op.create_index("ix_slot_events_when", "slot_events", ["at"])
    op.drop_table("workers")
    op.create_table(
        "workers",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("host", sa.String(120), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("spool_id", sa.String(40), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("is_stopping", sa.Boolean(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )


def _give_jobs_submissions() -> None:
    op.execute(
        "INSERT INTO generation_submissions"
        " (workspace_id, created_by, idempotency_key, request_hash, created_at)"
        " SELECT workspace_id, created_by, idempotency_key, request_hash, created_at"
        " FROM generation_jobs ORDER BY id"
    )
    with op.batch_alter_table("generation_jobs") as batch:
        batch.add_column(sa.Column("submission_id", _ID))
        batch.add_column(sa.Column("priority", sa.Integer()))
        batch.add_column(sa.Column("paused_at", _MOMENT))
        batch.add_column(sa.Column("cancelled_at", _MOMENT))
    op.execute(
        "UPDATE generation_jobs SET priority = 100, submission_id ="
        " (SELECT s.id FROM generation_submissions s"
        " WHERE s.workspace_id = generation_jobs.workspace_id"
        " AND s.idempotency_key = generation_jobs.idempotency_key)"
    )
    with op.batch_alter_table("generation_jobs", table_kwargs=_KEPT) as batch:
        batch.alter_column("submission_id", existing_type=_ID, nullable=False)
        batch.alter_column("priority", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint(
            op.f("uq_generation_jobs_workspace_id_idempotency_key"), type_="unique"
        )
        batch.drop_column("idempotency_key")
        batch.drop_column("request_hash")
        batch.create_foreign_key(
            op.f("fk_generation_jobs_submission_id"),
            "generation_submissions",
            ["submission_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch.create_index(op.f("ix_generation_jobs_submission_id"), ["submission_id"])
        batch.create_index(
            "ix_generation_jobs_active",
            ["image_model", "workspace_id", "created_by", "priority", "id"],
            sqlite_where=_IN_PROGRESS,
            postgresql_where=_IN_PROGRESS,
        )


def _make_slots_a_queue() -> None:
    with op.batch_alter_table("generation_slots") as batch:
        batch.add_column(sa.Column("prompt", sa.Text()))
        batch.add_column(sa.Column("run_at", _MOMENT))
        batch.add_column(sa.Column("reserved_micros", sa.BigInteger()))
        batch.add_column(sa.Column("spool_id", sa.String(40)))
        batch.add_column(sa.Column("claimed_by", sa.String(40)))
        batch.add_column(sa.Column("claimed_at", _MOMENT))
    op.execute(
        "UPDATE generation_slots SET reserved_micros = 0, run_at ="
        " (SELECT j.created_at FROM generation_jobs j WHERE j.id = generation_slots.job_id)"
    )
    op.execute("UPDATE generation_slots SET status = 'queued' WHERE status = 'running'")
    with op.batch_alter_table("generation_slots", table_kwargs=_KEPT) as batch:
        batch.alter_column("run_at", existing_type=_MOMENT, nullable=False)
        batch.alter_column("reserved_micros", existing_type=sa.BigInteger(), nullable=False)
        batch.alter_column("stage", existing_type=sa.String(40), type_=sa.String(80))
        for name, columns, where in (
            ("queued", ["job_id", "run_at"], "status = 'queued'"),
            ("begun", ["run_at"], "status = 'queued' AND attempt > 0"),
            ("running", ["claimed_by"], "status = 'running'"),
            ("reserved", ["workspace_id"], "reserved_micros > 0"),
        ):
            batch.create_index(
                f"ix_generation_slots_{name}",
                columns,
                sqlite_where=sa.text(where),
                postgresql_where=sa.text(where),
            )
