"""What merging or deleting a category would do, in sentences."""

from core.domain.category_removals import UNDO_DAYS, CategoryRemoval, RemovalEffect
from ui.components.counted import counted


def merge_sentences(effect: RemovalEffect, source: str, target: str) -> list[str]:
    """Return what happens when the source is merged into the target."""
    said = [_moves(effect.moved, target)]
    if effect.shared:
        said.append(f"{_are(effect.shared)} in both already and stay in {target}.")
    if effect.children:
        said.append(f"{_categories(effect.children)} inside {source} will be inside {target}.")
    if effect.brings_settings:
        said.append(
            f"Default settings that only {source} has are kept. Where both say something, "
            f"{target} wins."
        )
    return said + _common(effect)


def delete_sentences(effect: RemovalEffect, name: str, target: str) -> list[str]:
    """Return what happens when the category is deleted; `target` may be empty."""
    if target:
        said = [_moves(effect.moved, target)]
        if effect.shared:
            said.append(f"{_are(effect.shared)} in {target} already and stay there.")
    elif effect.dropped:
        lose = "loses" if effect.dropped == 1 else "lose"
        said = [f"{counted(effect.dropped, 'product')} {lose} this category; they stay."]
    else:
        said = ["It has no products."]
    if effect.children:
        move = "moves" if effect.children == 1 else "move"
        inside = _categories(effect.children)
        said.append(f"{inside} inside {name} {move} up to where it stands.")
    if effect.followers and not target:
        said.append(f"{_followers(effect.followers)} will find nothing.")
    return said + _common(effect, leads=bool(target))


def removal_line(removal: CategoryRemoval) -> str:
    """Return what was merged or deleted, in a few words."""
    count = counted(removal.product_count, "product")
    into = removal.target_name
    if removal.is_merge:
        return f"{removal.name} was merged into {into or 'a category that is gone'} · {count}"
    went = f" went to {into}" if into else ""
    return f"{removal.name} was deleted · {count}{went}"


def _common(effect: RemovalEffect, *, leads: bool = True) -> list[str]:
    said = []
    if effect.hidden:
        said.append(f"{_are(effect.hidden)} archived or in the trash, and counted here.")
    if effect.followers and leads:
        said.append(f"{_followers(effect.followers)} will follow.")
    said.append(
        f"You can undo this for {UNDO_DAYS} days."
        if effect.can_be_undone
        else "This is too much to be undone later."
    )
    return said


def _moves(count: int, target: str) -> str:
    if not count:
        return "No product has to move."
    return f"{counted(count, 'product')} {'moves' if count == 1 else 'move'} to {target}."


def _are(count: int) -> str:
    return f"{counted(count, 'product')} {'is' if count == 1 else 'are'}"


def _categories(count: int) -> str:
    return "1 category" if count == 1 else f"{count:,} categories"


def _followers(count: int) -> str:
    if count == 1:
        return "1 smart collection or saved view that filters by it"
    return f"{count:,} smart collections and saved views that filter by it"
