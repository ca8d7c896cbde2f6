"""Settings and where they come from, in the words of people."""

import pytest

from core.domain.generation import Backdrop, ChosenReference, ReferenceRole
from core.domain.setting_layers import LAYER_FIELDS, Level, SettingsLayer, Source
from ui.components.layer_words import FIELD_LABELS, layer_summary, source_words


class TestSourceWords:
    @pytest.mark.parametrize(
        ("source", "words"),
        [
            (Source(Level.CATEGORY, "Sofas"), "Sofas"),
            (Source(Level.WORKSPACE, "Ann's workspace", "Japandi"), "Style: Japandi"),
            (Source(Level.PRESET, "Quiet"), "Preset: Quiet"),
            (Source(Level.EPOX, "Epox"), ""),
            (Source(Level.PRODUCT), "Product"),
        ],
    )
    def test_say_which_level_it_is(self, source: Source, words: str) -> None:
        assert source_words(source) == words


class TestSummary:
    def test_has_a_name_for_every_setting(self) -> None:
        assert set(FIELD_LABELS) == set(LAYER_FIELDS)

    def test_says_what_is_set_and_nothing_else(self) -> None:
        layer = SettingsLayer(
            style="",
            palette=("#101010",),
            backdrop=Backdrop("room", "living-room"),
            references=(ChosenReference(ReferenceRole.STYLE, 7),),
            is_pixel_locked=True,
        )

        assert layer_summary(layer) == (
            ("Backdrop", "Living room"),
            ("Style", "Left open"),
            ("Palette", "#101010"),
            ("References", "1 picture"),
            ("Keep the product's own pixels", "Yes"),
        )

    def test_of_an_empty_layer_is_empty(self) -> None:
        assert layer_summary(SettingsLayer()) == ()
