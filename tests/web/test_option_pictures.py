"""The small pictures of options and presets: each is there, small, and like no other."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from core.domain.presets import starter_presets
from core.domain.setting_options import OPTION_LISTS, options
from web.own_assets import FOLDER

WEB = FOLDER.parent
OPTIONS = sorted({each.picture for name in OPTION_LISTS for each in options(name) if each.picture})
PRESETS = sorted(each.picture for each in starter_presets())
TOUR = [f"assets/options/tour/{name}.webp" for name in ("products", "review", "studio")]


def looks(path: str) -> tuple[str, tuple[int, int], bool]:
    """Return the format and size of a picture, and whether it weighs little enough."""
    file = WEB / path
    with Image.open(file) as picture:
        most_bytes = 8_000 if path in OPTIONS else 20_000
        return str(picture.format), picture.size, file.stat().st_size <= most_bytes


@pytest.mark.parametrize("path", OPTIONS)
def test_every_option_has_a_small_picture(path: str) -> None:
    assert looks(path) == ("WEBP", (192, 144), True)


@pytest.mark.parametrize("path", PRESETS)
def test_every_preset_has_a_picture(path: str) -> None:
    assert looks(path) == ("WEBP", (384, 288), True)


@pytest.mark.parametrize("path", TOUR)
def test_every_step_of_the_tour_has_a_picture(path: str) -> None:
    assert looks(path) == ("WEBP", (384, 192), True)


def test_no_two_pictures_are_the_same() -> None:
    digests = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in _files())

    assert digests.most_common(1)[0][1] == 1


def test_no_picture_is_left_over() -> None:
    known = {*OPTIONS, *PRESETS, *TOUR}

    assert {path.relative_to(WEB).as_posix() for path in _files()} == known


@pytest.mark.parametrize("path", [OPTIONS[0], PRESETS[0], TOUR[0]])
def test_are_served_as_pictures_to_be_kept(anonymous: TestClient, path: str) -> None:
    response = anonymous.get(f"/{path}")

    assert response.headers["content-type"] == "image/webp"
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert response.content == (WEB / path).read_bytes()


def _files() -> list[Path]:
    return [path for path in (FOLDER / "options").rglob("*") if path.is_file()]
