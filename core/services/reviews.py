"""Reviews: approving pictures, sending them back, rating and pinning them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.domain.accounts import Actor, Role
from core.domain.reviews import (
    MAX_NOTE_CHARS,
    Judged,
    Review,
    ReviewState,
    Verdict,
    check_rating,
)
from core.errors import AccessDeniedError, InvalidInputError
from core.services.access import must_review, some_ids
from core.services.texts import clean_text
from core.unit_of_work import Database, UnitOfWork

Change = tuple[str, object, object]
"""A field's name, what it was and what it is."""

Changes = Mapping[int, dict[str, list[object]]]
"""By picture: the fields that change, each with what it was and what it is."""


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

        Raises `InvalidInputError` for a reason that is none, or that the state does not take, and
        when nothing is left to approve but what the actor made, where that is not allowed.
        """
        judged = self.judge(actor, asset_ids, Verdict(state, reason, note))
        if judged.own and not judged.changed:
            raise InvalidInputError(user_message=judged.sentence_of_own)
        return len(judged.changed)

    def judge(self, actor: Actor, asset_ids: Sequence[int], verdict: Verdict) -> Judged:
        """Give pictures a verdict; return which changed, and which the actor may not approve."""
        must_review(actor)
        note = clean_text(verdict.note, "the note", max_chars=MAX_NOTE_CHARS)
        verdict = replace(verdict, note=note)
        ids, now = some_ids(asset_ids), datetime.now(UTC)
        with self._database.begin() as work:
            own = _own(work, actor, ids, verdict)
            ids = [asset_id for asset_id in ids if asset_id not in own]
            changed = write_verdict(
                work, actor.workspace_id, ids, verdict, by=actor.user_id, now=now
            )
            _note(work, actor, "review", changed)
        return Judged(tuple(changed), own)

    def forbids_own_approval(self, actor: Actor) -> bool:
        """Say whether nobody in the workspace approves a picture that they made."""
        with self._database.read() as work:
            return work.reviews.forbids_own_approval(actor.workspace_id)

    def set_forbids_own_approval(self, actor: Actor, *, forbids: bool) -> None:
        """Set that rule; only an owner may. What was approved before stays approved."""
        if actor.role is not Role.OWNER:
            raise AccessDeniedError(
                f"user {actor.user_id} is {actor.role}",
                user_message="Only an owner of the workspace can change this.",
            )
        with self._database.begin() as work:
            if work.reviews.set_forbids_own_approval(actor.workspace_id, forbids=forbids):
                work.audit_events.add(
                    actor, "set_own_approval", "workspace", actor.workspace_id, forbids=forbids
                )

    def rate(self, actor: Actor, asset_ids: Sequence[int], rating: int) -> int:
        """Give pictures 1 to 5 stars, or none with 0, and return how many changed."""
        must_review(actor)
        check_rating(rating)
        with self._database.begin() as work:
            changed = _changed(
                work,
                actor.workspace_id,
                some_ids(asset_ids),
                lambda review: _differing(("rating", review.rating, rating)),
            )
            work.reviews.set_rating(list(changed), rating)
            work.looks.settle(actor.workspace_id, list(changed))
            _note(work, actor, "rate", changed)
        return len(changed)

    def pin(self, actor: Actor, asset_ids: Sequence[int], is_pinned: bool) -> int:  # noqa: FBT001 - the value itself, as a rating is
        """Pin pictures, or take their pin off, and return how many changed."""
        must_review(actor)
        with self._database.begin() as work:
            changed = _changed(
                work,
                actor.workspace_id,
                some_ids(asset_ids),
                lambda review: _differing(("is_pinned", review.is_pinned, is_pinned)),
            )
            work.reviews.set_pinned(list(changed), is_pinned=is_pinned)
            work.looks.settle(actor.workspace_id, list(changed))
            _note(work, actor, "pin" if is_pinned else "unpin", changed)
        return len(changed)

    def counts(self, actor: Actor, product_id: int) -> Mapping[ReviewState, int]:
        """Return how many pictures of the product are in each state; none is 0."""
        with self._database.read() as work:
            return work.reviews.counts(actor.workspace_id, product_id)


def write_verdict(
    work: UnitOfWork,
    workspace_id: int,
    asset_ids: Sequence[int],
    verdict: Verdict,
    *,
    by: int | None,
    reviewed_as: str = "",
    now: datetime,
) -> Changes:
    """Give pictures a verdict, count their products anew, and return what changed of each.

    Of a guest `by` is None and `reviewed_as` their name.
    """
    product_ids = work.reviews.lock_products(workspace_id, asset_ids)
    changed = _changed(
        work, workspace_id, asset_ids, lambda review: _verdict_changes(review, verdict)
    )
    work.reviews.set_verdict(list(changed), verdict, by=by, reviewed_as=reviewed_as, now=now)
    noted = [asset_id for asset_id, change in changed.items() if "note" in change]
    work.asset_texts.refresh(workspace_id, noted)
    work.looks.settle(workspace_id, list(changed))
    work.products.recount_approved(workspace_id, product_ids)
    return changed


def _own(work: UnitOfWork, actor: Actor, ids: Sequence[int], verdict: Verdict) -> tuple[int, ...]:
    """Return which of the pictures the actor may not approve, since they made them."""
    if verdict.state is not ReviewState.APPROVED:
        return ()
    if not work.reviews.forbids_own_approval(actor.workspace_id):
        return ()
    made = work.reviews.made_by(actor.workspace_id, ids, actor.user_id)
    return tuple(asset_id for asset_id in ids if asset_id in made)


def _changed(
    work: UnitOfWork,
    workspace_id: int,
    ids: Sequence[int],
    changes_of: Callable[[Review], dict[str, list[object]]],
) -> Changes:
    """Lock the pictures, with the stacks they are in, and return what changes of each."""
    work.looks.lock_stacks(workspace_id, ids)
    found = work.reviews.lock(workspace_id, ids)
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


def _note(work: UnitOfWork, actor: Actor, action: str, changed: Changes) -> None:
    for asset_id, changes in changed.items():
        work.audit_events.add(actor, action, "asset", asset_id, changes=changes)
