"""What people say of assets besides judging them: tags, titles, alt texts, and their product.

What changes many returns what was before, asset by asset, which the same method takes to undo it.
"""

from collections.abc import Callable, Mapping, Sequence

from core.domain.accounts import Actor
from core.domain.texts import fold
from core.errors import InvalidInputError, NotFoundError
from core.repositories.asset_words import AssetWords
from core.services.access import must_edit, some_ids
from core.services.product_drafts import clean_tags
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database, UnitOfWork

MAX_TITLE_CHARS = 200
MAX_ALT_TEXT_CHARS = 512
"""As long as the shops take it."""

Tags = tuple[str, ...]


class AssetWordService:
    """Says more of assets; others' and those in the trash are left alone."""

    _database: Database

    def put_tags(
        self, actor: Actor, tags_of: Mapping[int, Sequence[str]]
    ) -> dict[int, tuple[str, ...]]:
        """Give each asset its own tags; return what those that changed had before."""
        must_edit(actor)
        wanted = {asset_id: clean_tags(tags) for asset_id, tags in tags_of.items()}
        return self._tag(actor, list(wanted), lambda asset_id, _tags: wanted[asset_id])

    def set_tags(
        self, actor: Actor, asset_ids: Sequence[int], tags: Sequence[str]
    ) -> dict[int, tuple[str, ...]]:
        """Give all assets these tags; return what those that changed had before."""
        must_edit(actor)
        wanted = clean_tags(tags)
        return self._tag(actor, asset_ids, lambda _id, _tags: wanted)

    def add_tags(
        self, actor: Actor, asset_ids: Sequence[int], tags: Sequence[str]
    ) -> dict[int, tuple[str, ...]]:
        """Add tags to what the assets have; return what those that changed had before.

        Raises `InvalidInputError` when one of them would have too many.
        """
        must_edit(actor)
        added = clean_tags(tags)
        return self._tag(actor, asset_ids, lambda _id, tags: clean_tags((*tags, *added)))

    def remove_tags(
        self, actor: Actor, asset_ids: Sequence[int], tags: Sequence[str]
    ) -> dict[int, tuple[str, ...]]:
        """Take tags off, in whatever case; return what those that changed had before."""
        must_edit(actor)
        gone = {fold(tag) for tag in clean_tags(tags)}
        return self._tag(
            actor,
            asset_ids,
            lambda _id, tags: tuple(tag for tag in tags if fold(tag) not in gone),
        )

    def set_title(self, actor: Actor, asset_id: int, title: str) -> str:
        """Call an asset so, or as its label says with ""; return what it was called before."""
        must_edit(actor)
        title = clean_line(title, "the title", max_chars=MAX_TITLE_CHARS, may_be_empty=True)
        with self._database.begin() as work:
            before = _one(work, actor, asset_id).title
            if title != before:
                work.asset_words.set_title(asset_id, title)
                _note(work, actor, "title", {asset_id: ("title", before, title)})
        return before

    def set_alt_text(self, actor: Actor, asset_id: int, alt_text: str) -> str:
        """Describe an asset to those who cannot see it; return what was said before."""
        must_edit(actor)
        alt_text = clean_text(alt_text, "the alt text", max_chars=MAX_ALT_TEXT_CHARS)
        with self._database.begin() as work:
            before = _one(work, actor, asset_id).alt_text
            if alt_text != before:
                work.asset_words.set_alt_text(asset_id, alt_text)
                _note(work, actor, "describe", {asset_id: ("alt_text", before, alt_text)})
        return before

    def move_to_product(
        self, actor: Actor, asset_ids: Sequence[int], product_id: int | None
    ) -> dict[int, int | None]:
        """Say what product pictures show, or that they show none; return what it was before.

        Raises `NotFoundError` when there is no such product, and `InvalidInputError` for photos of
        a product: those belong to it.
        """
        return self.move_to_products(actor, dict.fromkeys(asset_ids, product_id))

    def move_to_products(
        self, actor: Actor, product_of: Mapping[int, int | None]
    ) -> dict[int, int | None]:
        """Move each picture to its own product, as `move_to_product` does.

        What moves leaves its stack: those under it, or above it, show the product it was of.
        """
        must_edit(actor)
        ids = some_ids(list(product_of))
        targets = {product_id for product_id in product_of.values() if product_id is not None}
        with self._database.begin() as work:
            locked = work.asset_words.lock_products(actor.workspace_id, ids, sorted(targets))
            if not targets <= set(locked):
                raise NotFoundError(f"products {sorted(targets)} in {actor.workspace_id}")
            before = {
                asset_id: words.product_id
                for asset_id, words in work.asset_words.lock(actor.workspace_id, ids).items()
                if words.product_id != product_of[asset_id]
            }
            if work.asset_words.photos_among(list(before)):
                raise InvalidInputError(
                    user_message="Photos stay with their product; take them off it first."
                )
            work.looks.leave_stacks(actor.workspace_id, list(before))
            for asset_id in before:
                work.asset_words.set_product(asset_id, product_of[asset_id])
            changes = {
                asset_id: ("product_id", old, product_of[asset_id])
                for asset_id, old in before.items()
            }
            _note(work, actor, "move", changes)
            work.products.recount_approved(actor.workspace_id, locked)
        return before

    def _tag(
        self,
        actor: Actor,
        asset_ids: Sequence[int],
        tags_for: Callable[[int, Tags], Tags],
    ) -> dict[int, Tags]:
        ids = some_ids(asset_ids)
        with self._database.begin() as work:
            found = work.asset_words.lock(actor.workspace_id, ids)
            wanted = {each: tags_for(each, words.tags) for each, words in found.items()}
            changed = {each: tags for each, tags in wanted.items() if tags != found[each].tags}
            before = {each: found[each].tags for each in changed}
            work.asset_words.set_tags(actor.workspace_id, changed)
            changes = {
                each: ("tags", list(before[each]), list(tags)) for each, tags in changed.items()
            }
            _note(work, actor, "tag", changes)
        return before


