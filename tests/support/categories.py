"""Categories with products in them, as tests need them."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import insert, select

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.categories import Category
from db.tables import CategoryRow, ProductCategoryRow, ProductRow
from tests.support.generation import CHAIR


def add_product(services: Services, actor: Actor, sku: str, *categories: Category) -> int:
    """Add a product that is in these categories, the first of which is its primary one."""
    product = services.products.create(actor, replace(CHAIR, sku=sku, category=""))
    put_into(services, product.id, *categories)
    return product.id


def add_products(services: Services, actor: Actor, count: int, *categories: Category) -> list[int]:
    """Add many products at once that are in these categories, the first of which is primary."""
    now = datetime.now(UTC)
    with services.parts.database.begin() as work:
        ids = list(
            work._session.scalars(
                insert(ProductRow).returning(ProductRow.id),
                [
                    {
                        "workspace_id": actor.workspace_id,
                        "name": f"Product {number}",
                        "sku": f"MANY-{number}",
                        "description": "",
                        "tags": [],
                        "search_text": "",
                        "created_at": now,
                        "updated_at": now,
                    }
                    for number in range(count)
                ],
            )
        )
        for number, category in enumerate(categories):
            work._session.execute(
                insert(ProductCategoryRow),
                [
                    {"product_id": each, "category_id": category.id, "is_primary": number == 0}
                    for each in ids
                ],
            )
    return ids


def put_into(services: Services, product_id: int, *categories: Category) -> None:
    """Put a product into these categories; the first is the primary one if it has none yet."""
    with services.parts.database.begin() as work:
        has_primary = work._session.scalar(
            select(ProductCategoryRow.product_id).where(
                ProductCategoryRow.product_id == product_id, ProductCategoryRow.is_primary
            )
        )
        for number, category in enumerate(categories):
            is_primary = number == 0 and has_primary is None
            work._session.add(
                ProductCategoryRow(
                    product_id=product_id, category_id=category.id, is_primary=is_primary
                )
            )


def categories_of(services: Services, product_id: int) -> list[str]:
    """Return the names of a product's categories in order, the primary one with a star."""
    with services.parts.database.read() as work:
        rows = work._session.execute(
            select(CategoryRow.name, ProductCategoryRow.is_primary)
            .join(ProductCategoryRow, ProductCategoryRow.category_id == CategoryRow.id)
            .where(ProductCategoryRow.product_id == product_id)
            .order_by(CategoryRow.name)
        )
        return [f"{name}*" if is_primary else name for name, is_primary in rows]


def shape_of(services: Services, actor: Actor) -> list[str]:
    """Return the full names of all categories, in tree order."""
    return [each.full_name for each in services.categories.tree(actor)]
