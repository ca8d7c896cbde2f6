"""The masks of a populated database, with their files where it has any."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from core.services.asset_keys import mask_key
from core.storage.base import AssetStorage
from db.gallery_tables import AssetMaskRow
from tests.support.editing import mask_bytes

SIZE_PX = (400, 300)
"""The size of the first photo of a populated database."""


def add_masks(
    add: Callable[..., Any],
    made: Mapping[str, Any],
    now: datetime,
    storage: AssetStorage | None,
) -> None:
    """Add a mask of a photo in both workspaces."""
    for number, (owner, product) in enumerate((("ann", "chair"), ("ben", "sofa")), start=1):
        png = mask_bytes(SIZE_PX, (0, 0, 100 * number, 100))
        key = mask_key(made[owner], f"{number:032x}")
        if storage is not None:
            storage.put(key, png, mime_type="image/png")
        add(
            AssetMaskRow(
                workspace_id=made[owner], asset_id=made[f"photo_{product}"], storage_key=key,
                sha256=hashlib.sha256(png).hexdigest(), size_bytes=len(png), width_px=SIZE_PX[0],
                height_px=SIZE_PX[1], created_by=made[f"user_{owner}"], created_at=now,
            ),
            f"mask_{owner}",
        )  # fmt: skip
