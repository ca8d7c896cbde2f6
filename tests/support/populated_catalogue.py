"""The rows of a populated database that belong to the catalogue and the studio."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from db.catalogue_tables import (
    CollectionCoverRow,
    CollectionShotRow,
    PhotoCheckRow,
    ProductTagRow,
    SavedViewRow,
    ShotPictureRow,
    TaskRow,
)
from db.import_tables import ImportLineRow, ImportMappingRow, ImportRow
from db.studio_tables import (
    BrandKitRow,
    PresetRow,
    PresetVersionRow,
    StudioSessionRow,
    UnsplashAnswerRow,
    UnsplashCallRow,
)

Add = Callable[..., Any]
"""Adds a row, remembers its id under a name and returns it."""


def add_catalogue(add: Add, made: Mapping[str, Any], now: datetime) -> None:
    """Add rows of each table of the catalogue and the studio, for both workspaces where it counts.

    `made` holds the ids of the rows that are there; the new ones come in by their names.
    """
    for owner, product in (("ann", "chair"), ("ben", "sofa")):
        workspace_id, user_id = made[owner], made[f"user_{owner}"]
        photo_id = made[f"photo_{product}"]
        same = {"workspace_id": workspace_id, "created_by": user_id, "created_at": now}
        add(
            PresetRow(
                name="Calm", description="", is_shared=True, version=1, layer={"mood": "Calm"},
                updated_at=now, **same,
            ),
            f"preset_{owner}",
        )  # fmt: skip
        add(
            PresetVersionRow(
                preset_id=made[f"preset_{owner}"], version=1, layer={"mood": "Calm"},
                created_by=user_id, created_at=now,
            )
        )  # fmt: skip
        add(
            StudioSessionRow(name="Spring", state={}, version=1, updated_at=now, **same),
            f"studio_{owner}",
        )
        add(
            BrandKitRow(
                workspace_id=workspace_id, palette=["#aabbcc"], words=[], banned=["cheap"],
                notes="", logo_asset_id=photo_id, updated_by=user_id, updated_at=now,
            )
        )  # fmt: skip
        add(
            SavedViewRow(name="New", page="products", query={"tag": "new"}, is_shared=False, **same)
        )
        add(
            TaskRow(
                kind="import.run", title="Import", payload={}, status="done", stage="", done=1,
                total=1, attempt=1, crash_count=0, checkpoint={}, result={}, run_at=now, **same,
            ),
            f"task_{owner}",
        )  # fmt: skip
        add(
            ImportRow(
                task_id=made[f"task_{owner}"], kind="products", status="done",
                file_name="products.csv", storage_key="", sha256="0" * 64, size_bytes=1,
                options={}, mapping={}, counts={}, reading={}, **same,
            ),
            f"import_{owner}",
        )  # fmt: skip
        add(
            ImportLineRow(
                workspace_id=workspace_id, import_id=made[f"import_{owner}"], line=2,
                subject="product", outcome="refuse", sku="X", source="", reason="No name.",
                is_applied=False,
            ),
            f"import_line_{owner}",
        )  # fmt: skip
        add(
            ImportMappingRow(
                workspace_id=workspace_id, headers_hash="0" * 64, mapping={}, updated_at=now
            )
        )
        add(
            PhotoCheckRow(
                asset_id=photo_id, workspace_id=workspace_id, version=1, verdict="good",
                findings=[], measures={}, phash="0" * 16, band_0=0, band_1=0, band_2=0, band_3=0,
                checked_at=now, override_reason="",
            )
        )  # fmt: skip
        for tag in ("oak", "new"):
            add(ProductTagRow(product_id=made[product], tag=tag, workspace_id=workspace_id))
        add(
            CollectionShotRow(
                workspace_id=workspace_id, collection_id=made[f"collection_{owner}"],
                name="Front", wanted=1, defaults={}, position=0,
            ),
            f"shot_{owner}",
        )  # fmt: skip
        add(CollectionCoverRow(collection_id=made[f"collection_{owner}"], asset_id=photo_id))
    add(ShotPictureRow(shot_id=made["shot_ann"], asset_id=made["picture_done_0"]))
    add(UnsplashCallRow(at=now))
    add(UnsplashAnswerRow(key="0" * 64, answer={"total": 0}, at=now))
