"""Changing many products at once: in bulk, or cell by cell in the table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.products import CellEdit, EditOutcome, Product, ProductChange, ProductDraft
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.access import must_edit, some_ids
from core.services.product_drafts import changed, clean_change, differences, edited
from core.unit_of_work import Database, UnitOfWork

_MAX_EDITS = 2000


class ProductChanges:
    """The part of `ProductService` that changes many products."""

    _database: Database

    def change(self, actor: Actor, product_ids: Sequence[int], change: ProductChange) -> int:
        """Change the same fields of products; return how many of them are other than before.

        All of them change or none: what one product cannot take raises `InvalidInputError`.
        """
        must_edit(actor)
        change = clean_change(change)
        with self._database.begin() as work:
            products = work.products.lock_many(actor.workspace_id, some_ids(product_ids))
            drafts = {
                product.id: changed(product.draft, change)
                for product in products.values()
                if product.trashed_at is None
            }
            touched = _write(work, actor, products, drafts)
            if change.archived is not None:
                touched |= _archive(work, actor, list(drafts), is_archived=change.archived)
        return len(touched)

    def edit(self, actor: Actor, edits: Sequence[CellEdit]) -> tuple[EditOutcome, ...]:
        """Keep what was typed in cells of the table, each by itself, and say what became of each.

        A cell is refused with a sentence when its value cannot be meant, when its SKU is taken,
        when its product is gone, or when somebody else changed the product since it was read.
        """
        must_edit(actor)
        if len(edits) > _MAX_EDITS:
            raise InvalidInputError(user_message=f"Please edit at most {_MAX_EDITS} cells at once.")
        by_product: dict[int, list[tuple[int, CellEdit]]] = defaultdict(list)
        for number, edit in enumerate(edits):
            by_product[edit.product_id].append((number, edit))
        refusals: dict[int, str] = {}
        with self._database.begin() as work:
            products = work.products.lock_many(actor.workspace_id, some_ids(list(by_product)))
            drafts: dict[int, ProductDraft] = {}
            for product_id, numbered in by_product.items():
                product = products.get(product_id)
                draft = None if product is None else product.draft
                for number, edit in numbered:
                    try:
                        _check(work, actor, product, edit)
                        assert draft is not None  # noqa: S101 - it was just checked
                        draft = edited(draft, edit)
                    except (ConflictError, InvalidInputError, NotFoundError) as error:
                        refusals[number] = error.user_message
                if draft is not None:
                    drafts[product_id] = draft
            for product_id in _with_taken_skus(work, actor, products, drafts):
                sku = drafts[product_id].sku
                drafts[product_id] = replace(drafts[product_id], sku=products[product_id].sku)
                for number, edit in by_product[product_id]:
                    if edit.field == "sku":
                        refusals.setdefault(number, taken_sku(sku, None).user_message)
            _write(work, actor, products, drafts)
        return tuple(
            EditOutcome(edit.product_id, edit.field, refusals.get(number, ""))
            for number, edit in enumerate(edits)
        )

    def archive(self, actor: Actor, product_ids: Sequence[int]) -> int:
        """Take products off the shelf and return how many were on it."""
        must_edit(actor)
        with self._database.begin() as work:
            return len(_archive(work, actor, some_ids(product_ids), is_archived=True))

    def unarchive(self, actor: Actor, product_ids: Sequence[int]) -> int:
        """Put archived products back on the shelf and return how many were archived."""
        must_edit(actor)
        with self._database.begin() as work:
            return len(_archive(work, actor, some_ids(product_ids), is_archived=False))

    def trash(self, actor: Actor, product_ids: Sequence[int]) -> int:
        """Put products in the trash and return how many were not there yet; pictures stay."""
        must_edit(actor)
        with self._database.begin() as work:
            gone = work.products.trash(actor.workspace_id, some_ids(product_ids), datetime.now(UTC))
            _note(work, actor, "trash", gone)
        return len(gone)

    def restore(self, actor: Actor, product_ids: Sequence[int]) -> int:
        """Take products out of the trash and return how many were there."""
        must_edit(actor)
        try:
            with self._database.begin() as work:
                back = work.products.restore(
                    actor.workspace_id, some_ids(product_ids), datetime.now(UTC)
                )
                _note(work, actor, "restore", back)
        except ConflictError as error:
            raise ConflictError(
                str(error),
                user_message="Another product has this SKU now. Change its SKU, then restore.",
            ) from error
        return len(back)


def taken_sku(sku: str, taken_by: int | None) -> ConflictError:
    """Return the refusal of an SKU that another product has."""
    return ConflictError(
        f"sku {sku!r} is product {taken_by}",
        user_message=f"There is already a product with the SKU {sku}.",
    )


def changed_meanwhile(work: UnitOfWork, actor: Actor, product_id: int) -> ConflictError:
    """Return the refusal of a change to a product that is not as it was read."""
    who = work.audit_events.who_last_changed(actor.workspace_id, "product", product_id)
    return ConflictError(
        f"product {product_id} has another version",
        user_message=f"{who or 'Somebody'} changed this product meanwhile. "
        "Please look at it again, then change it.",
    )


def _check(work: UnitOfWork, actor: Actor, product: Product | None, edit: CellEdit) -> None:
    if product is None or product.trashed_at is not None:
        raise NotFoundError(f"product {edit.product_id} in workspace {actor.workspace_id}")
    if edit.version not in (None, product.version):
        raise changed_meanwhile(work, actor, product.id)


def _with_taken_skus(
    work: UnitOfWork,
    actor: Actor,
    products: Mapping[int, Product],
    drafts: Mapping[int, ProductDraft],
) -> list[int]:
    """Return the products whose new SKU another product has, or gets in the same moment."""
    renamed = {
        product_id: draft.sku
        for product_id, draft in drafts.items()
        if draft.sku != products[product_id].sku
    }
    taken = set(work.products.ids_of_skus(actor.workspace_id, list(renamed.values())))
    refused = []
    for product_id, sku in renamed.items():
        if sku in taken:
            refused.append(product_id)
        taken.add(sku)
    return refused


def _write(
    work: UnitOfWork,
    actor: Actor,
    products: Mapping[int, Product],
    drafts: Mapping[int, ProductDraft],
) -> set[int]:
    """Write the drafts that differ from their products, with their history; return their ids."""
    changes = {
        product_id: found
        for product_id, draft in drafts.items()
        if (found := differences(products[product_id].draft, draft))
    }
    new = {product_id: drafts[product_id] for product_id in changes}
    work.products.update_many(actor.workspace_id, new, datetime.now(UTC))
    work.audit_events.add_many(
        actor,
        "update",
        "product",
        [(product_id, {"changes": found}) for product_id, found in changes.items()],
    )
    return set(changes)


def _archive(
    work: UnitOfWork, actor: Actor, product_ids: Sequence[int], *, is_archived: bool
) -> set[int]:
    mark = work.products.archive if is_archived else work.products.unarchive
    done = mark(actor.workspace_id, product_ids, datetime.now(UTC))
    _note(work, actor, "archive" if is_archived else "unarchive", done)
    return set(done)


def _note(work: UnitOfWork, actor: Actor, action: str, product_ids: Sequence[int]) -> None:
    work.audit_events.add_many(
        actor, action, "product", [(product_id, {}) for product_id in product_ids]
    )
