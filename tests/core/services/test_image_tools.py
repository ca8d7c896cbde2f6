"""Image tools as people use them: previews, results and batches."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.assets import Asset, Origin
from core.domain.image_tools import (
    Adjust,
    Background,
    BackgroundKind,
    Crop,
    CutOut,
    FileFormat,
    Packshot,
    Rotate,
    ToolStep,
    Upscale,
    UpscaleMethod,
)
from core.domain.products import PhotoUpload
from core.domain.tasks import TaskStatus
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from tests.images import cutout_bytes, photo_bytes
from tests.support.generation import CHAIR
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow


def uploaded(services: Services, actor: Actor, data: bytes | None = None) -> int:
    return services.assets.upload(actor, PhotoUpload("chair.jpg", data or photo_bytes())).id


def opened(services: Services, actor: Actor, asset_id: int) -> Image.Image:
    stored = services.assets.stored_file(actor, asset_id, "original")
    return Image.open(BytesIO(b"".join(services.assets.stream(stored)[1])))


def made(services: Services, actor: Actor, asset_id: int, *steps: ToolStep) -> Asset:
    task_id = services.image_tools.save(actor, asset_id, steps)
    run_tasks(services)
    run = services.image_tools.run(actor, task_id)
    assert run.failed == {}
    return services.assets.get(actor, run.made[asset_id])


class TestSave:
    def test_makes_an_asset_beside_the_original(self, services: Services, actor: Actor) -> None:
        parent_id = uploaded(services, actor, photo_bytes(400, 200))

        result = made(services, actor, parent_id, Crop(0, 0, 0.5, 1), Rotate(1))

        assert (result.width_px, result.height_px) == (200, 200)
        assert result.origin is Origin.EDITED
        parent = services.assets.get(actor, parent_id)
        assert (parent.width_px, parent.height_px) == (400, 200)
        assert opened(services, actor, result.id).size == (200, 200)

    def test_keeps_how_the_result_was_made(self, services: Services, actor: Actor) -> None:
        parent_id = uploaded(services, actor, cutout_bytes())

        result = made(services, actor, parent_id, Adjust(exposure=20), Packshot(canvas_px=400))

        kept = services.image_tools.made_from(actor, [result.id])[result.id]
        assert kept.parent_id == parent_id
        assert kept.tool == "packshot"
        assert [step["tool"] for step in kept.steps] == ["adjust", "packshot"]
        assert kept.steps[0]["exposure"] == 20
        assert kept.steps[1]["figures"]["white_share"] == 1
        assert abs(kept.steps[1]["figures"]["fill"] - 85) < 1

    def test_belongs_to_the_parents_product(self, services: Services, actor: Actor) -> None:
        product = services.products.create(actor, CHAIR)
        upload = PhotoUpload("front.jpg", photo_bytes())
        [photo] = services.products.add_photos(actor, product.id, [upload]).kept

        result = made(services, actor, photo.id, Rotate(1))

        assert (result.product_id, result.label) == (product.id, "front.jpg")

    def test_gives_the_title(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor)

        task_id = services.image_tools.save(actor, asset_id, [Rotate(1)], title=" Side  view ")
        run_tasks(services)

        new_id = services.image_tools.run(actor, task_id).made[asset_id]
        assert services.assets.summaries(actor, [new_id])[0].title == "Side view"
        found = services.assets.search(actor, AssetFilter("side view"))
        assert [asset.ref.id for asset in found.items] == [new_id]

    def test_saves_the_format_of_choice(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor)

        for wanted, mime_type in (
            (FileFormat.PNG, "image/png"),
            (FileFormat.JPEG, "image/jpeg"),
            (FileFormat.WEBP, "image/webp"),
        ):
            task_id = services.image_tools.save(actor, asset_id, [Rotate(2)], file_format=wanted)
            run_tasks(services)
            new_id = services.image_tools.run(actor, task_id).made[asset_id]
            assert services.assets.get(actor, new_id).mime_type == mime_type

    def test_equals_its_preview(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor)
        steps: list[ToolStep] = [
            Adjust(exposure=30, contrast=20, clarity=40, saturation=-30),
            Rotate(1),
        ]

        preview = services.image_tools.preview(actor, asset_id, steps)
        result = made(services, actor, asset_id, *steps)

        shown = Image.open(BytesIO(preview.data)).convert("RGB")
        saved = opened(services, actor, result.id).convert("RGB")
        assert ImageChops.difference(shown, saved).getbbox() is None

    def test_asked_twice_is_made_once(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor)

        tasks = [
            services.image_tools.save(actor, asset_id, [Rotate(1)], request_id="click-1")
            for _ in range(2)
        ]
        run_tasks(services)

        results = {services.image_tools.run(actor, task_id).made[asset_id] for task_id in tasks}
        assert len(results) == 1

    def test_of_other_steps_under_the_same_request_is_another_result(
        self, services: Services, actor: Actor
    ) -> None:
        asset_id = uploaded(services, actor)

        tasks = [
            services.image_tools.save(actor, asset_id, [Rotate(n)], request_id="click-1")
            for n in (1, 2)
        ]
        run_tasks(services)

        results = {services.image_tools.run(actor, task_id).made[asset_id] for task_id in tasks}
        assert len(results) == 2

    def test_that_cannot_be_done_fails_with_a_sentence(
        self, services: Services, actor: Actor
    ) -> None:
        asset_id = uploaded(services, actor)

        task_id = services.image_tools.save(actor, asset_id, [Crop(0, 0, 0.05, 0.05)])
        run_tasks(services)

        run = services.image_tools.run(actor, task_id)
        assert run.task.status is TaskStatus.FAILED
        assert "at least 32" in run.failed[asset_id]

    def test_tells_of_the_parts_of_a_long_one(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor, photo_bytes(300, 300))

        result = made(services, actor, asset_id, Upscale())

        assert (result.width_px, result.height_px) == (600, 600)

    @pytest.mark.parametrize("steps", [[], [Adjust()], [Crop()]])
    def test_of_nothing_is_refused(
        self, services: Services, actor: Actor, steps: list[ToolStep]
    ) -> None:
        asset_id = uploaded(services, actor)

        with pytest.raises(InvalidInputError, match="Nothing is changed"):
            services.image_tools.save(actor, asset_id, steps)

    def test_is_for_editors(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor)
        viewer = replace(actor, role=Role.VIEWER)

        with pytest.raises(AccessDeniedError):
            services.image_tools.save(viewer, asset_id, [Rotate(1)])
        with pytest.raises(AccessDeniedError):
            services.image_tools.preview(viewer, asset_id, [Rotate(1)])

    def test_of_another_workspaces_picture_finds_none(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        asset_id = uploaded(services, actor)

        with pytest.raises(NotFoundError):
            services.image_tools.save(other_actor, asset_id, [Rotate(1)])
        with pytest.raises(NotFoundError):
            services.image_tools.preview(other_actor, asset_id, [Rotate(1)])
        task_id = services.image_tools.save(actor, asset_id, [Rotate(1)])
        with pytest.raises(NotFoundError):
            services.image_tools.run(other_actor, task_id)


class TestPreview:
    def test_is_scaled_down_and_says_the_whole_size(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor, photo_bytes(640, 320))

        shown = services.image_tools.preview(
            actor, asset_id, [Upscale(method=UpscaleMethod.LANCZOS)], longest_px=200
        )

        assert Image.open(BytesIO(shown.data)).size == (200, 100)
        assert (shown.full_width_px, shown.full_height_px) == (1280, 640)

    def test_of_a_backdrop_of_others_is_refused(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        asset_id = uploaded(services, actor, cutout_bytes())
        theirs = uploaded(services, other_actor)

        with pytest.raises(InvalidInputError, match="background picture"):
            services.image_tools.preview(
                actor, asset_id, [Background(BackgroundKind.PICTURE, asset_id=theirs)]
            )

    def test_with_a_mask_that_is_gone_is_refused(self, services: Services, actor: Actor) -> None:
        asset_id = uploaded(services, actor)

        with pytest.raises(InvalidInputError, match="mask"):
            services.image_tools.preview(actor, asset_id, [CutOut(mask_id=99)])


class TestApply:
    def test_works_on_each_picture(self, services: Services, actor: Actor) -> None:
        ids = [uploaded(services, actor, photo_bytes(320 + n, 320)) for n in range(3)]

        task_id = services.image_tools.apply(actor, ids, [Adjust(exposure=-20)])
        run_tasks(services)

        run = services.image_tools.run(actor, task_id)
        assert list(run.made) == ids
        assert run.task.share == 1
        assert not run.may_retry

    def test_tells_of_pictures_that_cannot_be_done(self, services: Services, actor: Actor) -> None:
        good, gone = uploaded(services, actor), uploaded(services, actor, photo_bytes(330, 320))
        services.assets.trash(actor, [gone])

        task_id = services.image_tools.apply(actor, [gone, good], [Rotate(1)])
        run_tasks(services)

        run = services.image_tools.run(actor, task_id)
        assert (list(run.made), list(run.failed)) == ([good], [gone])
        assert "not there any more" in run.failed[gone]
        assert run.task.status is TaskStatus.DONE

    def test_can_be_tried_again_for_what_failed(self, services: Services, actor: Actor) -> None:
        good, gone = uploaded(services, actor), uploaded(services, actor, photo_bytes(330, 320))
        services.assets.trash(actor, [gone])
        task_id = services.image_tools.apply(actor, [good, gone], [Rotate(1)])
        run_tasks(services)
        services.assets.restore(actor, [gone])

        again = services.image_tools.retry(actor, task_id)
        run_tasks(services)

        assert list(services.image_tools.run(actor, again).made) == [gone]
        with pytest.raises(InvalidInputError, match="nothing to try again"):
            services.image_tools.retry(actor, again)

    def test_that_was_cancelled_keeps_what_is_made(self, services: Services, actor: Actor) -> None:
        ids = [uploaded(services, actor, photo_bytes(320 + n, 320)) for n in range(2)]
        task_id = services.image_tools.apply(actor, ids, [Rotate(1)])
        services.tasks.cancel(actor, task_id)

        run_tasks(services)

        run = services.image_tools.run(actor, task_id)
        assert run.task.status is TaskStatus.CANCELLED
        assert run.waiting == tuple(ids)
        again = services.image_tools.retry(actor, task_id)
        run_tasks(services)
        assert list(services.image_tools.run(actor, again).made) == ids

    def test_lists_what_was_done(self, services: Services, actor: Actor) -> None:
        ids = [uploaded(services, actor)]
        tasks = [services.image_tools.apply(actor, ids, [Rotate(n)]) for n in (1, 2)]

        page = services.image_tools.runs(actor)

        assert [run.task.id for run in page.items] == tasks[::-1]
        assert page.items[0].task.title == "Rotate a picture"
