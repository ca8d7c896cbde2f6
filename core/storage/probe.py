"""What a health check asks a store."""

from uuid import uuid4

from core.errors import StorageError
from core.storage.base import AssetStorage


def probe(storage: AssetStorage) -> None:
    """Write, read and delete a small object, or raise `StorageError`."""
    # Each probe has its own key, so that two at once do not delete each other's object.
    key = f"check/{uuid4().hex}"
    data = key.encode()
    storage.put(key, data, mime_type="application/octet-stream")
    try:
        if storage.get(key) != data:
            raise StorageError("the store gave back other bytes than it was given")
    finally:
        storage.delete(key)
