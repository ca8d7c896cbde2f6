"""The spool: answers of image models on local disk, from their arrival until they are assets."""

import json
from dataclasses import asdict

from core.domain.generation import GeneratedImage, Usage
from core.errors import ObjectMissingError, StorageFullError
from core.imaging.base import MAX_ANSWER_BYTES
from core.storage.local import LocalAssetStorage


class Spool:
    """Keeps each answer as one object of a local store, durable before anything else is done.

    A worker that dies after that finds the answer again by its call, so it is not paid for twice.
    """

    def __init__(self, store: LocalAssetStorage) -> None:
        self._store = store

    def check(self) -> None:
        """Raise `StorageFullError` without room for an answer: ask before money is spent."""
        if self._store.free_bytes() < MAX_ANSWER_BYTES:
            raise StorageFullError("the spool's disk is full")

    def save(self, call_id: str, image: GeneratedImage) -> None:
        """Keep the answer, or raise `StorageError`."""
        facts = asdict(image)
        data = facts.pop("data")
        header = json.dumps(facts).encode()
        self._store.put(_key(call_id), header + b"\n" + data, mime_type="application/octet-stream")

    def find(self, call_id: str) -> GeneratedImage | None:
        """Return the answer of the call, or None when none was kept."""
        try:
            header, _, data = self._store.get(_key(call_id)).partition(b"\n")
        except ObjectMissingError:
            return None
        facts = json.loads(header)
        return GeneratedImage(data=data, **{**facts, "usage": Usage(**facts["usage"])})

    def holds(self, call_id: str) -> bool:
        """Say whether the answer of the call was kept."""
        return self._store.exists(_key(call_id))

    def discard(self, call_id: str) -> None:
        """Forget an answer that is an asset now; a missing one is fine."""
        self._store.delete(_key(call_id))


def _key(call_id: str) -> str:
    return f"{call_id}.answer"
