"""The end of a category: merged into another one or deleted, and brought back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.accounts import Actor
from core.domain.categories import (
    MAX_LEVELS,
    Category,
    CategorySettings,
    subtree_of,
)
from core.domain.category_removals import (
    UNDO_DAYS,
    Followers,
    Links,
    RemovalEffect,
    Snapshot,
)
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.category_trees import Tree, member, must_fit, read_tree, unknown
from core.unit_of_work import UnitOfWork


def effect_of(
    work: UnitOfWork, actor: Actor, category_id: int, target_id: int | None, *, is_merge: bool
) -> RemovalEffect:
    """Return what merging into the target, or deleting, would do."""
    tree = read_tree(work, actor, is_counted=False)
    category = member(tree, actor, category_id)
    if target_id is not None:
        (must_merge if is_merge else must_take)(tree, actor, category, target_id)
    effect = work.category_removals.effect(actor.workspace_id, category_id, target_id)
    followers = work.category_followers.count(actor.workspace_id, category_id)
    effect = replace(effect, followers=followers)
    if not is_merge or target_id is None:
        return effect
    before = _settings(work, actor, target_id)
    after = before.filled_from(_settings(work, actor, category_id))
    return replace(effect, brings_settings=after != before)


def merge(work: UnitOfWork, actor: Actor, category: Category, target: Category) -> int:
    """Put all that the category has into the target and end it; return how many products it had.

    The target's settings win; what only the category said is kept. The categories inside come
    along. The tree is locked and the two fit.
    """
    before = _settings(work, actor, target.id)
    after = before.filled_from(_settings(work, actor, category.id))
    snapshot = replace(
        _begun(work, actor, category.id),
        target_before=before.to_plain(),
        target_after=after.to_plain(),
    )
    if after != before:
        work.categories.set_settings(actor.workspace_id, target.id, after, datetime.now(UTC))
    return _end(work, actor, snapshot, category, target, is_merge=True)


def delete(work: UnitOfWork, actor: Actor, category: Category, target: Category | None) -> int:
    """End the category; its products go to the target, if there is one. The tree is locked.

    The categories inside move up to where it stood. Return how many products it had.
    """
    return _end(work, actor, _begun(work, actor, category.id), category, target, is_merge=False)


def restore(work: UnitOfWork, actor: Actor, removal_id: int) -> int:
    """Bring back what was merged or deleted and return its id. The tree is locked.

    What people changed since stays as they have it: products that left the target meanwhile, or
    settings of the target that were edited.
    """
    taken = work.category_removals.take(actor.workspace_id, removal_id, undo_begins())
    if taken is None:
        raise NotFoundError(
            f"category removal {removal_id}",
            user_message="This cannot be undone any more.",
        )
    target_id, snapshot = taken
    tree = read_tree(work, actor, is_counted=False)
    name, category_id = snapshot.row["name"], int(snapshot.row["id"])
    if work.categories.id_of_name(actor.workspace_id, name) is not None:
        raise ConflictError(
            user_message=f"There is a category “{name}” again. Rename it, then undo."
        )
    parent_id, takes_children = _place_again(tree, snapshot)
    work.category_removals.add_row(snapshot.row, parent_id, datetime.now(UTC))
    _bring_products(work, actor, snapshot, category_id, target_id)
    if takes_children:
        work.category_removals.take_children(
            actor.workspace_id, snapshot.children, category_id, snapshot.children_went_to
        )
    _bring_settings(work, actor, snapshot, target_id)
    work.audit_events.add(actor, "restore", "category", category_id, name=name)
    return category_id


def undo_begins() -> datetime:
    """Return since when what ended can be undone."""
    return datetime.now(UTC) - timedelta(days=UNDO_DAYS)


def must_merge(tree: Tree, actor: Actor, category: Category, target_id: int) -> Category:
    """Return the target, or raise because the two cannot become one."""
    target = must_take(tree, actor, category, target_id)
    inside = subtree_of(tree, category.id)
    if target in inside:
        raise InvalidInputError(
            user_message="A category cannot be merged into one that is inside it. "
            "Move that one out first."
        )
    height = max(each.depth for each in inside) - category.depth
    if height:
        must_fit(tree, actor, target_id, levels=height)
    return target


def must_take(tree: Tree, actor: Actor, category: Category, target_id: int) -> Category:
    """Return the target, or raise because it cannot take the products of this category."""
    if target_id == category.id:
        raise InvalidInputError(user_message="Choose another category.")
    return member(tree, actor, target_id)


def _begun(work: UnitOfWork, actor: Actor, category_id: int) -> Snapshot:
    return Snapshot(
        row=work.category_removals.row_of(actor.workspace_id, category_id),
        children=(),
        children_went_to=None,
        moved=Links(),
        shared=Links(),
        dropped=Links(),
        promoted=(),
        followers=Followers(),
        target_before={},
        target_after={},
    )


def _end(
    work: UnitOfWork,
    actor: Actor,
    snapshot: Snapshot,
    category: Category,
    target: Category | None,
    *,
    is_merge: bool,
) -> int:
    workspace_id, removals, now = actor.workspace_id, work.category_removals, datetime.now(UTC)
    snapshot = _without_products(work, snapshot, category, target)
    # Somebody may be putting products into it at this moment. They are waited for only now: they
    # may themselves be waiting for a product that was just moved.
    removals.lock(workspace_id, category.id)
    snapshot = _without_products(work, snapshot, category, target)
    if target is not None:
        followers = work.category_followers.lead(workspace_id, category.id, target.id)
        snapshot = replace(snapshot, followers=followers)
    parent_id = target.id if target is not None and is_merge else category.parent_id
    children = removals.move_children(workspace_id, category.id, parent_id)
    work.categories.remove(workspace_id, category.id)
    snapshot = replace(snapshot, children=tuple(children), children_went_to=parent_id)
    removals.forget(workspace_id, undo_begins())
    if snapshot.can_be_undone:
        removals.add(
            actor,
            snapshot,
            is_merge=is_merge,
            target_id=None if target is None else target.id,
            now=now,
        )
    _note(work, actor, category, target, count=snapshot.product_count, is_merge=is_merge)
    return snapshot.product_count


def _without_products(
    work: UnitOfWork, snapshot: Snapshot, category: Category, target: Category | None
) -> Snapshot:
    if target is None:
        dropped, promoted = work.category_removals.drop_products(category.id)
        return replace(
            snapshot, dropped=snapshot.dropped + dropped, promoted=snapshot.promoted + promoted
        )
    moved, shared = work.category_removals.move_products(category.id, target.id)
    return replace(snapshot, moved=snapshot.moved + moved, shared=snapshot.shared + shared)


def _note(
    work: UnitOfWork,
    actor: Actor,
    category: Category,
    target: Category | None,
    *,
    count: int,
    is_merge: bool,
) -> None:
    into = "" if target is None else target.full_name
    action = "merge" if is_merge else "delete"
    work.audit_events.add(
        actor, action, "category", category.id, name=category.full_name, into=into, products=count
    )
    if target is not None:
        work.audit_events.add(
            actor, "take_in", "category", target.id, name=category.full_name, products=count
        )


def _place_again(tree: Tree, snapshot: Snapshot) -> tuple[int | None, bool]:
    """Return where it stood, and whether those that were inside have room there.

    Where its place is gone or has no room any more it is the top.
    """
    inside = [
        below
        for each in tree
        if each.id in snapshot.children and each.parent_id == snapshot.children_went_to
        for below in subtree_of(tree, each.id)
    ]
    shallowest = min((each.depth for each in inside), default=0)
    levels = 1 + max((each.depth - shallowest + 1 for each in inside), default=0)
    parent = next((each for each in tree if each.id == snapshot.row["parent_id"]), None)
    # It may have been moved into one that was inside: then that would make a ring.
    if parent is not None and parent not in inside and parent.depth + 1 + levels <= MAX_LEVELS:
        return parent.id, True
    return None, levels <= MAX_LEVELS


def _bring_products(
    work: UnitOfWork, actor: Actor, snapshot: Snapshot, category_id: int, target_id: int | None
) -> None:
    workspace_id, removals = actor.workspace_id, work.category_removals
    if target_id is None:
        removals.take_again(workspace_id, snapshot.dropped, category_id, snapshot.promoted)
        return
    removals.move_back(snapshot.moved, category_id, target_id)
    removals.share_again(workspace_id, snapshot.shared, category_id, target_id)
    work.category_followers.lead_back(workspace_id, snapshot.followers, category_id, target_id)


def _bring_settings(
    work: UnitOfWork, actor: Actor, snapshot: Snapshot, target_id: int | None
) -> None:
    if target_id is None or snapshot.target_before == snapshot.target_after:
        return
    now_said = work.categories.find_settings(actor.workspace_id, target_id)
    if now_said is not None and now_said.to_plain() == snapshot.target_after:
        work.categories.set_settings(
            actor.workspace_id,
            target_id,
            CategorySettings.from_plain(snapshot.target_before),
            datetime.now(UTC),
        )


def _settings(work: UnitOfWork, actor: Actor, category_id: int) -> CategorySettings:
    settings = work.categories.find_settings(actor.workspace_id, category_id)
    if settings is None:
        raise unknown(actor, category_id)
    return settings
