"""The pictures of the empty rooms that ship with Epox."""

import hashlib
from functools import cache
from pathlib import Path

from core.domain.generation import ROOMS, ReferenceImage, ReferenceRole
from core.errors import InvalidRequestError

ROOM_FOLDER = Path(__file__).resolve().parent / "rooms"


@cache
def room_picture(name: str) -> ReferenceImage:
    """Return a room's picture as a backdrop, or raise `InvalidRequestError` for an unknown one."""
    if name not in {room.name for room in ROOMS}:
        raise InvalidRequestError(
            f"room {name[:40]!r}", user_message="This room does not exist. Choose another."
        )
    data = (ROOM_FOLDER / f"{name}.jpg").read_bytes()
    return ReferenceImage(
        ReferenceRole.BACKDROP, data, "image/jpeg", hashlib.sha256(data).hexdigest()
    )
