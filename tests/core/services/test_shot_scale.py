"""A matrix takes the same few statements, whether a collection holds two products or hundreds."""

import pytest
from sqlalchemy import insert

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import ProductFilter
from db.catalogue_tables import ShotPictureRow
from db.tables import AssetRow
from tests.support.generation import many_products
from tests.support.statements import statements

PRODUCTS, SHOTS = 500, 8
BEGIN = ("BEGIN", "SET ", "SHOW ", "ROLLBACK", "COMMIT", "PRAGMA")


@pytest.fixture
def filled(services: Services, actor: Actor) -> list[int]:
    """Return the ids of many products; of each but the last there are two pictures a shot."""
    ids = many_products(services, actor, PRODUCTS)
    spring = services.collections.create_with(actor, "Spring", ids)
    shots = [services.shots.add(actor, spring.id, f"Shot {n}", 2) for n in range(SHOTS)]
    pictures = [
        {
            "workspace_id": actor.workspace_id,
            "origin": "generated",
            "sha256": "0" * 64,
            "size_bytes": 1,
            "mime_type": "image/png",
            "width_px": 8,
            "height_px": 8,
            "storage_key": f"w1/{shot.id}-{product_id}-{copy}/original.png",
            "label": "Picture",
            "search_text": "",
            "product_id": product_id,
            "review_state": "approved" if copy else "unreviewed",
            "created_at": spring.created_at,
        }
        for product_id in ids[:-1]
        for shot in shots
        for copy in range(2)
    ]
    owners = [shot.id for _ in ids[:-1] for shot in shots for _ in range(2)]
    with services.parts.database.begin() as work:
        made = work._session.scalars(
            insert(AssetRow).returning(AssetRow.id, sort_by_parameter_order=True), pictures
        ).all()
        rows = [{"shot_id": s, "asset_id": a} for s, a in zip(owners, made, strict=True)]
        work._session.execute(insert(ShotPictureRow), rows)
    return [spring.id]


def counted(services: Services, read: object) -> int:
    with statements(services) as said:
        read()  # type: ignore[operator] # a function without arguments
    return len([one for one in said if not one.startswith(BEGIN)])


@pytest.mark.slow
def test_reading_takes_a_fixed_number_of_statements(
    services: Services, actor: Actor, filled: list[int]
) -> None:
    [spring] = filled
    small = services.collections.create_with(actor, "Small", [])
    services.shots.add(actor, small.id, "Only")
    smart = services.collections.create_from_filter(actor, "All", ProductFilter(text="chair"))
    services.shots.add(actor, smart.id, "Only")
    shots = services.shots

    page = shots.matrix(actor, spring)
    gaps = shots.matrix(actor, spring, only_gaps=True)
    middle = shots.matrix(actor, spring, after=page.next)

    assert (page.product_count, page.gaps, page.lacking, page.approved) == (500, 8, 16, 0)
    assert (len(page.rows), len(middle.rows), len(gaps.rows)) == (50, 50, 1)
    for collection_id in (spring, small.id, smart.id):
        assert counted(services, lambda i=collection_id: shots.matrix(actor, i)) <= 4
        assert (
            counted(services, lambda i=collection_id: shots.matrix(actor, i, only_gaps=True)) <= 4
        )
        assert counted(services, lambda i=collection_id: shots.gaps(actor, i)) == 2
        assert counted(services, lambda i=collection_id: shots.gap_sums(actor, i)) == 5
