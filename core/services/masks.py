"""Masks that people paint on pictures: judged, kept once, handed to edits and tools."""

import hashlib
import uuid
from contextlib import suppress

from core.domain.accounts import Actor
from core.domain.masks import MAX_MASKS, NewMask
from core.errors import InvalidInputError, StorageError
from core.imaging.bench import ToolBench
from core.services.access import must_edit
from core.services.asset_keys import mask_key
from core.services.assets import require_picture
from core.storage.base import AssetStorage
from core.unit_of_work import Database

MAX_MASK_BYTES = 8 * 1024 * 1024
"""What a painted mask may have: far more than brushes and lassos make."""


class MaskService:
    """Keeps masks. A mask never changes; painted anew it is another one."""

    def __init__(self, database: Database, storage: AssetStorage, bench: ToolBench) -> None:
        self._database = database
        self._storage = storage
        self._bench = bench

    def keep(self, actor: Actor, asset_id: int, png: bytes) -> int:
        """Keep a mask that was painted on a picture, and return its id.

        The same mask of the same picture is kept once. It is decoded in a limited child process;
        one that is no picture, of another size, or with nothing or everything chosen raises
        `InvalidInputError` with a sentence, and nothing is kept.
        """
        must_edit(actor)
        if len(png) > MAX_MASK_BYTES:
            raise InvalidInputError(
                user_message="This mask is larger than "
                f"{MAX_MASK_BYTES // 2**20} MB. Please paint it more simply."
            )
        with self._database.read() as work:
            asset = require_picture(work.assets.find(actor.workspace_id, asset_id))
        grey = self._bench.mask(png, asset.width_px, asset.height_px)
        sha256 = hashlib.sha256(grey).hexdigest()
        with self._database.read() as work:
            known = work.asset_masks.id_of_same(actor.workspace_id, asset_id, sha256)
        if known is not None:
            return known
        key = mask_key(actor.workspace_id, uuid.uuid4().hex)
        self._storage.put(key, grey, mime_type="image/png")
        with self._database.begin() as work:
            # One after the other: of two who keep the same mask, the second finds it.
            work.assets.lock(actor.workspace_id, [asset_id])
            asset = require_picture(work.assets.find(actor.workspace_id, asset_id))
            known = work.asset_masks.id_of_same(actor.workspace_id, asset_id, sha256)
            if known is None:
                if work.asset_masks.count(asset_id) >= MAX_MASKS:
                    raise InvalidInputError(
                        user_message=f"This picture has {MAX_MASKS} masks already: use one of them."
                    )
                size_px = asset.width_px, asset.height_px
                return work.asset_masks.add(
                    actor.workspace_id,
                    NewMask(asset_id, key, sha256, len(grey), *size_px),
                    created_by=actor.user_id,
                    now=work.now(),
                )
        with suppress(StorageError):  # a clean-up finds what could not be deleted now
            self._storage.delete(key)
        return known
