"""Deleting a picture for good leaves nothing of it, and restoring it brings back everything."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import LargeBinary, String, cast, select

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.reviews import ReviewState
from core.domain.share_links import ShareRights
from core.domain.trash import TrashKind
from core.errors import NotFoundError
from db.gallery_tables import AnalysisRow, PictureExportItemRow, PictureExportRow
from db.metadata import metadata
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.sharing import ADDRESS
from tests.support.tasks import run_tasks
from tests.ui.making import pictures

pytestmark = pytest.mark.slow

BOOKS = {
    "assets": "the row itself: job and ledger lead to it, its words are empty",
    "audit_events": "who did what stays",
}
"""Where a purged result may still be named."""

MARK = "zebra"
"""Stands in every text that people gave about the picture."""


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def picture(app: Services, actor: Actor) -> int:
    """Return a picture about which everything is said that can be said."""
    picture, other = pictures(app, actor, 2)
    app.assets.set_title(actor, picture, f"{MARK} title")
    app.assets.set_alt_text(actor, picture, f"{MARK} alt")
    app.assets.set_tags(actor, [picture], [MARK])
    app.comments.add(actor, picture, f"{MARK} comment")
    app.reviews.set_state(actor, [picture], ReviewState.REJECTED, note=f"{MARK} note")
    app.reviews.pin(actor, [picture], is_pinned=True)
    app.edits.keep_mask(actor, picture, mask_of(app, actor, picture))
    _, token = app.share_links.create(actor, [picture, other], rights=ShareRights(may_review=True))
    guest = {"guest_name": MARK, "address": ADDRESS}
    app.share_visits.comment(token, picture, body=f"{MARK} words", **guest)
    app.share_visits.judge(token, picture, state="needs_edit", note=MARK, **guest)
    collection = app.collections.create(actor, "Spring")
    app.collections.set_cover(actor, collection.id, picture)
    with app.parts.database.begin() as work:
        now = work.now()
        export = PictureExportRow(
            workspace_id=actor.workspace_id, title="All", options={}, picture_count=1,
            file_name="", created_at=now,
        )  # fmt: skip
        work._session.add(export)
        work._session.flush()
        work._session.add(PictureExportItemRow(export_id=export.id, position=0, asset_id=picture))
        work._session.add(
            AnalysisRow(
                workspace_id=actor.workspace_id, asset_id=picture, kind="alt_text",
                method="measured", vision_model="", schema_version=1, result={"text": MARK},
                created_at=now,
            )
        )  # fmt: skip
    app.looks.catch_up()
    run_tasks(app)
    return picture


def mask_of(app: Services, actor: Actor, asset_id: int) -> bytes:
    asset = app.assets.get(actor, asset_id)
    mask = Image.new("L", (asset.width_px, asset.height_px), 0)
    mask.paste(255, (4, 4, asset.width_px // 2, asset.height_px // 2))
    buffer = BytesIO()
    mask.save(buffer, "PNG")
    return buffer.getvalue()


def rows_of(app: Services, asset_id: int) -> dict[str, int]:
    """Return how many rows of each table lead to the asset, by any of its foreign keys."""
    found: dict[str, int] = {}
    with app.parts.database.read() as work:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == "assets" for key in column.foreign_keys):
                    rows = work._session.execute(select(table).where(column == asset_id)).all()
                    found[table.name] = found.get(table.name, 0) + len(rows)
    return {name: count for name, count in found.items() if count}


def texts(app: Services) -> Iterator[tuple[str, str]]:
    """Yield each text in the database with the table that it stands in."""
    with app.parts.database.read() as work:
        for table in metadata.sorted_tables:
            words: list[Any] = [
                cast(column, String)
                for column in table.columns
                if not isinstance(column.type, LargeBinary)
            ]
            for row in work._session.execute(select(*words)):
                yield from ((table.name, text) for text in row if text)


def files(app: Services) -> set[str]:
    return {found.key for found in app.parts.storage.list()}


def test_the_picture_is_named_wherever_a_picture_can_be(app: Services, picture: int) -> None:
    led = rows_of(app, picture)

    assert led.keys() >= {
        "asset_tags", "asset_comments", "asset_masks", "asset_looks", "share_pictures",
        "collection_covers", "picture_export_items", "analyses",
    }  # fmt: skip
    assert {name for name, text in texts(app) if MARK in text} >= {
        "assets",
        "asset_tags",
        "asset_comments",
        "share_pictures",
        "analyses",
    }


def test_nothing_is_left_but_the_books(app: Services, actor: Actor, picture: int) -> None:
    stored = app.assets.stored_file(actor, picture, "original")
    folder = stored.storage_key.rpartition("/")[0]
    assert any(key.startswith(folder) for key in files(app))
    masks = {key for key in files(app) if "/masks/" in key}
    assert masks
    app.assets.trash(actor, [picture])

    assert app.trash.delete_for_good(actor, TrashKind.PICTURES, [picture]) == 1

    assert rows_of(app, picture) == {}
    left = {name for name, text in texts(app) if MARK in text}
    assert left <= BOOKS.keys()
    assert not any(MARK in text for name, text in texts(app) if name == "assets"), (
        "what people wrote on the picture itself is gone too"
    )
    assert not any(key.startswith(folder) for key in files(app))
    assert not masks & files(app)
    assert app.integrity.check(files=True) == ()
    with pytest.raises(NotFoundError):
        app.assets.get(actor, picture)


def test_an_upload_leaves_not_even_a_row(app: Services, actor: Actor, picture: int) -> None:
    product_id = app.assets.get(actor, picture).product_id
    assert product_id is not None
    photo = app.products.get(actor, product_id).photos[0].id
    app.comments.add(actor, photo, f"{MARK} on the photo")
    _, token = app.share_links.create(actor, [photo, picture])
    app.assets.trash(actor, [photo])

    app.trash.delete_for_good(actor, TrashKind.PICTURES, [photo])

    assert rows_of(app, photo) == {}
    assert app.share_visits.page(token, 1, address=ADDRESS).total == 1
    assert app.integrity.check(files=True) == ()


def test_restoring_brings_everything_back(app: Services, actor: Actor, picture: int) -> None:
    before, kept = rows_of(app, picture), files(app)
    seen = app.assets.get(actor, picture)
    said = [comment.body for comment in app.comments.of(actor, picture).items]
    links = app.share_links.list(actor).items

    app.assets.trash(actor, [picture])
    assert app.share_links.list(actor).items != links
    app.assets.restore(actor, [picture])

    assert app.assets.get(actor, picture) == seen
    assert [comment.body for comment in app.comments.of(actor, picture).items] == said
    assert app.share_links.list(actor).items == links
    assert rows_of(app, picture) == before
    assert files(app) == kept
    assert app.integrity.check(files=True) == ()
