"""Previews of the editor: equal to what is saved, for editors alone, never a way to hang."""

import json
import threading
import time
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import anyio
import anyio.to_thread
import httpx2
import pytest
from PIL import Image, ImageChops
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message, Receive

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.assets import Asset
from core.domain.image_tools import FileFormat, steps_from_json
from core.domain.products import PhotoUpload
from core.errors import TaskCancelledError
from core.imaging.call_off import CallOff
from core.imaging.rendered import Rendered
from tests.images import photo_bytes
from tests.support.tasks import run_tasks
from tests.ui.roles import become
from web.previews import MAX_BODY_BYTES, MAX_QUERY_CHARS, Previews

pytestmark = pytest.mark.slow  # a picture is worked on in a process of its own

BRIGHT: list[dict[str, Any]] = [{"tool": "adjust", "exposure": 20}]
HALF = {"tool": "crop", "left": 0.25, "top": 0.0, "width": 0.5, "height": 0.5}


@pytest.fixture
def asset(services: Services, actor: Actor) -> Asset:
    picture = photo_bytes(640, 640)
    return services.assets.upload(actor, PhotoUpload("oak chair.jpg", picture))


def asked(asset_id: int, steps: object, **more: str) -> str:
    query = httpx2.QueryParams({"steps": json.dumps(steps), "w": "480", **more})
    return f"/previews/{asset_id}?{query}"


def error_of(response: httpx2.Response) -> str:
    return str(response.json()["error"])


class TestGet:
    def test_is_what_is_saved_scaled_down(
        self, signed_in: TestClient, services: Services, actor: Actor, asset: Asset
    ) -> None:
        steps = [*BRIGHT, HALF]
        task = services.image_tools.save(
            actor, asset.id, steps_from_json(steps), file_format=FileFormat.PNG
        )
        run_tasks(services)
        saved = services.assets.get(actor, services.image_tools.run(actor, task).made[asset.id])

        response = signed_in.get(asked(asset.id, steps, f="png"))

        assert (saved.width_px, saved.height_px) == (320, 320)
        assert response.headers["x-picture-size"] == "320x320"
        shown = Image.open(BytesIO(response.content))
        original = signed_in.get(saved.ref.url("original")).content
        difference = ImageChops.difference(shown.convert("RGB"), Image.open(BytesIO(original)))
        assert difference.getbbox() is None

    def test_may_be_kept_by_the_browser_of_this_person_alone(
        self, signed_in: TestClient, asset: Asset
    ) -> None:
        first = signed_in.get(asked(asset.id, BRIGHT))

        again = signed_in.get(
            asked(asset.id, BRIGHT), headers={"If-None-Match": first.headers["etag"]}
        )

        assert first.headers["cache-control"] == "private, max-age=600"
        assert first.headers["content-security-policy"].endswith("sandbox")
        assert (again.status_code, again.content) == (304, b"")

    def test_another_look_has_another_mark(self, signed_in: TestClient, asset: Asset) -> None:
        marks = {
            signed_in.get(address).headers["etag"]
            for address in (
                asked(asset.id, BRIGHT),
                asked(asset.id, BRIGHT, w="720"),
                asked(asset.id, BRIGHT, f="webp"),
                asked(asset.id, [HALF]),
            )
        }

        assert len(marks) == 4

    def test_takes_long_strokes_as_a_body(self, signed_in: TestClient, asset: Asset) -> None:
        points = [[n / 1000, 0.5] for n in range(900)]
        stroke = {"kind": "erase", "points": points, "radius": 0.05}
        steps = [{"tool": "cutout", "strokes": [stroke]}]
        assert len(json.dumps(steps)) > MAX_QUERY_CHARS

        response = signed_in.post(f"/previews/{asset.id}?w=480", content=json.dumps(steps))

        assert response.status_code == 200
        assert Image.open(BytesIO(response.content)).mode == "RGBA"