def _one(work: UnitOfWork, actor: Actor, asset_id: int) -> AssetWords:
    found = work.asset_words.lock(actor.workspace_id, [asset_id]).get(asset_id)
    if found is None:
        raise NotFoundError(f"asset {asset_id} in workspace {actor.workspace_id}")
    return found


def _note(
    work: UnitOfWork, actor: Actor, action: str, changes: Mapping[int, tuple[str, object, object]]
) -> None:
    """Write what changed into the history, and into what the assets are found by."""
    work.asset_texts.refresh(actor.workspace_id, list(changes))
    details = (
        (each, {"changes": {name: [old, new]}}) for each, (name, old, new) in changes.items()
    )
    work.audit_events.add_many(actor, action, "asset", details)


def give_words(
    work: UnitOfWork, actor: Actor, words: Mapping[int, tuple[str, str]], *, replaces: bool
) -> list[int]:
    """Give pictures a title and an alt text, in this transaction; return those that got some.

    What is there already stays, unless this `replaces` it; trashed pictures are left out.
    """
    found = work.asset_words.lock(actor.workspace_id, list(words))
    titles = {
        each: ("title", now.title, words[each][0])
        for each, now in found.items()
        if words[each][0] != now.title and (replaces or not now.title)
    }
    alt_texts = {
        each: ("alt_text", now.alt_text, words[each][1])
        for each, now in found.items()
        if words[each][1] != now.alt_text and (replaces or not now.alt_text)
    }
    for asset_id, (_name, _old, title) in titles.items():
        work.asset_words.set_title(asset_id, title[:MAX_TITLE_CHARS])
    for asset_id, (_name, _old, alt_text) in alt_texts.items():
        work.asset_words.set_alt_text(asset_id, alt_text[:MAX_ALT_TEXT_CHARS])
    _note(work, actor, "title", titles)
    _note(work, actor, "describe", alt_texts)
    return sorted({*titles, *alt_texts})
