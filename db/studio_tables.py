"""The tables of the studio: presets, sessions, the brand kit, and what was asked of Unsplash."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Json, Numbered
from db.tables import AUTOINCREMENT, belongs_to


class PresetRow(Numbered, Base):
    """A named set of settings to begin from; `layer` is its newest version."""

    __tablename__ = "presets"
    __table_args__ = (Index("ix_presets_named", "workspace_id", "name"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool]
    version: Mapped[int]
    layer: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]


class PresetVersionRow(Base):
    """What a preset was in each of its versions."""

    __tablename__ = "preset_versions"

    preset_id: Mapped[int] = mapped_column(
        Id, ForeignKey("presets.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    layer: Mapped[dict[str, Any]] = mapped_column(Json)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    created_at: Mapped[datetime]


class StudioSessionRow(Numbered, Base):
    """Who works on what in the studio, with which settings; saved by itself as they work."""

    __tablename__ = "studio_sessions"
    __table_args__ = (
        Index("ix_studio_sessions_newest", "workspace_id", "created_by", "updated_at", "id"),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int] = belongs_to("users")
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]


class BrandKitRow(Base):
    """What all pictures of a workspace keep to; words in `banned` block a prompt."""

    __tablename__ = "brand_kits"

    workspace_id: Mapped[int] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    palette: Mapped[list[str]] = mapped_column(Json)
    words: Mapped[list[str]] = mapped_column(Json)
    banned: Mapped[list[str]] = mapped_column(Json)
    notes: Mapped[str] = mapped_column(Text)
    logo_asset_id: Mapped[int | None] = belongs_to("assets", ondelete="SET NULL")
    updated_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    updated_at: Mapped[datetime]


class UnsplashCallRow(Numbered, Base):
    """When Unsplash was asked: its limit is for all processes together."""

    __tablename__ = "unsplash_calls"
    __table_args__ = (Index("ix_unsplash_calls_when", "at"), AUTOINCREMENT)

    at: Mapped[datetime]


class UnsplashAnswerRow(Base):
    """What Unsplash answered, for a while."""

    __tablename__ = "unsplash_answers"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(index=True)
