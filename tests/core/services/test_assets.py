import hashlib

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.assets import Origin
from core.domain.products import PhotoUpload
from core.errors import ImageRejectedError, NotFoundError
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo


class TestUpload:
    def test_keeps_the_untouched_bytes_and_the_renditions(
        self, services: Services, actor: Actor
    ) -> None:
        data = photo_bytes(800, 600)

        asset = services.assets.upload(actor, PhotoUpload("../../etc/room.jpg", data))

        assert (asset.label, asset.width_px, asset.height_px) == ("room.jpg", 800, 600)
        assert asset.sha256 == hashlib.sha256(data).hexdigest()
        stored = services.assets.stored_file(actor, asset.id, "original")
        assert b"".join(services.assets.stream(stored)[1]) == data
        for rendition in ("w160", "w320", "w640", "w1600"):
            stored = services.assets.stored_file(actor, asset.id, rendition)
            assert b"".join(services.assets.stream(stored)[1])[8:12] == b"WEBP"

    def test_stores_nothing_of_a_refused_file(self, services: Services, actor: Actor) -> None:
        with pytest.raises(ImageRejectedError):
            services.assets.upload(actor, PhotoUpload("a.png", b"GIF89a nonsense"))

        assert list(services.parts.storage.list()) == []
        assert services.assets.search(actor, AssetFilter()).total == 0


class TestFiles:
    def test_have_names_that_say_what_they_show(self, services: Services, actor: Actor) -> None:
        [photo] = chair_with_photo(services, actor).photos
        room = services.assets.upload(actor, PhotoUpload('ro"o\r\nm <b>.jpg', photo_bytes()))

        chair_file = services.assets.stored_file(actor, photo.id, "original")
        room_file = services.assets.stored_file(actor, room.id, "w320")

        assert chair_file.download_name == f"OAK-CHAIR-1-{photo.id}.jpg"
        assert room_file.download_name == f"ro-o-m-b-{room.id}-w320.webp"

    @pytest.mark.parametrize("rendition", ["w9999", "", "../original", "original.jpg"])
    def test_exist_in_known_renditions_only(
        self, services: Services, actor: Actor, rendition: str
    ) -> None:
        [photo] = chair_with_photo(services, actor).photos

        with pytest.raises(NotFoundError):
            services.assets.stored_file(actor, photo.id, rendition)

    def test_are_closed_to_others(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        [photo] = chair_with_photo(services, actor).photos

        with pytest.raises(NotFoundError):
            services.assets.stored_file(other_actor, photo.id, "w320")
        with pytest.raises(NotFoundError):
            services.assets.get(other_actor, photo.id)
        assert services.assets.trash(other_actor, [photo.id]) == []
        assert services.assets.restore(other_actor, [photo.id]) == 0
        assert services.assets.search(other_actor, AssetFilter()).total == 0


class TestTrash:
    def test_keeps_the_files_until_it_is_emptied(self, services: Services, actor: Actor) -> None:
        room = services.assets.upload(actor, PhotoUpload("room.jpg", photo_bytes()))

        assert services.assets.trash(actor, [room.id, room.id]) == [room.id]
        assert services.assets.trash(actor, [room.id]) == []
        assert services.assets.search(actor, AssetFilter(origins=(Origin.UPLOADED,))).total == 0
        assert services.assets.restore(actor, [room.id]) == 1

        assert services.assets.get(actor, room.id).trashed_at is None
        stored = services.assets.stored_file(actor, room.id, "original")
        assert b"".join(services.assets.stream(stored)[1]) == photo_bytes()
