"""A product that can be generated from, and services on an image model of the test's own."""

from dataclasses import replace
from datetime import datetime

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.generation import Backdrop, GenerationSettings
from core.domain.jobs import GenerationJob
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.domain.queueing import Priority
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


def many_products(services: Services, actor: Actor, count: int) -> list[int]:
    """Return the ids of new products that share one photo: quickly, so not through the service."""
    photo = services.assets.upload(actor, PhotoUpload("shared.jpg", photo_bytes()))
    with services.parts.database.begin() as work:
        now = work.now()
        ids = [
            work.products.add(actor.workspace_id, ProductDraft(f"Chair {n}", f"CHAIR-{n}"), now)
            for n in range(count)
        ]
        for product_id in ids:
            work.products.set_photos(product_id, [photo.id], now)
    return ids


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


def submitted(
    services: Services,
    actor: Actor,
    product: Product,
    *,
    priority: Priority = Priority.NORMAL,
    run_at: datetime | None = None,
    **changes: object,
) -> GenerationJob:
    """Return a job of the product that was just submitted, with these changes to the settings."""
    wanted = settings_for(product, **changes)
    plan = services.generation.plan(actor, [product.id], wanted, priority=priority, run_at=run_at)
    [job_id] = services.generation.submit(actor, plan)
    return services.generation.get(actor, job_id)
