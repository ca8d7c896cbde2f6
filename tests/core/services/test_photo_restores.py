"""A photo that was taken off a product is put back where it was."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.assets import NewAsset, Origin
from core.domain.products import MAX_PHOTOS, PhotoUpload, Product
from core.errors import InvalidInputError, NotFoundError
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    """Return a product with three photos."""
    chair = chair_with_photo(services, actor)
    uploads = [PhotoUpload(f"{c}.jpg", photo_bytes(colour=c)) for c in ("#336699", "#669933")]
    services.products.add_photos(actor, chair.id, uploads)
    return services.products.get(actor, chair.id)


def photo_ids(services: Services, actor: Actor, product: Product) -> list[int]:
    return [photo.id for photo in services.products.get(actor, product.id).photos]


class TestRestorePhoto:
    @pytest.mark.parametrize(("place", "found_at"), [(1, 1), (0, 0), (99, 2), (-5, 0)])
    def test_puts_it_where_it_belongs(
        self, services: Services, actor: Actor, chair: Product, place: int, found_at: int
    ) -> None:
        photo_id = chair.photos[1].id
        services.products.remove_photo(actor, chair.id, photo_id)

        services.products.restore_photo(actor, chair.id, photo_id, place=place)

        assert photo_ids(services, actor, chair).index(photo_id) == found_at
        assert services.assets.get(actor, photo_id).trashed_at is None
        assert services.products.get(actor, chair.id).photo_count == 3

    def test_leaves_one_that_is_there_where_it_is(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        ids = [photo.id for photo in chair.photos]

        services.products.restore_photo(actor, chair.id, ids[2], place=0)

        assert photo_ids(services, actor, chair) == ids

    def test_refuses_one_too_many(self, services: Services, actor: Actor, chair: Product) -> None:
        photo_id = chair.photos[0].id
        services.products.remove_photo(actor, chair.id, photo_id)
        with services.parts.database.begin() as work:
            shared = chair.photos[1].id
            others = [
                work.assets.add(
                    actor.workspace_id,
                    _copy_of(services, actor, shared, number),
                    created_by=None,
                    now=work.now(),
                )
                for number in range(MAX_PHOTOS)
            ]
            work.products.set_photos(chair.id, others, work.now())

        with pytest.raises(InvalidInputError, match="at most 20 photos"):
            services.products.restore_photo(actor, chair.id, photo_id, place=0)

    def test_takes_nothing_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        bens = chair_with_photo(services, other_actor)
        anns = chair.photos[0].id

        for product, photo_id in ((chair, bens.photos[0].id), (bens, anns), (chair, 987_654_321)):
            with pytest.raises(NotFoundError):
                services.products.restore_photo(
                    other_actor if product is bens else actor, product.id, photo_id, place=0
                )
        with pytest.raises(NotFoundError):
            services.products.restore_photo(other_actor, chair.id, anns, place=0)


def _copy_of(services: Services, actor: Actor, asset_id: int, number: int) -> NewAsset:
    asset = services.assets.get(actor, asset_id)
    return NewAsset(
        origin=Origin.UPLOADED,
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        mime_type=asset.mime_type,
        width_px=asset.width_px,
        height_px=asset.height_px,
        storage_key=f"w{actor.workspace_id}/{number:032x}/original.jpg",
        label="copy.jpg",
    )
