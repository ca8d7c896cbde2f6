"""The fake Gemini is as strict as Google, keeps its books, and survives the app."""

import base64
import copy
import gzip
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.image_models.asking import photo
from tests.fakes.gemini import TEST_KEY, FakeGemini
from tests.fakes.gemini_answers import UNUSABLE, Answer, refusal

PATH = "/v1beta/models/gemini-nano-banana-2.1:generateContent"
PICTURE = base64.urlsafe_b64encode(photo().data).decode()
GOOD: dict[str, Any] = {
    "contents": [
        {
            "role": "user",
            "parts": [
                {"inlineData": {"data": PICTURE, "mime_type": "image/jpeg"}},
                {"text": "A chair"},
            ],
        }
    ],
    "store": False,
    "generationConfig": {
        "responseModalities": ["IMAGE"],
        "imageConfig": {"aspectRatio": "4:5", "imageSize": "1K"},
        "thinkingConfig": {"thinking_level": "MINIMAL"},
    },
}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


def post(url: str, body: object, *, key: str | None = TEST_KEY) -> tuple[int, dict[str, Any]]:
    """Post as JSON and return status and answer."""
    headers = {"Content-Type": "application/json"} | ({"x-goog-api-key": key} if key else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - http
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - likewise
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def _turn(body: dict[str, Any]) -> dict[str, Any]:
    turn: dict[str, Any] = body["contents"][0]
    return turn


def _config(body: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = body["generationConfig"]
    return config


BAD: dict[str, Callable[[dict[str, Any]], object]] = {
    "kept by Google": lambda body: body.update(store=True),
    "kept by default": lambda body: body.pop("store"),
    "unknown field": lambda body: body.update(tools=[]),
    "seed": lambda body: _config(body).update(seed=3),
    "no role": lambda body: _turn(body).pop("role"),
    "system role": lambda body: _turn(body).update(role="system"),
    "two turns": lambda body: body["contents"].append(_turn(body)),
    "text first": lambda body: _turn(body)["parts"].reverse(),
    "no text": lambda body: _turn(body)["parts"].pop(),
    "no parts": lambda body: _turn(body).update(parts=[]),
    "empty text": lambda body: _turn(body)["parts"][1].update(text=""),
    "broken base64": lambda body: _turn(body)["parts"][0]["inlineData"].update(data="/9j/x=="),
    "no picture": lambda body: _turn(body)["parts"][0]["inlineData"].update(data="aGVsbG8="),
    "wrong mime": lambda body: _turn(body)["parts"][0]["inlineData"].update(mime_type="image/png"),
    "15 pictures": lambda body: _turn(body).update(
        parts=_turn(body)["parts"][:1] * 15 + _turn(body)["parts"][1:]
    ),
    "small k": lambda body: _config(body)["imageConfig"].update(imageSize="2k"),
    "odd ratio": lambda body: _config(body)["imageConfig"].update(aspectRatio="7:3"),
    "no image config": lambda body: _config(body).pop("imageConfig"),
    "text wanted": lambda body: _config(body).update(responseModalities=["TEXT"]),
    "odd thinking": lambda body: _config(body)["thinkingConfig"].update(thinking_level="MAX"),
}


class TestItIsStrict:
    def test_accepts_a_good_request(self, fake: FakeGemini) -> None:
        status, answer = post(fake.url + PATH, GOOD)

        assert status == 200
        assert answer["candidates"][0]["finishReason"] == "STOP"

    @pytest.mark.parametrize("change", BAD.values(), ids=BAD)
    def test_refuses_what_google_refuses(
        self, fake: FakeGemini, change: Callable[[dict[str, Any]], object]
    ) -> None:
        body = copy.deepcopy(GOOD)
        change(body)
        before = len(fake.calls)

        status, answer = post(fake.url + PATH, body)

        assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
        assert len(fake.calls) == before

    @pytest.mark.parametrize(
        ("path", "key", "status"),
        [
            (PATH, None, 403),
            (PATH, "another", 400),
            (PATH.replace("v1beta", "v2"), TEST_KEY, 404),
            (PATH.replace("nano-banana-2.1", "2.5-flash-image"), TEST_KEY, 404),
            (PATH.replace("generateContent", "countTokens"), TEST_KEY, 404),
        ],
    )
    def test_refuses_a_wrong_key_or_address(
        self, fake: FakeGemini, path: str, key: str | None, status: int
    ) -> None:
        assert post(fake.url + path, GOOD, key=key)[0] == status


class TestItsBooks:
    def test_say_what_was_paid(self) -> None:
        with FakeGemini() as fake:
            fake.script(refusal(503, "UNAVAILABLE", "busy"), Answer(block_reason="SAFETY"))
            for _ in range(3):
                post(fake.url + PATH, GOOD)

            assert [call.is_paid for call in fake.calls] == [False, False, True]
            assert fake.paid == fake.calls[2:]

    @pytest.mark.slow
    def test_stay_on_disk_and_can_be_asked_from_another_process(self, tmp_path: Path) -> None:
        ledger = tmp_path / "ledger.jsonl"
        command = [sys.executable, "-m", "tests.fakes.gemini", "--ledger", str(ledger)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            post(f"{url}/_fake/script", [{"status": 429, "raw": "{}"}, {"parts": None}])
            statuses = [post(url + PATH, GOOD)[0] for _ in range(3)]
            with urllib.request.urlopen(f"{url}/_fake/state", timeout=10) as answer:  # noqa: S310 - http
                state = json.loads(answer.read())
            process.send_signal(signal.SIGKILL)

        assert statuses == [429, 200, 200]
        assert (state["paid"], state["scripted"], state["peak_concurrency"]) == (2, 0, 1)
        assert [json.loads(line) for line in ledger.read_text().splitlines()] == state["calls"]


class TestItsOddAnswers:
    def test_can_carry_the_id_and_the_picture_of_another_request(self) -> None:
        with FakeGemini() as fake:
            fake.script(Answer(), Answer(is_of_another=True))
            (_, first), (_, second) = (post(fake.url + PATH, GOOD) for _ in range(2))

            assert first["responseId"] == second["responseId"]
            assert first["candidates"] == second["candidates"]
            assert len({call.id for call in fake.calls}) == 2

    @pytest.mark.parametrize("kind", UNUSABLE)
    def test_hold_what_is_no_usable_picture(self, kind: str) -> None:
        with FakeGemini() as fake:
            fake.script(Answer(parts=(kind,)))
            _, answer = post(fake.url + PATH, GOOD)

            [part] = answer["candidates"][0]["content"]["parts"]
            assert "data" in part["inlineData"]
            [row] = answer["usageMetadata"]["candidatesTokensDetails"]
            assert row["tokenCount"] == 1120

    def test_a_bomb_is_small_until_it_is_unpacked(self) -> None:
        with FakeGemini() as fake:
            fake.script(Answer(bomb_mb=5))
            request = urllib.request.Request(  # noqa: S310 - http
                fake.url + PATH,
                json.dumps(GOOD).encode(),
                {"Content-Type": "application/json", "x-goog-api-key": TEST_KEY},
            )
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - http
                packed = answer.read()

            assert answer.headers["Content-Encoding"] == "gzip"
            assert len(packed) < 10_000
            assert len(gzip.decompress(packed)) == 5_000_000
