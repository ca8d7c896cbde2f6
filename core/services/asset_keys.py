"""Under which keys the files of an asset are stored, read backwards."""

import re

from core.imaging.base import RENDITION_WIDTHS

_ORIGINALS = ("jpg", "png", "webp")
_OURS = re.compile(
    r"w\d+/(?P<folder>[0-9a-f]{32})/"
    rf"(?:(?:original|answer)\.(?:{'|'.join(_ORIGINALS)})|(?:{'|'.join(RENDITION_WIDTHS)})\.webp)"
)
_IMPORT = re.compile(r"w\d+/imports/[0-9a-f]{32}/source\.(?:csv|xlsx|zip)")
_EXPORT = re.compile(r"w\d+/exports/[0-9a-f]{32}/pictures\.zip")
_MASK = re.compile(r"w\d+/masks/[0-9a-f]{32}/mask\.png")
_PROBE = re.compile(r"check/[0-9a-f]{32}")


def rendition_keys(storage_key: str) -> dict[str, str]:
    """Return the key of each rendition of the asset with this original, by its name."""
    folder = storage_key.rpartition("/")[0]
    return {name: f"{folder}/{name}.webp" for name in RENDITION_WIDTHS}


def keys_of_asset(storage_key: str) -> tuple[str, ...]:
    """Return all keys of the asset with this original."""
    return storage_key, *rendition_keys(storage_key).values()


def possible_keys(storage_key: str) -> tuple[str, ...]:
    """Return all keys of the asset with this original, and where a model's answer can be."""
    return *keys_of_asset(storage_key), *answer_keys(storage_key)


def answer_keys(storage_key: str) -> tuple[str, ...]:
    """Return where the model's untouched answer can be that such an original was made from.

    Only what was put together here has one, and that is always without loss.
    """
    folder, _, name = storage_key.rpartition("/")
    if name != "original.png":
        return ()
    return tuple(f"{folder}/answer.{ending}" for ending in _ORIGINALS)


def answer_key(storage_key: str, name: str) -> str:
    """Return where the model's answer of this name is, beside the original made from it."""
    return f"{storage_key.rpartition('/')[0]}/{name}"


def mask_key(workspace_id: int, name: str) -> str:
    """Return where a mask is kept that is named by 32 hexadecimal digits."""
    return f"w{workspace_id}/masks/{name}/mask.png"


def possible_originals(key: str) -> tuple[str, ...]:
    """Return where the original can be that belongs to this object."""
    folder = key.rpartition("/")[0]
    return tuple(f"{folder}/original.{ending}" for ending in _ORIGINALS)


def is_ours(key: str) -> bool:
    """Say whether Epox stores objects under such keys; others may share the bucket."""
    kinds = (_OURS, _IMPORT, _EXPORT, _MASK, _PROBE)
    return any(kind.fullmatch(key) for kind in kinds)


def is_of_import(key: str) -> bool:
    """Say whether the object is the file of an import."""
    return _IMPORT.fullmatch(key) is not None


def is_of_export(key: str) -> bool:
    """Say whether the object is the file of an export of pictures."""
    return _EXPORT.fullmatch(key) is not None


def is_of_mask(key: str) -> bool:
    """Say whether the object is a mask."""
    return _MASK.fullmatch(key) is not None


def call_in_key(key: str) -> str | None:
    """Return the id of the call that gave the picture, if it was generated, else any other id."""
    found = _OURS.fullmatch(key)
    return None if found is None else found["folder"]
