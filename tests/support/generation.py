"""A product that can be generated from, and services on an image model of the test's own."""

from dataclasses import replace

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.generation import Backdrop, GenerationSettings
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.image_models.registry import ImageModels
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes

CHAIR = ProductDraft(name="Oak chair", sku="OAK-CHAIR-1", category="Chairs")


def with_model(services: Services, model: FakeImageModel) -> Services:
    """Return services on the same database and files, with this image model alone."""
    return services_on(replace(services.parts, models=ImageModels([model])))


def chair_with_photo(services: Services, actor: Actor) -> Product:
    """Return a new product with one photo."""
    chair = services.products.create(actor, CHAIR)
    outcome = services.products.add_photos(actor, chair.id, [PhotoUpload("c.jpg", photo_bytes())])
    assert not outcome.refused
    return services.products.get(actor, chair.id)


def settings_for(product: Product, **changes: object) -> GenerationSettings:
    """Return settings for the fake model: two pictures before a plain backdrop."""
    wanted = GenerationSettings(
        prompt="soft morning light",
        photo_id=product.photos[0].id,
        backdrop=Backdrop("plain", "#f4f1ec"),
        aspect_ratio="1:1",
        size="1K",
        variants=2,
        image_model="fake",
    )
    return replace(wanted, **changes)  # type: ignore[arg-type] # the test names real fields
