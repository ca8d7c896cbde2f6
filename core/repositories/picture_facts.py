"""What is known of pictures when they leave: read for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from core.domain.assets import Origin
from core.domain.jobs import CallState
from core.domain.picture_exports import Ancestor, PictureFacts
from core.domain.reviews import ReviewState
from core.repositories.paging import AnyRow, AnySelect
from db.catalogue_tables import CollectionShotRow, ShotPictureRow
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.studio_tables import PresetRow
from db.tables import (
    AssetRow,
    CategoryRow,
    CollectionProductRow,
    CollectionRow,
    ProductCategoryRow,
    ProductRow,
    UserRow,
)

_MAX_ANCESTORS = 40
_Reviewer = aliased(UserRow)
_IS_LOCKED = func.coalesce(GenerationJobRow.request["is_pixel_locked"].as_boolean(), False)
_BACKDROP = func.coalesce(GenerationJobRow.request[("backdrop", "kind")].as_string(), "")

_HAS_MADE = GenerationJobRow.id == func.coalesce(AssetRow.job_id, GenerationSlotRow.job_id)


class PictureFactRepository:
    """Reads the facts of pictures for exports."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Return those of the ids that are assets of the workspace, in the same order."""
        here = set(
            self._session.scalars(
                select(AssetRow.id).where(
                    AssetRow.workspace_id == workspace_id,
                    AssetRow.id.in_(asset_ids),
                    AssetRow.purged_at.is_(None),
                )
            )
        )
        return [asset_id for asset_id in asset_ids if asset_id in here]

    def facts(
        self,
        workspace_id: int,
        asset_ids: Sequence[int],
        *,
        collection_id: int | None = None,
        with_sources: bool = True,
    ) -> dict[int, PictureFacts]:
        """Return what is known of each of these assets, trashed ones too; others are left out.

        A picture's collection is this one if given and its product is in it, else that of its
        shot, else the first that its product is in. Without `with_sources` nothing is said of
        ancestors and versions of models, which takes as many statements as the longest chain.
        """
        rows = self._session.execute(
            _facts().where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.purged_at.is_(None),
            )
        )
        slots: dict[int, int] = {}
        facts: dict[int, PictureFacts] = {}
        for row in rows:
            each = _to_facts(row)
            facts[each.asset_id] = each
            if row.slot_id is not None:
                slots[each.asset_id] = row.slot_id
        self._place(facts, collection_id)
        if with_sources:
            self._trace(workspace_id, facts)
            self._version(facts, slots)
        return facts

    def _place(self, facts: dict[int, PictureFacts], collection_id: int | None) -> None:
        """Say of which shot and collection pictures are."""
        shots = self._session.execute(
            select(
                ShotPictureRow.asset_id,
                CollectionShotRow.name,
                CollectionRow.id,
                CollectionRow.name,
            )
            .join(CollectionShotRow, CollectionShotRow.id == ShotPictureRow.shot_id)
            .join(CollectionRow, CollectionRow.id == CollectionShotRow.collection_id)
            .where(ShotPictureRow.asset_id.in_(list(facts)), CollectionRow.trashed_at.is_(None))
            .order_by(
                # The last one wins: that of the collection which is exported, else the oldest.
                case((CollectionRow.id == collection_id, 1), else_=0),
                CollectionShotRow.id.desc(),
            )
        )
        of_product = self._collections(facts.values(), collection_id)
        for asset_id, each in facts.items():
            if each.product_id in of_product:
                facts[asset_id] = replace(each, collection=of_product[each.product_id][1])
        for asset_id, shot, shot_collection_id, name in shots:
            of_other = of_product.get(facts[asset_id].product_id or 0, (0, ""))
            is_chosen = collection_id is not None and of_other[0] == collection_id
            if is_chosen and shot_collection_id != collection_id:
                facts[asset_id] = replace(facts[asset_id], shot=shot)
            else:
                facts[asset_id] = replace(facts[asset_id], shot=shot, collection=name)

    def _collections(
        self, facts: Iterable[PictureFacts], collection_id: int | None
    ) -> dict[int, tuple[int, str]]:
        products = {each.product_id for each in facts if each.product_id is not None}
        found: dict[int, tuple[int, str]] = {}
        if collection_id is not None:
            # A collection with a filter has no rows of its own: whoever exports it says so.
            name = self._session.scalar(
                select(CollectionRow.name).where(CollectionRow.id == collection_id)
            )
            return {} if name is None else dict.fromkeys(products, (collection_id, name))
        rows = self._session.execute(
            select(CollectionProductRow.product_id, CollectionRow.id, CollectionRow.name)
            .join(CollectionRow, CollectionRow.id == CollectionProductRow.collection_id)
            .where(
                CollectionProductRow.product_id.in_(products), CollectionRow.trashed_at.is_(None)
            )
            .order_by(CollectionRow.id.desc())
        )
        for product_id, row_id, name in rows:
            found[product_id] = row_id, name
        return found

    def _trace(self, workspace_id: int, facts: dict[int, PictureFacts]) -> None:
        """Say what pictures were made from, parent by parent."""
        known: dict[int, tuple[Ancestor, int | None]] = {}
        wanted = {each.parent_id for each in facts.values() if each.parent_id is not None}
        for _ in range(_MAX_ANCESTORS):
            new = wanted - known.keys()
            if not new:
                break
            rows = self._session.execute(
                _ancestors().where(AssetRow.workspace_id == workspace_id, AssetRow.id.in_(new))
            ).all()
            known |= {row.id: (_to_ancestor(row), row.parent_asset_id) for row in rows}
            wanted = {row.parent_asset_id for row in rows if row.parent_asset_id is not None}
        for asset_id, each in facts.items():
            facts[asset_id] = replace(each, ancestors=_chain(each.parent_id, known))

    def _version(self, facts: dict[int, PictureFacts], slots: dict[int, int]) -> None:
        rows = self._session.execute(
            select(ProviderCallRow.slot_id, ProviderCallRow.model_version).where(
                ProviderCallRow.slot_id.in_(list(slots.values())),
                ProviderCallRow.state == CallState.OK,
            )
        )
        versions = {row[0]: row[1] for row in rows}
        for asset_id, slot_id in slots.items():
            version = versions.get(slot_id, "")
            facts[asset_id] = replace(facts[asset_id], model_version=version)


