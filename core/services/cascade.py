"""The cascade of settings: which layers hold for a product, and what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain.accounts import Actor
from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.plans import MadeFor, StudioRequest
from core.domain.setting_layers import (
    OWN_LAYER,
    Level,
    Resolved,
    SettingsLayer,
    merge,
)
from core.domain.setting_options import find_option
from core.errors import InvalidInputError, NotFoundError
from core.repositories.setting_layers import CategoryLayers, CommonLayers, ProductLayers
from core.services.access import must_edit
from core.services.layers import clean_layer
from core.unit_of_work import Database, UnitOfWork

OWN_LABEL = "Epox"
REQUEST_LABEL = "These pictures"
ONE_PRODUCT_LABEL = "This product only"

Labelled = list[tuple[Level, str, SettingsLayer]]


@dataclass(frozen=True)
class Cascaded:
    """What the layers come to for each product that is there."""

    by_product: Mapping[int, Resolved]
    brand: BrandKit = NO_BRAND
    preset_version: int | None = None


def resolve(
    work: UnitOfWork, actor: Actor, product_ids: Sequence[int], request: StudioRequest
) -> Cascaded:
    """Return what the layers come to for each product, in three statements for any number.

    Raises `NotFoundError` when what it was begun from is not there.
    """
    common = common_layers(work, actor, request.made_for)
    asked = clean_layer(request.layer)
    single = {each: clean_layer(layer) for each, layer in request.per_product.items()}
    found = work.setting_layers.of_products(actor.workspace_id, product_ids)
    by_product = {
        product_id: _resolved(common, found[product_id], asked, single.get(product_id))
        for product_id in product_ids
        if product_id in found
    }
    return Cascaded(by_product, common.brand, common.preset_version)


def common_layers(work: UnitOfWork, actor: Actor, made_for: MadeFor) -> CommonLayers:
    """Return the layers that hold for all products.

    Raises `NotFoundError` when the preset, collection, shot or session is not there for the actor.
    """
    common = work.setting_layers.common(actor.workspace_id, actor.user_id, made_for)
    _check_found(made_for, common)
    return common


class CascadeService:
    """The levels of the cascade below a request, and what the workspace itself says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def resolve(
        self, actor: Actor, product_ids: Sequence[int], request: StudioRequest
    ) -> Mapping[int, Resolved]:
        """Return what the layers come to for each product that is there, with their sources."""
        with self._database.read() as work:
            return resolve(work, actor, product_ids, request).by_product

    def below(self, actor: Actor, level: Level, subject_id: int | None = None) -> Resolved:
        """Return what holds where a level says nothing: that of the levels below it.

        `subject_id` is the category or the product whose layer is edited. Of categories these are
        the ones above it; a collection and a preset hold for many products, so only what the
        workspace says is known.
        """
        with self._database.read() as work:
            common = common_layers(work, actor, MadeFor())
            layers = _weakest(common)
            if level is Level.WORKSPACE:
                layers = layers[:1]
            elif level is Level.PRODUCT and subject_id is not None:
                found = work.setting_layers.of_products(actor.workspace_id, [subject_id])
                if subject_id not in found:
                    raise NotFoundError(f"product {subject_id} in {actor.workspace_id}")
                layers += _of_categories(layers, found[subject_id].categories, [])
            elif level in (Level.CATEGORY, Level.CATEGORY_SCENE) and subject_id is not None:
                line = work.setting_layers.of_category(actor.workspace_id, subject_id)
                if not line:
                    raise NotFoundError(f"category {subject_id} in {actor.workspace_id}")
                above = line[:-1] if level is Level.CATEGORY else line
                layers += [(Level.CATEGORY, each.name, each.defaults) for each in above]
        return merge(layers)

    def workspace_layer(self, actor: Actor) -> SettingsLayer:
        """Return what the workspace says for all its products."""
        with self._database.read() as work:
            return common_layers(work, actor, MadeFor()).workspace.layer

    def set_workspace_layer(self, actor: Actor, layer: SettingsLayer) -> None:
        """Replace what the workspace says for all its products."""
        must_edit(actor)
        layer = clean_layer(layer)
        with self._database.begin() as work:
            require_pictures(work, actor, layer)
            work.setting_layers.set_workspace(actor.workspace_id, layer)
            work.audit_events.add(actor, "set_defaults", "workspace", actor.workspace_id)


def require_pictures(work: UnitOfWork, actor: Actor, layer: SettingsLayer) -> None:
    """Raise `InvalidInputError` unless the pictures that a layer names are the workspace's own."""
    wanted = {each.asset_id for each in layer.references or ()}
    if layer.backdrop is not None and layer.backdrop.kind == "picture":
        wanted.add(int(layer.backdrop.value))
    if not wanted:
        return
    found = work.assets.labels(actor.workspace_id, sorted(wanted))
    if any(each not in found or found[each][2] for each in wanted):
        raise InvalidInputError(
            user_message="One of these pictures is not there any more; choose another."
        )


def _check_found(made_for: MadeFor, common: CommonLayers) -> None:
    if made_for.preset_id is not None and common.preset is None:
        raise NotFoundError(
            f"preset {made_for.preset_id}", user_message="This preset is not there any more."
        )
    if made_for.collection_id is not None and common.collection is None:
        raise NotFoundError(f"collection {made_for.collection_id}")
    if made_for.shot_id is not None and common.shot is None:
        raise NotFoundError(
            f"shot {made_for.shot_id}", user_message="This shot is not there any more."
        )
    if made_for.session_id is not None and not common.has_session:
        raise NotFoundError(f"studio session {made_for.session_id}")


def _resolved(
    common: CommonLayers,
    product: ProductLayers,
    asked: SettingsLayer,
    single: SettingsLayer | None,
) -> Resolved:
    stronger: Labelled = [(Level.PRODUCT, product.own.label, product.own.layer)]
    for level, named in (
        (Level.COLLECTION, common.collection),
        (Level.SHOT, common.shot),
        (Level.PRESET, common.preset),
    ):
        if named is not None:
            stronger.append((level, named.label, named.layer))
    stronger.append((Level.REQUEST, REQUEST_LABEL, asked))
    if single is not None:
        stronger.append((Level.REQUEST, ONE_PRODUCT_LABEL, single))
    weakest = _weakest(common)
    return merge([*weakest, *_of_categories(weakest, product.categories, stronger), *stronger])


def _weakest(common: CommonLayers) -> Labelled:
    workspace = common.workspace
    return [
        (Level.EPOX, OWN_LABEL, OWN_LAYER),
        (Level.WORKSPACE, workspace.label, workspace.layer),
    ]


def _of_categories(
    weaker: Labelled, categories: Sequence[CategoryLayers], stronger: Labelled
) -> Labelled:
    """Return the layers of the categories; those for the scene type that holds come last."""
    layers = [(Level.CATEGORY, each.name, each.defaults) for each in categories]
    if not any(each.by_scene for each in categories):
        return layers
    scene_type = ""
    for _, _, layer in (*weaker, *layers, *stronger):
        scene_type = scene_type if layer.scene_type is None else layer.scene_type
    for each in categories:
        for scene, layer in each.by_scene.items():
            if scene_type and _is_same_scene(scene, scene_type):
                # It holds for this scene type, so it cannot choose another one.
                held = replace(layer, scene_type=None)
                layers.append((Level.CATEGORY_SCENE, f"{each.name}, {scene}", held))
    return layers


def _is_same_scene(one: str, other: str) -> bool:
    known = find_option("scene_type", one)
    if known is not None:
        return known == find_option("scene_type", other)
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
