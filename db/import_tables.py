"""The tables of imports: what a file would change, and what it changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Json, Numbered
from db.tables import AUTOINCREMENT, belongs_to


class ImportRow(Numbered, Base):
    """A file of products, or of photos, on its way into the catalogue.

    `reading` is what its first lines told, `options` how it is taken in, `mapping` which of its
    columns is which field, `counts` what came or would come of its lines. The file itself is in the
    store until the import was run.
    """

    __tablename__ = "imports"
    __table_args__ = (
        Index("ix_imports_newest", "workspace_id", "created_at", "id"),
        CheckConstraint(
            "status in ('new', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled',"
            " 'undoing', 'undone')",
            name="status",
        ),
        CheckConstraint("kind in ('products', 'photos')", name="kind"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    task_id: Mapped[int | None] = belongs_to("tasks", ondelete="SET NULL")
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    file_name: Mapped[str] = mapped_column(String(200))
    storage_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    reading: Mapped[dict[str, Any]] = mapped_column(Json)
    options: Mapped[dict[str, Any]] = mapped_column(Json)
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportLineRow(Numbered, Base):
    """A line of an import that needs a look: refused or skipped and why, or what it changes.

    Of a change, `before` and `after` hold the fields that differ: enough to undo it. A line of a
    photo has its file name or address as `source`.
    """

    __tablename__ = "import_lines"
    __table_args__ = (
        Index("ix_import_lines_listed", "import_id", "outcome", "line"),
        CheckConstraint("outcome in ('create', 'change', 'skip', 'refuse')", name="outcome"),
        CheckConstraint("subject in ('product', 'photo')", name="subject"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces")
    import_id: Mapped[int] = belongs_to("imports", index=False)
    line: Mapped[int]
    subject: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    sku: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    product_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("products.id", ondelete="SET NULL"), index=True
    )
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    is_applied: Mapped[bool]


class ImportMappingRow(Base):
    """Which column was which field the last time that a file had these headers."""

    __tablename__ = "import_mappings"

    workspace_id: Mapped[int] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    headers_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime]
