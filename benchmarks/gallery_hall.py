"""A workspace with any number of pictures, much as real ones are; the same one each time."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from benchmarks.scratch import scratch_services
from core.bootstrap import Services
from core.domain.accounts import Actor
from core.repositories.asset_texts import product_key_of, searched
from core.repositories.bulk_rows import add_rows
from db.engine import build_engine
from db.gallery_tables import AssetTagRow
from db.studio_tables import PresetRow
from db.tables import (
    AssetRow,
    CategoryRow,
    CollectionProductRow,
    CollectionRow,
    ProductCategoryRow,
    ProductRow,
)
from tests.support.people import signed_in

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 400
KINDS = ("chair", "table", "lamp", "sofa")
PRESETS = 12
RARE = 40
"""So many pictures have what is rare."""

_AT_ONCE = 10_000
_ORIGINS = {"generated": 130, "edited": 20, "uploaded": 49, "inspiration": 1}
_MODELS = ("old",) * 2 + ("middle",) * 5 + ("new",) * 3
_SIZES = ((1024, 1024), (1376, 768), (768, 1376), (2048, 2048), (4096, 4096), (1200, 896))
_SCENES = ("a bright loft", "a dark library", "a garden at dusk", "a hotel lobby", "a white studio")
_MOODS = ("calm", "bold", "warm", "austere", "festive")
_FILLING = (
    "Photorealistic product photo in {scene}, {mood} light from the left, lens 50 mm, the product"
    " stands on an oak floor and keeps its exact shape, colours and proportions. No people, no"
    " text, no logos. Show every leg, seam and handle as in the reference. Mood {mood}. Styling"
    " with a linen rug and one plant."
)


@dataclass(frozen=True)
class Hall:
    """A workspace with pictures, and the ids of what they hang together with."""

    services: Services
    actor: Actor
    count: int
    categories: dict[str, int]
    collections: dict[str, int]
    presets: list[int]
    products: list[int]

    def moment_of(self, number: int) -> datetime:
        """Return when the picture of this number was made."""
        return START + timedelta(seconds=number * DAYS * 86_400 / self.count)


@contextmanager
def hall_of(kind: str, count: int) -> Iterator[Hall]:
    """Yield a workspace on a database with so many pictures, of a tenth as many products.

    Three in four were made, by three models that followed each other. A tenth as many pictures are
    of another workspace.
    """
    with scratch_services(kind) as services:
        actor = signed_in(services, "Ann", "ann@example.com")
        other = signed_in(services, "Ben", "ben@example.com")
        engine = build_engine(services.parts.settings.sqlalchemy_url)
        with Session(engine) as session:
            hall = _fill(session, services, actor, count, first=1)
            _fill(session, services, other, count // 10, first=count + 1)
            session.commit()
            session.execute(text("ANALYZE"))
            session.commit()
        if kind == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM assets"))
        engine.dispose()
        yield hall


def _fill(session: Session, services: Services, actor: Actor, count: int, *, first: int) -> Hall:
    chance = random.Random(count)  # noqa: S311 - the same pictures each time
    here = actor.workspace_id
    moments = {"created_at": START, "updated_at": START}
    categories: dict[str, int] = {}
    for name in ("furniture", *KINDS):
        parent = categories.get("furniture")
        categories[name] = _add(
            session, CategoryRow, workspace_id=here, parent_id=parent, name=name, **moments
        )
    collections = {
        name: _add(session, CollectionRow, workspace_id=here, name=name, description="", **moments)
        for name in ("small", "large")
    }
    same = {"description": "", "layer": {}, "version": 1, "is_shared": True, **moments}
    presets = [
        _add(
            session, PresetRow, workspace_id=here, name=f"Preset {number}",
            created_by=actor.user_id, **same,
        )
        for number in range(PRESETS)
    ]  # fmt: skip
    products = list(range(first, first + max(count // 10, 10)))
    _add_products(session, here, products, categories, collections)
    hall = Hall(services, actor, count, categories, collections, presets, products)
    for begin in range(0, count, _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, count))
        rows = [_picture(hall, chance, number, first + number) for number in numbers]
        add_rows(session, AssetRow, rows)
        tags = [
            {"asset_id": row["id"], "tag": tag, "workspace_id": here,
             "created_at": row["created_at"]}
            for row in rows
            for tag in row["tags"]
        ]  # fmt: skip
        add_rows(session, AssetTagRow, tags)
        session.commit()
    return hall


def _add(session: Session, table: Any, **values: object) -> int:  # noqa: ANN401 - a class of rows
    return int(session.execute(insert(table).returning(table.id), values).scalar_one())


def _name_of(product: int) -> str:
    return f"Oak {KINDS[product % 4]} {product}"


def _add_products(
    session: Session,
    here: int,
    products: list[int],
    categories: dict[str, int],
    collections: dict[str, int],
) -> None:
    rows = [
        {
            "id": number,
            "workspace_id": here,
            "name": _name_of(number),
            "sku": f"OAK-{number}",
            "description": "",
            "tags": [],
            "search_text": f" {_name_of(number).lower()} oak-{number} ",
            "name_key": _name_of(number).lower(),
            "created_at": START,
            "updated_at": START,
        }
        for number in products
    ]
    add_rows(session, ProductRow, rows)
    inside = [
        {"product_id": number, "category_id": categories[KINDS[number % 4]], "is_primary": True}
        for number in products
    ]
    add_rows(session, ProductCategoryRow, inside)
    held = [
        {"collection_id": collections[name], "product_id": number, "position": place}
        for name, most in (("small", 5), ("large", len(products) // 4))
        for place, number in enumerate(products[:most])
    ]
    add_rows(session, CollectionProductRow, held)


def _is(chance: random.Random, share: float) -> bool:
    return chance.random() < share


def _picture(hall: Hall, chance: random.Random, number: int, row_id: int) -> dict[str, Any]:
    here, share = hall.actor.workspace_id, number / hall.count
    is_rare = number % max(hall.count // RARE, 1) == 0
    [origin] = chance.choices(tuple(_ORIGINS), tuple(_ORIGINS.values()))
    is_made = origin in ("generated", "edited")
    product = chance.choice(hall.products)
    width_px, height_px = chance.choice(_SIZES)
    scene, mood = chance.choice(_SCENES), chance.choice(_MOODS)
    key = product_key_of(_name_of(product), f"OAK-{product}")
    prompt = _FILLING.format(scene=scene, mood=mood) if is_made else ""
    judged = is_made and _is(chance, 0.45)
    at = hall.moment_of(number)
    tags = [
        *(["web"] if _is(chance, 0.4) else []),
        *(["hero"] if _is(chance, 0.05) else []),
        f"season-{int(share * 50)}",
        *(["rare"] if is_rare else []),
    ]
    return {
        "id": row_id,
        "workspace_id": here,
        "origin": origin,
        "is_made": is_made,
        "sha256": f"{row_id:064x}",
        "size_bytes": 1_500_000,
        "mime_type": "image/png",
        "width_px": width_px,
        "height_px": height_px,
        "longest_px": max(width_px, height_px),
        "aspect_permille": width_px * 1000 // height_px,
        "storage_key": f"w{here}/{row_id:032x}/original.png",
        "label": f"{_name_of(product)} · {scene}",
        "search_text": searched(
            key, f"{_name_of(product)} {scene}", prompt, "heron" if is_rare else "", *tags
        ),
        "product_key": key,
        "product_id": product if origin != "inspiration" else None,
        "preset_id": chance.choice(hall.presets[:-1]) if is_made and _is(chance, 0.5) else
        hall.presets[-1] if is_rare else None,
        "image_model": _MODELS[int(share * len(_MODELS))] if is_made else "",
        "template": f"lifestyle@{1 + int(share * 4)}" if is_made else "",
        "tool": chance.choice(("cutout", "crop", "upscale")) if origin == "edited" else "",
        "steps": [],
        "cost_micros": chance.choice((39_000, 134_000)) if origin == "generated" else 0,
        "review_state": chance.choice(("approved",) * 6 + ("rejected",) * 2 + ("needs_edit",))
        if judged
        else "unreviewed",
        "reviewed_at": at + timedelta(hours=chance.randrange(400)) if judged else None,
        "reviewed_by": hall.actor.user_id if judged else None,
        "rating": chance.choice((1, 2, 3, 4, 5, 5)) if _is(chance, 0.3) else 0,
        "is_pinned": _is(chance, 0.005),
        "tags": tags,
        "stack_id": row_id - 1 if number and _is(chance, 0.08) else None,
        "created_by": hall.actor.user_id,
        "created_at": at,
    }  # fmt: skip
