"""Layers of settings: what they come to, where each value is from, and how they are kept."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as pace
from hypothesis import strategies as st

from core.domain.generation import (
    ASPECT_RATIOS,
    IMAGE_SIZES,
    MAX_PALETTE,
    Backdrop,
    ChosenReference,
    ReferenceRole,
)
from core.domain.setting_layers import (
    ADDED_UP,
    LAST_WINS,
    LAYER_FIELDS,
    OWN_LAYER,
    Level,
    Part,
    SettingsLayer,
    Source,
    layer_from_json,
    layer_to_json,
    merge,
    sources_from_json,
    sources_to_json,
)

SHOP = Source(Level.WORKSPACE, "Shop")
CHAIRS = Source(Level.CATEGORY, "Chairs")
MINE = Source(Level.REQUEST, "These pictures")
SEA = ChosenReference(ReferenceRole.STYLE, 1)
HUT = ChosenReference(ReferenceRole.SCENE, 2)
unhurried = pace(deadline=None, suppress_health_check=[HealthCheck.too_slow])

colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
words = st.text(max_size=40)
layers = st.builds(
    SettingsLayer,
    scene_type=st.none() | words,
    style=st.none() | words | st.sampled_from(["Modern", "Rustic"]),
    lighting=st.none() | words,
    mood=st.none() | words,
    camera=st.none() | words,
    palette=st.none() | st.lists(colours, max_size=MAX_PALETTE).map(tuple),
    people=st.none() | words,
    props=st.none() | words,
    backdrop=st.none()
    | st.builds(Backdrop, st.just("described"), words)
    | st.builds(Backdrop, st.just("plain"), colours),
    references=st.none()
    | st.lists(
        st.builds(ChosenReference, st.sampled_from(ReferenceRole), st.integers(1, 10**9)),
        max_size=4,
    ).map(tuple),
    prompt=st.none() | words,
    negative=st.none() | words,
    aspect_ratio=st.none() | st.sampled_from(ASPECT_RATIOS),
    size=st.none() | st.sampled_from(IMAGE_SIZES),
    variants=st.none() | st.integers(1, 12),
    image_model=st.none() | words,
    is_pixel_locked=st.none() | st.booleans(),
    starts_anew=st.frozensets(st.sampled_from(ADDED_UP)),
)
plain_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
named_levels = st.lists(st.tuples(st.sampled_from(Level), words, layers), max_size=5)


class TestMerge:
    def test_lets_the_strongest_that_says_something_win(self) -> None:
        found = merge(
            [
                (Level.WORKSPACE, "Shop", SettingsLayer(mood="Serene", size="1K")),
                (Level.CATEGORY, "Chairs", SettingsLayer(mood="Playful")),
                (Level.REQUEST, "These pictures", SettingsLayer(size="2K")),
            ]
        )

        assert (found.layer.mood, found.layer.size, found.layer.camera) == ("Playful", "2K", None)
        assert found.sources == {"mood": CHAIRS, "size": MINE}

    def test_adds_up_what_adds_up(self) -> None:
        found = merge(
            [
                (
                    Level.WORKSPACE,
                    "Shop",
                    SettingsLayer(
                        palette=("#ffffff",), references=(SEA,), prompt="calm", negative="clutter"
                    ),
                ),
                (
                    Level.REQUEST,
                    "These pictures",
                    SettingsLayer(
                        palette=("#000000", "#ffffff"),
                        references=(HUT, SEA),
                        prompt="warm",
                        negative="text",
                    ),
                ),
            ]
        )

        assert found.layer.palette == ("#ffffff", "#000000")
        assert found.layer.references == (HUT, SEA)
        assert (found.layer.prompt, found.layer.negative) == ("calm\nwarm", "clutter, text")
        assert found.parts["prompt"] == (Part(SHOP, "calm"), Part(MINE, "warm"))
        assert {found.sources[name] for name in ADDED_UP} == {MINE}

    def test_starts_anew_where_a_layer_says_so(self) -> None:
        anew = SettingsLayer(prompt="warm", starts_anew=frozenset({"prompt", "palette"}))
        found = merge(
            [
                (Level.WORKSPACE, "Shop", SettingsLayer(prompt="calm", palette=("#ffffff",))),
                (Level.REQUEST, "These pictures", anew),
            ]
        )

        assert (found.layer.prompt, found.layer.palette) == ("warm", ())
        assert found.sources == {"prompt": MINE, "palette": MINE}

    def test_keeps_the_strongest_colours_when_there_are_too_many(self) -> None:
        weak = tuple(f"#00000{n}" for n in range(5))
        strong = tuple(f"#11111{n}" for n in range(4))
        found = merge(
            [
                (Level.WORKSPACE, "Shop", SettingsLayer(palette=weak)),
                (Level.REQUEST, "These pictures", SettingsLayer(palette=strong)),
            ]
        )

        assert found.layer.palette == (*weak[:2], *strong)

    def test_lets_a_style_fill_in_what_nobody_said(self) -> None:
        found = merge(
            [
                (Level.WORKSPACE, "Shop", SettingsLayer(lighting="Candlelight")),
                (Level.CATEGORY, "Chairs", SettingsLayer(style="industrial loft")),
            ]
        )

        assert (found.layer.lighting, found.layer.props) == ("Candlelight", "Minimal")
        assert found.layer.palette == ("#d6d8d9", "#9a9ea1", "#5e6367", "#2b2e30")
        by_style = replace(CHAIRS, style="industrial loft")
        assert found.sources == {
            "lighting": SHOP, "style": CHAIRS, "props": by_style, "palette": by_style,
        }  # fmt: skip
        assert found.parts["palette"] == (Part(by_style, found.layer.palette),)

    def test_leaves_open_what_somebody_left_open(self) -> None:
        said = SettingsLayer(style="Rustic", lighting="", props="", palette=())
        found = merge([(Level.REQUEST, "These pictures", said)])

        assert (found.layer.lighting, found.layer.props, found.layer.palette) == ("", "", ())

    def test_knows_no_fill_for_a_style_in_words_of_ones_own(self) -> None:
        found = merge([(Level.REQUEST, "", SettingsLayer(style="like my grandmother's"))])

        assert (found.layer.lighting, set(found.sources)) == (None, {"style"})

    @unhurried
    @given(named_levels)
    def test_takes_every_value_from_a_layer_or_a_style_and_says_which(
        self, given_layers: list[tuple[Level, str, SettingsLayer]]
    ) -> None:
        found = merge(given_layers)

        said = {name for name in LAYER_FIELDS if getattr(found.layer, name) is not None}
        assert said == set(found.sources)
        labels = {(level, label) for level, label, _ in given_layers}
        assert all((each.level, each.label) in labels for each in found.sources.values())
        for name in LAST_WINS:
            if name in found.sources and not found.sources[name].style:
                assert getattr(found.layer, name) in [
                    getattr(layer, name) for _, _, layer in given_layers
                ]
        assert len(found.layer.palette or ()) <= MAX_PALETTE

    @unhurried
    @given(named_levels, layers)
    def test_never_lets_a_weaker_layer_win(
        self, given_layers: list[tuple[Level, str, SettingsLayer]], weakest: SettingsLayer
    ) -> None:
        before = merge(given_layers)
        after = merge([(Level.EPOX, "Epox", weakest), *given_layers])

        for name in LAST_WINS:
            if name in before.sources and not before.sources[name].style:
                assert getattr(after.layer, name) == getattr(before.layer, name)

    @unhurried
    @given(layers)
    def test_of_one_layer_is_that_layer(self, layer: SettingsLayer) -> None:
        found = merge([(Level.REQUEST, "", layer)]).layer

        for name in LAST_WINS:
            value = getattr(layer, name)
            assert value is None or getattr(found, name) == value


class TestSettings:
    def test_are_complete_when_nobody_said_anything(self) -> None:
        settings = merge([(Level.EPOX, "Epox", OWN_LAYER)]).settings

        assert (settings.aspect_ratio, settings.size, settings.variants) == ("1:1", "1K", 1)
        assert settings.backdrop == Backdrop("described")
        assert (settings.style, settings.palette, settings.image_model) == ("", (), "")

    @unhurried
    @given(layers)
    def test_hold_what_the_layer_says(self, layer: SettingsLayer) -> None:
        settings = merge([(Level.REQUEST, "", layer)]).settings

        for name in LAST_WINS:
            value = getattr(layer, name)
            assert value is None or getattr(settings, name) == value


class TestJson:
    @unhurried
    @given(layers)
    def test_keeps_everything(self, layer: SettingsLayer) -> None:
        stored = json.loads(json.dumps(layer_to_json(layer)))

        assert layer_from_json(stored) == layer

    def test_leaves_out_what_is_unsaid(self) -> None:
        assert layer_to_json(SettingsLayer()) == {}
        assert layer_to_json(SettingsLayer(mood="")) == {"mood": ""}

    @unhurried
    @given(plain_json)
    def test_reads_whatever_is_there(self, plain: object) -> None:
        assert isinstance(layer_from_json(plain), SettingsLayer)

    @unhurried
    @given(st.dictionaries(st.sampled_from(LAYER_FIELDS), plain_json))
    def test_takes_nothing_of_another_type(self, plain: dict[str, Any]) -> None:
        layer = layer_from_json(plain)

        assert layer_from_json(json.loads(json.dumps(layer_to_json(layer)))) == layer
        assert merge([(Level.REQUEST, "", layer)]).settings.variants == (layer.variants or 1)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("variants", True),
            ("variants", 13),
            ("variants", "2"),
            ("is_pixel_locked", 1),
            ("aspect_ratio", "7:1"),
            ("size", ["1K"]),
            ("style", 3),
            ("backdrop", {"kind": "plain", "value": "red"}),
            ("backdrop", {"kind": "picture", "value": "../1"}),
            ("backdrop", "room"),
            ("palette", "#ffffff"),
            ("references", {"role": "style"}),
        ],
    )
    def test_takes_what_cannot_be_as_unsaid(self, name: str, value: object) -> None:
        assert layer_from_json({name: value, "unknown": 1}) == SettingsLayer()

    def test_keeps_what_can_be_of_a_list(self) -> None:
        plain = {
            "palette": ["#ffffff", "red", 3],
            "references": [{"role": "style", "asset_id": 1}, {"role": "hat", "asset_id": 2}, None],
            "starts_anew": ["palette", "size", "nonsense"],
        }

        assert layer_from_json(plain) == SettingsLayer(
            palette=("#ffffff",), references=(SEA,), starts_anew=frozenset({"palette"})
        )

    @unhurried
    @given(named_levels)
    def test_keeps_sources(self, given_layers: list[tuple[Level, str, SettingsLayer]]) -> None:
        sources = merge(given_layers).sources

        assert sources_from_json(json.loads(json.dumps(sources_to_json(sources)))) == sources

    @unhurried
    @given(plain_json)
    def test_reads_whatever_sources_are_there(self, plain: object) -> None:
        assert isinstance(sources_from_json(plain), dict)
