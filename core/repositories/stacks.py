"""Stacks of near duplicates: `stack_id` of all but the top one leads to the top one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, false, func, select, update
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.looks import StackedPicture, top_of
from core.domain.reviews import ReviewState
from core.repositories.paging import AnyRow
from core.repositories.share_links import CAPTION
from db.gallery_tables import AssetLookRow
from db.tables import AssetRow, ProductRow


def lock_stacks(session: Session, workspace_id: int, asset_ids: Collection[int]) -> None:
    """Lock assets together with the stacks that they are in, in the order of their ids.

    Whoever changes one of a stack may change its top: so no two wait for one another.
    """
    roots = {root for _, root in _roots(session, workspace_id, asset_ids)}
    below = session.scalars(select(AssetRow.id).where(AssetRow.stack_id.in_(roots)))
    wanted = sorted({*asset_ids, *roots, *below})
    session.execute(
        select(AssetRow.id)
        .where(AssetRow.workspace_id == workspace_id, AssetRow.id.in_(wanted))
        .order_by(AssetRow.id)
        .with_for_update()
    )


def settle(session: Session, workspace_id: int, asset_ids: Collection[int]) -> None:
    """Put on top of each stack of these assets the one that belongs there."""
    found = _roots(session, workspace_id, asset_ids)
    roots = {root for _, root in found}
    below = session.execute(
        select(AssetRow.id, AssetRow.stack_id).where(
            AssetRow.workspace_id == workspace_id, AssetRow.stack_id.in_(roots)
        )
    ).all()
    if not below:
        return
    members: dict[int, set[int]] = defaultdict(set)
    for asset_id, root in below:
        if root is not None:
            members[root] |= {asset_id, root}
    wanted = set().union(*members.values())
    pictures = {one.ref.id: one for one in read(session, workspace_id, wanted)}
    for ids in members.values():
        _put_right(session, [pictures[one] for one in ids if one in pictures])


def join(session: Session, workspace_id: int, asset_id: int, twin_id: int) -> None:
    """Lay an asset onto the stack of its twin, unless it lies in one; both are locked."""
    [(_, root)] = _roots(session, workspace_id, [twin_id])
    is_below = select(AssetRow.id).where(AssetRow.stack_id == asset_id).limit(1)
    if root == asset_id or session.scalar(is_below) is not None:
        return
    session.execute(
        update(AssetRow)
        .where(*_one(workspace_id, asset_id), AssetRow.stack_id.is_(None))
        .values(stack_id=root)
    )
    settle(session, workspace_id, [root])


def take_out(session: Session, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
    """Take assets out of their stacks for good; return those that lay in one. All are locked."""
    gone = leave(session, workspace_id, asset_ids)
    session.execute(
        update(AssetLookRow).where(AssetLookRow.asset_id.in_(gone)).values(is_alone=True)
    )
    return gone


def leave(session: Session, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
    """Take assets out of their stacks; return those that lay in one. All are locked.

    Another look may lay them onto a stack again.
    """
    stacks: dict[int, set[int]] = {}
    for asset_id, root in _roots(session, workspace_id, asset_ids):
        stacks.setdefault(root, set()).add(asset_id)
    gone: list[int] = []
    for root, leaving in stacks.items():
        all_of_it = {*session.scalars(_ids_of(workspace_id, root))}
        if len(all_of_it) < 2:  # noqa: PLR2004 - one alone is no stack
            continue
        gone += sorted(leaving)
        staying = all_of_it - leaving
        _set_top(session, leaving, None)
        if root not in staying and staying:
            _set_top(session, staying, min(staying))
        settle(session, workspace_id, staying)
    session.execute(
        update(AssetLookRow).where(AssetLookRow.asset_id.in_(gone)).values(is_chosen_top=False)
    )
    return sorted(gone)


def choose_top(session: Session, workspace_id: int, asset_id: int) -> bool:
    """Put an asset on top of its stack until another one is chosen; False if it lies in none."""
    [(_, root)] = _roots(session, workspace_id, [asset_id])
    ids = list(session.scalars(_ids_of(workspace_id, root)))
    if len(ids) < 2:  # noqa: PLR2004 - likewise
        return False
    session.execute(
        update(AssetLookRow)
        .where(AssetLookRow.asset_id.in_(ids))
        .values(is_chosen_top=AssetLookRow.asset_id == asset_id)
    )
    settle(session, workspace_id, [asset_id])
    return True


def read(
    session: Session, workspace_id: int, asset_ids: Collection[int]
) -> tuple[StackedPicture, ...]:
    """Return pictures as members of a stack; those that were purged are left out."""
    rows = session.execute(
        select(
            AssetRow.id,
            AssetRow.sha256,
            AssetRow.width_px,
            AssetRow.height_px,
            func.coalesce(func.nullif(CAPTION, ""), AssetRow.label).label("caption"),
            AssetRow.review_state,
            AssetRow.rating,
            AssetRow.is_pinned,
            func.coalesce(AssetLookRow.is_chosen_top, false()).label("is_chosen_top"),
            AssetRow.trashed_at,
            AssetRow.created_at,
        )
        .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
        .outerjoin(AssetLookRow, AssetLookRow.asset_id == AssetRow.id)
        .where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id.in_(asset_ids),
            AssetRow.purged_at.is_(None),
        )
    )
    return tuple(map(_to_picture, rows))


def ids_of_stack(session: Session, workspace_id: int, asset_id: int) -> list[int]:
    """Return the ids of all that lie in an asset's stack, with its own; none if it is not here."""
    found = _roots(session, workspace_id, [asset_id])
    return [] if not found else list(session.scalars(_ids_of(workspace_id, found[0][1])))


