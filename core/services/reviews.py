"""Reviews: approving pictures, sending them back, rating and pinning them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.reviews import (
    MAX_NOTE_CHARS,
    Review,
    ReviewState,
    Verdict,
    check_rating,
)
from core.services.access import must_review, some_ids
from core.services.texts import clean_text
from core.unit_of_work import Database, UnitOfWork

Change = tuple[str, object, object]
"""A field's name, what it was and what it is."""


class ReviewService:
    """Judges generated pictures; every role but the viewer may. Others' ids change nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_state(
        self,
        actor: Actor,
        asset_ids: Sequence[int],
        state: ReviewState,
        *,
        reason: str = "",
        note: str = "",
    ) -> int:
        """Give pictures a state and return how many changed.

        Raises `InvalidInputError` for a reason that is none, or that the state does not take.
        """
        must_review(actor)
        note = clean_text(note, "the note", max_chars=MAX_NOTE_CHARS)
        verdict = Verdict(state, reason, note)
        ids, now = some_ids(asset_ids), datetime.now(UTC)
        with self._database.begin() as work:
            product_ids = work.reviews.lock_products(actor.workspace_id, ids)
            changed = _changed(work, actor, ids, lambda review: _verdict_changes(review, verdict))
            work.reviews.set_verdict(list(changed), verdict, by=actor.user_id, now=now)
            _note(work, actor, "review", changed)
            work.products.recount_approved(actor.workspace_id, product_ids)
        return len(changed)

    def rate(self, actor: Actor, asset_ids: Sequence[int], rating: int) -> int:
        """Give pictures 1 to 5 stars, or none with 0, and return how many changed."""
        must_review(actor)
        check_rating(rating)
        with self._database.begin() as work:
            changed = _changed(
                work,
                actor,
                some_ids(asset_ids),
                lambda review: _differing(("rating", review.rating, rating)),
            )
            work.reviews.set_rating(list(changed), rating)
            _note(work, actor, "rate", changed)
        return len(changed)

    def pin(self, actor: Actor, asset_ids: Sequence[int], is_pinned: bool) -> int:  # noqa: FBT001 - the value itself, as a rating is
        """Pin pictures, or take their pin off, and return how many changed."""
        must_review(actor)
        with self._database.begin() as work:
            changed = _changed(
                work,
                actor,
                some_ids(asset_ids),
                lambda review: _differing(("is_pinned", review.is_pinned, is_pinned)),
            )
            work.reviews.set_pinned(list(changed), is_pinned=is_pinned)
            _note(work, actor, "pin" if is_pinned else "unpin", changed)
        return len(changed)

    def counts(self, actor: Actor, product_id: int) -> Mapping[ReviewState, int]:
        """Return how many pictures of the product are in each state; none is 0."""
        with self._database.read() as work:
            return work.reviews.counts(actor.workspace_id, product_id)


def _changed(
    work: UnitOfWork,
    actor: Actor,
    ids: Sequence[int],
    changes_of: Callable[[Review], dict[str, list[object]]],
) -> dict[int, dict[str, list[object]]]:
    """Lock the pictures and return what changes of each one that changes."""
    found = work.reviews.lock(actor.workspace_id, ids)
    changes = {asset_id: changes_of(review) for asset_id, review in found.items()}
    return {asset_id: change for asset_id, change in changes.items() if change}


def _verdict_changes(review: Review, verdict: Verdict) -> dict[str, list[object]]:
    return _differing(
        ("state", str(review.state), str(verdict.state)),
        ("reason", review.reason, str(verdict.reason)),
        ("note", review.note, verdict.note),
    )


def _differing(*changes: Change) -> dict[str, list[object]]:
    return {name: [old, new] for name, old, new in changes if old != new}


def _note(
    work: UnitOfWork, actor: Actor, action: str, changed: Mapping[int, dict[str, list[object]]]
) -> None:
    for asset_id, changes in changed.items():
        work.audit_events.add(actor, action, "asset", asset_id, changes=changes)
