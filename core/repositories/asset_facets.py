"""What the filters of a workspace's assets offer: the values that are there."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    CompoundSelect,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from core.domain.asset_filters import AssetFacets, Choice
from core.repositories.paging import Column
from db.gallery_tables import AssetTagRow
from db.studio_tables import PresetRow
from db.tables import AssetRow, UserRow

MAX_CHOICES = 100
_TAGS_LOOKED_AT = 300
_TAG_COUNT_CAP = 200


class AssetFacetRepository:
    """Reads what filters offer, jumping through the indexes from one value to the next."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, workspace_id: int) -> AssetFacets:
        """Return the values that filters offer, at most `MAX_CHOICES` of each, in two statements.

        Tags are those used most, but among very many only the first by name are looked at.
        """
        values = {"workspace_id": workspace_id}
        found: dict[str, list[Choice]] = {}
        for kind, value, label in self._session.execute(_values(), values):
            found.setdefault(kind, []).append(Choice(value, label))
        tags = self._session.scalars(_tags(), values)
        return AssetFacets(
            people=_sorted(found.get("person", [])),
            image_models=_sorted(found.get("model", [])),
            presets=_sorted(found.get("preset", [])),
            templates=_sorted(found.get("template", [])),
            tools=_sorted(found.get("tool", [])),
            tags=tuple(Choice(tag, tag) for tag in tags),
        )


def _sorted(choices: list[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: (choice.label.casefold(), choice.value)))


@cache
def _values() -> CompoundSelect[Any]:
    people, presets = _each(AssetRow.created_by), _each(AssetRow.preset_id)
    return union_all(
        _named("person", people.c.value, UserRow.name).join(UserRow, UserRow.id == people.c.value),
        _named("preset", presets.c.value, PresetRow.name).join(
            PresetRow, PresetRow.id == presets.c.value
        ),
        *(
            _named(kind, each.c.value, each.c.value).where(each.c.value != "")
            for kind, each in (
                ("model", _each(AssetRow.image_model)),
                ("template", _each(AssetRow.template)),
                ("tool", _each(AssetRow.tool)),
            )
        ),
    )


def _named(kind: str, value: Any, label: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return select(literal(kind), cast(value, String), label).where(value.is_not(None))


@cache
def _tags() -> Select[str]:
    each = _each(AssetTagRow.tag, _TAGS_LOOKED_AT)
    uses: Select[int] = (
        select(literal_column("1"))
        .where(AssetTagRow.workspace_id == _here(), AssetTagRow.tag == each.c.value)
        .limit(literal_column(str(_TAG_COUNT_CAP)))
        .correlate(each)
    )
    count = select(func.count()).select_from(uses.subquery()).scalar_subquery()
    used = select(each.c.value.label("tag"), count.label("uses"))
    tags = used.where(each.c.value.is_not(None)).subquery()
    return select(tags.c.tag).order_by(tags.c.uses.desc(), tags.c.tag).limit(MAX_CHOICES)


def _each(column: Column, most: int = MAX_CHOICES) -> CTE:
    """Return the column's values, each looked up in its index behind the one before."""
    table = column.class_
    next_value = select(column.label("value")).where(table.workspace_id == _here())
    if table is AssetRow:
        next_value = next_value.where(AssetRow.trashed_at.is_(None))
    next_value = next_value.order_by(column).limit(literal_column("1"))
    first = next_value.where(column.is_not(None)).subquery()
    name = f"each_{column.key}"
    numbered = select(first.c.value.label("value"), literal_column("1").label("number"))
    each = numbered.cte(name, recursive=True)
    after = next_value.where(column > each.c.value).correlate(each).scalar_subquery()
    following = select(after, each.c.number + literal_column("1")).where(
        each.c.value.is_not(None), each.c.number < literal_column(str(most))
    )
    return each.union_all(following)


def _here() -> BindParameter[int]:
    return bindparam("workspace_id")
