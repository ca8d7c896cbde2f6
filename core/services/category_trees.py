"""The tree of a workspace's categories, as services read it and ask it for room."""

from core.domain.accounts import Actor
from core.domain.categories import MAX_LEVELS, Category, tree_of
from core.errors import InvalidInputError, NotFoundError
from core.unit_of_work import UnitOfWork

Tree = tuple[Category, ...]


def read_tree(work: UnitOfWork, actor: Actor, *, is_counted: bool = True) -> Tree:
    """Return the workspace's tree, in one statement, or in two with the counts."""
    places = work.categories.places(actor.workspace_id)
    counts = work.categories.counts(actor.workspace_id) if is_counted and places else {}
    return tree_of(places, counts)


def member(tree: Tree, actor: Actor, category_id: int) -> Category:
    """Return the category of the tree, or raise `NotFoundError`."""
    found = next((each for each in tree if each.id == category_id), None)
    if found is None:
        raise unknown(actor, category_id)
    return found


def must_fit(tree: Tree, actor: Actor, parent_id: int | None, *, levels: int) -> None:
    """Raise unless so many levels have room under the parent, or at the top."""
    depth = 0 if parent_id is None else member(tree, actor, parent_id).depth + 1
    if depth + levels > MAX_LEVELS:
        raise InvalidInputError(
            user_message=f"The tree has at most {MAX_LEVELS} levels. Choose a place further up."
        )


def unknown(actor: Actor, category_id: int) -> NotFoundError:
    """Return the error for a category that is not there, or not theirs."""
    return NotFoundError(
        f"category {category_id} in workspace {actor.workspace_id}",
        user_message="This category does not exist any more.",
    )
