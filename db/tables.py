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

AUTOINCREMENT = {"sqlite_autoincrement": True}


def belongs_to(target: str, *, ondelete: str = "CASCADE", index: bool = True) -> Any:  # noqa: ANN401 - mapped_column's own
    """Return a column that points to another table's id."""
    return mapped_column(Id, ForeignKey(f"{target}.id", ondelete=ondelete), index=index)


class WorkspaceRow(Numbered, Base):
    """A team's own catalogue, pictures and money.

    While `generation_paused_at` is set, no picture of the workspace is begun.
    `monthly_budget_micros` is what its calls may cost in a month (UTC); null is no limit.
    """

    __tablename__ = "workspaces"

    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    generation_paused_at: Mapped[datetime | None]
    monthly_budget_micros: Mapped[int | None] = mapped_column(BigInteger)


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
    """A kind of product."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    name: Mapped[str] = mapped_column(String(120))


class ProductRow(Numbered, Base):
    """A thing we sell. `search_text` is folded name, SKU, description and tags."""

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
        Index(
            "ix_products_newest",
            "workspace_id",
            "updated_at",
            "id",
            sqlite_where=text("trashed_at IS NULL"),
            postgresql_where=text("trashed_at IS NULL"),
        ),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    name: Mapped[str] = mapped_column(String(200))
    sku: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    tags: Mapped[list[str]] = mapped_column(Json)
    width_cm: Mapped[float | None]
    depth_cm: Mapped[float | None]
    height_cm: Mapped[float | None]
    search_text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]


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

    `search_text` is the folded label and prompt, `product_id` what it shows, `slot_id` what it was
    generated by, `parent_asset_id` what it was made from.
    """

    __tablename__ = "assets"
    __table_args__ = (
        CheckConstraint("origin in ('uploaded', 'generated')", name="origin"),
        Index(
            "ix_assets_newest",
            "workspace_id",
            "origin",
            "created_at",
            "id",
            sqlite_where=text("trashed_at IS NULL"),
            postgresql_where=text("trashed_at IS NULL"),
        ),
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
    label: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(Text)
    product_id: Mapped[int | None] = belongs_to("products", ondelete="SET NULL")
    parent_asset_id: Mapped[int | None] = belongs_to("assets", ondelete="SET NULL")
    slot_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("generation_slots.id", ondelete="SET NULL"), unique=True
    )
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]


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
    """A picked set of products."""

    __tablename__ = "collections"
    __table_args__ = (
        Index("ix_collections_newest", "workspace_id", "updated_at", "id"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]


class CollectionProductRow(Base):
    """The products of a collection, in order."""

    __tablename__ = "collection_products"

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
