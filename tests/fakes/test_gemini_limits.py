"""The fake Gemini's sliding minute, its limits and its failures by chance."""

import json
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer
from tests.fakes.gemini_limits import FAULTS, Faults, Meter, Window
from tests.fakes.test_gemini import GOOD, PATH, post

PRO = PATH.replace("nano-banana-2.1", "3-pro-image")
NO_THINKING = {
    **GOOD,
    "generationConfig": {
        name: value for name, value in GOOD["generationConfig"].items() if name != "thinkingConfig"
    },
}


class TestAWindow:
    def test_slides(self) -> None:
        window = Window(60)

        for moment in (0.0, 10.0, 59.9, 60.0, 65.0, 70.0):
            window.add(moment)

        assert window.peak == 4
        assert window.count(119.8) == 4
        assert window.count(200) == 0

    @pytest.mark.parametrize(
        ("limit", "now", "wait_s"), [(3, 20, 0), (2, 20, 40), (1, 20, 50), (2, 59, 1), (0, 20, 60)]
    )
    def test_says_how_long_until_there_is_room(self, limit: int, now: float, wait_s: float) -> None:
        window = Window(60)
        window.add(0)
        window.add(10)

        assert window.wait_s(limit, now) == wait_s

    def test_never_has_room_where_nothing_is_allowed(self) -> None:
        assert Window(60).wait_s(0, 5) == 60


class TestALimit:
    def test_is_refused_as_google_refuses(self) -> None:
        with FakeGemini(meter=Meter(requests_per_minute=2)) as fake:
            statuses = [post(fake.url + PATH, GOOD)[0] for _ in range(2)]
            status, answer = post(fake.url + PATH, GOOD)

            assert (statuses, status) == ([200, 200], 429)
            quota, retry = answer["error"]["details"]
            assert quota["violations"][0]["quotaId"] == (
                "GenerateRequestsPerMinutePerProjectPerModel"
            )
            assert 0 < float(retry["retryDelay"].removesuffix("s")) <= 60
            assert len(fake.calls) == 2, "a refused request stands in the books"
            state = fake.state()
            assert state["peak_per_minute"] == {"gemini-nano-banana-2.1": 2}
            assert state["over_limit"] == 1

    def test_is_for_each_model(self) -> None:
        with FakeGemini(meter=Meter(requests_per_minute=1)) as fake:
            assert post(fake.url + PATH, GOOD)[0] == 200
            assert post(fake.url + PRO, NO_THINKING)[0] == 200
            assert post(fake.url + PATH, GOOD)[0] == 429

    def test_of_pictures_counts_only_pictures(self) -> None:
        with FakeGemini(meter=Meter(images_per_minute=1)) as fake:
            fake.script(Answer(block_reason="SAFETY"), Answer(parts=("text:No.",)), Answer())
            statuses = [post(fake.url + PATH, GOOD)[0] for _ in range(4)]

            assert statuses == [200, 200, 200, 429]

    def test_passes_when_the_wait_is_over(self) -> None:
        now = 1000.0
        with FakeGemini(meter=Meter(requests_per_minute=1, clock=lambda: now)) as fake:
            post(fake.url + PATH, GOOD)
            now += 20
            _, answer = post(fake.url + PATH, GOOD)
            assert answer["error"]["details"][1]["retryDelay"] == "40.000000000s"
            now += 40

            assert post(fake.url + PATH, GOOD)[0] == 200

    def test_holds_when_many_come_at_once(self) -> None:
        with FakeGemini(meter=Meter(requests_per_minute=5)) as fake:
            with ThreadPoolExecutor(12) as pool:
                statuses = list(pool.map(lambda _: post(fake.url + PATH, GOOD)[0], range(12)))

            assert sorted(statuses) == [200] * 5 + [429] * 7


class TestChance:
    def test_fails_the_same_way_for_the_same_seed(self) -> None:
        one, same, other = (
            [faults.next() for _ in range(60)]
            for faults in (Faults(7, 0.4), Faults(7, 0.4), Faults(8, 0.4))
        )

        assert one == same
        assert one != other
        assert 10 < sum(fault is not None for fault in one) < 40

    def test_knows_every_failure_that_passes(self) -> None:
        faults = Faults(1, 1.0)

        seen = [faults.next() for _ in range(200)]

        assert all(fault in seen for fault in FAULTS)

    def test_comes_after_what_is_scripted(self) -> None:
        with FakeGemini(faults=Faults(1, 1.0)) as fake:
            fake.script(Answer())
            assert post(fake.url + PATH, GOOD)[0] == 200
            fake.faults = None
            assert post(fake.url + PATH, GOOD)[0] == 200


@pytest.mark.slow
def test_can_all_be_asked_for_on_the_command_line() -> None:
    options = ["--rpm", "3", "--ipm", "2", "--faults", "7:0"]
    command = [sys.executable, "-m", "tests.fakes.gemini", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        post(f"{url}/_fake/script", [{"block_reason": "SAFETY"}])
        statuses = [post(url + PATH, GOOD)[0] for _ in range(4)]
        with urllib.request.urlopen(f"{url}/_fake/state", timeout=10) as answer:  # noqa: S310 - http
            state = json.loads(answer.read())
        process.kill()

    assert statuses == [200, 200, 200, 429]
    assert state["over_limit"] == 1