class TestRefusals:
    def test_asks_anonymous_people_to_sign_in(self, anonymous: TestClient, asset: Asset) -> None:
        assert anonymous.get(asked(asset.id, BRIGHT)).status_code == 401

    def test_a_picture_of_others_does_not_exist(
        self, signed_in: TestClient, services: Services, other_actor: Actor
    ) -> None:
        theirs = services.assets.upload(other_actor, PhotoUpload("b.jpg", photo_bytes()))

        response = signed_in.get(asked(theirs.id, BRIGHT))

        assert response.status_code == 404
        assert response.json() == signed_in.get(asked(2**62, BRIGHT)).json()

    def test_who_may_only_look_keeps_no_core_busy(
        self, signed_in: TestClient, services: Services, actor: Actor, asset: Asset
    ) -> None:
        become(services, actor, Role.REVIEWER)

        response = signed_in.get(asked(asset.id, BRIGHT))

        assert response.status_code == 403
        assert "may look" in error_of(response)

    @pytest.mark.parametrize(
        ("steps", "sentence"),
        [
            ({"tool": "crop"}, "The steps cannot be read."),
            ([{"tool": "shell"}], "This step is of no tool that Epox has."),
            ([{"tool": "adjust", "exposure": 900}], "has to be a number from -100 to 100"),
            ([{"tool": "crop", "left": 0.9}], "reaches beyond the picture"),
            ([{"tool": "adjust", "exposure": float("nan")}], "has to be a number"),
            ([{"tool": "adjust"}] * 13, "at most 12 steps"),
        ],
    )
    def test_says_what_is_wrong_with_steps(
        self, signed_in: TestClient, steps: object, sentence: str
    ) -> None:
        response = signed_in.get(asked(1, steps))

        assert response.status_code == 400
        assert sentence in error_of(response)
        assert response.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        "query", ["w=481", "w=999999", "w=", "w=480&lane=mine", "w=480&f=exe", "w=480&steps=%5B"]
    )
    def test_says_so_where_the_address_is_wrong(self, signed_in: TestClient, query: str) -> None:
        assert signed_in.get(f"/previews/1?{query}").status_code == 400

    @pytest.mark.parametrize("asset_id", ["0", "-1", "x", "1" * 30, "%C2%B2"])
    def test_what_is_no_id_is_refused(self, signed_in: TestClient, asset_id: str) -> None:
        assert signed_in.get(f"/previews/{asset_id}?w=480").status_code == 400

    def test_nested_brackets_break_nothing(self, signed_in: TestClient) -> None:
        body = "[" * 100_000

        response = signed_in.post("/previews/1?w=480", content=body)

        assert response.status_code == 400
        assert error_of(response) == "The steps cannot be read."

    def test_steps_have_a_length(self, signed_in: TestClient) -> None:
        long = signed_in.get(f"/previews/1?w=480&steps={' ' * (MAX_QUERY_CHARS + 1)}")
        large = signed_in.post("/previews/1?w=480", content=b" " * (MAX_BODY_BYTES + 1))

        assert (long.status_code, large.status_code) == (400, 400)

    def test_enlarges_small_parts_only(self, signed_in: TestClient, asset: Asset) -> None:
        whole = signed_in.get(asked(asset.id, [{"tool": "upscale", "factor": 4}]))
        part = {"tool": "crop", "left": 0.4, "top": 0.4, "width": 0.2, "height": 0.2}
        close_look = signed_in.get(asked(asset.id, [part, {"tool": "upscale", "factor": 2}]))

        assert whole.status_code == 422
        assert "part of at most 256 x 256 pixels" in error_of(whole)
        assert (close_look.status_code, close_look.headers["x-picture-size"]) == (200, "256x256")

    def test_says_what_a_tool_cannot_do(self, signed_in: TestClient, asset: Asset) -> None:
        steps = [{"tool": "upscale", "factor": 4}, {"tool": "upscale", "factor": 4}]

        response = signed_in.get(asked(asset.id, steps))

        assert response.status_code == 422
        assert error_of(response).endswith(".")


