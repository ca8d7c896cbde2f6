"""Each public service method that takes an id, called with the id of another workspace's thing.

What comes back must be what an id that nobody has brings back, and the other workspace must be as
it was. A new method without a probe fails here.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import Backdrop, GenerationSettings
from core.domain.jobs import JobFilter
from core.domain.plans import Plan
from core.domain.products import PhotoUpload
from core.errors import AccessDeniedError, EpoxError
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import CHAIR, chair_with_photo, settings_for, submitted, with_model

NOBODYS = 987_654_321
OTHER_CHAIR = replace(CHAIR, sku="OTHER-1")
TAKES_AN_ID = re.compile(r"(_id|_ids|^plan|^stored|^settings|^wanted)$")


@dataclass(frozen=True)
class Ids:
    """Ids of somebody's things."""

    product: int = NOBODYS
    photo: int = NOBODYS
    collection: int = NOBODYS
    job: int = NOBODYS
    submission: int = NOBODYS
    upload: int = NOBODYS
    session: int = NOBODYS
    user: int = NOBODYS


@dataclass(frozen=True)
class World:
    """Two workspaces: Ben is signed in and knows Ann's ids."""

    app: Services
    ann: Actor
    ben: Actor
    anns: Ids
    bens: Ids


Probe = Callable[[World, Ids], object]
"""Does as Ben what the method is for, with ids that are Ann's or nobody's."""


def _settings(world: World, **changes: object) -> GenerationSettings:
    return settings_for(world.app.products.get(world.ben, world.bens.product), **changes)


def _submit(world: World, ids: Ids) -> object:
    own = world.app.generation.plan(world.ben, [world.bens.product], _settings(world))
    [item] = own.items
    stolen = replace(item, product_id=ids.product)
    return world.app.generation.submit(world.ben, replace(own, items=(stolen,)))


def _submit_photo(world: World, ids: Ids) -> object:
    own = world.app.generation.plan(world.ben, [world.bens.product], _settings(world))
    [item] = own.items
    stolen = replace(item, settings=replace(item.settings, photo_id=ids.photo))
    return world.app.generation.submit(world.ben, replace(own, items=(stolen,)))


def _skipped(plan: Plan) -> object:
    # Its own id comes back with each product that is skipped.
    return [(skipped.product_name, skipped.reason) for skipped in plan.skipped], len(plan.items)


