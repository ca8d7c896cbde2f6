"""Two workspaces, each with one of everything that has an id."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.assets import NewAsset, Origin
from core.domain.collections import CollectionFilter
from core.domain.generation import GenerationSettings
from core.domain.masks import NewMask
from core.domain.picture_exports import ExportOptions
from core.domain.presets import PresetDraft
from core.domain.products import PhotoUpload, ProductDraft, ProductFilter
from core.domain.setting_layers import SettingsLayer
from core.domain.trash import TrashKind
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import CHAIR, chair_with_photo, settings_for, submitted, with_model
from tests.support.importing import csv_bytes

NOBODYS = 987_654_321
OTHER_CHAIR = replace(CHAIR, sku="OTHER-1")
PRESET = PresetDraft("Calm", SettingsLayer(mood="Serene"), is_shared=True)
_FILE = csv_bytes([("sku", "name"), ("NEW-1", "New chair")])


@dataclass(frozen=True)
class Ids:
    """Ids of somebody's things; those that begin with `thrown` are in the trash."""

    product: int = NOBODYS
    photo: int = NOBODYS
    view: int = NOBODYS
    collection: int = NOBODYS
    shot: int = NOBODYS
    category: int = NOBODYS
    removal: int = NOBODYS
    preset: int = NOBODYS
    studio: int = NOBODYS
    job: int = NOBODYS
    submission: int = NOBODYS
    export: int = NOBODYS
    upload: int = NOBODYS
    mask: int = NOBODYS
    picture: int = NOBODYS
    session: int = NOBODYS
    user: int = NOBODYS
    file: int = NOBODYS
    task: int = NOBODYS
    thrown_product: int = NOBODYS
    thrown_picture: int = NOBODYS
    thrown_collection: int = NOBODYS
    thrown_preset: int = NOBODYS
    thrown_studio: int = NOBODYS


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


def world_of(services: Services, ann: Actor, ben: Actor) -> World:
    """Return a world in which both have one of everything."""
    app = with_model(services, FakeImageModel())
    return World(app, ann, ben, _things_of(app, ann), _things_of(app, ben))


def chair_settings(world: World, **changes: object) -> GenerationSettings:
    """Return settings with which Ben's chair can be asked for."""
    return settings_for(world.app.products.get(world.ben, world.bens.product), **changes)


def seen_by(app: Services, actor: Actor, ids: Ids) -> list[object]:
    """Return all that the person can see of what is theirs."""
    return [
        app.products.get(actor, ids.product),
        app.products.search(actor),
        app.products.search(actor, ProductFilter(trashed=True)),
        app.collections.get(actor, ids.collection),
        app.collections.products(actor, ids.collection),
        app.collections.search(actor, wanted=CollectionFilter(is_trashed=True)),
        app.categories.tree(actor),
        app.categories.removals(actor),
        app.assets.search(actor, AssetFilter()),
        app.assets.search(actor, AssetFilter(trashed=True)),
        app.generation.get(actor, ids.job),
        app.generation.history(actor, ids.job),
        app.presets.get(actor, ids.preset),
        app.studio_sessions.get(actor, ids.studio),
        app.studio_sessions.list(actor),
        app.imports.imports(actor),
        app.imports.lines(actor, ids.file),
        app.tasks.get(actor, ids.task),
        app.picture_exports.list(actor),
        app.photo_checks.of(actor, [ids.photo, ids.upload]),
        *(app.trash.search(actor, kind) for kind in TrashKind),
        app.budgets.get(actor),
        replace(app.dashboard.get(actor)),
        app.accounts.actor_for_session(actor.session_id or 0),
    ]


def _things_of(app: Services, actor: Actor) -> Ids:
    thrown = _thrown_by(app, actor)
    chair = chair_with_photo(app, actor)
    collection = app.collections.create(actor, f"{actor.name}'s collection")
    app.collections.add_products(actor, collection.id, [chair.id])
    shot = app.shots.add(actor, collection.id, "Front")
    job = submitted(app, actor, chair, variants=1)
    app.categories.delete(actor, app.categories.create(actor, "Seats").id)
    file = app.imports.check(actor, app.imports.begin(actor, "new.csv", _FILE).id)
    upload = _uploaded(app, actor, "#102030")
    ids = replace(
        thrown,
        view=app.saved_views.save(actor, "products", "Mine", {}),
        product=chair.id,
        photo=chair.photos[0].id,
        collection=collection.id,
        shot=shot.id,
        category=app.categories.of_product(actor, chair.id)[0].id,
        removal=app.categories.removals(actor)[0].id,
        preset=app.presets.save(actor, PRESET).id,
        studio=app.studio_sessions.open(actor, "Spring").id,
        job=job.id,
        submission=job.submission_id,
        export=app.picture_exports.begin(actor, [chair.photos[0].id], ExportOptions()).id,
        upload=upload,
        mask=_mask_of(app, actor, upload),
        picture=_picture_of(app, actor, chair.id),
        session=actor.session_id or 0,
        user=actor.user_id,
        file=file.id,
        task=file.task_id or 0,
    )
    assert all(getattr(ids, field.name) not in (0, NOBODYS) for field in fields(ids))
    return ids


def _thrown_by(app: Services, actor: Actor) -> Ids:
    ids = Ids(
        thrown_product=app.products.create(actor, ProductDraft("Old chair", "OLD-1")).id,
        thrown_picture=_uploaded(app, actor, "#405060"),
        thrown_collection=app.collections.create(actor, "Old").id,
        thrown_preset=app.presets.save(actor, replace(PRESET, name="Old")).id,
        thrown_studio=app.studio_sessions.open(actor, "Old").id,
    )
    app.products.trash(actor, [ids.thrown_product])
    app.assets.trash(actor, [ids.thrown_picture])
    app.collections.delete(actor, ids.thrown_collection)
    app.presets.trash(actor, [ids.thrown_preset])
    app.studio_sessions.trash(actor, [ids.thrown_studio])
    return ids


def _uploaded(app: Services, actor: Actor, colour: str) -> int:
    upload = PhotoUpload(f"{actor.name}.jpg", photo_bytes(colour=colour))
    return app.assets.upload(actor, upload).id


def _mask_of(app: Services, actor: Actor, asset_id: int) -> int:
    """Add the row of a mask: judging one would take a process."""
    key = f"w{actor.workspace_id}/masks/{asset_id:032x}/mask.png"
    mask = NewMask(asset_id, key, "0" * 64, 1, 320, 320)
    with app.parts.database.begin() as work:
        return work.asset_masks.add(
            actor.workspace_id, mask, created_by=actor.user_id, now=work.now()
        )


def _picture_of(app: Services, actor: Actor, product_id: int) -> int:
    """Add the row of a generated picture: its job would take a worker, and is to be waiting."""
    key = f"w{actor.workspace_id}/{product_id:032x}/original.png"
    picture = NewAsset(
        Origin.GENERATED, "0" * 64, 1, "image/png", 64, 64, key, "Chair", product_id=product_id
    )
    with app.parts.database.begin() as work:
        return work.assets.add(
            actor.workspace_id, picture, created_by=actor.user_id, now=work.now()
        )
