"""The spool: answers of image models on local disk, from their arrival until they are assets."""

import json
import os
import time
import uuid
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from core.domain.generation import GeneratedImage, Usage
from core.errors import ObjectMissingError, StorageError, StorageFullError
from core.imaging.base import MAX_ANSWER_BYTES
from core.storage.local import LocalAssetStorage

_ENDING = ".answer"


class Spool:
    """Keeps each answer as one object of a local store, durable before anything else is done.

    A worker that dies after that finds the answer again by its call, so it is not paid for twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = LocalAssetStorage(folder)

    @cached_property
    def id(self) -> str:
        """Return what tells this spool from those of other machines; it outlives restarts."""
        path = self._folder / "id"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                own = self._folder / f"id.{uuid.uuid4().hex}"
                own.write_text(uuid.uuid4().hex)
                with suppress(FileExistsError):  # another process was faster: its id counts
                    os.link(own, path)
                own.unlink()
            return path.read_text()
        except OSError as error:
            raise StorageError(f"the spool has no id: {error}") from error

    def older_than(self, age_s: float) -> list[str]:
        """Return the calls whose answers have been here for longer."""
        before = time.time() - age_s
        found = []
        for path in self._folder.glob(f"*{_ENDING}"):
            with suppress(FileNotFoundError):  # discarded meanwhile
                if path.stat().st_mtime < before:
                    found.append(path.name.removesuffix(_ENDING))
        return found

    def check(self) -> None:
        """Raise `StorageFullError` without room for an answer: ask before money is spent."""
        if self.store.free_bytes() < MAX_ANSWER_BYTES:
            raise StorageFullError("the spool's disk is full")

    def save(self, call_id: str, image: GeneratedImage) -> None:
        """Keep the answer, or raise `StorageError`."""
        facts = asdict(image)
        data = facts.pop("data")
        header = json.dumps(facts).encode()
        self.store.put(_key(call_id), header + b"\n" + data, mime_type="application/octet-stream")

    def find(self, call_id: str) -> GeneratedImage | None:
        """Return the answer of the call, or None when none was kept."""
        try:
            header, _, data = self.store.get(_key(call_id)).partition(b"\n")
        except ObjectMissingError:
            return None
        facts = json.loads(header)
        return GeneratedImage(data=data, **{**facts, "usage": Usage(**facts["usage"])})

    def holds(self, call_id: str) -> bool:
        """Say whether the answer of the call was kept."""
        return self.store.exists(_key(call_id))

    def discard(self, call_id: str) -> None:
        """Forget an answer that is an asset now; a missing one is fine."""
        self.store.delete(_key(call_id))


def _key(call_id: str) -> str:
    return f"{call_id}{_ENDING}"


def call_of(key: str) -> str | None:
    """Return the call whose answer a key holds, or None for any other file of the folder."""
    return key.removesuffix(_ENDING) if key.endswith(_ENDING) else None
