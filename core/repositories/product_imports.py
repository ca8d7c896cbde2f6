"""Products by the thousand: what imports ask about them and add, in few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Text,
    cast,
    func,
    insert,
    select,
    text,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.domain.accounts import Actor
from core.domain.imports import ImportField, ProductFacts
from core.domain.products import ProductDraft, ProductSource
from core.repositories.bulk_rows import add_rows, next_ids
from core.repositories.categories import CategoryRepository
from core.repositories.paging import AnyRow
from core.repositories.product_rows import tag_keys, values_of
from db.catalogue_tables import ProductTagRow
from db.generation_tables import GenerationJobRow
from db.metadata import metadata
from db.tables import (
    AssetRow,
    AuditEventRow,
    CategoryRow,
    CollectionProductRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
)

_PLAIN = (
    ImportField.NAME,
    ImportField.DESCRIPTION,
    ImportField.TAGS,
    ImportField.MATERIALS,
    ImportField.COLOURS,
    ImportField.WIDTH_CM,
    ImportField.DEPTH_CM,
    ImportField.HEIGHT_CM,
)
"""Fields whose column has their name and holds what JSON holds."""

_AT_ONCE = 5000

_FACTS = (
    ProductRow.id,
    ProductRow.sku,
    ProductRow.price,
    ProductRow.archived_at,
    ProductRow.trashed_at,
    *(getattr(ProductRow, name) for name in _PLAIN),
)


class ProductImportRepository:
    """Reads and adds a thousand products at once, as imports need it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def facts(self, workspace_id: int, skus: Sequence[str]) -> dict[str, ProductFacts]:
        """Return the products with these SKUs that are not in the trash, by SKU."""
        found = self._to_facts(self._session.execute(self._by_sku(workspace_id, skus, _FACTS)))
        return {facts.sku: facts for facts in found}

    def taken(self, workspace_id: int, skus: Sequence[str]) -> set[str]:
        """Return those of the SKUs that products have which are not in the trash."""
        return set(self._session.scalars(self._by_sku(workspace_id, skus, (ProductRow.sku,))))

    def facts_of(self, workspace_id: int, product_ids: Sequence[int]) -> dict[int, ProductFacts]:
        """Return products by their ids, trashed or not; nobody else changes them meanwhile."""
        products = (
            select(*_FACTS)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids))
            .order_by(ProductRow.id)
            .with_for_update()
        )
        return {
            facts.product_id: facts for facts in self._to_facts(self._session.execute(products))
        }

    def skus(self, workspace_id: int, wanted: AbstractSet[str]) -> dict[str, tuple[str, int]]:
        """Return SKU and id of products that are not in the trash, by SKU and folded SKU.

        Of two that differ only in their case, each is found by its own. Only those are returned
        whose SKU or folded SKU is among the wanted ones, however large the catalogue is.
        """
        rows = self._session.execute(
            select(ProductRow.sku, ProductRow.id).where(
                ProductRow.workspace_id == workspace_id, ProductRow.trashed_at.is_(None)
            ),
            execution_options={"yield_per": _AT_ONCE},
        )
        by_folded: dict[str, tuple[str, int]] = {}
        by_sku: dict[str, tuple[str, int]] = {}
        for sku, product_id in rows:
            folded = sku.casefold()
            if folded in wanted:
                by_folded[folded] = (sku, product_id)
            if sku in wanted:
                by_sku[sku] = (sku, product_id)
        return by_folded | by_sku

    def create(
        self,
        workspace_id: int,
        drafts: Sequence[ProductDraft],
        now: datetime,
        *,
        import_id: int,
        created_by: int,
    ) -> dict[str, int]:
        """Add many products and return their ids by SKU; a taken one raises `IntegrityError`.

        As `ProductRepository.add_many`, but in a few statements for a thousand on each database.
        """
        if not drafts:
            return {}
        same = {
            "workspace_id": workspace_id,
            "source": ProductSource.IMPORTED,
            "import_id": import_id,
            "created_by": created_by,
            "created_at": now,
            "updated_at": now,
        }
        rows = [{**same, **values_of(draft)} for draft in drafts]
        numbers = next_ids(self._session, ProductRow, len(rows))
        if numbers is None:
            # In no promised order, else SQLite would be asked for each row by itself; of the
            # table, else the mapper would look at each of a hundred thousand rows.
            products = insert(metadata.tables[ProductRow.__tablename__])
            made = self._session.connection().execute(
                products.returning(ProductRow.id, ProductRow.sku), rows
            )
            ids = {sku: product_id for product_id, sku in made}
        else:
            ids = {draft.sku: number for draft, number in zip(drafts, numbers, strict=True)}
            numbered = [{**row, "id": ids[row["sku"]]} for row in rows]
            add_rows(self._session, ProductRow, numbered)
        tags = [
            {"workspace_id": workspace_id, "product_id": ids[draft.sku], "tag": key}
            for draft in drafts
            for key in tag_keys(draft.tags)
        ]
        add_rows(self._session, ProductTagRow, tags)
        self._add_categories(workspace_id, drafts, ids, now)
        return ids

    def _add_categories(
        self,
        workspace_id: int,
        drafts: Sequence[ProductDraft],
        ids: dict[str, int],
        now: datetime,
    ) -> None:
        named = [
            name for draft in drafts for name in (draft.category, *draft.other_categories) if name
        ]
        if not named:
            return
        known = CategoryRepository(self._session).ensure_all(workspace_id, named, now)
        rows = {
            (ids[draft.sku], known[name]): name == draft.category
            # The primary one comes last: named among the others too, it stays primary.
            for draft in drafts
            for name in (*draft.other_categories, draft.category)
            if name
        }
        add_rows(
            self._session,
            ProductCategoryRow,
            [
                {"product_id": product_id, "category_id": category_id, "is_primary": is_primary}
                for (product_id, category_id), is_primary in rows.items()
            ],
        )

    def note_created(
        self, actor: Actor, product_ids: Collection[int], import_id: int, now: datetime
    ) -> None:
        """Note in the history of each product that the import created it."""
        add_rows(
            self._session,
            AuditEventRow,
            [
                {
                    "workspace_id": actor.workspace_id,
                    "actor_id": actor.user_id,
                    "action": "import",
                    "subject": "product",
                    "subject_id": product_id,
                    "detail": {"import_id": import_id},
                    "at": now,
                }
                for product_id in product_ids
            ],
        )

    def refresh_statistics(self) -> None:
        """Let PostgreSQL look at what the tables of products hold now, after many were added.

        It would do so by itself a minute later; until then it takes slow ways to what it thinks is
        an almost empty table.
        """
        if self._session.connection().dialect.name != "sqlite":
            # Not of the long texts: sorting a sample of those takes most of the time.
            self._session.execute(
                text("ANALYZE products (workspace_id, sku, import_id, updated_at, trashed_at)")
            )

    def photo_hashes(self, workspace_id: int, product_ids: Sequence[int]) -> set[tuple[int, str]]:
        """Return the content's hash of each photo of these products, with the product."""
        rows = self._session.execute(
            select(ProductPhotoRow.product_id, AssetRow.sha256)
            .join(AssetRow, AssetRow.id == ProductPhotoRow.asset_id)
            .where(
                AssetRow.workspace_id == workspace_id, ProductPhotoRow.product_id.in_(product_ids)
            )
        )
        return {(product_id, sha256) for product_id, sha256 in rows}

    def in_use(self, product_ids: Sequence[int]) -> set[int]:
        """Return those of the products that people did something with.

        They have photos or default settings, are in a collection, or were asked pictures of.
        """
        with_photos = select(ProductPhotoRow.product_id).where(
            ProductPhotoRow.product_id.in_(product_ids)
        )
        asked = select(GenerationJobRow.product_id).where(
            GenerationJobRow.product_id.in_(product_ids)
        )
        collected = select(CollectionProductRow.product_id).where(
            CollectionProductRow.product_id.in_(product_ids)
        )
        with_settings = select(ProductRow.id).where(
            ProductRow.id.in_(product_ids), cast(ProductRow.defaults, Text) != "{}"
        )
        used = with_photos.union(asked, collected, with_settings)
        return {row[0] for row in self._session.execute(used)}

    def _by_sku(
        self, workspace_id: int, skus: Sequence[str], columns: Sequence[InstrumentedAttribute[Any]]
    ) -> Select[Any]:
        def with_sku(condition: ColumnElement[bool]) -> Select[Any]:
            return select(*columns).where(
                ProductRow.workspace_id == workspace_id, condition, ProductRow.trashed_at.is_(None)
            )

        if self._session.connection().dialect.name == "sqlite":
            return with_sku(ProductRow.sku.in_(skus))
        # One look into the index of SKUs for each. Given a list, PostgreSQL would rather read all
        # products of the workspace as long as it has no statistics of them, as after an import.
        listed = func.unnest(cast(list(skus), ARRAY(String)))
        wanted = listed.table_valued("sku", name="wanted").render_derived()
        found = with_sku(ProductRow.sku == wanted.c.sku).limit(1).lateral("found")
        return select(*found.c).select_from(wanted.join(found, true()))

    def _to_facts(self, found: Iterable[AnyRow]) -> list[ProductFacts]:
        rows = list(found)
        primary, others = self._categories([row[0] for row in rows])
        return [
            ProductFacts(
                product_id=row[0],
                sku=row[1],
                values={
                    ImportField.PRICE.value: _price_text(row[2]),
                    ImportField.ARCHIVED.value: row[3] is not None,
                    **{name.value: row[at] for at, name in enumerate(_PLAIN, start=5)},
                    ImportField.CATEGORY.value: primary.get(row[0], ""),
                    ImportField.OTHER_CATEGORIES.value: sorted(others.get(row[0], ())),
                },
                is_trashed=row[4] is not None,
            )
            for row in rows
        ]

    def _categories(
        self, product_ids: Sequence[int]
    ) -> tuple[dict[int, str], dict[int, list[str]]]:
        primary: dict[int, str] = {}
        others: dict[int, list[str]] = defaultdict(list)
        if product_ids:
            named = (
                select(
                    ProductCategoryRow.product_id, ProductCategoryRow.is_primary, CategoryRow.name
                )
                .join(CategoryRow, CategoryRow.id == ProductCategoryRow.category_id)
                .where(ProductCategoryRow.product_id.in_(product_ids))
            )
            for product_id, is_primary, name in self._session.execute(named):
                if is_primary:
                    primary[product_id] = name
                else:
                    others[product_id].append(name)
        return primary, others


def _price_text(price: Decimal | None) -> str | None:
    """Return a price as JSON can hold it without losing a cent."""
    return None if price is None else f"{price:.2f}"
