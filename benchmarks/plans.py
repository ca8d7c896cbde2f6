"""Planning four pictures of each of 200 products, as asked and resolved by levels; submitting."""

import re
import time
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.figures import Figure
from benchmarks.jobs import Studio, studio_of
from benchmarks.raw import RawConnection, Statement, raw_connection, recorded, replay
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.domain.brand_kits import BrandKit
from core.domain.plans import MadeFor, StudioRequest
from core.domain.presets import PresetDraft
from core.domain.products import ProductChange
from core.domain.setting_layers import SettingsLayer
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model

PRODUCTS = 200
VARIANTS = 4
MAX_PLAN_MS = 1000.0
MAX_PLAN_STATEMENTS = 10
MAX_SUBMIT_MS = 2000.0
MAX_SUBMIT_STATEMENTS = 25
ROUNDS = 10
QUICK_ROUNDS = 3
_ADDED_TO = re.compile(r"INSERT INTO (\w+)")


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure both; the floor sends the same statements, to tables without keys and indexes."""
    rounds = QUICK_ROUNDS if is_quick else ROUNDS
    for kind in kinds():
        with scratch_services(kind) as plain:
            services = with_model(plain, FakeImageModel())
            studio = studio_of(services, "fake", products=PRODUCTS)
            with recorded() as of_plan:
                plan = studio.plan(PRODUCTS, variants=VARIANTS)
            with recorded() as of_submit:
                services.generation.submit(studio.actor, plan)
            request = _layered(studio)
            with recorded() as of_resolved:
                studio.services.generation.plan(studio.actor, studio.product_ids, request)
            with raw_connection(services.parts.settings) as raw:
                _shadow(raw, of_submit)
                taken = _medians(studio, raw, (of_plan, of_submit), rounds)
                resolved, raw_resolved = _resolving(studio, request, raw, of_resolved, rounds)
        name = f"{LABELS[kind]}: {PRODUCTS} products of {VARIANTS} pictures"
        floor_name = "raw driver, same SQL"
        planned, submitted, raw_plan, raw_submit = taken
        yield Figure(f"{name}, plan", planned, raw_plan, floor_name)
        yield Figure(f"{name}, plan", planned, MAX_PLAN_MS, "the promise", 1.0)
        yield Figure.of_count(f"{name}, plan: statements", len(of_plan), MAX_PLAN_STATEMENTS)
        named = f"{name}, resolved plan"
        yield Figure(named, resolved, raw_resolved, floor_name)
        yield Figure(named, resolved, MAX_PLAN_MS, "the promise", 1.0)
        yield Figure.of_count(f"{named}: statements", len(of_resolved), MAX_PLAN_STATEMENTS)
        yield Figure(f"{name}, submit", submitted, raw_submit, "likewise, no keys or indexes")
        yield Figure(f"{name}, submit", submitted, MAX_SUBMIT_MS, "the promise", 1.0)
        yield Figure.of_count(f"{name}, submit: statements", len(of_submit), MAX_SUBMIT_STATEMENTS)


def _layered(studio: Studio) -> StudioRequest:
    """Return a request that every level has a say in, with settings of each product's own."""
    services, actor = studio.services, studio.actor
    ids = studio.product_ids
    services.products.change(actor, ids, ProductChange(category="Chairs"))
    [chairs] = services.categories.tree(actor)
    seats = services.categories.create(actor, "Seats")
    services.categories.move(actor, chairs.id, seats.id, 0)
    services.categories.set_defaults(actor, seats.id, SettingsLayer(style="Japandi"))
    services.categories.set_scene_defaults(
        actor, chairs.id, "Bedroom", SettingsLayer(mood="Serene")
    )
    services.cascade.set_workspace_layer(actor, SettingsLayer(prompt="calm and honest"))
    services.brand_kits.set(
        actor, BrandKit(words=("honest",), banned=tuple(f"word {n}" for n in range(100)))
    )
    collection = services.collections.create_with(actor, "Spring", ids)
    draft = PresetDraft("Bedroom", SettingsLayer(scene_type="Bedroom"))
    preset = services.presets.save(actor, draft)
    session = services.studio_sessions.open(actor)
    return StudioRequest(
        SettingsLayer(variants=VARIANTS, image_model=studio.image_model),
        {each: SettingsLayer(props=f"{each} books") for each in ids},
        made_for=MadeFor(preset.id, None, collection.id, None, session.id),
    )


def _resolving(
    studio: Studio,
    request: StudioRequest,
    raw: RawConnection,
    said: Sequence[Statement],
    rounds: int,
) -> tuple[float, float]:
    """Return milliseconds of the resolved plan and of its bare statements, which take turns."""
    taken_ms: list[list[float]] = [[], []]
    for _ in range(rounds):
        marks = [time.perf_counter()]
        studio.services.generation.plan(studio.actor, studio.product_ids, request)
        marks.append(time.perf_counter())
        replay(raw, said)
        marks.append(time.perf_counter())
        for times, begin, end in zip(taken_ms, marks, marks[1:], strict=False):
            times.append(1000 * (end - begin))
    resolved, bare = (median(times) for times in taken_ms)
    return resolved, bare


def _medians(
    studio: Studio,
    raw: RawConnection,
    statements: tuple[Sequence[Statement], Sequence[Statement]],
    rounds: int,
) -> list[float]:
    """Return milliseconds of plan, submit, bare plan and bare submit, which take turns."""
    of_plan, of_submit = statements
    taken_ms: list[list[float]] = [[], [], [], []]
    for _ in range(rounds):
        marks = [time.perf_counter()]
        plan = studio.plan(PRODUCTS, variants=VARIANTS)
        marks.append(time.perf_counter())
        studio.services.generation.submit(studio.actor, plan)
        marks.append(time.perf_counter())
        replay(raw, of_plan)
        marks.append(time.perf_counter())
        replay(raw, of_submit, end="ROLLBACK")
        marks.append(time.perf_counter())
        for times, begin, end in zip(taken_ms, marks, marks[1:], strict=False):
            times.append(1000 * (end - begin))
    return [median(times) for times in taken_ms]


def _shadow(raw: RawConnection, statements: Sequence[Statement]) -> None:
    """Let this connection add its rows to empty copies, for which any key is new."""
    added_to = {found[1] for each in statements if (found := _ADDED_TO.match(each.text))}
    for table in sorted(added_to):
        # It is ours: no input reaches it.
        raw.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {table} LIMIT 0")  # noqa: S608 - our own names
