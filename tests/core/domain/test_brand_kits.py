"""Banned words: found as people read them, and nowhere else."""

import pytest

from core.domain.brand_kits import NO_BRAND, BrandKit

KIT = BrandKit(banned=("Cheap", "best price", "Café"))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a cheap chair", "Cheap"),
        ("CHEAP!", "Cheap"),
        ("for the best\n  price", "best price"),
        ("in a cafe\u0301", "Café"),
        ("che\u00adap and ch\u200beap", "Cheap"),
        ("\uff43\uff48\uff45\uff41\uff50", "Cheap"),
    ],
)
def test_are_found_however_they_are_written(text: str, word: str) -> None:
    assert KIT.find_banned(text) == word


@pytest.mark.parametrize("text", ["", "cheaper", "best of all prices", "cheapest", "cafeteria"])
def test_are_whole_words(text: str) -> None:
    assert KIT.find_banned(text) is None


def test_are_none_without_a_kit() -> None:
    assert NO_BRAND.find_banned("cheap") is None
    assert BrandKit(banned=("\u00ad", "")).find_banned("") is None


def test_are_taken_literally() -> None:
    kit = BrandKit(banned=("c++", "(new)"))

    assert kit.find_banned("written in c++ today") == "c++"
    assert kit.find_banned("ccc") is None
