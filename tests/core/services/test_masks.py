"""Masks that people paint: judged in a child process, kept once."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.assets import Asset
from core.domain.products import PhotoUpload
from core.errors import AccessDeniedError, InvalidInputError
from core.services.masks import MAX_MASK_BYTES
from tests.support.editing import mask_bytes, picture_bytes

pytestmark = pytest.mark.slow


@pytest.fixture
def photo(services: Services, actor: Actor) -> Asset:
    return services.assets.upload(actor, PhotoUpload("room.png", picture_bytes(320, 240)))


def files(services: Services) -> list[str]:
    return [each.key for each in services.parts.storage.list() if "/masks/" in each.key]


def drawn(mode: str, size: tuple[int, int], colour: object, *, box: bool = False) -> bytes:
    picture = Image.new(mode, size, colour)  # type: ignore[arg-type] # colours of any mode
    if box:
        picture.paste(Image.new(mode, (50, 50), "white"), (10, 10))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class TestKeep:
    def test_keeps_the_same_mask_once(self, services: Services, actor: Actor, photo: Asset) -> None:
        first = services.edits.keep_mask(actor, photo.id, mask_bytes((320, 240)))
        same = services.edits.keep_mask(actor, photo.id, drawn_again())
        other = services.edits.keep_mask(
            actor, photo.id, mask_bytes((320, 240), box=(0, 0, 40, 40))
        )

        assert first == same != other
        assert len(files(services)) == 2

    def test_keeps_it_grey_and_of_the_pictures_size(
        self, services: Services, actor: Actor, photo: Asset
    ) -> None:
        services.edits.keep_mask(actor, photo.id, drawn("RGB", (320, 240), "black", box=True))

        [key] = files(services)
        with Image.open(io.BytesIO(services.parts.storage.get(key))) as kept:
            assert (kept.mode, kept.size, kept.getextrema()) == ("L", (320, 240), (0, 255))

    @pytest.mark.parametrize(
        ("png", "sentence"),
        [
            (mask_bytes((320, 320)), "320 x 320 pixels and the picture 320 x 240"),
            (drawn("L", (320, 240), 0), "Nothing is painted"),
            (drawn("L", (320, 240), 255), "covers the whole picture"),
            (b"", "cannot be read"),
            (b"\x89PNG\r\n\x1a\n" + bytes(40), "cannot be read"),
            (mask_bytes((320, 240))[:-30], "cannot be read"),
            (b"GIF89a" + bytes(40), "cannot be read"),
            (bytes(MAX_MASK_BYTES + 1), "larger than 8 MB"),
        ],
    )
    def test_refuses_with_a_sentence_and_keeps_nothing(
        self, services: Services, actor: Actor, photo: Asset, png: bytes, sentence: str
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            services.edits.keep_mask(actor, photo.id, png)

        assert sentence in refused.value.user_message
        assert files(services) == []

    def test_is_not_for_those_who_only_look(
        self, services: Services, actor: Actor, photo: Asset
    ) -> None:
        with pytest.raises(AccessDeniedError):
            services.edits.keep_mask(
                replace(actor, role=Role.VIEWER), photo.id, mask_bytes((320, 240))
            )

    def test_is_not_for_other_workspaces(
        self, services: Services, other_actor: Actor, photo: Asset
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.edits.keep_mask(other_actor, photo.id, mask_bytes((320, 240)))


def drawn_again() -> bytes:
    """Return the same mask as another file: with colours, and written otherwise."""
    with Image.open(io.BytesIO(mask_bytes((320, 240)))) as mask:
        out = io.BytesIO()
        mask.convert("RGBA").save(out, "PNG", compress_level=1)
        return out.getvalue()
