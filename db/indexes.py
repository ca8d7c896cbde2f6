"""The indexes that lists are read by, and what assets keep for those alone."""

from typing import Any

from sqlalchemy import Index, text

NOT_TRASHED = "trashed_at IS NULL"
ASSET_INDEXES = {
    # The gallery's own order: with what most filters ask for, so that passing over what does not
    # match reads no row. SQLite wants to see there too that it is not in the trash.
    "made": (
        "is_made",
        "created_at",
        "id",
        "stack_id",
        "product_id",
        "review_state",
        "rating",
        "is_pinned",
        "origin",
        "image_model",
        "preset_id",
        "template",
        "tool",
        "created_by",
        "cost_micros",
        "longest_px",
        "aspect_permille",
        "trashed_at",
    ),
    "newest": ("origin", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "reviewed": ("is_made", "review_state", "created_at", "id", "stack_id", "trashed_at"),
    "of_product": ("product_id", "is_made", "created_at", "id", "stack_id", "trashed_at"),
    "of_person": ("created_by", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "of_model": ("image_model", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "of_preset": ("preset_id", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "of_template": ("template", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "of_tool": ("tool", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "pinned": ("is_pinned", "created_at", "id", "is_made", "stack_id", "trashed_at"),
    "aspect": ("aspect_permille",),
    "shelf_rating": ("rating", "id"),
    "shelf_cost": ("cost_micros", "id"),
    "shelf_product": ("product_key", "id"),
    "shelf_longest": ("longest_px", "id"),
    "shelf_judged": ("reviewed_at", "id"),
}
"""What the lists of assets are read by, each within a workspace and without the trash."""


def longest_px(context: Any) -> int:  # noqa: ANN401 - what an insert gives a default
    """Return the longest side of the asset that is inserted."""
    row: dict[str, int] = context.get_current_parameters()
    return max(row["width_px"], row["height_px"])


def aspect_permille(context: Any) -> int:  # noqa: ANN401 - what an insert gives a default
    """Return the width of the asset that is inserted, in thousandths of its height."""
    row: dict[str, int] = context.get_current_parameters()
    return min(max(row["width_px"], 1) * 1000 // max(row["height_px"], 1), 1_000_000)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return an index over the rows of each workspace that are so."""
    return Index(
        name,
        "workspace_id",
        *columns,
        sqlite_where=text(where),
        postgresql_where=text(where),
    )
