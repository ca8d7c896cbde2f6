"""What a person enters for a product: cleaned, compared, and read from the table's cells."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from core.domain.categories import name_key
from core.domain.generation import Dimensions
from core.domain.history import Change
from core.domain.numbers import read_length_cm, read_price
from core.domain.products import CellEdit, ProductChange, ProductDraft, fold
from core.errors import InvalidInputError
from core.services.texts import clean_line, clean_text

MAX_PRICE = Decimal(10) ** 10
MAX_CM = 10_000
MAX_TAGS = 30
MAX_FACTS = 20
MAX_CATEGORIES = 20

_LISTS = ("tags", "materials", "colours", "other_categories")
_TEXTS = ("name", "sku", "category", "description")
_DIMENSIONS = ("width_cm", "depth_cm", "height_cm")
EDITABLE = (*_TEXTS, *_LISTS, "price", *_DIMENSIONS)
"""The fields that a cell of the table may be of."""


def clean_draft(draft: ProductDraft) -> ProductDraft:
    """Return the draft cleaned, or raise `InvalidInputError` naming the field."""
    category = _clean_category(draft.category)
    others = {name_key(name): name for name in map(_clean_category, draft.other_categories)}
    return ProductDraft(
        name=clean_line(draft.name, "a name", max_chars=200),
        sku=clean_line(draft.sku, "an SKU", max_chars=80),
        category=category,
        description=clean_text(draft.description, "the description", max_chars=5000),
        price=_clean_price(draft.price),
        tags=clean_tags(draft.tags),
        dimensions=_clean_dimensions(draft.dimensions),
        other_categories=_capped(
            (name for key, name in others.items() if key not in ("", name_key(category))),
            "categories",
            MAX_CATEGORIES,
        ),
        materials=clean_facts(draft.materials, "a material", "materials"),
        colours=clean_facts(draft.colours, "a colour", "colours"),
    )


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags cleaned; of two that are found by the same search the first stays."""
    first: dict[str, str] = {}
    for tag in tags:
        if tag.strip():
            cleaned = clean_line(tag, "a tag", max_chars=40)
            first.setdefault(fold(cleaned), cleaned)
    return _capped(first.values(), "tags", MAX_TAGS)


def clean_facts(values: Sequence[str], what: str, plural: str) -> tuple[str, ...]:
    """Return materials or colours cleaned, without repeats."""
    cleaned = [clean_line(value, what, max_chars=60) for value in values if value.strip()]
    return _capped(dict.fromkeys(cleaned), plural, MAX_FACTS)


def clean_change(change: ProductChange) -> ProductChange:
    """Return the change cleaned, or raise `InvalidInputError` naming the field."""
    return replace(
        change,
        category=None if change.category is None else _clean_category(change.category),
        add_tags=clean_tags(change.add_tags),
        remove_tags=tuple(change.remove_tags)[:MAX_TAGS],
        materials=change.materials and clean_facts(change.materials, "a material", "materials"),
        colours=change.colours and clean_facts(change.colours, "a colour", "colours"),
    )


def changed(draft: ProductDraft, change: ProductChange) -> ProductDraft:
    """Return the draft with the change in it."""
    gone = {fold(tag) for tag in change.remove_tags}
    kept = [tag for tag in draft.tags if fold(tag) not in gone]
    category = draft.category if change.category is None else change.category
    return replace(
        draft,
        category=category,
        other_categories=tuple(
            name for name in draft.other_categories if name_key(name) != name_key(category)
        ),
        tags=clean_tags([*kept, *change.add_tags]),
        materials=draft.materials if change.materials is None else change.materials,
        colours=draft.colours if change.colours is None else change.colours,
    )


def edited(draft: ProductDraft, edit: CellEdit) -> ProductDraft:
    """Return the draft with what was typed in one cell, cleaned, or raise a sentence."""
    if edit.field not in EDITABLE:
        raise InvalidInputError(
            f"field {edit.field[:40]!a}", user_message="This column cannot be edited."
        )
    if edit.field in _DIMENSIONS:
        return clean_draft(replace(draft, dimensions=_one_side(draft, edit)))
    value: Any = edit.value
    if edit.field == "price":
        value = _typed_number(value, read_price)
    elif edit.field in _LISTS:
        value = _typed_list(value)
    else:
        value = "" if value is None else str(value)
    return clean_draft(replace(draft, **{edit.field: value}))


def differences(before: ProductDraft, after: ProductDraft) -> dict[str, Change]:
    """Return before and after of each field that differs, as JSON can hold them."""
    return {
        field.name: (_plain(getattr(before, field.name)), _plain(getattr(after, field.name)))
        for field in fields(ProductDraft)
        if getattr(before, field.name) != getattr(after, field.name)
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field's value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Dimensions):
        return [value.width_cm, value.depth_cm, value.height_cm]
    return list(value) if isinstance(value, tuple) else value


def _clean_category(name: str) -> str:
    return clean_line(name, "the category", max_chars=120, may_be_empty=True)


def _capped(values: Iterable[str], plural: str, most: int) -> tuple[str, ...]:
    kept = tuple(values)
    if len(kept) > most:
        raise InvalidInputError(user_message=f"A product can have at most {most} {plural}.")
    return kept


def _clean_price(price: Decimal | None) -> Decimal | None:
    if price is None:
        return None
    if not price.is_finite() or not 0 <= price < MAX_PRICE:
        raise InvalidInputError(user_message="The price must be a number from 0 upwards.")
    return price.quantize(Decimal("0.01"))


def _clean_dimensions(size: Dimensions | None) -> Dimensions | None:
    if size is None:
        return None
    if not all(0 < side <= MAX_CM for side in (size.width_cm, size.depth_cm, size.height_cm)):
        raise InvalidInputError(
            user_message="Width, depth and height must each be between 0 and 10,000 cm."
        )
    return size


def _typed_number(
    value: Any,  # noqa: ANN401 - whatever a cell holds
    read: Callable[[str], Decimal],
) -> Decimal | None:
    text = "" if value is None else str(value).strip()
    if text in ("", "nan", "None"):
        return None
    return Decimal(text) if isinstance(value, int | float | Decimal) else read(text)


def _typed_list(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - likewise
    if value is None:
        return ()
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _one_side(draft: ProductDraft, edit: CellEdit) -> Dimensions:
    if draft.dimensions is None:
        raise InvalidInputError(
            user_message="Enter width, depth and height together, on the product's page."
        )
    side = _typed_number(edit.value, lambda text: Decimal(str(read_length_cm(text, "side"))))
    return replace(draft.dimensions, **{edit.field: float(side or 0)})
