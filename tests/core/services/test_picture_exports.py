"""Exports of pictures: what is in the file, what is left out, who may have it and how long."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest
from PIL import Image

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import RESULTS, AssetFilter
from core.domain.assets import Origin
from core.domain.imports import FileShape, ImportField
from core.domain.picture_exports import ExportOptions, PictureExport, PictureFormat, Sidecar
from core.domain.products import PhotoUpload, Product, ProductDraft, ProductFilter
from core.domain.reviews import ReviewState, Verdict
from core.domain.source_types import SourceType
from core.domain.tasks import TaskStatus
from core.errors import (
    AccessDeniedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
)
from core.imaging.provenance import read_provenance
from tests.images import cutout_bytes, photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.picture_exports import (
    exported,
    made_picture,
    objects,
    table,
    zip_of,
)
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow

ORIGINALS = ExportOptions(rule="{sku}_{n}")
JPEGS = ExportOptions(rule="{sku}_{n}", file_format=PictureFormat.JPEG, longest_px=200)


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    return chair_with_photo(services, actor)


@pytest.fixture
def pictures(services: Services, actor: Actor, chair: Product) -> list[int]:
    """Give Ann two pictures of her chair and one of nothing."""
    return [
        made_picture(services, actor, chair.id),
        made_picture(services, actor, chair.id, data=photo_bytes(300, 400)),
        made_picture(services, actor, data=cutout_bytes(), label="=cmd|'x'!A1.png"),
    ]


def stored(services: Services, actor: Actor, picture_id: int) -> bytes:
    file = services.assets.stored_file(actor, picture_id, "original")
    return services.parts.storage.get(file.storage_key)


class TestBegin:
    def test_packs_originals_byte_for_byte_under_their_names(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        done = exported(services, actor, pictures, ORIGINALS, "Spring / 2027")

        opened = zip_of(services, actor, done)
        assert opened.namelist() == [
            "OAK-CHAIR-1_1.jpg", "OAK-CHAIR-1_2.jpg", "1.png", "pictures.csv", "report.txt",
        ]  # fmt: skip
        for name, picture_id in zip(opened.namelist(), pictures, strict=False):
            assert opened.read(name) == stored(services, actor, picture_id)
            assert opened.getinfo(name).compress_type == 0
        assert (done.title, done.report.exported, done.report.left_out_count) == (
            "Spring / 2027", 3, 0,
        )  # fmt: skip
        assert done.file_name.startswith("Spring-2027-20")
        assert done.task is not None
        assert (done.task.status, done.task.done, done.task.share) == (TaskStatus.DONE, 3, 1.0)

    def test_makes_pictures_anew_smaller_and_never_larger(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        small = zip_of(services, actor, exported(services, actor, pictures, JPEGS))
        large = zip_of(
            services,
            actor,
            exported(
                services, actor, pictures, ExportOptions("{n}", PictureFormat.WEBP, longest_px=4000)
            ),
        )

        sizes = [Image.open(io.BytesIO(small.read(name))).size for name in small.namelist()[:3]]
        assert sizes == [(200, 150), (150, 200), (200, 200)]
        same = [Image.open(io.BytesIO(large.read(name))).size for name in large.namelist()[:3]]
        assert same == [(400, 300), (300, 400), (320, 320)]

    def test_notes_the_source_in_what_is_made_anew(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        opened = zip_of(services, actor, exported(services, actor, pictures[:1], JPEGS))

        said = read_provenance(opened.read("OAK-CHAIR-1_1.jpg"))
        assert said.source_type == SourceType.GENERATED
        assert (said.creator_tool, said.description) == ("Epox", "Oak chair")

    def test_notes_the_source_without_touching_a_pixel(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        noted = ExportOptions(rule="{n}", file_format=PictureFormat.NOTED)

        opened = zip_of(services, actor, exported(services, actor, pictures, noted))

        for number, name in enumerate(("1.jpg", "2.jpg", "3.png")):
            data, before = opened.read(name), stored(services, actor, pictures[number])
            assert read_provenance(data).source_type == SourceType.GENERATED
            assert (
                Image.open(io.BytesIO(data)).tobytes() == Image.open(io.BytesIO(before)).tobytes()
            )

    def test_counts_originals_that_do_not_say_that_they_were_generated(
        self, services: Services, actor: Actor, pictures: list[int], chair: Product
    ) -> None:
        ids = [*pictures, chair.photos[0].id]

        plain = exported(services, actor, ids, ORIGINALS)
        anew = exported(services, actor, ids, JPEGS)

        assert (plain.report.unlabelled, anew.report.unlabelled) == (3, 0)
        assert (
            "whose files do not say so: 3"
            in zip_of(services, actor, plain).read("report.txt").decode()
        )

    def test_takes_all_that_a_list_shows_in_its_order(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        services.reviews.judge(actor, pictures[:2], Verdict(ReviewState.APPROVED))
        approved = AssetFilter(is_made=True, review_states=(ReviewState.APPROVED,))
        by_id = ExportOptions(rule="{id}")

        done = exported(services, actor, approved, by_id)

        names = zip_of(services, actor, done).namelist()[:2]
        assert names == [f"{pictures[1]}.jpg", f"{pictures[0]}.jpg"]
        assert done.picture_count == 2

    def test_takes_all_of_a_smart_collection(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        smart = services.collections.create_from_filter(actor, "Oak", ProductFilter(text="oak"))
        wanted = replace(RESULTS, collection_id=smart.id)

        done = exported(services, actor, wanted, ExportOptions(rule="{collection}_{n}"))

        names = zip_of(services, actor, done).namelist()
        assert [name for name in names if name.startswith("Oak")] == ["Oak_1.jpg", "Oak_2.jpg"]
        assert done.picture_count == len(pictures) - 1  # one is of no product

    def test_makes_folders_and_solves_collisions(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        done = exported(services, actor, pictures, ExportOptions(rule="{sku}/{product}"))

        names = zip_of(services, actor, done).namelist()
        assert names[:3] == [
            "OAK-CHAIR-1/Oak-chair.jpg", "OAK-CHAIR-1/Oak-chair_2.jpg", "other/picture.png",
        ]  # fmt: skip
        assert done.report.renamed == 1

    def test_knows_no_picture_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor, pictures: list[int]
    ) -> None:
        with pytest.raises(InvalidInputError, match="no picture"):
            services.picture_exports.begin(other_actor, pictures, ORIGINALS)

        own = made_picture(services, other_actor)
        done = exported(services, other_actor, [*pictures, own], ORIGINALS)
        assert done.picture_count == 1

        with pytest.raises(InvalidInputError):
            services.picture_exports.begin(actor, [], ORIGINALS)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
    def test_is_for_those_who_may_edit(
        self, services: Services, actor: Actor, pictures: list[int], role: Role
    ) -> None:
        done = exported(services, actor, pictures, ORIGINALS)
        watching = replace(actor, role=role)

        for act in (
            lambda: services.picture_exports.begin(watching, pictures, ORIGINALS),
            lambda: services.picture_exports.again(watching, done.id),
            lambda: services.picture_exports.cancel(watching, done.id),
            lambda: services.picture_exports.remove(watching, done.id),
        ):
            with pytest.raises(AccessDeniedError):
                act()
        assert zip_of(services, watching, done).namelist()


class TestLeftOut:
    def test_is_said_in_the_file_and_in_the_report(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        lost, broken, trashed, fine = *pictures, made_picture(services, actor)
        files = [services.assets.stored_file(actor, each, "original") for each in (lost, broken)]
        begun = services.picture_exports.begin(actor, [*pictures, fine], JPEGS)
        services.parts.storage.delete(files[0].storage_key)
        services.parts.storage.put(files[1].storage_key, b"other", mime_type="image/jpeg")
        services.assets.trash(actor, [trashed])

        run_tasks(services)

        done = services.picture_exports.get(actor, begun.id)
        assert (done.report.exported, done.report.left_out_count) == (1, 3)
        assert [each.reason.split(":")[0].split(".")[0] for each in done.report.left_out] == [
            "Its file is missing", "Its file is damaged", "It is in the trash",
        ]  # fmt: skip
        text = zip_of(services, actor, done).read("report.txt").decode()
        assert "Pictures in this file: 1\r\n" in text
        assert "1. OAK-CHAIR-1_1.jpg: Its file is missing." in text

    def test_of_all_fails_with_a_sentence(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        begun = services.picture_exports.begin(actor, pictures, ORIGINALS)
        services.assets.trash(actor, pictures)

        run_tasks(services)

        done = services.picture_exports.get(actor, begun.id)
        assert done.has_failed
        assert done.task is not None
        assert "in the trash" in (done.task.failure or "")
        assert not done.is_ready
        assert list((services.parts.settings.data_dir / "exports").iterdir()) == []

    def test_says_what_is_too_heavy_for_its_limit(self, services: Services, actor: Actor) -> None:
        noise = Image.effect_noise((900, 900), 120).convert("RGB")
        target = io.BytesIO()
        noise.save(target, "JPEG", quality=95)
        ids = [made_picture(services, actor, data=target.getvalue()), made_picture(services, actor)]
        limited = ExportOptions("{id}", PictureFormat.JPEG, max_kb=20)

        done = exported(services, actor, ids, limited)

        opened = zip_of(services, actor, done)
        assert [each.reason[:29] for each in done.report.left_out] == [
            "Even at the lowest quality it"
        ]
        assert opened.getinfo(f"{ids[1]}.jpg").file_size <= 20_000


class TestSidecars:
    EVERY = ExportOptions(rule="{sku}_{n}", sidecars=tuple(Sidecar))

    @pytest.fixture
    def done(self, services: Services, actor: Actor, pictures: list[int]) -> PictureExport:
        services.reviews.judge(actor, pictures[:1], Verdict(ReviewState.APPROVED))
        services.reviews.rate(actor, pictures[:1], 4)
        return exported(services, actor, pictures, self.EVERY)

    def test_tell_what_is_known_of_each_picture(
        self, services: Services, actor: Actor, pictures: list[int], done: PictureExport
    ) -> None:
        opened = zip_of(services, actor, done)

        first, *_ = rows = table(opened)
        assert len(rows) == 3
        assert (first["file"], first["picture_id"]) == ("OAK-CHAIR-1_1.jpg", str(pictures[0]))
        assert (first["sku"], first["product"], first["category"]) == (
            "OAK-CHAIR-1", "Oak chair", "Chairs",
        )  # fmt: skip
        assert (first["state"], first["reviewer"], first["rating"]) == ("approved", "Ann", "4")
        assert (first["image_model"], first["cost_usd"]) == ("gemini-3-pro-image", "0.039000")
        assert (first["width_px"], first["height_px"]) == ("400", "300")
        assert first["source_type"] == "trainedAlgorithmicMedia"
        assert first["created_by"] == "Ann"
        info = opened.getinfo("OAK-CHAIR-1_1.jpg")
        assert int(first["bytes"]) == info.file_size

        [in_json, *_] = objects(opened)
        assert in_json["sha256"] == first["sha256"]
        assert in_json["rating"] == 4
        assert in_json["source_type"].endswith("/digitalsourcetype/trainedAlgorithmicMedia")

    def test_hold_no_formula(self, services: Services, actor: Actor) -> None:
        lamp = services.products.create(actor, ProductDraft("=1+1", "LAMP-1"))
        picture = made_picture(services, actor, lamp.id)

        opened = zip_of(services, actor, exported(services, actor, [picture], self.EVERY))

        assert table(opened)[0]["product"] == "'=1+1"
        assert table(opened, "shopify-products.csv")[0]["Title"] == "'=1+1"
        assert objects(opened)[0]["product"] == "=1+1"

    def test_shop_table_has_one_line_for_each_picture_of_a_product(
        self, services: Services, actor: Actor, done: PictureExport
    ) -> None:
        first, second = table(zip_of(services, actor, done), "shopify-products.csv")

        assert (first["Handle"], first["Title"]) == ("oak-chair", "Oak chair")
        assert (first["Image Src"], first["Image Position"]) == ("OAK-CHAIR-1_1.jpg", "1")
        assert first["Variant SKU"] == "OAK-CHAIR-1"
        assert (second["Handle"], second["Title"], second["Variant SKU"]) == ("oak-chair", "", "")
        assert (second["Image Src"], second["Image Position"]) == ("OAK-CHAIR-1_2.jpg", "2")


class TestSourceTypes:
    def test_of_an_edited_picture_is_its_ancestors(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        made = made_picture(services, actor, chair.id)
        cut = made_picture(
            services, actor, chair.id, origin=Origin.EDITED, parent_id=made, tool="cutout"
        )
        again = made_picture(
            services, actor, chair.id, origin=Origin.EDITED, parent_id=cut, tool="crop"
        )
        of_photo = made_picture(
            services,
            actor,
            chair.id,
            origin=Origin.EDITED,
            parent_id=chair.photos[0].id,
            tool="crop",
        )
        local = made_picture(services, actor, chair.id, image_model="compositor")

        opened = zip_of(services, actor, exported(services, actor, [again, of_photo, local], JPEGS))

        found = [
            read_provenance(opened.read(f"OAK-CHAIR-1_{n}.jpg")).source_type for n in (1, 2, 3)
        ]
        assert found == ["trainedAlgorithmicMedia", "", "compositeSynthetic"]


class TestEnd:
    def test_again_makes_the_same_anew(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        old = exported(services, actor, pictures, JPEGS, "Spring")

        new = services.picture_exports.again(actor, old.id)
        run_tasks(services)

        assert (new.options, new.title, new.picture_count) == (old.options, "Spring", 3)
        assert zip_of(services, actor, services.picture_exports.get(actor, new.id)).namelist()

    def test_cancelled_leaves_nothing(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        begun = services.picture_exports.begin(actor, pictures, ORIGINALS)

        services.picture_exports.cancel(actor, begun.id)
        run_tasks(services)

        gone = services.picture_exports.get(actor, begun.id)
        assert gone.task is not None
        assert (gone.task.status, gone.is_ready) == (TaskStatus.CANCELLED, False)
        with pytest.raises(NotFoundError):
            services.picture_exports.stream(actor, begun.id)
        services.picture_exports.remove(actor, begun.id)

    def test_is_removed_with_its_file_but_not_while_it_is_made(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        begun = services.picture_exports.begin(actor, pictures, ORIGINALS)
        with pytest.raises(ConflictError):
            services.picture_exports.remove(actor, begun.id)
        run_tasks(services)
        done = services.picture_exports.get(actor, begun.id)
        assert services.parts.storage.exists(done.storage_key)

        services.picture_exports.remove(actor, done.id)

        assert not services.parts.storage.exists(done.storage_key)
        with pytest.raises(NotFoundError):
            services.picture_exports.get(actor, done.id)
        assert services.integrity.check(files=True) == ()

    def test_expires_after_a_week_and_goes_with_the_tidying(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        done = exported(services, actor, pictures, ORIGINALS)
        assert done.finished_at is not None
        assert done.expires_at == done.finished_at + timedelta(days=7)
        assert services.integrity.check(files=True) == ()
        assert services.garbage.collect(delete=True, grace=timedelta(0)).items == ()
        with services.parts.database.begin() as work:
            work.picture_exports.change(done.id, expires_at=work.now())

        with pytest.raises(NotFoundError):
            services.picture_exports.stream(actor, done.id)
        assert services.garbage.tidy() == 1

        assert not services.parts.storage.exists(done.storage_key)
        assert services.picture_exports.list(actor).items == ()

    def test_lists_the_newest_first(
        self, services: Services, actor: Actor, other_actor: Actor, pictures: list[int]
    ) -> None:
        titles = [
            services.picture_exports.begin(actor, pictures, ORIGINALS, f"No. {n}").title
            for n in range(3)
        ]

        page = services.picture_exports.list(actor, limit=2)
        rest = services.picture_exports.list(actor, after=page.next)

        assert [each.title for each in (*page.items, *rest.items)] == titles[::-1]
        assert services.picture_exports.list(other_actor).items == ()

    def test_tidies_what_a_dead_worker_left(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        folder = services.parts.settings.data_dir / "exports"
        folder.mkdir(parents=True)
        for name in ("99999-ab.zip", "99999-ab.journal"):
            (folder / name).write_bytes(b"x")
        begun = services.picture_exports.begin(actor, pictures, ORIGINALS)
        mine = folder / f"{begun.id}-cd.zip"
        mine.write_bytes(b"x")

        assert services.picture_exports.tidy() == 1

        assert list(folder.iterdir()) == [mine]


class TestPlan:
    def test_tells_count_size_names_and_collisions(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        plan = services.picture_exports.plan(actor, pictures, ExportOptions(rule="{product}"))

        sizes = sum(len(stored(services, actor, each)) for each in pictures)
        assert (plan.count, plan.size_bytes, plan.renamed, plan.trashed) == (3, sizes, 1, 0)
        assert plan.examples == ("Oak-chair.jpg", "Oak-chair_2.jpg", "picture.png")
        assert plan.first is not None
        assert plan.first.asset_id == pictures[0]

    def test_leaves_out_the_trash(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        services.assets.trash(actor, pictures[:1])

        plan = services.picture_exports.plan(actor, pictures, JPEGS)

        assert (plan.count, plan.trashed) == (2, 1)
        assert services.picture_exports.plan(actor, RESULTS, JPEGS).count == 2

    def test_names_are_those_of_the_file(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        options = ExportOptions(rule="{category}/{sku}_{w}x{h}_{state}_{model}", longest_px=100)

        plan = services.picture_exports.plan(actor, pictures, options)
        opened = zip_of(services, actor, exported(services, actor, pictures, options))

        assert tuple(opened.namelist()[:3]) == plan.examples
        assert PurePosixPath(plan.examples[0]).parent.name == "Chairs"


class TestUploads:
    def test_leave_without_camera_data_when_made_anew(
        self, services: Services, actor: Actor
    ) -> None:
        target = io.BytesIO()
        exif = Image.Exif()
        exif[0x0110] = "Camera"
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x0112] = 6
        Image.new("RGB", (300, 200), "#884422").save(target, "JPEG", exif=exif)
        photo = services.assets.upload(actor, PhotoUpload("gps.jpg", target.getvalue()))

        opened = zip_of(services, actor, exported(services, actor, [photo.id], JPEGS))

        image = Image.open(io.BytesIO(opened.read("1.jpg")))
        assert image.size == (133, 200)
        assert dict(image.getexif()) == {}
        assert "icc_profile" in image.info
        assert read_provenance(opened.read("1.jpg")).source_type == ""


class TestShopTable:
    @pytest.mark.parametrize("address", ["", "https://cdn.example.com/pictures/"])
    def test_is_read_back_by_an_import_and_changes_no_product(
        self, services: Services, actor: Actor, pictures: list[int], address: str
    ) -> None:
        lamp = services.products.create(actor, ProductDraft("Oak chair", "LAMP=1"))
        ids = [*pictures, made_picture(services, actor, lamp.id)]
        options = ExportOptions(sidecars=(Sidecar.SHOPIFY,), image_address=address)
        opened = zip_of(services, actor, exported(services, actor, ids, options))

        data = opened.read("shopify-products.csv")
        begun = services.imports.begin(actor, "shopify-products.csv", data)
        services.imports.check(actor, begun.id)
        run_tasks(services)

        checked = services.imports.get(actor, begun.id)
        reading = services.imports.reading(actor, begun.id)
        assert reading.shape is FileShape.SHOPIFY
        assert {ImportField.SKU, ImportField.NAME, ImportField.PHOTO_URLS} <= set(
            reading.mapping.values()
        )
        assert (checked.counts.same, checked.counts.create, checked.counts.change) == (2, 0, 0)
        assert checked.counts.refuse == 0
        assert [row["Handle"] for row in table(opened, "shopify-products.csv")] == [
            "oak-chair", "oak-chair", "oak-chair-lamp-1",
        ]  # fmt: skip