def _facts() -> AnySelect:
    return (
        select(
            AssetRow.id,
            AssetRow.origin,
            AssetRow.sha256,
            AssetRow.size_bytes,
            AssetRow.mime_type,
            AssetRow.width_px,
            AssetRow.height_px,
            AssetRow.storage_key,
            AssetRow.label,
            AssetRow.trashed_at,
            AssetRow.created_at,
            func.coalesce(UserRow.name, "").label("created_by"),
            AssetRow.product_id,
            func.coalesce(ProductRow.sku, "").label("sku"),
            func.coalesce(ProductRow.name, "").label("product"),
            func.coalesce(CategoryRow.name, "").label("category"),
            AssetRow.review_state,
            func.coalesce(_Reviewer.name, AssetRow.reviewed_as).label("reviewer"),
            AssetRow.rating,
            AssetRow.tags,
            AssetRow.title,
            AssetRow.alt_text,
            func.coalesce(GenerationSlotRow.prompt, GenerationJobRow.prompt, "").label("prompt"),
            AssetRow.image_model,
            func.coalesce(PresetRow.name, "").label("preset"),
            AssetRow.tool,
            AssetRow.cost_micros,
            AssetRow.parent_asset_id,
            AssetRow.slot_id,
            _IS_LOCKED.label("is_pixel_locked"),
            _BACKDROP.label("backdrop"),
        )
        .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
        .outerjoin(
            ProductCategoryRow,
            and_(ProductCategoryRow.product_id == ProductRow.id, ProductCategoryRow.is_primary),
        )
        .outerjoin(CategoryRow, CategoryRow.id == ProductCategoryRow.category_id)
        .outerjoin(UserRow, UserRow.id == AssetRow.created_by)
        .outerjoin(_Reviewer, _Reviewer.id == AssetRow.reviewed_by)
        .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
        .outerjoin(GenerationJobRow, _HAS_MADE)
        .outerjoin(PresetRow, PresetRow.id == AssetRow.preset_id)
    )


def _ancestors() -> AnySelect:
    return (
        select(
            AssetRow.id,
            AssetRow.parent_asset_id,
            AssetRow.origin,
            AssetRow.tool,
            AssetRow.image_model,
            AssetRow.storage_key,
            _IS_LOCKED.label("is_pixel_locked"),
            _BACKDROP.label("backdrop"),
        )
        .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
        .outerjoin(GenerationJobRow, _HAS_MADE)
    )


def _to_facts(row: AnyRow) -> PictureFacts:
    return PictureFacts(
        asset_id=row.id,
        origin=Origin(row.origin),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        mime_type=row.mime_type,
        width_px=row.width_px,
        height_px=row.height_px,
        storage_key=row.storage_key,
        label=row.label,
        is_trashed=row.trashed_at is not None,
        created_at=row.created_at,
        created_by=row.created_by,
        product_id=row.product_id,
        sku=row.sku,
        product=row.product,
        category=row.category,
        state=ReviewState(row.review_state),
        reviewer=row.reviewer,
        rating=row.rating,
        tags=tuple(row.tags),
        title=row.title,
        alt_text=row.alt_text,
        prompt=row.prompt,
        image_model=row.image_model,
        preset=row.preset,
        tool=row.tool,
        cost_micros=row.cost_micros,
        parent_id=row.parent_asset_id,
        is_pixel_locked=bool(row.is_pixel_locked),
        backdrop=row.backdrop,
    )


def _to_ancestor(row: AnyRow) -> Ancestor:
    return Ancestor(
        asset_id=row.id,
        origin=Origin(row.origin),
        tool=row.tool,
        image_model=row.image_model,
        storage_key=row.storage_key,
        is_pixel_locked=bool(row.is_pixel_locked),
        backdrop=row.backdrop,
    )


def _chain(
    parent_id: int | None, known: dict[int, tuple[Ancestor, int | None]]
) -> tuple[Ancestor, ...]:
    chain: list[Ancestor] = []
    seen: set[Any] = set()
    while parent_id in known and parent_id not in seen:
        seen.add(parent_id)
        ancestor, parent_id = known[parent_id]
        chain.append(ancestor)
    return tuple(chain)
