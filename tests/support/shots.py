"""Collections with wanted shots, and pictures of these in every state."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import insert, update

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.assets import NewAsset, Origin
from core.domain.collections import Collection
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.domain.reviews import ReviewState
from core.domain.shots import Cell, CellState, WantedShot
from db.catalogue_tables import ShotPictureRow
from db.generation_tables import GenerationJobRow, GenerationSlotRow
from tests.images import photo_bytes
from tests.support.generation import submitted


def collection_with(
    services: Services, actor: Actor, names: Sequence[str], shots: Sequence[str]
) -> tuple[Collection, list[Product], tuple[WantedShot, ...]]:
    """Return a collection of new products, each with the same photo, and its wanted shots."""
    products = []
    for name in names:
        made = services.products.create(actor, ProductDraft(name, name.upper().replace(" ", "-")))
        services.products.add_photos(actor, made.id, [PhotoUpload("c.jpg", photo_bytes())])
        products.append(services.products.get(actor, made.id))
    made_of = services.collections.create_with(actor, "Spring", [one.id for one in products])
    for shot in shots:
        services.shots.add(actor, made_of.id, shot)
    return made_of, products, services.shots.shots(actor, made_of.id)


def asked_for(
    services: Services, actor: Actor, product: Product, shot: WantedShot, *, variants: int = 1
) -> int:
    """Return the id of a new job that makes pictures of the product for the shot."""
    job = submitted(services, actor, product, variants=variants)
    set_columns(services, GenerationJobRow, job.id, shot_id=shot.id)
    return job.id


def put_slots(services: Services, actor: Actor, job_id: int, status: str, **values: object) -> None:
    """Say of a job and all its slots how far they are, without a worker."""
    for slot in services.generation.get(actor, job_id).slots:
        set_columns(services, GenerationSlotRow, slot.id, status=status, **values)
    set_columns(services, GenerationJobRow, job_id, status=status)


def picture_of(
    services: Services,
    actor: Actor,
    product_id: int,
    shot: WantedShot | None = None,
    state: ReviewState = ReviewState.UNREVIEWED,
) -> int:
    """Return the id of a generated picture of the product, which is of the shot if there is one."""
    kept = services.assets.keep(actor.workspace_id, PhotoUpload("c.jpg", photo_bytes()))
    asset: NewAsset = replace(kept, origin=Origin.GENERATED, product_id=product_id)
    with services.parts.database.begin() as work:
        now = work.now()
        asset_id = work.assets.add(actor.workspace_id, asset, created_by=actor.user_id, now=now)
        if shot is not None:
            values = {"shot_id": shot.id, "asset_id": asset_id}
            work._session.execute(insert(ShotPictureRow).values(**values))
    if state is not ReviewState.UNREVIEWED:
        services.reviews.set_state(actor, [asset_id], state)
    return asset_id


def set_columns(services: Services, table: type, row_id: int, **values: object) -> None:
    """Change columns of one row, as no service does."""
    with services.parts.database.begin() as work:
        work._session.execute(update(table).where(table.id == row_id).values(**values))  # type: ignore[attr-defined] # each table has an id


def cell_of(
    services: Services, actor: Actor, collection: Collection, product: Product, shot: WantedShot
) -> Cell:
    """Return where the product stands with the shot."""
    matrix = services.shots.matrix(actor, collection.id)
    [found] = [
        cell
        for row in matrix.rows
        for cell in row.cells
        if (row.product_id, cell.shot_id) == (product.id, shot.id)
    ]
    return found


def states(
    services: Services, actor: Actor, collection: Collection
) -> dict[str, tuple[CellState, ...]]:
    """Return the states of all cells on the first page, by the names of the products."""
    matrix = services.shots.matrix(actor, collection.id)
    return {row.name: tuple(cell.state for cell in row.cells) for row in matrix.rows}
