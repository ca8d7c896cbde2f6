"""Settings of pictures as layers again, and what weaker levels say without the request."""

from core.domain.generation import Backdrop, GenerationSettings
from core.domain.setting_layers import Level, SettingsLayer, merge
from ui.components.studio_layers import both_layers, layer_of, without_request
from ui.components.studio_session import StudioWork, work_of

SETTINGS = GenerationSettings(
    prompt="at dusk", photo_id=7, backdrop=Backdrop("plain", "#f4f1ec"), aspect_ratio="4:5",
    size="1K", variants=2, image_model="fake", style="Japandi", palette=("#101010",),
)  # fmt: skip


class TestLayerOf:
    def test_asks_for_the_same_whatever_the_levels_below_say(self) -> None:
        below = SettingsLayer(
            lighting="Morning light", palette=("#ffffff",), prompt="calm", negative="text"
        )

        again = merge(
            [(Level.WORKSPACE, "", below), (Level.REQUEST, "", layer_of(SETTINGS))]
        ).settings

        assert again.palette == ("#101010",)
        assert (again.prompt, again.negative, again.lighting) == ("at dusk", "", "")
        assert (again.aspect_ratio, again.variants, again.backdrop) == (
            "4:5", 2, SETTINGS.backdrop,
        )  # fmt: skip


class TestBothLayers:
    def test_the_stronger_one_wins_and_a_style_fills_nothing_in(self) -> None:
        both = both_layers(
            SettingsLayer(style="Modern", mood="Serene"), SettingsLayer(style="Japandi")
        )

        assert both == SettingsLayer(style="Japandi", mood="Serene")


class TestWithoutRequest:
    def test_tells_what_weaker_levels_say_and_add(self) -> None:
        resolved = merge(
            [
                (Level.CATEGORY, "Sofas", SettingsLayer(mood="Serene", prompt="calm")),
                (Level.REQUEST, "", SettingsLayer(style="Japandi", prompt="at dusk")),
            ]
        )

        below = without_request(resolved)

        assert below.layer == SettingsLayer(mood="Serene")
        assert [part.value for part in below.parts["prompt"]] == ["calm"]


class TestWork:
    def test_is_read_as_it_was_written(self) -> None:
        work = StudioWork(
            product_ids=(1, 2), preset_id=3, layer=SettingsLayer(style="Japandi"),
            rows={1: SettingsLayer(mood="Serene")}, photos={2: 9}, written={1: "Only this."},
        )  # fmt: skip

        assert work_of(work.to_state()) == work

    def test_of_a_hostile_state_is_what_can_be_read(self) -> None:
        state = {
            "product_ids": [1, "2", -3, True, 2**70], "collection_id": "x", "preset_id": True,
            "layer": [], "rows": {"x": {}, "5": 1}, "photos": {"1": "2", "3": -1}, "written": 7,
        }  # fmt: skip

        assert work_of(state) == StudioWork(product_ids=(1,))
