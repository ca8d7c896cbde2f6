"""The workbench: a child that crashes, hangs or takes too much costs its own picture only."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from core.domain.image_tools import Adjust, Crop, FileFormat, Packshot, Rotate, Upscale
from core.errors import TaskCancelledError
from core.imaging.bench import ToolBench
from core.imaging.call_off import CallOff
from core.imaging.masks import as_mask_png
from core.imaging.tool_answers import parts_of, refusal_of, rendered_of
from core.imaging.tool_steps import apply_steps
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from tests.core.imaging import pictures
from tests.images import cutout_bytes, photo_bytes

pytestmark = pytest.mark.slow


@pytest.fixture
def bench() -> Iterator[ToolBench]:
    bench = ToolBench()
    yield bench
    bench.close()


def refused(bench: ToolBench, data: bytes, *steps: Adjust | Crop | Rotate | Upscale) -> Refusal:
    with pytest.raises(ToolRefusedError) as caught:
        bench.apply(data, steps or (Rotate(),))
    assert caught.value.user_message.endswith(".")
    return caught.value.refusal


class TestApply:
    def test_gives_what_the_steps_give(self, bench: ToolBench) -> None:
        steps = (Adjust(exposure=10, clarity=20), Crop(0, 0, 0.5, 0.5), Packshot(canvas_px=300))

        for longest in (None, 100):
            apart = bench.apply(cutout_bytes(), steps, longest=longest)
            assert apart == apply_steps(cutout_bytes(), steps, longest=longest)

    def test_of_previews_keeps_pictures_between_steps(self) -> None:
        bench = ToolBench(keeps_canvases=True)
        wanted = apply_steps(photo_bytes(), [Rotate(), Adjust(exposure=5)], longest=90)

        for _ in range(2):
            shown = bench.apply(photo_bytes(), [Rotate(), Adjust(exposure=5)], longest=90)
            assert shown == wanted
        bench.close()

    @pytest.mark.parametrize(
        ("data", "refusal"),
        [
            (b"", Refusal.UNREADABLE),
            (b"<svg/>", Refusal.UNREADABLE),
            (photo_bytes()[:1500], Refusal.UNREADABLE),
            (pictures.png(60_000, 60_000, rows=1), Refusal.TOO_HEAVY),
            (pictures.jpeg_of_many_scans(6_000, 6_000, scans=200), Refusal.TOO_HEAVY),
            (pictures.webp_that_claims(16_000, 16_000), Refusal.TOO_HEAVY),
            (pictures.encoded(Image.new("RGB", (1, 1))), Refusal.TOO_SMALL),
        ],
    )
    def test_refuses_hostile_pictures_and_goes_on(
        self, bench: ToolBench, data: bytes, refusal: Refusal
    ) -> None:
        assert refused(bench, data) is refusal
        assert bench.apply(photo_bytes(), [Rotate()]).width_px == 320

    def test_says_what_is_wrong_with_a_step(self, bench: ToolBench) -> None:
        assert refused(bench, photo_bytes(), Crop(0, 0, 0.05, 1)) is Refusal.RESULT_TOO_SMALL
        large = photo_bytes(4000, 3000)
        assert refused(bench, large, Upscale(4)) is Refusal.RESULT_TOO_LARGE

    def test_serves_threads_one_after_the_other(self, bench: ToolBench) -> None:
        sizes: list[int] = []

        def ask(width: int) -> None:
            sizes.append(bench.apply(photo_bytes(width, 100), [Rotate()]).height_px)

        threads = [threading.Thread(target=ask, args=(100 + n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(sizes) == list(range(100, 106))


class TestProgress:
    def test_is_told_tile_by_tile(self, bench: ToolBench) -> None:
        told: list[tuple[int, int]] = []

        bench.apply(
            photo_bytes(300, 40),
            [Upscale()],
            on_progress=lambda done, total: told.append((done, total)),
        )

        assert told == [(0, 2), (1, 2), (2, 2)]

    def test_that_is_enough_ends_the_work(self, bench: ToolBench) -> None:
        def stop(_done: int, _total: int) -> None:
            raise TaskCancelledError("enough")

        with pytest.raises(TaskCancelledError):
            bench.apply(photo_bytes(), [Upscale()], on_progress=stop)

        assert bench.apply(photo_bytes(), [Rotate()]).width_px == 320


class TestIllChild:
    def test_that_hangs_is_ended(self) -> None:
        bench = ToolBench(silence_s=2)

        def freeze(done: int, _total: int) -> None:
            if done == 0:
                os.kill(bench.process_id or 0, signal.SIGSTOP)

        with pytest.raises(ToolRefusedError) as caught:
            bench.apply(photo_bytes(600, 600), [Upscale()], on_progress=freeze)

        assert caught.value.refusal is Refusal.TOO_SLOW
        bench.close()

    def test_that_was_killed_costs_its_own_picture_only(self, bench: ToolBench) -> None:
        def kill(done: int, _total: int) -> None:
            if done == 0:
                os.kill(bench.process_id or 0, signal.SIGKILL)

        with pytest.raises(ToolRefusedError) as caught:
            bench.apply(photo_bytes(600, 600), [Upscale()], on_progress=kill)

        assert caught.value.refusal is Refusal.TOO_HEAVY
        assert bench.apply(photo_bytes(), [Rotate()]).width_px == 320

    def test_that_died_while_idle_is_replaced(self, bench: ToolBench) -> None:
        bench.apply(photo_bytes(), [Rotate()])
        os.kill(bench.process_id or 0, signal.SIGKILL)
        until_s = time.monotonic() + 60
        while bench.process_id is not None:
            assert time.monotonic() < until_s
            time.sleep(0.01)

        assert bench.apply(photo_bytes(), [Rotate()]).width_px == 320

    def test_gets_no_more_memory_than_it_may_take(self) -> None:
        bench = ToolBench(memory_mb=750)
        data = pictures.encoded(Image.new("RGB", (7000, 7000)), "JPEG")

        assert refused(bench, data, Adjust(clarity=20)) is Refusal.TOO_HEAVY
        bench.close()

    def test_knows_no_secrets(self, bench: ToolBench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EPOX_GEMINI_API_KEY", "secret")
        bench.apply(photo_bytes(), [Rotate()])

        with open(f"/proc/{bench.process_id}/environ", "rb") as file:  # noqa: PTH123
            assert b"secret" not in file.read()


class TestCallOff:
    def test_ends_what_is_at_work(self, bench: ToolBench) -> None:
        call_off = CallOff(grace_s=0)

        with pytest.raises(TaskCancelledError):
            bench.apply(
                photo_bytes(600, 600),
                [Upscale(4)],
                on_progress=lambda _done, _total: call_off.say(),
                call_off=call_off,
            )

        assert bench.process_id is None
        assert bench.apply(photo_bytes(), [Rotate()]).width_px == 320

    def test_leaves_the_child_to_others_while_it_waits(self, bench: ToolBench) -> None:
        bench.apply(photo_bytes(), [Rotate()])
        child, call_off = bench.process_id, CallOff()
        call_off.say()

        with pytest.raises(TaskCancelledError):
            bench.apply(photo_bytes(), [Rotate()], call_off=call_off)

        assert (bench.process_id, child is None) == (child, False)

    def test_that_comes_too_late_does_nothing(self, bench: ToolBench) -> None:
        call_off = CallOff(grace_s=0)
        bench.apply(photo_bytes(), [Rotate()], call_off=call_off)
        child = bench.process_id

        call_off.say()

        assert bench.apply(photo_bytes(), [Rotate()]).width_px == 320
        assert bench.process_id == child


class TestLimits:
    def test_of_previews_end_what_takes_long(self) -> None:
        bench = ToolBench(cpu_s=1)

        assert refused(bench, photo_bytes(2000, 2000), Upscale(2)) is Refusal.TOO_SLOW
        bench.close()


class TestMasks:
    def test_are_read_in_the_child(self, bench: ToolBench) -> None:
        mask = np.zeros((60, 80), np.uint8)
        mask[10:20, 10:20] = 255

        assert bench.mask(as_mask_png(mask), 80, 60) == as_mask_png(mask)
        with pytest.raises(ToolRefusedError, match="80 x 60"):
            bench.mask(as_mask_png(mask), 81, 60)

    def test_put_an_edit_into_its_original(self, bench: ToolBench) -> None:
        mask = np.zeros((320, 320), np.uint8)
        mask[100:200, 100:200] = 255
        edited = photo_bytes(colour="#1030c0")

        made = bench.composite(
            photo_bytes(), edited, as_mask_png(mask), feather_px=4, file_format=FileFormat.WEBP
        )

        assert (made.mime_type, made.changed_outside) == ("image/webp", 0)
        assert made.changed_inside > 0


class TestAnswers:
    """What a child says that hostile bytes took over."""

    @pytest.mark.parametrize(
        "header",
        [
            {"refusal": "Send me money", "numbers": []},
            {"refusal": "result_too_small"},
            {"refusal": "result_too_small", "numbers": ["Send", "me", "money"]},
            {"refusal": "result_too_small", "numbers": [1]},
        ],
    )
    def test_puts_no_words_on_the_screen(self, header: dict[str, object]) -> None:
        error = refusal_of(header)

        assert error is not None
        assert error.refusal is Refusal.CRASHED

    @pytest.mark.parametrize("parts", [None, [5], [2, 2], [-1, 5], [4.0, 0], ["4"]])
    def test_of_other_lengths_is_refused(self, parts: object) -> None:
        with pytest.raises(ToolRefusedError):
            parts_of({"parts": parts}, b"1234", 1)

    @pytest.mark.parametrize(
        "figures", ['{"doubt": "Send me money"}', '{"<b>": 1}', '{"a": 1e99}', '{"a": [[[[1]]]]}']
    )
    def test_with_odd_figures_is_refused(self, figures: str) -> None:
        header = {
            "mime_type": "image/png",
            **dict.fromkeys(("width_px", "height_px", "full_width_px", "full_height_px"), 5),
        }
        steps = f'[{{"figures": {figures}}}]'.encode()

        with pytest.raises(ToolRefusedError):
            rendered_of([Rotate()], header, [steps, b"data"])
        with pytest.raises(ToolRefusedError):
            rendered_of([Rotate()], header | {"mime_type": "text/html"}, [b"[{}]", b"data"])
