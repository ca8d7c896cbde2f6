"""Jobs and pictures that screens show, made by the real steps of a slot."""

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob
from core.domain.products import Product, ProductDraft
from tests.support.generation import chair_with_photo, submitted
from tests.support.hands import Hands


def submit(
    services: Services, actor: Actor, *, variants: int = 2, product: Product | None = None
) -> GenerationJob:
    """Return a new job for the product, or for a new chair."""
    product = product or chair_with_photo(services, actor)
    return submitted(services, actor, product, variants=variants)


def run(services: Services, actor: Actor, job: GenerationJob, *, slots: int | None = None) -> None:
    """Do what a worker does with the job's slots, or with the first few; no others may wait."""
    hands = Hands(services)
    for _ in job.slots[:slots]:
        assert hands.make().workspace_id == actor.workspace_id


def pictures(services: Services, actor: Actor, count: int = 2) -> list[int]:
    """Make pictures of the first product, or of a new chair; return all ids, newest first."""
    known = services.products.search(actor).items
    product = services.products.get(actor, known[0].id) if known else None
    run(services, actor, submit(services, actor, variants=count, product=product))
    return [asset.ref.id for asset in services.assets.search(actor, limit=200).items]


def products(services: Services, actor: Actor, *names: str) -> list[int]:
    """Add a product for each name and return their ids."""
    return [
        services.products.create(actor, ProductDraft(name, name.upper().replace(" ", "-"))).id
        for name in names
    ]
