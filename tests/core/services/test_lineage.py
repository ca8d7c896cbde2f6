"""The tree of a picture: what it was made from, what came of it, whatever became of them."""

import pytest
from sqlalchemy import select, update

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.assets import NewAsset, Origin
from core.domain.generation import Backdrop, ChosenReference, ReferenceRole
from core.domain.lineage import (
    MAX_BRANCHES,
    MAX_GENERATIONS,
    MAX_NODES,
    Branch,
    NodeKind,
    Whereabouts,
)
from core.domain.paging import COUNT_CAP
from core.domain.plans import StudioRequest
from core.domain.products import PhotoUpload, Product
from core.domain.setting_layers import Level, SettingsLayer
from core.domain.trash import TrashKind
from core.errors import NotFoundError
from db.generation_tables import GenerationJobRow, ProviderCallRow
from db.tables import AssetRow
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands
from tests.support.statements import statements


@pytest.fixture
def app(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    """Return a chair with a photo."""
    return chair_with_photo(app, actor)


def made(app: Services, actor: Actor, product: Product, **changes: object) -> int:
    """Return a new picture of the product."""
    changes = {"variants": 1, **changes}
    job = submitted(app, actor, product, **changes)  # type: ignore[arg-type] # real fields
    Hands(app).make_all()
    [slot] = app.generation.get(actor, job.id).slots
    assert slot.asset_id is not None
    return slot.asset_id


def edited(app: Services, actor: Actor, parent_id: int, count: int = 1) -> list[int]:
    """Return pictures that a tool made from another one: rows alone, as many as are wanted."""
    parent = app.assets.get(actor, parent_id)
    with app.parts.database.begin() as work:
        return [
            work.assets.add(
                actor.workspace_id,
                NewAsset(
                    Origin.EDITED, "0" * 64, 1, "image/png", 64, 64,
                    f"w{actor.workspace_id}/{parent_id:016x}{number:016x}/original.png",
                    f"Cut out {number}", product_id=parent.product_id, parent_asset_id=parent_id,
                    tool="cutout", steps=({"kind": "cutout", "softness": 2},),
                ),
                created_by=actor.user_id, now=work.now(),
            )
            for number in range(count)
        ]  # fmt: skip


def uploaded(app: Services, actor: Actor, name: str) -> int:
    """Return an upload of this name."""
    data = photo_bytes(colour=f"#{len(name) * 7 % 256:02x}4080")
    return app.assets.upload(actor, PhotoUpload(name, data)).id


class TestAbove:
    def test_names_photo_and_references_with_their_roles(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        wall = uploaded(app, actor, "wall.jpg")
        mood = uploaded(app, actor, "mood-board.jpg")
        picture = made(
            app, actor, chair, backdrop=Backdrop("picture", str(wall)),
            references=(ChosenReference(ReferenceRole.STYLE, mood),),
        )  # fmt: skip

        above = app.lineage.of(actor, picture).above

        assert [(branch.node.asset_id, branch.relations, branch.node.kind)
                for branch in above.branches] == [
            (chair.photos[0].id, ("parent", "product"), NodeKind.PHOTO),
            (wall, ("backdrop",), NodeKind.REFERENCE),
            (mood, ("style",), NodeKind.REFERENCE),
        ]  # fmt: skip

    def test_says_how_a_picture_was_made(self, app: Services, actor: Actor, chair: Product) -> None:
        picture = made(app, actor, chair, lighting="Morning light")

        node = app.lineage.of(actor, picture).node

        making = node.making
        assert node.kind is NodeKind.GENERATED
        assert node.created_by == "Ann"
        assert making.prompt == app.assets.get(actor, picture).prompt
        assert making.settings is not None
        assert making.settings.lighting == "Morning light"
        assert (making.image_model, making.model_version, making.cost_micros) == (
            "fake", "fake-1", 39_000,
        )  # fmt: skip
        assert making.seed is not None

    def test_keeps_where_settings_came_from(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        request = StudioRequest(SettingsLayer(mood="Calm", image_model="fake"))
        [job_id] = app.generation.submit(actor, app.generation.plan(actor, [chair.id], request))
        Hands(app).make_all()
        [slot] = app.generation.get(actor, job_id).slots
        assert slot.asset_id is not None

        making = app.lineage.of(actor, slot.asset_id).node.making

        assert making.sources["mood"].level is Level.REQUEST
        assert making.sources["size"].level is Level.EPOX

    def test_goes_up_to_the_photo_through_edits(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        [cut] = edited(app, actor, made(app, actor, chair))

        branch = app.lineage.of(actor, cut).above

        assert (branch.node.making.tool, branch.node.making.steps[0]["softness"]) == ("cutout", 2)
        kinds = []
        while branch.branches:
            branch = branch.branches[0]
            kinds.append(branch.node.kind)
        assert kinds == [NodeKind.GENERATED, NodeKind.PHOTO]

    def test_a_room_is_named(self, app: Services, actor: Actor, chair: Product) -> None:
        picture = made(app, actor, chair, backdrop=Backdrop("room", "living-room"))

        rooms = [b.node for b in app.lineage.of(actor, picture).above.branches][1:]

        assert [(room.kind, room.label, room.asset_id) for room in rooms] == [
            (NodeKind.ROOM, "Living room", None)
        ]

    def test_a_photo_in_the_trash_is_named_as_such(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        app.assets.trash(actor, [chair.photos[0].id])

        [photo] = app.lineage.of(actor, picture).above.branches

        assert photo.node.whereabouts is Whereabouts.TRASHED
        assert photo.node.ref is not None

    def test_a_photo_that_was_deleted_for_good_is_known_from_the_ledger(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        photo = chair.photos[0].id
        app.assets.trash(actor, [photo])
        app.trash.delete_for_good(actor, TrashKind.PICTURES, [photo])

        [gone] = app.lineage.of(actor, picture).above.branches

        assert (gone.node.whereabouts, gone.node.ref) == (Whereabouts.GONE, None)
        assert (gone.node.kind, gone.node.label) == (NodeKind.PHOTO, "c.jpg")

    def test_a_purged_parent_still_leads_on(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        [cut] = edited(app, actor, picture)
        app.assets.trash(actor, [picture])
        app.trash.delete_for_good(actor, TrashKind.PICTURES, [picture])

        [parent] = app.lineage.of(actor, cut).above.branches

        assert (parent.node.whereabouts, parent.node.ref) == (Whereabouts.GONE, None)
        assert parent.node.making.prompt
        assert [b.node.asset_id for b in parent.branches] == [chair.photos[0].id]

    def test_a_picture_stands_in_the_tree_with_its_branches_once(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        style = ReferenceRole.STYLE
        first = made(app, actor, chair)
        second = made(app, actor, chair, references=(ChosenReference(style, first),))
        both = made(
            app, actor, chair,
            references=(ChosenReference(style, second), ChosenReference(style, first)),
        )  # fmt: skip

        photo, one, other = app.lineage.of(actor, both).above.branches

        assert (photo.is_shown_above, one.is_shown_above, other.is_shown_above) == (
            False, False, True,
        )  # fmt: skip
        assert [branch.node.asset_id for branch in one.branches] == [photo.node.asset_id, first]
        assert other.branches == ()

    def test_of_an_edit_the_mask_is_no_picture(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        edit = {"mode": "erase", "label": "Chair", "width_px": 64, "height_px": 64, "mask_id": 7}
        sent = [
            {"role": "source", "asset_id": chair.photos[0].id, "label": "c.jpg", "sha256": "0"},
            {"role": "mask", "asset_id": None, "label": "Mask", "sha256": "0"},
        ]
        with app.parts.database.begin() as work:
            for row in work._session.scalars(select(GenerationJobRow)):
                row.request = {**row.request, "edit": edit}
            for call in work._session.scalars(select(ProviderCallRow)):
                call.request = {**(call.request or {}), "references": sent}

        above = app.lineage.of(actor, picture).above

        assert [(b.relations, b.node.kind) for b in above.branches] == [
            (("parent", "source"), NodeKind.PHOTO)
        ]
        assert above.node.making.settings is not None
        assert above.node.making.settings.edit is not None
        assert above.node.making.settings.edit.mode == "erase"


class TestBelow:
    def test_shows_what_was_made_from_it_newest_first(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        first, second = (made(app, actor, chair) for _ in range(2))
        [cut] = edited(app, actor, first)

        below = app.lineage.of(actor, chair.photos[0].id).below

        assert [branch.node.asset_id for branch in below.branches] == [second, first]
        assert [branch.node.asset_id for branch in below.branches[1].branches] == [cut]

    def test_counts_what_it_leaves_out(self, app: Services, actor: Actor, chair: Product) -> None:
        photo = chair.photos[0].id
        edited(app, actor, photo, MAX_BRANCHES + 12)

        below = app.lineage.of(actor, photo).below

        assert (len(below.branches), below.more_label) == (MAX_BRANCHES, "12")

    def test_counts_no_further_than_any_list(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        photo = chair.photos[0].id
        edited(app, actor, photo, COUNT_CAP + 1)

        assert app.lineage.of(actor, photo).below.more_label == "1,000+"

    def test_is_bounded_in_depth_and_in_all(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        newest = [chair.photos[0].id]
        for width in (MAX_BRANCHES, MAX_BRANCHES, 1, 1, 1, 1):
            newest = [one for parent in newest[:12] for one in edited(app, actor, parent, width)]

        with statements(app) as said:
            below = app.lineage.of(actor, chair.photos[0].id).below

        assert _depth(below) <= MAX_GENERATIONS
        assert _size(below) <= MAX_NODES
        assert len([one for one in said if one.lstrip().startswith(("SELECT", "WITH"))]) <= 12

    def test_of_a_deep_chain_the_last_one_says_that_there_is_more(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        last = chair.photos[0].id
        chain = [last]
        for _ in range(MAX_GENERATIONS + 2):
            [last] = edited(app, actor, last)
            chain.append(last)

        below = app.lineage.of(actor, chain[0]).below
        above = app.lineage.of(actor, chain[-1]).above

        assert (_depth(below), _last(below).more) == (MAX_GENERATIONS, 1)
        assert (_depth(above), _last(above).more) == (MAX_GENERATIONS, 1)


class TestOf:
    def test_survives_a_circle_in_the_rows(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        [cut] = edited(app, actor, picture)
        with app.parts.database.begin() as work:
            work._session.execute(
                update(AssetRow).where(AssetRow.id == picture).values(parent_asset_id=cut)
            )

        lineage = app.lineage.of(actor, cut)

        assert _size(lineage.above) < MAX_NODES
        assert [branch.node.asset_id for branch in lineage.below.branches] == [picture]

    def test_knows_a_trashed_picture_but_no_purged_one(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        app.assets.trash(actor, [picture])
        assert app.lineage.of(actor, picture).node.whereabouts is Whereabouts.TRASHED

        app.trash.delete_for_good(actor, TrashKind.PICTURES, [picture])

        with pytest.raises(NotFoundError):
            app.lineage.of(actor, picture)

    def test_is_nobody_elses(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)

        with pytest.raises(NotFoundError):
            app.lineage.of(other_actor, picture)

    def test_an_upload_without_anything_is_a_tree_of_one(self, app: Services, actor: Actor) -> None:
        lineage = app.lineage.of(actor, uploaded(app, actor, "wall.jpg"))

        assert (lineage.above.branches, lineage.below.branches) == ((), ())
        assert lineage.node.making.settings is None

    def test_of_a_slot_that_is_gone_the_parent_is_left(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        picture = made(app, actor, chair)
        with app.parts.database.begin() as work:
            work._session.execute(
                update(AssetRow).where(AssetRow.id == picture).values(slot_id=None)
            )

        lineage = app.lineage.of(actor, picture)

        assert [b.relations for b in lineage.above.branches] == [("parent",)]
        assert lineage.node.making.prompt == ""


def _depth(branch: Branch) -> int:
    return 1 + max(map(_depth, branch.branches)) if branch.branches else 0


def _size(branch: Branch) -> int:
    return 1 + sum(map(_size, branch.branches))


def _last(branch: Branch) -> Branch:
    return _last(branch.branches[0]) if branch.branches else branch
