"""What a plan says a picture costs, against what the fake Gemini then charges."""

import itertools

import pytest

from core.domain.generation import ImageSize
from core.image_models.compositor import compositor_spec
from core.image_models.gemini_client import GeminiClient
from core.image_models.prices import PriceRow, gemini_rows
from tests.core.image_models.asking import ask, gemini, photo
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer

PROMPTS = ("A red armchair", "x" * 4000, "\u6905\u5b50 " * 300)
THOUGHTS = (0, 201)
REFERENCES = (1, 2)
CASES = [(row, size) for row in gemini_rows() for size in row.price_micros]


@pytest.mark.slow
@pytest.mark.parametrize(("row", "size"), CASES, ids=lambda case: getattr(case, "id", str(case)))
def test_holds_what_a_normal_answer_costs(
    client: GeminiClient, fake: FakeGemini, row: PriceRow, size: ImageSize
) -> None:
    # Large pictures take the fake a second to draw: one of each is enough.
    cases = list(itertools.product(PROMPTS, THOUGHTS, REFERENCES))
    for prompt, thoughts, references in cases if size == "1K" else cases[:1]:
        fake.script(Answer(thoughts=thoughts))
        low, high = row.spec.cost_range(size, references, len(prompt))

        image = ask(
            gemini(client, row.id), prompt=prompt, references=(photo(),) * references, size=size
        )

        assert low <= image.cost_micros <= high, (prompt[:20], thoughts, references)
        # The range is of use to a person only while it is narrow.
        assert high < 1.5 * low


def test_grows_with_references_and_words() -> None:
    for row, size in CASES:
        low, high = row.spec.cost_range(size, 1, 100)
        assert row.price_micros[size] < low < high
        dearer = row.spec.cost_range(size, 2, 100)
        assert dearer == (low + row.reference_micros, high + row.reference_micros)
        assert row.spec.cost_range(size, 1, 4000)[1] > high


def test_is_nothing_for_the_compositor() -> None:
    assert compositor_spec().cost_range("2K", 2, 4000) == (0, 0)
