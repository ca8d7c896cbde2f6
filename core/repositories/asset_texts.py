"""What assets are searched by: their own words, and behind which product they stand."""

from collections.abc import Sequence

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from core.domain.texts import fold
from db.generation_tables import GenerationJobRow
from db.tables import AssetRow, ProductRow

_AT_ONCE = 500
_NAME_CHARS = 200
_SKU_CHARS = 80


def product_key_of(name: str, sku: str) -> str:
    """Return what an asset of a product is sorted by and found by."""
    return f"{fold(name)[:_NAME_CHARS]} {fold(sku)[:_SKU_CHARS]}".strip()


def searched(product_key: str, *texts: str) -> str:
    """Return the search text of an asset; it begins with the key, which a rename replaces."""
    return f"{product_key} {fold(' '.join(texts))} "


class AssetTexts:
    """Keeps the search texts of assets true."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def product_key(self, workspace_id: int, product_id: int | None) -> str:
        """Return the key of the product's pictures, "" without a product.

        Until the transaction ends nobody renames the product: that would miss the new picture.
        """
        if product_id is None:
            return ""
        return self._keys(workspace_id, [product_id], is_kept=True).get(product_id, "")

    def refresh(self, workspace_id: int, asset_ids: Sequence[int]) -> None:
        """Write anew what these assets are searched by, after something that is in it changed."""
        for begin in range(0, len(asset_ids), _AT_ONCE):
            self._refresh(workspace_id, asset_ids[begin : begin + _AT_ONCE])

    def follow_products(self, workspace_id: int, product_ids: Sequence[int]) -> None:
        """Let the pictures of these products be found and sorted by the names they have now."""
        for begin in range(0, len(product_ids), _AT_ONCE):
            some = product_ids[begin : begin + _AT_ONCE]
            keys = self._keys(workspace_id, some)
            known = self._session.execute(
                select(AssetRow.product_id, AssetRow.product_key)
                .where(AssetRow.workspace_id == workspace_id, AssetRow.product_id.in_(some))
                .distinct()
            )
            stale = {each for each, key in known if each is not None and key != keys.get(each, "")}
            for product_id in sorted(stale):
                self._follow(workspace_id, product_id, keys.get(product_id, ""))

    def _follow(self, workspace_id: int, product_id: int, key: str) -> None:
        own_words = func.substr(AssetRow.search_text, func.length(AssetRow.product_key) + 1)
        self._session.execute(
            update(AssetRow)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.product_id == product_id,
                AssetRow.product_key != key,
                AssetRow.purged_at.is_(None),
            )
            .values(search_text=literal(key).concat(own_words), product_key=key)
            .execution_options(synchronize_session=False)
        )

    def _refresh(self, workspace_id: int, asset_ids: Sequence[int]) -> None:
        rows = self._session.execute(
            select(
                AssetRow.id,
                AssetRow.product_id,
                AssetRow.label,
                AssetRow.title,
                AssetRow.alt_text,
                GenerationJobRow.prompt,
                AssetRow.tags,
                AssetRow.review_note,
            )
            .outerjoin(GenerationJobRow, GenerationJobRow.id == AssetRow.job_id)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.purged_at.is_(None),
            )
            .order_by(AssetRow.id)
        ).all()
        keys = self._keys(workspace_id, [row[1] for row in rows if row[1] is not None])
        for asset_id, product_id, label, title, alt_text, prompt, tags, note in rows:
            key = "" if product_id is None else keys.get(product_id, "")
            text = searched(key, label, title, alt_text, prompt or "", " ".join(tags), note)
            self._session.execute(
                update(AssetRow)
                .where(AssetRow.id == asset_id)
                .values(search_text=text, product_key=key)
                .execution_options(synchronize_session=False)
            )

    def _keys(
        self, workspace_id: int, product_ids: Sequence[int], *, is_kept: bool = False
    ) -> dict[int, str]:
        named = select(ProductRow.id, ProductRow.name, ProductRow.sku).where(
            ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids)
        )
        named = named.with_for_update(read=True) if is_kept else named
        return {row[0]: product_key_of(row[1], row[2]) for row in self._session.execute(named)}