PROBES: dict[str, list[Probe]] = {
    "accounts.revoke_session": [lambda w, i: w.app.accounts.revoke_session(w.ben, i.session)],
    "accounts.set_admin": [lambda w, i: w.app.accounts.set_admin(w.ben, i.user, is_admin=True)],
    "accounts.set_disabled": [
        lambda w, i: w.app.accounts.set_disabled(w.ben, i.user, is_disabled=True)
    ],
    "products.get": [lambda w, i: w.app.products.get(w.ben, i.product)],
    "products.update": [lambda w, i: w.app.products.update(w.ben, i.product, OTHER_CHAIR)],
    "products.trash": [lambda w, i: w.app.products.trash(w.ben, [i.product])],
    "products.restore": [lambda w, i: w.app.products.restore(w.ben, [i.product])],
    "products.add_photos": [
        lambda w, i: w.app.products.add_photos(
            w.ben, i.product, [PhotoUpload("a.jpg", photo_bytes())]
        )
    ],
    "products.remove_photo": [
        lambda w, i: w.app.products.remove_photo(w.ben, i.product, i.photo),
        lambda w, i: w.app.products.remove_photo(w.ben, w.bens.product, i.photo),
    ],
    "products.order_photos": [
        lambda w, i: w.app.products.order_photos(w.ben, i.product, [i.photo]),
        lambda w, i: w.app.products.order_photos(w.ben, w.bens.product, [i.photo]),
        lambda w, i: w.app.products.order_photos(w.ben, w.bens.product, [w.bens.photo, i.photo]),
    ],
    "collections.get": [lambda w, i: w.app.collections.get(w.ben, i.collection)],
    "collections.rename": [lambda w, i: w.app.collections.rename(w.ben, i.collection, "Mine")],
    "collections.delete": [lambda w, i: w.app.collections.delete(w.ben, i.collection)],
    "collections.products": [lambda w, i: w.app.collections.products(w.ben, i.collection)],
    "collections.of_product": [lambda w, i: w.app.collections.of_product(w.ben, i.product)],
    "collections.add_products": [
        lambda w, i: w.app.collections.add_products(w.ben, w.bens.collection, [i.product]),
        lambda w, i: w.app.collections.add_products(w.ben, i.collection, [w.bens.product]),
    ],
    "collections.remove_products": [
        lambda w, i: w.app.collections.remove_products(w.ben, i.collection, [i.product]),
        lambda w, i: w.app.collections.remove_products(w.ben, w.bens.collection, [i.product]),
    ],
    "assets.get": [
        lambda w, i: w.app.assets.get(w.ben, i.upload),
        lambda w, i: w.app.assets.get(w.ben, i.photo),
    ],
    "assets.search": [
        lambda w, i: w.app.assets.search(w.ben, product_id=i.product, origin=None),
        lambda w, _: w.app.assets.search(w.ben, "ann", origin=None),
    ],
    "assets.neighbours": [lambda w, i: w.app.assets.neighbours(w.ben, i.upload)],
    "assets.trash": [lambda w, i: w.app.assets.trash(w.ben, [i.upload, i.photo])],
    "assets.restore": [lambda w, i: w.app.assets.restore(w.ben, [i.upload])],
    "assets.stored_file": [
        lambda w, i: w.app.assets.stored_file(w.ben, i.upload, "original"),
        lambda w, i: w.app.assets.stored_file(w.ben, i.photo, "w160"),
    ],
    "generation.plan": [
        lambda w, i: w.app.generation.plan(w.ben, [i.product], _settings(w)),
        lambda w, i: _skipped(
            w.app.generation.plan(w.ben, [w.bens.product, i.product], _settings(w))
        ),
        lambda w, i: w.app.generation.plan(w.ben, [w.bens.product], _settings(w, photo_id=i.photo)),
        lambda w, i: w.app.generation.plan(
            w.ben, [w.bens.product], _settings(w, backdrop=Backdrop("picture", str(i.upload)))
        ),
    ],
    "generation.submit": [_submit, _submit_photo],
    "generation.get": [lambda w, i: w.app.generation.get(w.ben, i.job)],
    "generation.history": [lambda w, i: w.app.generation.history(w.ben, i.job)],
    "generation.calls": [lambda w, i: w.app.generation.calls(w.ben, i.job)],
    "generation.jobs": [
        lambda w, i: w.app.generation.jobs(w.ben, JobFilter(product_id=i.product)),
        lambda w, i: w.app.generation.jobs(w.ben, JobFilter(person_id=i.user)),
        lambda w, i: w.app.generation.jobs(w.ben, JobFilter(submission_id=i.submission)),
    ],
    "generation.find_submission": [
        lambda w, i: w.app.generation.find_submission(w.ben, i.submission)
    ],
    "job_control.accept_loss": [lambda w, i: w.app.job_control.accept_loss(w.ben, i.job)],
    "job_control.cancel": [lambda w, i: w.app.job_control.cancel(w.ben, i.job)],
    "job_control.repeat_lost": [lambda w, i: w.app.job_control.repeat_lost(w.ben, i.job)],
    "job_control.retry": [lambda w, i: w.app.job_control.retry(w.ben, i.job, accept_unknown=True)],
    "job_control.pause": [lambda w, i: w.app.job_control.pause(w.ben, i.job)],
    "job_control.resume": [lambda w, i: w.app.job_control.resume(w.ben, i.job)],
    "job_control.edit_prompt": [lambda w, i: w.app.job_control.edit_prompt(w.ben, i.job, "Mine")],
    "job_control.move_to_front": [lambda w, i: w.app.job_control.move_to_front(w.ben, i.job)],
    "job_control.run_later": [lambda w, i: w.app.job_control.run_later(w.ben, i.job, None)],
}