def mask_bytes(width: int, height: int, *, is_empty: bool = False) -> bytes:
    mask = Image.new("L", (width, height))
    if not is_empty:
        mask.paste(255, (0, 0, width // 2, height // 2))
    buffer = BytesIO()
    mask.save(buffer, "PNG")
    return buffer.getvalue()


class TestKeepMask:
    def test_keeps_the_same_mask_once(self, signed_in: TestClient, asset: Asset) -> None:
        address, mask = f"/previews/{asset.id}/masks", mask_bytes(640, 640)

        first, again = (signed_in.post(address, content=mask) for _ in range(2))

        assert first.status_code == 201
        assert first.json() == again.json()

    def test_says_what_is_wrong_with_a_mask(self, signed_in: TestClient, asset: Asset) -> None:
        wrong = (mask_bytes(64, 64), mask_bytes(640, 640, is_empty=True), b"no picture", b"")

        for mask in wrong:
            response = signed_in.post(f"/previews/{asset.id}/masks", content=mask)

            assert response.status_code == 422
            assert error_of(response).endswith(".")

    def test_is_for_those_who_may_edit_the_picture(
        self,
        anonymous: TestClient,
        signed_in: TestClient,
        services: Services,
        actor: Actor,
        other_actor: Actor,
        asset: Asset,
    ) -> None:
        theirs = services.assets.upload(other_actor, PhotoUpload("b.jpg", photo_bytes()))
        mask = mask_bytes(320, 320)

        assert anonymous.post(f"/previews/{asset.id}/masks", content=mask).status_code == 401
        refused = signed_in.post(f"/previews/{theirs.id}/masks", content=mask)
        unknown = signed_in.post(f"/previews/{2**53 - 1}/masks", content=mask)
        assert refused.is_client_error
        assert refused.json() == unknown.json()
        become(services, actor, Role.REVIEWER)
        assert signed_in.post(f"/previews/{asset.id}/masks", content=mask).status_code == 403

    def test_a_page_of_another_site_keeps_none(self, signed_in: TestClient, asset: Asset) -> None:
        response = signed_in.post(
            f"/previews/{asset.id}/masks",
            content=mask_bytes(640, 640),
            headers={"Origin": "https://evil.example"},
        )

        assert response.status_code == 403


class Slow:
    """Previews that wait for the test, and what was drawn in the end."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.has_begun = threading.Event()
        self.drawn: list[int] = []
        self.called_off: list[int] = []

    def previews(self) -> Previews:
        ann = Actor(7, 1, "Ann", "Ann", "ann@example.com", Role.EDITOR, is_admin=False)
        services = SimpleNamespace(
            accounts=SimpleNamespace(actor_for_session=lambda _session_id: ann),
            assets=SimpleNamespace(get=lambda _actor, n: SimpleNamespace(sha256=f"{n:064x}")),
            image_tools=SimpleNamespace(preview=self._draw),
            edits=SimpleNamespace(keep_mask=lambda _actor, _asset_id, _png: 5),
        )
        return Previews(lambda: cast("Services", services))

    def _draw(
        self, _actor: Actor, asset_id: int, *_steps: object, call_off: CallOff, **_more: object
    ) -> Rendered:
        self.has_begun.set()
        until_s = time.monotonic() + 60
        while not self.may_go_on.wait(0.01):
            assert time.monotonic() < until_s
            try:
                call_off.check()
            except TaskCancelledError:
                self.called_off.append(asset_id)
                raise
        self.drawn.append(asset_id)
        return Rendered(b"png", "image/png", 1, 1, 1, 1, ())


async def stays() -> Message:
    """Do as the connection of a browser that waits for its answer."""
    await anyio.sleep_forever()
    raise AssertionError


async def left() -> Message:
    """Do as the connection of a browser that has gone."""
    return {"type": "http.disconnect"}


def request_of(
    session_id: int, asset_id: int, lane: str = "after", receive: Receive = stays
) -> Request:
    return Request(
        {
            "type": "http", "method": "GET", "headers": [], "path": "/",
            "query_string": f"w=480&lane={lane}&steps=[]".encode(),
            "path_params": {"asset_id": str(asset_id)}, "epox.session_id": session_id,
        },
        receive,
    )  # fmt: skip


class TestNewestWins:
    """Two previews are drawn at once; of those that wait, each session has one a lane."""

    def test_what_was_overtaken_is_never_drawn(self) -> None:
        slow = Slow()
        previews = slow.previews()
        answers: dict[int, int] = {}

        async def ask(session_id: int, asset_id: int) -> None:
            answers[asset_id] = (await previews.get(request_of(session_id, asset_id))).status_code

        async def run() -> None:
            async with anyio.create_task_group() as group:
                for busy in (101, 102):
                    group.start_soon(ask, busy, busy)
                await anyio.to_thread.run_sync(slow.has_begun.wait, 60)
                for asset_id in (1, 2, 3):
                    group.start_soon(ask, 7, asset_id)
                    await anyio.wait_all_tasks_blocked()
                slow.may_go_on.set()

        anyio.run(run)

        assert answers == {101: 200, 102: 200, 1: 409, 2: 409, 3: 200}
        assert sorted(slow.drawn) == [3, 101, 102]

    def test_the_frame_before_waits_beside_the_frame_after(self) -> None:
        slow = Slow()
        previews = slow.previews()
        answers: list[int] = []

        async def ask(lane: str) -> None:
            answers.append((await previews.get(request_of(7, 1, lane))).status_code)

        async def run() -> None:
            async with anyio.create_task_group() as group:
                for lane in ("after", "before", "plain", "fine"):
                    group.start_soon(ask, lane)
                await anyio.wait_all_tasks_blocked()
                slow.may_go_on.set()

        anyio.run(run)

        assert answers == [200] * 4


class TestCallsOff:
    """A preview that nobody waits for holds up no other one."""

    def test_what_is_drawn_when_it_is_overtaken(self) -> None:
        slow = Slow()
        previews = slow.previews()
        answers: dict[int, int] = {}

        async def ask(asset_id: int, has_answer: anyio.Event) -> None:
            answers[asset_id] = (await previews.get(request_of(7, asset_id))).status_code
            has_answer.set()

        async def run() -> None:
            is_over = anyio.Event()
            async with anyio.create_task_group() as group:
                group.start_soon(ask, 1, is_over)
                await anyio.to_thread.run_sync(slow.has_begun.wait, 60)
                group.start_soon(ask, 2, anyio.Event())
                await is_over.wait()
                slow.may_go_on.set()

        anyio.run(run)

        assert answers == {1: 409, 2: 200}
        assert (slow.called_off, slow.drawn) == ([1], [2])

    def test_what_was_asked_by_a_browser_that_has_gone(self) -> None:
        slow = Slow()

        anyio.run(slow.previews().get, request_of(7, 1, receive=left))

        assert slow.drawn == []

    def test_but_a_mask_waits_for_no_preview(self) -> None:
        slow = Slow()
        previews = slow.previews()
        kept: list[int] = []

        async def one() -> Message:
            return {"type": "http.request", "body": b"png", "more_body": False}

        async def run() -> None:
            async with anyio.create_task_group() as group:
                for busy in (101, 102):
                    group.start_soon(previews.get, request_of(busy, busy))
                await anyio.to_thread.run_sync(slow.has_begun.wait, 60)
                await anyio.wait_all_tasks_blocked()
                kept.append((await previews.keep_mask(request_of(7, 1, receive=one))).status_code)
                slow.may_go_on.set()

        anyio.run(run)

        assert kept == [201]
