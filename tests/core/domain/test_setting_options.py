"""The options of the studio: one vocabulary for each setting, and nothing missing from it."""

import re

import pytest

from core.domain.generation import MAX_PALETTE, ROOMS, is_colour
from core.domain.presets import starter_presets
from core.domain.setting_options import (
    MAX_WORD_CHARS,
    OPTION_LISTS,
    Option,
    filled_by_style,
    find_option,
    find_palette,
    fitting_room_for,
    options,
    words_for,
)

ORIGINAL: dict[str, str] = {
    "scene_type": "Living Room, Bedroom, Office, Dining Room, Kitchen, Bathroom, Outdoor, "
    "Entryway, Studio, Studio Set, Outdoor Patio, Patio, Rooftop Terrace, Garden, "
    "Poolside Deck, Beach, Home Gym, Kids Room",
    "style": "Modern, Minimalist, Industrial, Scandinavian, Bohemian, Mid-Century, Contemporary, "
    "Traditional, Rustic, Eclectic, Coastal, Art Deco, Farmhouse, Japandi, Mid-Century Modern, "
    "Modern Minimalist, Luxury / Premium, Rustic / Natural, Industrial Loft, Futuristic / Tech, "
    "Bohemian Chic, Coastal / Mediterranean, Vintage / Retro, Artistic Conceptual",
    "lighting": "Natural Daylight, Warm Evening, Studio Soft Light, Dramatic Side Light, "
    "Sunset Glow, Morning Light, Overcast, Golden Hour, Natural, Warm, Cool, Dramatic, Soft, "
    "Bright, Ambient, Studio, Golden Hour / Sunset Glow, Bright Noon Sunlight, Overcast Ambient, "
    "Neon / LED Accent, Candlelight / Warm Interior, HDRI Environmental Light",
    "mood": "Calm & Peaceful, Energetic & Vibrant, Cozy & Intimate, Sophisticated, Playful, "
    "Serene, Dramatic, Fresh & Airy, Cozy, Elegant, Relaxed, Energetic, Luxurious, Casual, "
    "Professional, Modern, Minimalist, Rustic, Industrial, Bohemian",
    "camera": "Eye Level, Bird's Eye View, Low Angle, Wide Shot, Close-Up, 45° Angle, Isometric, "
    "Dutch Angle, Front, 3/4 View, Side, Top-Down",
    "people": "none, partial, full, contextual",
    "props": "none, minimal, styled, lifestyle, Lush Greenery, Minimalist Plants, Modern Wall Art, "
    "Abstract Decor, Designer Rugs, Coffee Table Books, Ceramic Vases, Ambient Lamps, "
    "Textured Cushions, Tech Gadgets, Mirrors, Sculptures, Office Decor, Outdoor Patio Props, "
    "Bedroom Setup, Poolside Accessories, Cafe Ambiance, With Many Props",
    "palette": "Neutral, Monochromatic Neutral, Warm Earth Tones, Cool Slate & Blues, "
    "Vibrant Pop, Deep Emerald & Gold, Soft Pastel Mix, High Contrast B&W, Scandinavian Whites, "
    "Industrial Grays",
}  # fmt: skip
ALL = [option for of_list in OPTION_LISTS for option in options(of_list)]


@pytest.mark.parametrize(
    ("of_list", "name"),
    [(of_list, name) for of_list, names in ORIGINAL.items() for name in names.split(", ")],
)
def test_every_option_of_the_original_is_there(of_list: str, name: str) -> None:
    assert find_option(of_list, name) is not None


@pytest.mark.parametrize("of_list", OPTION_LISTS)
def test_no_list_has_anything_twice(of_list: str) -> None:
    found = options(of_list)

    assert len({option.name.casefold() for option in found}) == len(found) > 3
    assert len({option.slug for option in found}) == len(found)
    shown = [option.words or option.colours for option in found]
    assert len(set(shown)) == len(found)


@pytest.mark.parametrize("option", ALL, ids=lambda option: f"{option.list}-{option.slug}")
def test_every_option_can_be_chosen_and_shown(option: Option) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", option.slug)
    assert len(option.name) <= MAX_WORD_CHARS
    assert option.group
    if option.list == "palette":
        assert 2 <= len(option.colours) <= MAX_PALETTE
        assert all(is_colour(colour) for colour in option.colours)
        assert find_palette(option.colours) == option
        assert option.picture == ""
    else:
        assert option.words == option.words.strip().rstrip(".")
        assert option.picture == f"assets/options/{option.list}/{option.slug}.webp"
    assert not option.room or option.room in {room.name for room in ROOMS}


@pytest.mark.parametrize("style", options("style"), ids=lambda style: str(style.slug))
def test_every_style_fills_in_options_that_are_there(style: Option) -> None:
    fill = filled_by_style(style.name.upper())

    assert find_option("lighting", fill.lighting) is not None
    assert find_option("props", fill.props) is not None
    assert find_palette(fill.palette) is not None


def test_words_of_ones_own_stay_as_they_are() -> None:
    assert words_for("style", "like my grandmother's") == "like my grandmother's"
    assert words_for("style", "  JAPANDI ") == find_option("style", "Japandi").words  # type: ignore[union-attr] # it is there
    assert filled_by_style("like my grandmother's") == filled_by_style("")


@pytest.mark.parametrize(
    ("scene_type", "words", "room"),
    [
        ("Bedroom", "", "sage-bedroom"),
        ("kitchen", "", "walnut-dining"),
        ("Beach", "in a bedroom", ""),
        ("", "a calm bedroom at dawn", "sage-bedroom"),
        ("attic bedroom", "", "sage-bedroom"),
        ("", "bedrooms and more", ""),
        ("", "", ""),
    ],
)
def test_a_room_fits_the_scene_type_else_the_words(scene_type: str, words: str, room: str) -> None:
    assert fitting_room_for(scene_type, words) == room


class TestStarterPresets:
    def test_are_twelve_that_differ(self) -> None:
        found = starter_presets()

        assert len(found) == 12
        assert len({each.slug for each in found}) == len({each.name for each in found}) == 12
        assert len({each.layer for each in found}) == 12

    @pytest.mark.parametrize("of_list", [each for each in OPTION_LISTS if each != "palette"])
    def test_name_options_that_are_there(self, of_list: str) -> None:
        for preset in starter_presets():
            value = getattr(preset.layer, of_list)
            if of_list == "backdrop":
                value = value.value if value and value.kind == "described" else None
            option = find_option(of_list, value) if value else None
            assert not value or (option is not None and option.name == value)