def _put_right(session: Session, pictures: Sequence[StackedPicture]) -> None:
    if pictures:
        _set_top(session, [picture.ref.id for picture in pictures], top_of(pictures))


def _set_top(session: Session, asset_ids: Iterable[int], top_id: int | None) -> None:
    ids = set(asset_ids)
    if top_id is not None:
        below = ids - {top_id}
        session.execute(
            update(AssetRow)
            .where(AssetRow.id.in_(below), AssetRow.stack_id.is_distinct_from(top_id))
            .values(stack_id=top_id)
        )
    lone = ids if top_id is None else {top_id}
    session.execute(
        update(AssetRow)
        .where(AssetRow.id.in_(lone), AssetRow.stack_id.is_not(None))
        .values(stack_id=None)
    )


def _roots(
    session: Session, workspace_id: int, asset_ids: Collection[int]
) -> list[tuple[int, int]]:
    rows = session.execute(
        select(AssetRow.id, func.coalesce(AssetRow.stack_id, AssetRow.id)).where(
            AssetRow.workspace_id == workspace_id, AssetRow.id.in_(asset_ids)
        )
    )
    return [(asset_id, root) for asset_id, root in rows]


def _ids_of(workspace_id: int, root: int) -> Select[int]:
    return select(AssetRow.id).where(
        AssetRow.workspace_id == workspace_id,
        (AssetRow.id == root) | (AssetRow.stack_id == root),
        AssetRow.purged_at.is_(None),
    )


def _one(workspace_id: int, asset_id: int) -> tuple[ColumnElement[bool], ...]:
    return AssetRow.workspace_id == workspace_id, AssetRow.id == asset_id


def _to_picture(row: AnyRow) -> StackedPicture:
    return StackedPicture(
        ref=AssetRef(row.id, row.sha256, row.width_px, row.height_px),
        caption=row.caption,
        review_state=ReviewState(row.review_state),
        rating=row.rating,
        is_pinned=row.is_pinned,
        is_chosen_top=bool(row.is_chosen_top),
        is_trashed=row.trashed_at is not None,
        created_at=row.created_at,
    )
