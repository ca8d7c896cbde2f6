"""Many pictures in no time: rows with files, as if a model had made them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.assets import MadeBy, Origin
from core.domain.products import PhotoUpload
from tests.images import photo_bytes

_SIZES = ((320, 320), (360, 240), (240, 360))


def add_results(
    services: Services, actor: Actor, count: int, *, product_ids: Sequence[int], label: str = ""
) -> list[int]:
    """Add results of the products in turn and return their ids, the newest first."""
    ids, now = [], datetime.now(UTC)
    for number in range(count):
        width_px, height_px = _SIZES[number % len(_SIZES)]
        colour = f"#{40 + number % 200:02x}{200 - number % 150:02x}80"
        data = photo_bytes(width_px, height_px, colour=colour)
        kept = services.assets.keep(actor.workspace_id, PhotoUpload(f"{number}.jpg", data))
        asset = replace(
            kept,
            origin=Origin.GENERATED,
            label=label or f"Picture {number} · Oak floor",
            product_id=product_ids[number % len(product_ids)],
            made_by=MadeBy(image_model="compositor", template="scene@1"),
        )
        with services.parts.database.begin() as work:
            made_at = now - timedelta(minutes=number + 1)
            ids.append(
                work.assets.add(actor.workspace_id, asset, created_by=actor.user_id, now=made_at)
            )
    return ids
