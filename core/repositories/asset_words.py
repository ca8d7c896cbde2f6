"""What people say of assets besides judging them: tags, titles, alt texts, and their product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.repositories.product_locks import lock_with_products
from core.repositories.product_rows import tag_keys
from db.gallery_tables import AssetTagRow
from db.tables import AssetRow, ProductPhotoRow


@dataclass(frozen=True)
class AssetWords:
    """What is said of an asset, and of which product it is."""

    tags: tuple[str, ...]
    title: str
    alt_text: str
    product_id: int | None


class AssetWordRepository:
    """Tags, titles and alt texts of assets that are not in the trash, and their products."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, workspace_id: int, asset_ids: Sequence[int]) -> dict[int, AssetWords]:
        """Return what is said of each asset, and keep others from changing it."""
        rows = self._session.execute(
            select(
                AssetRow.id, AssetRow.tags, AssetRow.title, AssetRow.alt_text, AssetRow.product_id
            )
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.trashed_at.is_(None),
            )
            .order_by(AssetRow.id)
            .with_for_update()
        )
        return {row[0]: AssetWords(tuple(row[1]), *row[2:]) for row in rows}

    def lock_products(
        self, workspace_id: int, asset_ids: Sequence[int], product_ids: Sequence[int]
    ) -> list[int]:
        """Lock the products of these pictures and some more, then the pictures with their stacks.

        Returns those that are here; one in the trash counts only where a picture is already its.
        """
        return lock_with_products(self._session, workspace_id, asset_ids, also=product_ids)

    def photos_among(self, asset_ids: Sequence[int]) -> list[int]:
        """Return which of the assets are photos that a product shows."""
        shown = select(ProductPhotoRow.asset_id).where(ProductPhotoRow.asset_id.in_(asset_ids))
        return list(self._session.scalars(shown.distinct()))

    def set_tags(self, workspace_id: int, tags_of: Mapping[int, Sequence[str]]) -> None:
        """Give assets that `lock` returned these tags and no others."""
        if not tags_of:
            return
        for asset_id, tags in tags_of.items():
            self._set(asset_id, tags=list(tags))
        self._session.execute(delete(AssetTagRow).where(AssetTagRow.asset_id.in_(list(tags_of))))
        made_at = select(AssetRow.id, AssetRow.created_at).where(AssetRow.id.in_(list(tags_of)))
        rows = [
            {
                "asset_id": row.id,
                "tag": key,
                "workspace_id": workspace_id,
                "created_at": row.created_at,
            }
            for row in self._session.execute(made_at)
            for key in tag_keys(tags_of[row.id])
        ]
        if rows:
            self._session.execute(insert(AssetTagRow), rows)

    def set_title(self, asset_id: int, title: str) -> None:
        """Call an asset that `lock` returned so."""
        self._set(asset_id, title=title)

    def set_alt_text(self, asset_id: int, alt_text: str) -> None:
        """Describe an asset that `lock` returned so."""
        self._set(asset_id, alt_text=alt_text)

    def set_product(self, asset_id: int, product_id: int | None) -> None:
        """Say what product an asset shows that `lock` returned, or that it shows none."""
        self._set(asset_id, product_id=product_id)

    def _set(self, asset_id: int, **values: Any) -> None:  # noqa: ANN401 - a column's value
        self._session.execute(
            update(AssetRow)
            .where(AssetRow.id == asset_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
