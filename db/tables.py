"""The tables of people, catalogue and pictures; those of generation stand beside.

Every row but users and sessions belongs to a workspace.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Json, Numbered
from db.indexes import ASSET_INDEXES, NOT_TRASHED, aspect_permille, longest_px, partial_index

AUTOINCREMENT = {"sqlite_autoincrement": True}


def belongs_to(target: str, *, ondelete: str = "CASCADE", index: bool = True) -> Any:  # noqa: ANN401 - mapped_column's own
    """Return a column that points to another table's id."""
    return mapped_column(Id, ForeignKey(f"{target}.id", ondelete=ondelete), index=index)


ON_THE_SHELF = "trashed_at IS NULL AND archived_at IS NULL"


def sorted_text(max_chars: int) -> Any:  # noqa: ANN401 - a type with a variant
    """Return a type of text that both databases sort by its characters' numbers."""
    return String(max_chars).with_variant(String(max_chars, collation="C"), "postgresql")


class WorkspaceRow(Numbered, Base):
    """A team's own catalogue, pictures and money.

    While `generation_paused_at` is set, no picture of the workspace is begun.
    `monthly_budget_micros` is what its calls may cost in a month (UTC); null is no limit.
    `defaults` is the settings layer under all others, here and in the other tables. With
    `forbids_own_approval` nobody approves a picture that they made.
    """

    __tablename__ = "workspaces"

    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    generation_paused_at: Mapped[datetime | None]
    monthly_budget_micros: Mapped[int | None] = mapped_column(BigInteger)
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    forbids_own_approval: Mapped[bool] = mapped_column(default=False)


class UserRow(Numbered, Base):
    """A person who can sign in; `email` is normalised."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_admin: Mapped[bool]
    is_disabled: Mapped[bool]
    created_at: Mapped[datetime]


class MembershipRow(Base):
    """Who works in which workspace, in which role."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'editor', 'reviewer', 'viewer')", name="role"),
    )

    workspace_id: Mapped[int] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(16))