NOT_FOR_SCREENS = {
    "accounts.actor_for_session": "the id comes from the gate, which took it from the cookie",
    "assets.keep": "the workspace is the caller's own: `add_photos`, `upload`",
    "assets.store": "likewise",
    "assets.stream": "what it reads came from `stored_file`, which asked whose it is",
    "usage.export": "its filter holds days, and no id",
    "usage.lines": "likewise",
    "usage.rows": "likewise",
    "usage.total": "likewise",
}
"""Methods that take an id and are not called with one that a person can choose, and why."""

EVERYBODY_MAY = {
    "assets.get",
    "assets.neighbours",
    "assets.search",
    "assets.stored_file",
    "collections.get",
    "collections.of_product",
    "collections.products",
    "generation.calls",
    "generation.find_submission",
    "generation.get",
    "generation.history",
    "generation.jobs",
    "generation.plan",
    "products.get",
}
"""What a viewer may do with what is theirs; all else in a workspace only who may edit."""


def _methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    for field in fields(Services):
        service = field.type
        if field.name == "parts" or not isinstance(service, type):
            continue
        for name, method in inspect.getmembers(service, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{field.name}.{name}", method


def test_every_method_that_takes_an_id_has_a_probe() -> None:
    wanted = {
        name
        for name, method in _methods()
        if any(TAKES_AN_ID.search(parameter) for parameter in inspect.signature(method).parameters)
    }

    assert wanted - PROBES.keys() - NOT_FOR_SCREENS.keys() == set()
    assert (PROBES.keys() | NOT_FOR_SCREENS.keys()) - {name for name, _ in _methods()} == set()


def _things_of(app: Services, actor: Actor) -> Ids:
    chair = chair_with_photo(app, actor)
    collection = app.collections.create(actor, f"{actor.name}'s collection")
    app.collections.add_products(actor, collection.id, [chair.id])
    upload = PhotoUpload(f"{actor.name}.jpg", photo_bytes(colour="#102030"))
    job = submitted(app, actor, chair, variants=1)
    return Ids(
        product=chair.id,
        photo=chair.photos[0].id,
        collection=collection.id,
        job=job.id,
        submission=job.submission_id,
        upload=app.assets.upload(actor, upload).id,
        session=actor.session_id or 0,
        user=actor.user_id,
    )


@pytest.fixture
def world(services: Services, actor: Actor, other_actor: Actor) -> World:
    app = with_model(services, FakeImageModel())
    anns, bens = _things_of(app, actor), _things_of(app, other_actor)
    return World(app, actor, other_actor, anns, bens)


def _seen_by(app: Services, actor: Actor, ids: Ids) -> list[object]:
    """Return all that the person can see of what is theirs."""
    return [
        app.products.get(actor, ids.product),
        app.products.search(actor),
        app.products.search(actor, trashed=True),
        app.collections.get(actor, ids.collection),
        app.collections.products(actor, ids.collection),
        app.assets.search(actor, origin=None),
        app.assets.search(actor, origin=None, trashed=True),
        app.generation.get(actor, ids.job),
        app.generation.history(actor, ids.job),
        app.budgets.get(actor),
        replace(app.dashboard.get(actor)),
        app.accounts.actor_for_session(actor.session_id or 0),
    ]


def _outcome(probe: Probe, world: World, ids: Ids) -> object:
    try:
        return probe(world, ids)
    except EpoxError as error:
        return type(error), error.user_message


@pytest.mark.slow
def test_anothers_id_is_an_id_that_nobody_has(world: World) -> None:
    before = _seen_by(world.app, world.ann, world.anns)

    for name, probes in PROBES.items():
        for number, probe in enumerate(probes):
            told = _outcome(probe, world, world.anns)
            assert told == _outcome(probe, world, Ids()), f"{name} {number}"
            assert _seen_by(world.app, world.ann, world.anns) == before, f"{name} {number}"


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_who_may_only_look_changes_nothing(world: World, role: Role) -> None:
    before = _seen_by(world.app, world.ben, world.bens)
    looking = replace(world, ben=replace(world.ben, role=role))

    for name, probes in PROBES.items():
        if name in EVERYBODY_MAY or name.startswith("accounts."):
            continue
        for probe in probes:
            with pytest.raises(AccessDeniedError):
                probe(looking, world.bens)

    assert _seen_by(world.app, world.ben, world.bens) == before
