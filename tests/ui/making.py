"""Jobs and pictures that screens show, made by the real steps of a slot."""

from core.bootstrap import Services, slot_runs_on
from core.domain.accounts import Actor
from core.domain.generation import GenerationJob
from core.domain.products import Product, ProductDraft
from core.services.slot_endings import SlotKey
from tests.support.generation import chair_with_photo, settings_for


def submit(
    services: Services, actor: Actor, *, variants: int = 2, product: Product | None = None
) -> GenerationJob:
    """Return a new job for the product, or for a new chair."""
    product = product or chair_with_photo(services, actor)
    settings = settings_for(product, variants=variants)
    return services.generation.submit(actor, services.generation.plan(actor, product.id, settings))


def run(services: Services, actor: Actor, job: GenerationJob, *, slots: int | None = None) -> None:
    """Do what a worker does with the job's slots, or with the first few."""
    runs = slot_runs_on(services)
    for slot in job.slots[:slots]:
        key = SlotKey(actor.workspace_id, slot.id, 0)
        assert runs.begin(key)
        call_id = runs.call(key)
        if call_id is not None:
            runs.keep(key, call_id)


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