class SessionRow(Numbered, Base):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "sessions"

    user_id: Mapped[int] = belongs_to("users")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInFailureRow(Base):
    """Wrong passwords of late for one account or one address."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class CategoryRow(Numbered, Base):
    """A kind of product, in a tree; `scene_defaults` are layers by scene type.

    `name_key` is the name as people compare names: two that differ only in their case are one.
    """

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    parent_id: Mapped[int | None] = belongs_to("categories", ondelete="SET NULL")
    name: Mapped[str] = mapped_column(String(120))
    # The repository says it in full; the default is for the plain names of tests and benchmarks.
    name_key: Mapped[str] = mapped_column(
        String(400), default=lambda context: context.get_current_parameters()["name"].casefold()
    )
    description: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    scene_defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProductRow(Numbered, Base):
    """A thing we sell. `search_text` is what `ProductDraft.search_text` says.

    Lists are sorted by `name_key`, the folded name, and `price_key`, the price in cents or -1
    without one. `version` rises with each change of what a person entered. `photo_count` and
    `approved_count` (pictures in state approved) are kept for filters. `seen` is what a person
    took over of a look at its photo, for prompts.
    """

    __tablename__ = "products"
    __table_args__ = (
        Index(
            "uq_products_workspace_id_sku",
            "workspace_id",
            "sku",
            unique=True,
            sqlite_where=text("trashed_at IS NULL"),
            postgresql_where=text("trashed_at IS NULL"),
        ),
        # Each sort of a list has its index. Usually a list shows what is on the shelf, and there it
        # must not pass over what was archived or trashed to find its page.
        *(
            partial_index(f"ix_products_shelf_{name}", column, "id", where=ON_THE_SHELF)
            for name, column in (
                ("updated", "updated_at"),
                ("created", "created_at"),
                ("name", "name_key"),
                ("sku", "sku"),
                ("price", "price_key"),
            )
        ),
        *(
            partial_index(f"ix_products_shelf_{name}", column, where=ON_THE_SHELF)
            for name, column in (
                ("source", "source"),
                ("photos", "photo_count"),
                ("approved", "approved_count"),
            )
        ),
        partial_index("ix_products_newest", "updated_at", "id", where="trashed_at IS NULL"),
        partial_index(
            "ix_products_archived",
            "updated_at",
            "id",
            where="trashed_at IS NULL AND archived_at IS NOT NULL",
        ),
        partial_index("ix_products_trashed", "updated_at", "id", where="trashed_at IS NOT NULL"),
        CheckConstraint("source in ('entered', 'imported', 'sample')", name="source"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    name: Mapped[str] = mapped_column(String(200))
    sku: Mapped[str] = mapped_column(sorted_text(80))
    description: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    tags: Mapped[list[str]] = mapped_column(Json)
    materials: Mapped[list[str]] = mapped_column(Json, default=list)
    colours: Mapped[list[str]] = mapped_column(Json, default=list)
    width_cm: Mapped[float | None]
    depth_cm: Mapped[float | None]
    height_cm: Mapped[float | None]
    search_text: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(sorted_text(200), default="")
    price_key: Mapped[int] = mapped_column(BigInteger, default=-1)
    source: Mapped[str] = mapped_column(String(16), default="entered")
    import_id: Mapped[int | None] = belongs_to("imports", ondelete="SET NULL")
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    photo_count: Mapped[int] = mapped_column(default=0)
    approved_count: Mapped[int] = mapped_column(default=0)
    seen: Mapped[dict[str, Any] | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    trashed_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]


class ProductCategoryRow(Base):
    """Which products are of which categories; one of them is primary."""

    __tablename__ = "product_categories"
    __table_args__ = (
        Index(
            "uq_product_categories_primary",
            "product_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )

    product_id: Mapped[int] = mapped_column(
        Id, ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    category_id: Mapped[int] = mapped_column(
        Id, ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_primary: Mapped[bool]


class AssetRow(Numbered, Base):
    """One image file we keep; its bytes never change. `storage_key` leads to the original.

    `search_text` begins with `product_key`, the folded name and SKU of the product it shows; what
    follows is in `AssetTexts`. `product_id` is that product, `slot_id` what it was generated by,
    `parent_asset_id` what it was made from, with which `tool` in which `steps` if not by an image
    model. `is_made` says that it is a result, generated or edited, which is judged. `rating` is 0
    (none) to 5. `reviewed_as` names a guest who judged it. `job_id`, `image_model`, `preset_id`,
    `template` and `cost_micros` repeat what its job and the ledger say, for filters; so do
    `longest_px` and `aspect_permille` with its size. `stack_id` is the picture on top of its stack
    of near duplicates. `credit` says whom an inspiration image is by, and where it was found. One
    with `purged_at` was deleted for good: only the books still lead to it; `is_emptied` says that
    its files are gone too.
    """

    __tablename__ = "assets"
    __table_args__ = (
        CheckConstraint(
            "origin in ('uploaded', 'generated', 'edited', 'inspiration')", name="origin"
        ),
        CheckConstraint(
            "review_state in ('unreviewed', 'approved', 'needs_edit', 'rejected')",
            name="review_state",
        ),
        # Each sort of a list has its index, and each filter that picks few or is used much has one
        # in the order of time, so that a page of what it leaves is read without looking further.
        *(
            partial_index(f"ix_assets_{name}", *columns, where=NOT_TRASHED)
            for name, columns in ASSET_INDEXES.items()
        ),
        partial_index("ix_assets_trashed", "created_at", "id", where="trashed_at IS NOT NULL"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces")
    origin: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mime_type: Mapped[str] = mapped_column(String(40))
    width_px: Mapped[int]
    height_px: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    longest_px: Mapped[int] = mapped_column(default=longest_px)
    aspect_permille: Mapped[int] = mapped_column(default=aspect_permille)
    label: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(Text)
    product_key: Mapped[str] = mapped_column(sorted_text(300), default="")
    product_id: Mapped[int | None] = belongs_to("products", ondelete="SET NULL")
    parent_asset_id: Mapped[int | None] = belongs_to("assets", ondelete="SET NULL")
    slot_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("generation_slots.id", ondelete="SET NULL"), unique=True
    )
    job_id: Mapped[int | None] = belongs_to("generation_jobs", ondelete="SET NULL")
    preset_id: Mapped[int | None] = belongs_to("presets", ondelete="SET NULL")
    stack_id: Mapped[int | None] = belongs_to("assets", ondelete="SET NULL")
    image_model: Mapped[str] = mapped_column(String(80), default="")
    template: Mapped[str] = mapped_column(String(60), default="")
    cost_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    is_made: Mapped[bool] = mapped_column(default=False)
    tool: Mapped[str] = mapped_column(String(24), default="")
    steps: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    title: Mapped[str] = mapped_column(String(200), default="")
    alt_text: Mapped[str] = mapped_column(Text, default="")
    review_state: Mapped[str] = mapped_column(String(16), default="unreviewed")
    review_reason: Mapped[str] = mapped_column(String(40), default="")
    review_note: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    reviewed_at: Mapped[datetime | None]
    reviewed_as: Mapped[str] = mapped_column(String(160), default="")
    rating: Mapped[int] = mapped_column(default=0)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    credit: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    is_emptied: Mapped[bool] = mapped_column(default=False)


class ProductPhotoRow(Base):
    """The photos of a product in order; the first is the primary one."""

    __tablename__ = "product_photos"

    product_id: Mapped[int] = mapped_column(
        Id, ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class CollectionRow(Numbered, Base):
    """A set of products: picked by hand, or what matches its `filter` where it has one.

    `name_key` is the folded name, to search and to sort by.
    """

    __tablename__ = "collections"
    __table_args__ = (
        Index("ix_collections_newest", "workspace_id", "updated_at", "id"),
        CheckConstraint("status in ('draft', 'in_progress', 'completed')", name="status"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), default="draft")
    filter: Mapped[dict[str, Any] | None] = mapped_column(Json)
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    trashed_at: Mapped[datetime | None]


class CollectionProductRow(Base):
    """The products of a collection, in order."""

    __tablename__ = "collection_products"
    __table_args__ = (
        Index("ix_collection_products_order", "collection_id", "position", "product_id"),
    )

    collection_id: Mapped[int] = mapped_column(
        Id, ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        Id, ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class AuditEventRow(Numbered, Base):
    """Who did what, when, to which row."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_subject", "workspace_id", "subject", "subject_id"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int | None] = belongs_to("workspaces", index=False)
    actor_id: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Id)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]
