"""The layers of settings that hold for products: read in few statements, whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.plans import MadeFor
from core.domain.setting_layers import SettingsLayer, layer_from_json, layer_to_json
from core.repositories.brand_kits import to_brand_kit
from db.catalogue_tables import CollectionShotRow
from db.studio_tables import BrandKitRow, PresetRow, StudioSessionRow
from db.tables import (
    CategoryRow,
    CollectionRow,
    ProductCategoryRow,
    ProductRow,
    WorkspaceRow,
)

MAX_LEVELS = 12
"""How far up a category's tree is followed: more than any tree is deep."""


@dataclass(frozen=True)
class NamedLayer:
    """A layer with what people call the place where it is kept."""

    label: str
    layer: SettingsLayer


@dataclass(frozen=True)
class CommonLayers:
    """The layers that hold for all products of a plan; None for what was not asked or is gone."""

    workspace: NamedLayer
    brand: BrandKit = NO_BRAND
    collection: NamedLayer | None = None
    shot: NamedLayer | None = None
    preset: NamedLayer | None = None
    preset_version: int | None = None
    has_session: bool = False


@dataclass(frozen=True)
class CategoryLayers:
    """What a category says: by default, and for each scene type."""

    name: str
    defaults: SettingsLayer
    by_scene: Mapping[str, SettingsLayer]


@dataclass(frozen=True)
class ProductLayers:
    """What holds for one product: its own layer, and those of its primary category.

    `categories` begin with the topmost one.
    """

    own: NamedLayer
    categories: tuple[CategoryLayers, ...] = ()


class LayerRepository:
    """The layers of settings that hold for products."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def common(self, workspace_id: int, user_id: int, begun: MadeFor) -> CommonLayers:
        """Return what holds for all products of a request that was begun there, in one statement.

        A preset counts if it is the user's own or shared, a collection unless it is in the trash,
        a shot if it is of that collection, or without one of any of the workspace's, and a session
        if it is the user's own.
        """
        preset, collection, shot = PresetRow, CollectionRow, CollectionShotRow
        found = self._session.execute(
            select(
                WorkspaceRow.name,
                WorkspaceRow.defaults,
                BrandKitRow,
                collection.name,
                collection.defaults,
                shot.name,
                shot.defaults,
                preset.name,
                preset.layer,
                preset.version,
                StudioSessionRow.id,
            )
            .outerjoin(BrandKitRow, BrandKitRow.workspace_id == WorkspaceRow.id)
            .outerjoin(
                collection,
                and_(
                    collection.id == begun.collection_id,
                    collection.workspace_id == WorkspaceRow.id,
                    collection.trashed_at.is_(None),
                ),
            )
            .outerjoin(shot, and_(shot.id == begun.shot_id, _is_of(workspace_id, begun)))
            .outerjoin(
                preset,
                and_(
                    preset.id == begun.preset_id,
                    preset.workspace_id == WorkspaceRow.id,
                    preset.trashed_at.is_(None),
                    preset.is_shared | (preset.created_by == user_id),
                ),
            )
            .outerjoin(
                StudioSessionRow,
                and_(
                    StudioSessionRow.id == begun.session_id,
                    StudioSessionRow.workspace_id == WorkspaceRow.id,
                    StudioSessionRow.created_by == user_id,
                ),
            )
            .where(WorkspaceRow.id == workspace_id)
        ).one()
        name, defaults, brand = found[:3]
        return CommonLayers(
            workspace=NamedLayer(name, layer_from_json(defaults)),
            brand=NO_BRAND if brand is None else to_brand_kit(brand),
            collection=_named(found[3], found[4]),
            shot=_named(found[5], found[6]),
            preset=_named(found[7], found[8]),
            preset_version=found[9],
            has_session=found[10] is not None,
        )

    def of_products(
        self, workspace_id: int, product_ids: Sequence[int]
    ) -> dict[int, ProductLayers]:
        """Return the layers of products and of their primary categories, in two statements."""
        found = self._session.execute(
            select(
                ProductRow.id, ProductRow.name, ProductRow.defaults, ProductCategoryRow.category_id
            )
            .outerjoin(
                ProductCategoryRow,
                (ProductCategoryRow.product_id == ProductRow.id) & ProductCategoryRow.is_primary,
            )
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids))
        ).all()
        lines = self._lines(workspace_id, sorted({row[3] for row in found if row[3] is not None}))
        return {
            product_id: ProductLayers(
                NamedLayer(name, layer_from_json(defaults)), lines.get(category_id, ())
            )
            for product_id, name, defaults, category_id in found
        }

    def of_category(self, workspace_id: int, category_id: int) -> tuple[CategoryLayers, ...]:
        """Return the layers of a category and those above it, the topmost first."""
        return self._lines(workspace_id, [category_id]).get(category_id, ())

    def set_workspace(self, workspace_id: int, layer: SettingsLayer) -> None:
        """Replace what holds for all products of the workspace."""
        self._session.execute(
            update(WorkspaceRow)
            .where(WorkspaceRow.id == workspace_id)
            .values(defaults=layer_to_json(layer))
        )

    def _lines(
        self, workspace_id: int, category_ids: Sequence[int]
    ) -> dict[int, tuple[CategoryLayers, ...]]:
        if not category_ids:
            return {}
        columns = (
            CategoryRow.id,
            CategoryRow.parent_id,
            CategoryRow.name,
            CategoryRow.defaults,
            CategoryRow.scene_defaults,
        )
        ours = CategoryRow.workspace_id == workspace_id
        upwards = (
            select(CategoryRow.id, CategoryRow.parent_id)
            .where(ours, CategoryRow.id.in_(category_ids))
            .cte("upwards", recursive=True)
        )
        # Rows that are there already are not taken again: it ends even with a circle.
        upwards = upwards.union(
            select(CategoryRow.id, CategoryRow.parent_id).join(
                upwards, CategoryRow.id == upwards.c.parent_id
            )
        )
        rows = self._session.execute(
            select(*columns).where(ours, CategoryRow.id.in_(select(upwards.c.id)))
        ).all()
        known = {row[0]: (row[1], _category(row[2], row[3], row[4])) for row in rows}
        return {category_id: _line(known, category_id) for category_id in category_ids}


def _is_of(workspace_id: int, begun: MadeFor) -> ColumnElement[bool]:
    if begun.collection_id is not None:
        return CollectionShotRow.collection_id == begun.collection_id
    ours = select(CollectionRow.id).where(CollectionRow.workspace_id == workspace_id)
    return CollectionShotRow.collection_id.in_(ours)


def _line(
    known: Mapping[int, tuple[int | None, CategoryLayers]], category_id: int
) -> tuple[CategoryLayers, ...]:
    line: list[CategoryLayers] = []
    here: int | None = category_id
    while here is not None and here in known and len(line) < MAX_LEVELS:
        here, layers = known[here]
        line.append(layers)
    return tuple(reversed(line))


def _category(name: str, defaults: Any, by_scene: Any) -> CategoryLayers:  # noqa: ANN401 - JSON
    scenes = by_scene if isinstance(by_scene, Mapping) else {}
    return CategoryLayers(
        name,
        layer_from_json(defaults),
        {scene: layer_from_json(layer) for scene, layer in scenes.items()},
    )


def _named(label: str | None, plain: object) -> NamedLayer | None:
    return None if label is None else NamedLayer(label, layer_from_json(plain))
