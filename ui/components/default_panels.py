"""The default settings of products, categories, collections and wanted shots, on their pages."""

from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from core.domain.accounts import Actor
from core.domain.categories import CategoryDetail
from core.domain.collections import Collection
from core.domain.products import Product
from core.domain.setting_layers import Level, SettingsLayer
from core.domain.setting_options import options
from core.domain.shots import WantedShot
from core.services.categories import MAX_SCENE_CHARS
from ui.components.default_settings import is_edited, show_default_settings
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

_NEW_SCENE = "category.scene.new"


@dataclass
class SceneState:
    """By category, the scene types that were added here and say nothing yet."""

    added: dict[int, tuple[str, ...]] = field(default_factory=dict)


def show_product_defaults(actor: Actor, product: Product) -> None:
    """Draw what the product says about its own pictures; nothing for one in the trash."""
    if product.trashed_at is not None:
        return
    key = f"product.defaults.{product.id}"

    def save(layer: SettingsLayer) -> None:
        services().products.set_defaults(actor, product.id, layer)

    below = services().cascade.below(actor, Level.PRODUCT, product.id) if is_edited(key) else None
    show_default_settings(actor, product.defaults, key=key, save=save, below=below)


def show_category_defaults(actor: Actor, detail: CategoryDetail) -> None:
    """Draw what the category says about pictures of its products, and for single scene types."""
    category_id = detail.category.id
    key = f"category.defaults.{category_id}"
    below = services().cascade.below(actor, Level.CATEGORY, category_id) if is_edited(key) else None
    show_default_settings(
        actor, detail.defaults, key=key, save=partial(_save_category, actor, category_id),
        below=below,
    )  # fmt: skip
    added = state_of(SceneState).added.get(category_id, ())
    for scene_type in dict.fromkeys((*sorted(detail.scene_defaults), *added)):
        _show_scene(actor, detail, scene_type)
    if actor.role.may_edit:
        _add_scene(detail)


def show_collection_defaults(actor: Actor, collection: Collection) -> None:
    """Draw what the collection says about its pictures, and what each of its wanted shots does."""
    key = f"collection.defaults.{collection.id}"

    def save(layer: SettingsLayer) -> None:
        services().collections.set_defaults(actor, collection.id, layer)

    st.caption("Pictures that are made for this collection begin with these settings.")
    below = services().cascade.below(actor, Level.COLLECTION) if is_edited(key) else None
    show_default_settings(
        actor, collection.defaults, key=key, save=save, below=below, title="The whole collection"
    )
    shots = services().shots.shots(actor, collection.id)
    if not shots:
        empty_state(
            "add_a_photo", "No wanted shots yet",
            "A wanted shot, such as “Front on white”, can have settings of its own.",
        )  # fmt: skip
    for shot in shots:
        _show_shot(actor, shot)


def _show_shot(actor: Actor, shot: WantedShot) -> None:
    key = f"shot.defaults.{shot.id}"

    def save(layer: SettingsLayer) -> None:
        services().shots.set_defaults(actor, shot.id, layer)

    below = services().cascade.below(actor, Level.SHOT) if is_edited(key) else None
    show_default_settings(
        actor, shot.defaults, key=key, save=save, below=below, title=f"Shot “{shot.name}”"
    )


def _show_scene(actor: Actor, detail: CategoryDetail, scene_type: str) -> None:
    category_id = detail.category.id
    key = f"category.scene.{category_id}.{scene_type}"
    is_open = is_edited(key)
    show_default_settings(
        actor,
        detail.scene_defaults.get(scene_type, SettingsLayer()),
        key=key,
        save=partial(_save_scene, actor, category_id, scene_type),
        below=services().cascade.below(actor, Level.CATEGORY_SCENE, category_id)
        if is_open
        else None,
        title=f"In scenes of type “{scene_type}”",
    )
    if not actor.role.may_edit or is_open:
        return
    with expected_errors():
        if st.button(
            f"Remove “{escape_markdown(scene_type)}”",
            icon=":material/close:",
            type="tertiary",
            key=f"{key}.remove",
        ):
            services().categories.set_scene_defaults(actor, category_id, scene_type, None)
            _forget(category_id, scene_type)
            announce("Removed: the category's own settings hold there.")
            st.rerun()


def _add_scene(detail: CategoryDetail) -> None:
    category_id = detail.category.id
    known = {*detail.scene_defaults, *state_of(SceneState).added.get(category_id, ())}
    with st.popover("Settings for a scene type", icon=":material/add:", type="tertiary"):
        scene_type = st.selectbox(
            "Scene type",
            [option.name for option in options("scene_type") if option.name not in known],
            index=None, placeholder="Choose or type one", accept_new_options=True,
            key=_NEW_SCENE,
        )  # fmt: skip
        is_free = 0 < len((scene_type or "").strip()) <= MAX_SCENE_CHARS
        st.button(
            "Add", key="category.scene.add", disabled=not is_free, on_click=_note_scene,
            args=(category_id,),
        )  # fmt: skip


def _note_scene(category_id: int) -> None:
    added = state_of(SceneState).added
    scene_type = " ".join(str(st.session_state[_NEW_SCENE] or "").split())
    if scene_type:
        added[category_id] = (*added.get(category_id, ()), scene_type)
    st.session_state[_NEW_SCENE] = None


def _save_category(actor: Actor, category_id: int, layer: SettingsLayer) -> None:
    services().categories.set_defaults(actor, category_id, layer)


def _save_scene(actor: Actor, category_id: int, scene_type: str, layer: SettingsLayer) -> None:
    services().categories.set_scene_defaults(actor, category_id, scene_type, layer)
    _forget(category_id, scene_type)


def _forget(category_id: int, scene_type: str) -> None:
    added = state_of(SceneState).added
    rest = (each for each in added.get(category_id, ()) if each != scene_type)
    added[category_id] = tuple(rest)
