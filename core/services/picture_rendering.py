"""One picture on its way out: untouched, noted with its source, or made anew."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from core.domain.assets import Origin
from core.domain.picture_exports import ExportOptions, PictureFacts, PictureFormat
from core.domain.source_types import SourceType, source_type_of
from core.errors import ImageRejectedError, StorageError
from core.imaging.export_files import PictureMaker, Rendering
from core.imaging.provenance import (
    CREATOR_TOOL,
    Provenance,
    lint_of,
    packet_bytes,
    read_provenance,
    write_provenance,
)
from core.storage.base import AssetStorage

_KINDS = {PictureFormat.JPEG: "JPEG", PictureFormat.PNG: "PNG", PictureFormat.WEBP: "WEBP"}


@dataclass(frozen=True)
class OutgoingPicture:
    """The bytes that leave, how large they are shown, and what they say of their source.

    `source_type` is what is known of the picture, even where an untouched file does not say it:
    then it `is_unlabelled`.
    """

    data: bytes
    size: tuple[int, int]
    source_type: str
    is_unlabelled: bool


class PictureRenderer:
    """Makes the files of one export. Use it in a `with` block, from one thread."""

    def __init__(self, storage: AssetStorage, options: ExportOptions) -> None:
        self._storage = storage
        self._options = options
        self._maker = PictureMaker()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *parts: object) -> None:
        """End the child that makes pictures."""
        self._maker.__exit__(*parts)

    def make(self, facts: PictureFacts, data: bytes) -> OutgoingPicture:
        """Return what leaves for these stored bytes, or raise `ImageRejectedError`."""
        said, expected = self._said(facts, data)
        if self._options.file_format is PictureFormat.ORIGINAL:
            made, size = data, (facts.width_px, facts.height_px)
        elif self._options.file_format is PictureFormat.NOTED:
            made, size = _noted(data, said), (facts.width_px, facts.height_px)
        else:
            made, size = self._made_anew(data, said)
        is_unlabelled = bool(lint_of(made, expected))
        return OutgoingPicture(made, size, said.source_type, is_unlabelled)

    def _made_anew(self, data: bytes, said: Provenance) -> tuple[bytes, tuple[int, int]]:
        options = self._options
        limit = options.max_kb * 1000 if options.file_format.is_lossy else 0
        wanted = Rendering(
            _KINDS[options.file_format],
            longest_px=options.longest_px,
            quality=options.quality,
            max_bytes=max(1, limit - packet_bytes(said)) if limit else 0,
            background=options.background,
        )
        made = self._maker.make(data, wanted)
        return _noted(made.data, said), (made.width_px, made.height_px)

    def _said(self, facts: PictureFacts, data: bytes) -> tuple[Provenance, SourceType | None]:
        """Return what the picture's file is to say, and which source type Epox knows it is of."""
        known = source_type_of(facts, facts.ancestors)
        # What came in with a note of its own keeps it: nobody here may know better.
        source_type = known or self._embedded(facts, data)
        tool = CREATOR_TOOL if facts.origin.is_made else ""
        return Provenance(source_type, tool, facts.title, facts.description), known

    def _embedded(self, facts: PictureFacts, data: bytes) -> str:
        own = read_provenance(data).source_type
        if own or facts.origin is not Origin.EDITED or not facts.ancestors:
            return own
        with suppress(StorageError):
            return read_provenance(self._storage.get(facts.ancestors[-1].storage_key)).source_type
        return ""


def _noted(data: bytes, said: Provenance) -> bytes:
    """Return the file with what it says of itself; one of which nothing is known stays as it is."""
    if said.is_empty:
        return data
    try:
        return write_provenance(data, said)
    except ValueError as error:
        raise ImageRejectedError(
            str(error), user_message="This picture's file is damaged: it cannot be noted."
        ) from error
