"""Finding the pictures that look like one: the bounded search, and what it finds of the best.

The floor is comparing with every picture of the workspace: that is exact, and grows with it.
"""

import random
from collections.abc import Iterator
from functools import partial

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.figures import Figure, interleaved
from benchmarks.gallery_hall import Hall, hall_of
from benchmarks.raw import raw_connection
from benchmarks.scratch import LABELS, kinds
from core.domain.looks import LOOK_VERSION, LookMeasures
from core.imaging.look_features import measure_look
from core.imaging.look_ranks import buckets_of, likeness_to
from core.repositories.bulk_rows import add_rows
from db.engine import build_engine
from db.gallery_tables import AssetLookRow
from db.tables import AssetRow
from tests.images import photo_bytes

SIZE = 200_000
QUICK_SIZE = 10_000
WORST_MS = 300.0
ASKED = 7
SHOWN = 24
_AT_ONCE = 10_000
_STYLES = 400


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure it on each database."""
    size = QUICK_SIZE if is_quick else SIZE
    for kind in kinds():
        with hall_of(kind, size) as hall:
            asked = _fill(hall)
            yield from _measured(hall, asked, f"{LABELS[kind]}: {size:,} pictures,")


def _measured(hall: Hall, asked: list[int], name: str) -> Iterator[Figure]:
    similar = partial(hall.services.looks.similar, hall.actor, limit=SHOWN)
    turns = iter(asked * 20)
    medians = interleaved(
        {"similar": lambda: similar(next(turns)), "all": lambda: _exact(hall, asked[0])}, rounds=5
    )
    value = medians["similar"]
    yield Figure(f"{name} similar", value, medians["all"], "comparing with all")
    yield Figure(f"{name} similar", value, WORST_MS, "as long as is allowed", 1.0)
    found = wanted = 0
    for asset_id in asked:
        best = _exact(hall, asset_id)
        found += len(best & {one.ref.id for one in similar(asset_id)})
        wanted += len(best)
    yield Figure(f"{name} found of the best {SHOWN}", 100 * found / wanted, 100, "all", unit="%")


def _exact(hall: Hall, asset_id: int) -> set[int]:
    mark = "?" if hall.services.parts.settings.is_sqlite else "%s"
    statement = f"SELECT asset_id, features FROM asset_looks WHERE workspace_id = {mark}"  # noqa: S608 - no value in it
    with raw_connection(hall.services.parts.settings) as raw:
        rows = raw.execute(statement, (hall.actor.workspace_id,)).fetchall()
    features = {row[0]: bytes(row[1]) for row in rows}
    own = features.pop(asset_id)
    ranked = likeness_to(own, features)
    return set(sorted(ranked, key=lambda one: (-ranked[one], -one))[:SHOWN])


def _fill(hall: Hall) -> list[int]:
    """Give every picture a look: of some hundred styles, each a little different."""
    chance = random.Random(hall.count)  # noqa: S311 - the same looks each time
    noise = np.random.Generator(np.random.PCG64(hall.count))
    styles = [_style(chance, noise) for _ in range(_STYLES)]
    engine = build_engine(hall.services.parts.settings.sqlalchemy_url)
    with Session(engine) as session:
        here = AssetRow.workspace_id == hall.actor.workspace_id
        ids = list(session.scalars(select(AssetRow.id).where(here).order_by(AssetRow.id)))
        for begin in range(0, len(ids), _AT_ONCE):
            some = ids[begin : begin + _AT_ONCE]
            rows = [_row(hall, one, chance.choice(styles), chance, noise) for one in some]
            add_rows(session, AssetLookRow, rows)
            session.commit()
        shown = select(AssetRow.id).where(here, AssetRow.trashed_at.is_(None))
        asked = chance.sample(list(session.scalars(shown)), ASKED)
    engine.dispose()
    return asked


def _style(chance: random.Random, noise: np.random.Generator) -> np.ndarray:
    colour = f"#{chance.randrange(2**24):06x}"
    measured = np.frombuffer(measure_look(photo_bytes(colour=colour)).features, np.uint8)
    return np.clip(measured + noise.normal(0, 25, measured.size), 0, 255)


def _row(
    hall: Hall,
    asset_id: int,
    style: np.ndarray,
    chance: random.Random,
    noise: np.random.Generator,
) -> dict[str, object]:
    features = np.clip(style + noise.normal(0, 12, style.size), 0, 255).astype(np.uint8)
    look = LookMeasures(chance.getrandbits(64), features.tobytes(), buckets_of(features))
    return {
        "asset_id": asset_id,
        "workspace_id": hall.actor.workspace_id,
        "version": LOOK_VERSION,
        "phash": f"{look.phash:016x}",
        "features": look.features,
        **{f"band_{number}": band for number, band in enumerate(look.bands)},
        **{f"bucket_{number}": bucket for number, bucket in enumerate(look.buckets)},
    }
