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
from db.gallery_tables import (
    AnalysisRow,
    AssetCommentRow,
    AssetLookRow,
    CommentMentionRow,
    PictureExportItemRow,
    PictureExportRow,
    ShareLinkRow,
    SharePictureRow,
    ShareTryRow,
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
    for owner, product in (("ann", "chair"), ("ben", "sofa")):
        add(
            AssetCommentRow(
                workspace_id=made[owner], asset_id=made[f"photo_{product}"],
                created_by=made[f"user_{owner}"], body="Look", guest_name="", created_at=now,
            ),
            f"comment_{owner}",
        )  # fmt: skip
        add(
            PictureExportRow(
                workspace_id=made[owner], created_by=made[f"user_{owner}"],
                task_id=made[f"task_{owner}"], title="Spring", options={}, picture_count=1,
                storage_key=f"w{made[owner]}/exports/{'0' * 32}/pictures.zip",
                file_name="Spring.zip", report={}, created_at=now,
            ),
            f"export_{owner}",
        )  # fmt: skip
        add(
            PictureExportItemRow(
                export_id=made[f"export_{owner}"], position=0,
                asset_id=made[f"photo_{product}"], name="CHAIR-1.jpg",
            )
        )  # fmt: skip
        add(
            AnalysisRow(
                workspace_id=made[owner], asset_id=made[f"photo_{product}"],
                product_id=made[product], task_id=made[f"task_{owner}"], kind="product",
                method="measured", vision_model="", schema_version=1, result={"pixels": []},
                accepted={}, created_by=made[f"user_{owner}"], created_at=now,
            ),
            f"analysis_{owner}",
        )  # fmt: skip
    add(
        CommentMentionRow(
            comment_id=made["comment_ann"], user_id=made["user_ben"], workspace_id=made["ann"]
        )
    )
    add(ShotPictureRow(shot_id=made["shot_ann"], asset_id=made["picture_done_0"]))
    add(UnsplashCallRow(at=now))
    add(UnsplashAnswerRow(key="0" * 64, answer={"total": 0}, at=now))
    _add_shares(add, made, now)


def _add_shares(add: Add, made: Mapping[str, Any], now: datetime) -> None:
    """Add share links, what guests said through one, and how pictures look."""
    for owner, product in (("ann", "chair"), ("ben", "sofa")):
        add(
            ShareLinkRow(
                workspace_id=made[owner], created_by=made[f"user_{owner}"],
                token_hash=f"{made[owner]:064x}", title="Look", message="", may_comment=True,
                may_review=True, may_download=False, created_at=now, expires_at=now, view_count=1,
            ),
            f"share_{owner}",
        )  # fmt: skip
        add(
            SharePictureRow(
                share_link_id=made[f"share_{owner}"], asset_id=made[f"photo_{product}"],
                position=0, verdict="approved", verdict_by="Maria", verdict_at=now,
            )
        )  # fmt: skip
        add(
            AssetCommentRow(
                workspace_id=made[owner], asset_id=made[f"photo_{product}"],
                share_link_id=made[f"share_{owner}"], guest_name="Maria", body="Nice",
                created_at=now,
            ),
            f"guest_comment_{owner}",
        )  # fmt: skip
    for picture in ("picture_done_0", "picture_done_1"):
        add(
            AssetLookRow(
                asset_id=made[picture], workspace_id=made["ann"], version=1, phash="0" * 16,
                band_0=0, band_1=0, band_2=0, band_3=0, features=bytes(range(128)),
            )
        )  # fmt: skip
    add(ShareTryRow(key="0" * 64, since=now, count=1))
