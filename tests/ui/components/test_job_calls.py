"""A call shows everything that is known of it, and guesses nothing."""

from datetime import timedelta
from typing import Any

import pytest

from core.domain.generation import Usage
from core.domain.jobs import CallState
from tests.ui.sample_jobs import PAST, call
from ui.components.job_calls import SentReference, call_facts, call_sign, references_of

REQUEST: dict[str, Any] = {
    "prompt": "An oak chair",
    "references": [
        {"role": "product", "asset_id": 3, "sha256": "ab" * 32, "label": "front.jpg"},
        {"role": "backdrop", "asset_id": None, "sha256": "", "label": "Living room"},
    ],
    "aspect_ratio": "4:5", "size": "1K", "variant": 0, "seed": 12,
}  # fmt: skip


def test_tells_cost_tokens_version_and_response_id() -> None:
    facts = dict(
        call_facts(
            call(
                request=REQUEST,
                finished_at=PAST + timedelta(seconds=9),
                usage=Usage(1300, 1120, 0),
                model_version="fake-1",
                response_id="r-1",
            )
        )
    )

    assert facts["Cost"] == "$0.0390"
    assert facts["Expected"] == "$0.0400"
    assert facts["Tokens"] == "1,300 in, 1,120 image"
    assert facts["Model"] == "fake-1"
    assert facts["Response id"] == "r-1"
    assert facts["Format"] == "4:5 · 1K"
    assert facts["Seed"] == "12"
    assert facts["Took"] == "9 s"


@pytest.mark.parametrize(
    ("state", "cost", "said", "label"),
    [
        (CallState.INTENT, 0, "not known yet", "Answer awaited"),
        (CallState.UNKNOWN, 40_000, "perhaps $0.0400", "Answer lost"),
        (CallState.REFUSED, 0, "nothing", "Refused"),
        (CallState.FAILED, 39_000, "$0.0390", "No picture"),
    ],
)
def test_says_how_sure_the_cost_is(state: CallState, cost: int, said: str, label: str) -> None:
    one = call(state=state, cost_micros=cost)

    assert dict(call_facts(one))["Cost"] == said
    assert call_sign(one).label == label


def test_leaves_out_what_is_not_known() -> None:
    names = [name for name, _ in call_facts(call(state=CallState.INTENT))]

    assert not {"Took", "Tokens", "Response id", "Outcome", "Format"} & set(names)


def test_shows_what_was_shown_to_the_model() -> None:
    photo, room = references_of(call(request=REQUEST))

    assert photo == SentReference("Product photo: front.jpg", f"/files/3/{'ab' * 8}/w160")
    assert room == SentReference("Backdrop: Living room", "/assets/rooms/living-room.webp")


@pytest.mark.parametrize("request_", [None, {}, {"references": "odd"}, {"references": ["odd"]}])
def test_shows_no_pictures_where_none_were_noted(request_: dict[str, Any] | None) -> None:
    assert references_of(call(request=request_)) == []
