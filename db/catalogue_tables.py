"""More tables of the catalogue: how products are found, checked and wanted; and tasks."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Json, Numbered
from db.tables import AUTOINCREMENT, belongs_to


class ProductTagRow(Base):
    """The tags of a product, each folded, to find products by them."""

    __tablename__ = "product_tags"
    __table_args__ = (Index("ix_product_tags_found", "workspace_id", "tag", "product_id"),)

    product_id: Mapped[int] = mapped_column(
        Id, ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(160), primary_key=True)
    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)


class CategoryRemovalRow(Numbered, Base):
    """A category that was merged into another or deleted: `snapshot` holds what undoing needs.

    Neither id points to a row: the category is gone, and the target may go too.
    """

    __tablename__ = "category_removals"
    __table_args__ = (
        Index("ix_category_removals_newest", "workspace_id", "removed_at"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    category_id: Mapped[int] = mapped_column(Id)
    target_id: Mapped[int | None] = mapped_column(Id)
    is_merge: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120))
    product_count: Mapped[int]
    snapshot: Mapped[dict[str, Any]] = mapped_column(Json)
    removed_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    removed_at: Mapped[datetime]


class SavedViewRow(Numbered, Base):
    """A named set of filters: the query of a page's address. Others see it if it is shared."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_page", "workspace_id", "page", "name"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int] = belongs_to("users")
    page: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict[str, Any]] = mapped_column(Json)
    is_shared: Mapped[bool]
    created_at: Mapped[datetime]


class PhotoCheckRow(Base):
    """What was measured in a photo, and what it is good for; a person may override the verdict.

    `phash` is its perceptual hash, 64 bits in hexadecimal; `band_0` to `band_3` are its quarters:
    photos which differ in at most three bits share at least one.
    """

    __tablename__ = "photo_checks"
    __table_args__ = (
        *(Index(f"ix_photo_checks_band_{n}", "workspace_id", f"band_{n}") for n in range(4)),
        Index("ix_photo_checks_verdict", "workspace_id", "verdict", "asset_id"),
        CheckConstraint("verdict in ('good', 'usable', 'poor')", name="verdict"),
    )

    asset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    version: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(16))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    measures: Mapped[dict[str, Any]] = mapped_column(Json)
    phash: Mapped[str] = mapped_column(String(16))
    band_0: Mapped[int]
    band_1: Mapped[int]
    band_2: Mapped[int]
    band_3: Mapped[int]
    checked_at: Mapped[datetime]
    overridden_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    overridden_at: Mapped[datetime | None]
    override_reason: Mapped[str] = mapped_column(Text)


class CollectionCoverRow(Base):
    """The picture that a person chose as a collection's cover."""

    __tablename__ = "collection_covers"

    collection_id: Mapped[int] = mapped_column(
        Id, ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[int] = belongs_to("assets")


class CollectionShotRow(Numbered, Base):
    """A shot that every product of a collection should have, and how many approved pictures."""

    __tablename__ = "collection_shots"

    workspace_id: Mapped[int] = belongs_to("workspaces")
    collection_id: Mapped[int] = belongs_to("collections")
    name: Mapped[str] = mapped_column(String(80))
    wanted: Mapped[int]
    defaults: Mapped[dict[str, Any]] = mapped_column(Json)
    position: Mapped[int]


class ShotPictureRow(Base):
    """Which pictures are of which wanted shot: made for it, or chosen by a person."""

    __tablename__ = "shot_pictures"

    shot_id: Mapped[int] = mapped_column(
        Id, ForeignKey("collection_shots.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TaskRow(Numbered, Base):
    """Durable work that is no generation, such as an import: it outlives every process.

    `attempt` rises with each claim and is the fence: only the newest may write. `checkpoint` is
    from where the next claim goes on. After `cancel_asked_at` it ends at its next step.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_newest", "workspace_id", "created_at", "id"),
        Index(
            "ix_tasks_active",
            "status",
            "run_at",
            sqlite_where=text("status IN ('queued', 'running')"),
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
        CheckConstraint(
            "status in ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"
        ),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(80))
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    attempt: Mapped[int]
    crash_count: Mapped[int]
    checkpoint: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[dict[str, Any]] = mapped_column(Json)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    run_at: Mapped[datetime]
    cancel_asked_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
