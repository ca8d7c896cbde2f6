"""What came of a preset, and what differs between two versions, in words."""

from dataclasses import replace

import pytest

from core.domain.generation import Backdrop, ChosenReference, ReferenceRole
from core.domain.presets import PresetResults, StarterPreset, starter_presets
from core.domain.setting_layers import LAYER_FIELDS, SettingsLayer
from ui.components.layer_words import FIELD_LABELS
from ui.components.preset_faces import Face, faces_of, texts_of, tiles_of
from ui.components.preset_words import (
    description_of,
    holds_words,
    layer_changes,
    results_words,
)

CALM = SettingsLayer(mood="Serene", palette=("#f1ebe0", "#93a088"))


class TestResultsWords:
    @pytest.mark.parametrize(
        ("results", "said"),
        [
            (PresetResults(), "No pictures yet"),
            (PresetResults(1, 1, 39_000), "1 picture, 1 approved, $0.04 per approved"),
            (PresetResults(4, 0, 150_000), "4 pictures, 0 approved"),
            (PresetResults(24, 17, 3_230_000), "71 % approved of 24, $0.19 per approved"),
            (PresetResults(6, 3, 0), "50 % approved of 6"),
            (PresetResults(1_200, 0, 1), "0 % approved of 1,200"),
        ],
    )
    def test_says_no_more_than_is_known(self, results: PresetResults, said: str) -> None:
        assert results_words(results) == said


class TestLayerChanges:
    def test_says_what_was_and_what_is(self) -> None:
        now = replace(CALM, mood="Cosy and intimate", lighting="", palette=None, variants=3)

        assert layer_changes(CALM, now) == (
            ("Lighting", "not set", "Left open"),
            ("Mood", "Serene", "Cosy and intimate"),
            ("Palette", "#f1ebe0, #93a088", "not set"),
            ("Pictures", "not set", "3"),
        )
        assert layer_changes(CALM, CALM) == ()

    def test_tells_other_pictures_of_the_same_number_apart(self) -> None:
        one, two = (
            SettingsLayer(
                references=(ChosenReference(ReferenceRole.STYLE, asset_id),),
                backdrop=Backdrop("picture", str(asset_id)),
            )
            for asset_id in (1, 2)
        )

        changes = {label: (was, now) for label, was, now in layer_changes(one, two)}

        assert changes["References"] == ("1 picture", "others: 1 picture")
        assert changes["Backdrop"][0] != changes["Backdrop"][1]

    def test_says_when_other_levels_count_no_more(self) -> None:
        anew = replace(CALM, starts_anew=frozenset({"palette"}))

        assert layer_changes(CALM, anew) == (
            ("Palette", "on top of other levels", "instead of other levels"),
        )
        assert layer_changes(anew, CALM) == (
            ("Palette", "instead of other levels", "on top of other levels"),
        )

    def test_leaves_no_setting_out(self) -> None:
        assert set(FIELD_LABELS) == set(LAYER_FIELDS)


class TestHoldsWords:
    def test_looks_at_name_text_and_settings(self) -> None:
        assert holds_words(("calm", "serene"), "Calm", "", CALM)
        assert holds_words((), "", "", SettingsLayer())
        assert not holds_words(("calm", "raw"), "Calm", "", CALM)


class TestFaces:
    def test_show_options_by_their_pictures_and_colours(self) -> None:
        layer = replace(CALM, backdrop=Backdrop("plain", "#d96f4e"), style="my own", prompt="soft")

        assert faces_of(layer) == (
            Face("Backdrop", "Plain #d96f4e", colours=("#d96f4e",)),
            Face("Style", "my own"),
            Face("Mood", "Serene", "/assets/options/mood/serene.webp"),
            Face("Palette", "#f1ebe0, #93a088", colours=("#f1ebe0", "#93a088")),
        )
        assert texts_of(layer) == (("Your words", "soft"),)

    @pytest.mark.parametrize("starter", starter_presets(), ids=lambda each: each.slug)
    def test_stand_for_every_starter_in_a_whole_mosaic(self, starter: StarterPreset) -> None:
        assert len(tiles_of(starter.layer)) in (1, 2, 4)


class TestDescriptionOf:
    def test_falls_back_to_what_is_set(self) -> None:
        layer = SettingsLayer(mood="Serene", variants=4)

        assert description_of("For beds", layer) == "For beds"
        assert description_of("", layer) == "Serene, pictures 4"
        assert description_of("", SettingsLayer()) == "Nothing is set yet."
