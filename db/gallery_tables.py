"""The tables of the gallery: what is said of pictures, found in them and handed out."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Json, Numbered
from db.tables import AUTOINCREMENT, belongs_to


class AssetTagRow(Base):
    """The tags of an asset, each folded, to find assets by them; `created_at` repeats its own."""

    __tablename__ = "asset_tags"
    __table_args__ = (
        Index("ix_asset_tags_found", "workspace_id", "tag", "created_at", "asset_id"),
    )

    asset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(160), primary_key=True)
    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_at: Mapped[datetime]


class AssetCommentRow(Numbered, Base):
    """What a person says of an asset; a guest of a share link is `guest_name`, not `created_by`."""

    __tablename__ = "asset_comments"
    __table_args__ = (
        Index("ix_asset_comments_order", "asset_id", "created_at", "id"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces")
    asset_id: Mapped[int] = belongs_to("assets", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    share_link_id: Mapped[int | None] = belongs_to("share_links", ondelete="SET NULL")
    guest_name: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class CommentMentionRow(Base):
    """Whom a comment names, and whether they have seen it."""

    __tablename__ = "comment_mentions"

    comment_id: Mapped[int] = mapped_column(
        Id, ForeignKey("asset_comments.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    seen_at: Mapped[datetime | None]


class ShareLinkRow(Numbered, Base):
    """A link that shows some pictures to people without an account until it expires.

    Only the hash of its token is kept.
    """

    __tablename__ = "share_links"
    __table_args__ = (
        Index("ix_share_links_newest", "workspace_id", "created_at", "id"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    message: Mapped[str] = mapped_column(Text)
    may_comment: Mapped[bool]
    may_review: Mapped[bool]
    may_download: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    view_count: Mapped[int] = mapped_column(default=0)


class SharePictureRow(Base):
    """Which pictures a share link shows, in order; `verdict` is what a guest last said of one.

    The guest's words stand here too, so that a link shows its guests nothing that the team said.
    """

    __tablename__ = "share_pictures"

    share_link_id: Mapped[int] = mapped_column(
        Id, ForeignKey("share_links.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(16), default="")
    verdict_note: Mapped[str] = mapped_column(Text, default="")
    verdict_by: Mapped[str] = mapped_column(String(80), default="")
    verdict_at: Mapped[datetime | None]


class ShareTryRow(Base):
    """How often guests did something since then: `key` is a hash of link, address and deed."""

    __tablename__ = "share_tries"
    __table_args__ = (Index("ix_share_tries_since", "since"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]


class PictureExportRow(Numbered, Base):
    """A ZIP of pictures that was asked for: made by a task, kept until it expires."""

    __tablename__ = "picture_exports"
    __table_args__ = (
        Index("ix_picture_exports_newest", "workspace_id", "created_at", "id"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    task_id: Mapped[int | None] = belongs_to("tasks", ondelete="SET NULL")
    title: Mapped[str] = mapped_column(String(200))
    options: Mapped[dict[str, Any]] = mapped_column(Json)
    picture_count: Mapped[int]
    storage_key: Mapped[str | None] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class PictureExportItemRow(Base):
    """One picture of an export: its place, and the name it gets in the ZIP."""

    __tablename__ = "picture_export_items"

    export_id: Mapped[int] = mapped_column(
        Id, ForeignKey("picture_exports.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int | None] = belongs_to("assets", ondelete="SET NULL")
    name: Mapped[str] = mapped_column(String(240), default="")


class AssetLookRow(Base):
    """How an asset looks, to find those that look like it.

    `phash` is its perceptual hash, 64 bits in hexadecimal, `band_0` to `band_3` are its quarters;
    `features` are numbers of its colours and edges, `bucket_0` to `bucket_3` coarse hashes of
    those, as the module that measures them says. One that could not be measured has no phash, no
    features, and -1 in the rest. `is_chosen_top` says that a person put it on top of its stack,
    `is_alone` that a person took it out.
    """

    __tablename__ = "asset_looks"
    __table_args__ = (
        *(Index(f"ix_asset_looks_band_{n}", "workspace_id", f"band_{n}") for n in range(4)),
        *(
            Index(f"ix_asset_looks_bucket_{n}", "workspace_id", f"bucket_{n}", "asset_id")
            for n in range(4)
        ),
    )

    asset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[int] = belongs_to("workspaces")
    version: Mapped[int]
    phash: Mapped[str] = mapped_column(String(16))
    band_0: Mapped[int]
    band_1: Mapped[int]
    band_2: Mapped[int]
    band_3: Mapped[int]
    features: Mapped[bytes] = mapped_column(LargeBinary)
    bucket_0: Mapped[int] = mapped_column(default=-1)
    bucket_1: Mapped[int] = mapped_column(default=-1)
    bucket_2: Mapped[int] = mapped_column(default=-1)
    bucket_3: Mapped[int] = mapped_column(default=-1)
    is_chosen_top: Mapped[bool] = mapped_column(default=False)
    is_alone: Mapped[bool] = mapped_column(default=False)


class AssetMaskRow(Numbered, Base):
    """A mask that a person painted on an asset: a grey PNG of the asset's size, white is chosen."""

    __tablename__ = "asset_masks"
    __table_args__ = (UniqueConstraint("asset_id", "sha256"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces")
    asset_id: Mapped[int] = belongs_to("assets", index=False)
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width_px: Mapped[int]
    height_px: Mapped[int]
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]


class AnalysisRow(Numbered, Base):
    """What was seen in an asset, by a vision model or by measuring; checked against its schema.

    `result` never changes. `accepted` says of each field that a person took over, who and when.
    """

    __tablename__ = "analyses"
    __table_args__ = (
        Index("ix_analyses_of_asset", "workspace_id", "asset_id", "kind", "id"),
        Index("ix_analyses_of_product", "workspace_id", "product_id", "kind", "id"),
        CheckConstraint("kind in ('product', 'inspiration', 'alt_text')", name="kind"),
        CheckConstraint("method in ('measured', 'model')", name="method"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    asset_id: Mapped[int | None] = belongs_to("assets", ondelete="CASCADE")
    product_id: Mapped[int | None] = belongs_to("products", ondelete="SET NULL")
    task_id: Mapped[int | None] = belongs_to("tasks", ondelete="SET NULL")
    call_id: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(16))
    vision_model: Mapped[str] = mapped_column(String(80))
    schema_version: Mapped[int]
    result: Mapped[dict[str, Any]] = mapped_column(Json)
    accepted: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]
