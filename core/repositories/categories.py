"""Categories in their tree."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased

from core.domain.categories import (
    MAX_CATEGORIES,
    TOO_MANY_CATEGORIES,
    CategoryPlace,
    CategorySettings,
    name_key,
)
from core.errors import InvalidInputError
from core.repositories.upserts import insert_those_missing
from db.tables import CategoryRow, ProductCategoryRow, ProductRow

_TREE_LOCK = 7_301
_AT_ONCE = 500


class CategoryRepository:
    """Categories in their tree; products in the trash and the archive do not count."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_tree(self, workspace_id: int) -> None:
        """Keep others from changing the shape of the tree until the transaction ends."""
        # SQLite has one writer anyway. No row stands for the whole tree: two people who each
        # move one category below the other's lock different rows.
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(
                text("SELECT pg_advisory_xact_lock(:lock, :workspace)"),
                {"lock": _TREE_LOCK, "workspace": workspace_id % 2**31},
            )

    def places(self, workspace_id: int) -> tuple[CategoryPlace, ...]:
        """Return all categories, in no order, in one statement."""
        says_something = or_(_says(CategoryRow.defaults), _says(CategoryRow.scene_defaults))
        rows = self._session.execute(
            select(
                CategoryRow.id,
                CategoryRow.parent_id,
                CategoryRow.name,
                CategoryRow.description,
                CategoryRow.position,
                says_something,
            ).where(CategoryRow.workspace_id == workspace_id)
        )
        return tuple(CategoryPlace(*row) for row in rows)

    def counts(
        self, workspace_id: int, *, within: Sequence[int] | None = None
    ) -> dict[frozenset[int], int]:
        """Return how many products have exactly these categories, in one grouped statement.

        `within` looks only at some categories: a product's others are then left out.
        """
        # By sets, because a product in a category and in one inside it counts once for the upper:
        # neither a count of rows nor a sum over the tree would say so.
        conditions = () if within is None else (ProductCategoryRow.category_id.in_(within),)
        ids = func.aggregate_strings(cast(ProductCategoryRow.category_id, Text), ",")
        each = (
            select(ids.label("ids"))
            .join(ProductRow, ProductRow.id == ProductCategoryRow.product_id)
            .where(*_shown(workspace_id), *conditions)
            .group_by(ProductCategoryRow.product_id)
            .subquery()
        )
        counts: Counter[frozenset[int]] = Counter()
        for joined, count in self._session.execute(
            select(each.c.ids, func.count()).group_by(each.c.ids)
        ):
            counts[frozenset(map(int, joined.split(",")))] += count
        return dict(counts)

    def subtree_ids(self, workspace_id: int, category_id: int) -> tuple[int, ...]:
        """Return the ids of a category and of all inside it; none when it is not there."""
        return tuple(self._session.scalars(subtree(workspace_id, category_id)))

    def find_settings(self, workspace_id: int, category_id: int) -> CategorySettings | None:
        """Return what a category says about pictures."""
        row = self._session.execute(
            select(CategoryRow.defaults, CategoryRow.scene_defaults).where(
                *_one(workspace_id, category_id)
            )
        ).one_or_none()
        return None if row is None else CategorySettings.from_plain(row._asdict())

    def find_moments(self, workspace_id: int, category_id: int) -> tuple[datetime, datetime] | None:
        """Return when a category was created and last changed."""
        row = self._session.execute(
            select(CategoryRow.created_at, CategoryRow.updated_at).where(
                *_one(workspace_id, category_id)
            )
        ).one_or_none()
        return None if row is None else (row[0], row[1])

    def id_of_name(self, workspace_id: int, name: str) -> int | None:
        """Return the category that people take for one of this name."""
        return self._session.scalar(
            select(CategoryRow.id).where(
                CategoryRow.workspace_id == workspace_id, CategoryRow.name_key == name_key(name)
            )
        )

    def of_product(self, workspace_id: int, product_id: int) -> tuple[int, ...]:
        """Return the ids of a product's categories, the primary one first."""
        return tuple(
            self._session.scalars(
                select(CategoryRow.id)
                .join(ProductCategoryRow, ProductCategoryRow.category_id == CategoryRow.id)
                .where(
                    CategoryRow.workspace_id == workspace_id,
                    ProductCategoryRow.product_id == product_id,
                )
                .order_by(ProductCategoryRow.is_primary.desc(), CategoryRow.name_key)
            )
        )

    def ensure(self, workspace_id: int, name: str, now: datetime) -> int:
        """Return the category of this name, whatever its case; a new one stands at the top.

        It cannot be merged or deleted by others until the transaction ends. `name` is clean.
        """
        return self.ensure_all(workspace_id, [name], now)[name]

    def ensure_all(self, workspace_id: int, names: Iterable[str], now: datetime) -> dict[str, int]:
        """Return the categories of these names by name, as `ensure` does for one.

        Raises `InvalidInputError` where there would be more than a workspace can have.
        """
        keys = {name: name_key(name) for name in names}
        # In the order of their keys, so that two imports at once cannot wait for each other.
        found = self._held(workspace_id, sorted(keys.values()))
        missing: dict[str, str] = {}
        for name, key in sorted(keys.items(), key=itemgetter(1)):
            if key not in found:
                missing.setdefault(key, name)
        if missing:
            if len(missing) > self.room(workspace_id):
                raise InvalidInputError(user_message=TOO_MANY_CATEGORIES)
            self._add_all(workspace_id, missing, now)
            found |= self._held(workspace_id, missing)
        return {name: found[key] for name, key in keys.items()}

    def room(self, workspace_id: int) -> int:
        """Return how many categories can still be added."""
        count = select(func.count()).where(CategoryRow.workspace_id == workspace_id)
        return max(0, MAX_CATEGORIES - (self._session.scalar(count) or 0))

    def missing(self, workspace_id: int, names: Iterable[str]) -> set[str]:
        """Return the keys of those names of which there is no category yet."""
        keys = {name_key(name) for name in names}
        return keys - self._held(workspace_id, sorted(keys)).keys()

    def _add_all(self, workspace_id: int, names: Mapping[str, str], now: datetime) -> None:
        """Add categories by their keys at the top; one that another person adds is theirs."""
        last = self._session.scalar(
            select(func.coalesce(func.max(CategoryRow.position), 0)).where(
                CategoryRow.workspace_id == workspace_id, _inside(None)
            )
        )
        rows: list[dict[str, Any]] = [
            {
                "workspace_id": workspace_id,
                "parent_id": None,
                "name": name,
                "name_key": key,
                "description": "",
                "position": last,
                "defaults": {},
                "scene_defaults": {},
                "created_at": now,
                "updated_at": now,
            }
            for key, name in names.items()
        ]
        for begin in range(0, len(rows), _AT_ONCE):
            some = rows[begin : begin + _AT_ONCE]
            self._session.execute(insert_those_missing(self._session, CategoryRow, some))

    def _held(self, workspace_id: int, keys: Iterable[str]) -> dict[str, int]:
        wanted, found = list(dict.fromkeys(keys)), dict[str, int]()
        for begin in range(0, len(wanted), _AT_ONCE):
            rows = self._session.execute(
                select(CategoryRow.name_key, CategoryRow.id)
                .where(
                    CategoryRow.workspace_id == workspace_id,
                    CategoryRow.name_key.in_(wanted[begin : begin + _AT_ONCE]),
                )
                .order_by(CategoryRow.name_key)
                .with_for_update(read=True, key_share=True)
            )
            found |= {key: category_id for key, category_id in rows}  # noqa: C416 - Rows are no pairs to mypy
        return found

    def add(
        self, workspace_id: int, name: str, parent_id: int | None, description: str, now: datetime
    ) -> int:
        """Add a category beside the last of its siblings and return its id.

        A name that is taken raises `IntegrityError`.
        """
        last = (
            select(func.coalesce(func.max(CategoryRow.position), 0))
            .where(CategoryRow.workspace_id == workspace_id, _inside(parent_id))
            .scalar_subquery()
        )
        added = insert(CategoryRow).values(
            workspace_id=workspace_id,
            parent_id=parent_id,
            name=name,
            name_key=name_key(name),
            description=description,
            position=last,
            defaults={},
            scene_defaults={},
            created_at=now,
            updated_at=now,
        )
        return self._session.scalars(added.returning(CategoryRow.id)).one()

    def note_renamed(self, workspace_id: int, category_id: int) -> None:
        """Raise the version of the products of a category that is about to get another name.

        Forms name categories: one that was opened before would bring the old name back.
        """
        members = select(ProductCategoryRow.product_id).where(
            ProductCategoryRow.category_id == category_id
        )
        self._session.execute(
            update(ProductRow)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(members))
            .values(version=ProductRow.version + 1)
            .execution_options(synchronize_session=False)
        )

    def update(
        self, workspace_id: int, category_id: int, name: str, description: str, now: datetime
    ) -> None:
        """Give a category another name and description; a taken name raises `IntegrityError`."""
        self._change(
            workspace_id,
            category_id,
            name=name,
            name_key=name_key(name),
            description=description,
            updated_at=now,
        )

    def move(
        self, workspace_id: int, category_id: int, parent_id: int | None, now: datetime
    ) -> None:
        """Put a category under another one, or at the top; all inside it comes along."""
        self._change(workspace_id, category_id, parent_id=parent_id, updated_at=now)

    def order(self, workspace_id: int, category_ids: Sequence[int]) -> None:
        """Give siblings their places in this order."""
        if category_ids:
            self._session.execute(
                update(CategoryRow).where(CategoryRow.workspace_id == workspace_id),
                [
                    {"id": category_id, "position": position}
                    for position, category_id in enumerate(category_ids, start=1)
                ],
                execution_options={"synchronize_session": None},
            )

    def set_settings(
        self, workspace_id: int, category_id: int, settings: CategorySettings, now: datetime
    ) -> None:
        """Keep what a category says about pictures."""
        self._change(workspace_id, category_id, updated_at=now, **settings.to_plain())

    def remove(self, workspace_id: int, category_id: int) -> None:
        """Delete a category's row; what stood under it must have moved before."""
        self._session.execute(delete(CategoryRow).where(*_one(workspace_id, category_id)))

    def _change(
        self,
        workspace_id: int,
        category_id: int,
        **values: Any,  # noqa: ANN401 - columns
    ) -> None:
        self._session.execute(
            update(CategoryRow).where(*_one(workspace_id, category_id)).values(**values)
        )


def subtree(workspace_id: int, category_id: int) -> Select[int]:
    """Return a query for the ids of a category and of all inside it, to stand in other queries."""
    top = (
        select(CategoryRow.id)
        .where(*_one(workspace_id, category_id))
        .cte("category_subtree", recursive=True)
    )
    child = aliased(CategoryRow)
    # UNION, not UNION ALL: even a cycle, which nothing of ours makes, would end.
    below = select(child.id).where(child.parent_id == top.c.id, child.workspace_id == workspace_id)
    return select(top.union(below).c.id)


def _says(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped JSON column
    return cast(column, Text) != "{}"


def _inside(parent_id: int | None) -> ColumnElement[bool]:
    return (
        CategoryRow.parent_id.is_(None)
        if parent_id is None
        else (CategoryRow.parent_id == parent_id)
    )


def _one(workspace_id: int, category_id: int) -> tuple[ColumnElement[bool], ...]:
    return CategoryRow.workspace_id == workspace_id, CategoryRow.id == category_id


def _shown(workspace_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        ProductRow.workspace_id == workspace_id,
        ProductRow.trashed_at.is_(None),
        ProductRow.archived_at.is_(None),
    )
