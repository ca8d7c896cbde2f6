"""What jobs keep of their requests: read back whole, old ones and newer ones too."""

import json
from dataclasses import asdict

import pytest

from core.domain.generation import Backdrop, ChosenReference, GenerationSettings, ReferenceRole
from core.repositories.job_rows import to_settings

OLD = GenerationSettings("calm", 3, Backdrop("room", "sage-bedroom"), "4:5", "2K", 4, "compositor")
NEW = GenerationSettings(
    prompt="calm",
    photo_id=3,
    backdrop=Backdrop("described", "Brick wall"),
    aspect_ratio="4:5",
    size="2K",
    variants=4,
    image_model="compositor",
    scene_type="Bedroom",
    style="Rustic",
    palette=("#ffffff", "#000000"),
    references=(ChosenReference(ReferenceRole.STYLE, 7),),
    is_pixel_locked=True,
    written_prompt="Only this.",
)


@pytest.mark.parametrize("settings", [OLD, NEW])
def test_settings_are_read_back_as_they_were(settings: GenerationSettings) -> None:
    assert to_settings(json.loads(json.dumps(asdict(settings)))) == settings


def test_requests_from_before_the_studio_had_settings_can_be_read() -> None:
    kept = (
        "prompt", "photo_id", "backdrop", "aspect_ratio", "size", "variants", "image_model",
    )  # fmt: skip
    plain = {name: value for name, value in asdict(OLD).items() if name in kept}

    assert to_settings(json.loads(json.dumps(plain))) == OLD


def test_what_only_a_newer_epox_asks_for_is_left_out() -> None:
    assert to_settings({**json.loads(json.dumps(asdict(NEW))), "hologram": True}) == NEW
