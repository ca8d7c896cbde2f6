"""The table of models and prices."""

import pytest

from core.domain.generation import Usage
from core.errors import SettingsError
from core.image_models.prices import gemini_rows, rows_from

ROW = """
[[gemini]]
id = "gemini-new"
label = "New"
input_rate = 1.5
text_rate = 7.5
image_rate = 30
price_micros = { 1K = 33_600 }
reference_micros = 1_680
text_tokens = [0, 800]
aspect_ratios = ["1:1"]
max_references = 14
seconds = [15, 40]
"""


def test_each_row_that_ships_is_complete() -> None:
    assert [row.id for row in gemini_rows()] == [
        "gemini-nano-banana-2.1",
        "gemini-3-pro-image",
        "gemini-3.1-flash-lite-image",
    ]


def test_a_picture_costs_its_image_tokens() -> None:
    nano_banana, pro, lite = gemini_rows()

    assert nano_banana.cost_micros(Usage(image_tokens=3780)) == nano_banana.price_micros["4K"]
    assert pro.cost_micros(Usage(image_tokens=2000)) == pro.price_micros["4K"]
    assert lite.cost_micros(Usage(image_tokens=1120)) == lite.price_micros["1K"]


@pytest.mark.parametrize(
    "lacking",
    [
        "input_rate",
        "text_rate",
        "image_rate",
        "price_micros",
        "reference_micros",
        "text_tokens",
        "label",
    ],
)
def test_refuses_a_model_without_a_price(lacking: str) -> None:
    text = "\n".join(line for line in ROW.splitlines() if not line.startswith(lacking))

    with pytest.raises(SettingsError, match=f"gemini-new.*{lacking}"):
        rows_from(text)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("33_600", "0"),
        ("1K", "8K"),
        ('"1:1"', '"1:2"'),
        ("image_rate = 30", "image_rate = -1"),
        ("[0, 800]", "[800, 0]"),
        ("[0, 800]", "[-1, 800]"),
    ],
)
def test_refuses_a_price_that_cannot_be(good: str, bad: str) -> None:
    with pytest.raises(SettingsError, match="gemini-new"):
        rows_from(ROW.replace(good, bad))
