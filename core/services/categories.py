"""Categories: kinds of products, in a tree."""

from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.categories import (
    MAX_CATEGORIES,
    MAX_NAME_CHARS,
    TOO_MANY_CATEGORIES,
    Category,
    CategoryDetail,
    CategorySettings,
    ancestors_of,
    subtree_of,
    tree_of,
)
from core.domain.category_removals import CategoryRemoval, RemovalEffect
from core.domain.history import AuditEvent
from core.domain.paging import Cursor, Page
from core.domain.setting_layers import SettingsLayer
from core.errors import ConflictError, InvalidInputError
from core.services import category_removals as removals
from core.services.access import must_edit
from core.services.cascade import require_pictures
from core.services.category_trees import Tree, member, must_fit, read_tree, unknown
from core.services.layers import clean_layer
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database, UnitOfWork

MAX_DESCRIPTION_CHARS = 2_000
MAX_SCENE_CHARS = 60
MAX_SCENES = 40


class CategoryService:
    """The categories of a workspace: read whole, changed one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tree(self, actor: Actor, *, is_counted: bool = True) -> Tree:
        """Return all categories, each before those inside it, with how many products they have.

        Counting reads every product's categories: a list to choose from does without.
        """
        with self._database.read() as work:
            return read_tree(work, actor, is_counted=is_counted)

    def get(self, actor: Actor, category_id: int) -> CategoryDetail:
        """Return a category with what its page shows."""
        with self._database.read() as work:
            # Only its own products and those inside it are counted, however many there are.
            inside = work.categories.subtree_ids(actor.workspace_id, category_id)
            counts = work.categories.counts(actor.workspace_id, within=inside)
            tree = tree_of(work.categories.places(actor.workspace_id), counts)
            category = member(tree, actor, category_id)
            settings = work.categories.find_settings(actor.workspace_id, category_id)
            moments = work.categories.find_moments(actor.workspace_id, category_id)
        if settings is None or moments is None:
            raise unknown(actor, category_id)
        return CategoryDetail(
            category,
            tuple((each.id, each.name) for each in ancestors_of(tree, category)),
            tuple(each for each in tree if each.parent_id == category_id),
            settings.defaults,
            settings.scene_defaults,
            *moments,
        )

    def of_product(self, actor: Actor, product_id: int) -> Tree:
        """Return the categories of a product, the primary one first; none of an unknown one."""
        with self._database.read() as work:
            ids = work.categories.of_product(actor.workspace_id, product_id)
            by_id = {each.id: each for each in read_tree(work, actor, is_counted=False)}
        return tuple(by_id[category_id] for category_id in ids)

    def create(
        self, actor: Actor, name: str, parent_id: int | None = None, description: str = ""
    ) -> Category:
        """Add a category, at the top or inside another one."""
        must_edit(actor)
        name, description = _clean(name, description)
        with self._database.begin() as work:
            work.categories.lock_tree(actor.workspace_id)
            tree = read_tree(work, actor, is_counted=False)
            if len(tree) >= MAX_CATEGORIES:
                raise InvalidInputError(user_message=TOO_MANY_CATEGORIES)
            must_fit(tree, actor, parent_id, levels=1)
            _must_be_free(work, actor, name)
            category_id = work.categories.add(
                actor.workspace_id, name, parent_id, description, datetime.now(UTC)
            )
            work.audit_events.add(
                actor, "create", "category", category_id, name=name, parent_id=parent_id
            )
            return member(read_tree(work, actor, is_counted=False), actor, category_id)

    def update(self, actor: Actor, category_id: int, *, name: str, description: str) -> None:
        """Give a category another name and description; it stays where it is."""
        must_edit(actor)
        name, description = _clean(name, description)
        with self._database.begin() as work:
            work.categories.lock_tree(actor.workspace_id)
            category = member(read_tree(work, actor, is_counted=False), actor, category_id)
            _must_be_free(work, actor, name, but_for=category_id)
            changes = {
                field: [before, after]
                for field, before, after in (
                    ("name", category.name, name),
                    ("description", category.description, description),
                )
                if before != after
            }
            if not changes:
                return
            if "name" in changes:
                work.categories.note_renamed(actor.workspace_id, category_id)
            work.categories.update(
                actor.workspace_id, category_id, name, description, datetime.now(UTC)
            )
            work.audit_events.add(actor, "update", "category", category_id, changes=changes)

    def move(
        self, actor: Actor, category_id: int, parent_id: int | None, position: int | None = None
    ) -> None:
        """Put a category with all inside it under another one, or at the top.

        `position` is its place among its new siblings from 0; without one it becomes the last.
        """
        must_edit(actor)
        with self._database.begin() as work:
            # Whoever moves locks the tree first: two moves that each are fine could make a ring.
            work.categories.lock_tree(actor.workspace_id)
            tree = read_tree(work, actor, is_counted=False)
            category = member(tree, actor, category_id)
            inside = subtree_of(tree, category_id)
            if any(each.id == parent_id for each in inside):
                raise InvalidInputError(
                    user_message="A category cannot be inside itself. Choose another place."
                )
            deepest = max(each.depth for each in inside)
            must_fit(tree, actor, parent_id, levels=deepest - category.depth + 1)
            siblings = [
                each.id for each in tree if each.parent_id == parent_id and each.id != category_id
            ]
            place = len(siblings) if position is None else max(0, position)
            siblings.insert(place, category_id)
            work.categories.move(actor.workspace_id, category_id, parent_id, datetime.now(UTC))
            work.categories.order(actor.workspace_id, siblings)
            work.audit_events.add(
                actor,
                "move",
                "category",
                category_id,
                changes={"inside": [_name_of(tree, category.parent_id), _name_of(tree, parent_id)]},
            )

    def preview_merge(self, actor: Actor, source_id: int, target_id: int) -> RemovalEffect:
        """Return what `merge` would do, or raise why it cannot be."""
        must_edit(actor)
        with self._database.read() as work:
            return removals.effect_of(work, actor, source_id, target_id, is_merge=True)

    def merge(self, actor: Actor, source_id: int, target_id: int) -> int:
        """Put all that one category has into the other and end it; return its count of products.

        Products keep their primary category: where that was the source, it is the target now. The
        target's settings win, what only the source said is kept, and so are the categories in it.
        """
        must_edit(actor)
        with self._database.begin() as work:
            work.categories.lock_tree(actor.workspace_id)
            tree = read_tree(work, actor, is_counted=False)
            source = member(tree, actor, source_id)
            target = removals.must_merge(tree, actor, source, target_id)
            work.categories.note_renamed(actor.workspace_id, source_id)
            return removals.merge(work, actor, source, target)

    def preview_delete(
        self, actor: Actor, category_id: int, *, move_products_to: int | None = None
    ) -> RemovalEffect:
        """Return what `delete` would do, or raise why it cannot be."""
        must_edit(actor)
        with self._database.read() as work:
            return removals.effect_of(work, actor, category_id, move_products_to, is_merge=False)

    def delete(self, actor: Actor, category_id: int, *, move_products_to: int | None = None) -> int:
        """Delete a category and return how many products it had; they stay, and go elsewhere.

        With None they lose only this category: one of their others becomes the primary one. The
        categories inside move up to where it stood.
        """
        must_edit(actor)
        with self._database.begin() as work:
            work.categories.lock_tree(actor.workspace_id)
            tree = read_tree(work, actor, is_counted=False)
            category = member(tree, actor, category_id)
            target = None
            if move_products_to is not None:
                target = removals.must_take(tree, actor, category, move_products_to)
            work.categories.note_renamed(actor.workspace_id, category_id)
            return removals.delete(work, actor, category, target)

    def removals(self, actor: Actor, *, limit: int = 10) -> tuple[CategoryRemoval, ...]:
        """Return what was merged or deleted of late and can be undone, the newest first."""
        with self._database.read() as work:
            return work.category_removals.newest(
                actor.workspace_id, removals.undo_begins(), limit=limit
            )

    def restore(self, actor: Actor, removal_id: int) -> Category:
        """Undo a merge or a deletion, but for what people changed since; return the category."""
        must_edit(actor)
        with self._database.begin() as work:
            work.categories.lock_tree(actor.workspace_id)
            category_id = removals.restore(work, actor, removal_id)
            return member(read_tree(work, actor, is_counted=False), actor, category_id)

    def history(
        self, actor: Actor, category_id: int, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[AuditEvent]:
        """Return a page of what was done to a category, the newest first."""
        with self._database.read() as work:
            return work.audit_events.history(
                actor.workspace_id, "category", category_id, after=after, limit=limit
            )

    def set_defaults(self, actor: Actor, category_id: int, layer: SettingsLayer) -> None:
        """Keep what holds for pictures of the category's products unless something else says so."""
        must_edit(actor)
        layer = clean_layer(layer)
        with self._database.begin() as work:
            require_pictures(work, actor, layer)
            settings = _locked_settings(work, actor, category_id)
            self._keep(
                work,
                actor,
                category_id,
                CategorySettings(layer, settings.scene_defaults),
                scene_type="",
            )

    def set_scene_defaults(
        self, actor: Actor, category_id: int, scene_type: str, layer: SettingsLayer | None
    ) -> None:
        """Keep what holds in scenes of this type beyond the defaults; None takes it away."""
        must_edit(actor)
        scene_type = clean_line(scene_type, "the scene type", max_chars=MAX_SCENE_CHARS)
        layer = clean_layer(layer or SettingsLayer())
        with self._database.begin() as work:
            require_pictures(work, actor, layer)
            settings = _locked_settings(work, actor, category_id)
            scenes = dict(settings.scene_defaults)
            scenes.pop(scene_type, None)
            if not layer.is_empty:
                scenes[scene_type] = layer
            if len(scenes) > MAX_SCENES:
                raise InvalidInputError(
                    user_message=f"A category keeps settings for at most {MAX_SCENES} scene types."
                )
            self._keep(
                work,
                actor,
                category_id,
                CategorySettings(settings.defaults, scenes),
                scene_type=scene_type,
            )

    @staticmethod
    def _keep(
        work: UnitOfWork,
        actor: Actor,
        category_id: int,
        settings: CategorySettings,
        *,
        scene_type: str,
    ) -> None:
        work.categories.set_settings(actor.workspace_id, category_id, settings, datetime.now(UTC))
        work.audit_events.add(actor, "set_defaults", "category", category_id, scene_type=scene_type)


def _must_be_free(work: UnitOfWork, actor: Actor, name: str, *, but_for: int | None = None) -> None:
    taken = work.categories.id_of_name(actor.workspace_id, name)
    if taken is not None and taken != but_for:
        raise ConflictError(
            user_message=f"There is a category “{name}” already. "
            "Choose another name, or merge the two."
        )


def _locked_settings(work: UnitOfWork, actor: Actor, category_id: int) -> CategorySettings:
    work.categories.lock_tree(actor.workspace_id)
    settings = work.categories.find_settings(actor.workspace_id, category_id)
    if settings is None:
        raise unknown(actor, category_id)
    return settings


def _name_of(tree: Tree, category_id: int | None) -> str:
    return next((each.full_name for each in tree if each.id == category_id), "")


def _clean(name: str, description: str) -> tuple[str, str]:
    return (
        clean_line(name, "the name", max_chars=MAX_NAME_CHARS),
        clean_text(description, "the description", max_chars=MAX_DESCRIPTION_CHARS),
    )
