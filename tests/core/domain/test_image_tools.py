"""Steps of image tools: what they refuse, and that JSON keeps them."""

import json
from typing import Any

import pytest

from core.domain.brushes import MAX_POINTS, MAX_STROKES, Stroke, StrokeKind
from core.domain.image_tools import (
    FIGURES,
    MAX_STEPS,
    RATIOS,
    TOOLS,
    Adjust,
    Background,
    BackgroundKind,
    Crop,
    CutOut,
    Flip,
    Packshot,
    Rotate,
    Straighten,
    ToolStep,
    Upscale,
    UpscaleMethod,
    main_tool,
    ratio_of,
    some_steps,
    step_from_json,
    step_to_json,
    steps_from_json,
)
from core.errors import InvalidInputError

STROKE = Stroke(StrokeKind.ERASE, ((0.1, 0.2), (0.3, 0.4)), 0.02)
STEPS: tuple[ToolStep, ...] = (
    Crop(0.1, 0.2, 0.3, 0.4, "4:5"),
    Rotate(3),
    Straighten(-2.5),
    Flip(is_horizontal=False),
    Adjust(exposure=12.5, sharpness=40),
    CutOut(strokes=(STROKE,), mask_id=7, feather_px=2),
    Background(BackgroundKind.GRADIENT, "#F2EFE9", "#aabbcc", 45),
    Background(BackgroundKind.PICTURE, asset_id=3),
    Packshot(fill=80, canvas_px=1500, ratio="4:5", margin=5, shadow=30),
    Upscale(4, UpscaleMethod.LANCZOS),
)


class TestIds:
    @pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, True, 1.5, "1"])
    def test_that_no_row_can_have_are_refused(self, number: object) -> None:
        backdrop = {"tool": "background", "kind": "picture", "asset_id": number}
        for step in ({"tool": "cutout", "mask_id": number}, backdrop):
            with pytest.raises(InvalidInputError) as caught:
                step_from_json(step)
            assert caught.value.user_message.endswith("cannot be found.")

    def test_that_a_row_may_have_are_taken(self) -> None:
        assert step_from_json({"tool": "cutout", "mask_id": 2**63 - 1}) == CutOut(mask_id=2**63 - 1)


class TestJson:
    @pytest.mark.parametrize("step", STEPS, ids=lambda step: step.tool)
    def test_keeps_a_step(self, step: ToolStep) -> None:
        assert step_from_json(json.loads(json.dumps(step_to_json(step)))) == step

    def test_names_every_tool(self) -> None:
        assert {step.tool for step in STEPS} == set(TOOLS)

    def test_takes_what_is_left_out_as_neutral(self) -> None:
        assert step_from_json({"tool": "adjust", "contrast": 5}) == Adjust(contrast=5)

    def test_leaves_figures_out(self) -> None:
        assert step_from_json({"tool": "rotate", FIGURES: {"fill": 1}}) == Rotate(1)

    @pytest.mark.parametrize(
        "value",
        [
            None,
            [],
            "crop",
            {},
            {"tool": "magic"},
            {"tool": ["crop"]},
            {"tool": "crop", "left": "0"},
            {"tool": "crop", "left": True},
            {"tool": "crop", "left": None},
            {"tool": "crop", "unknown": 1},
            {"tool": "crop", "ratio": 5},
            {"tool": "crop", "__class__": "x"},
            {"tool": "rotate", "quarters": [1]},
            {"tool": "flip", "is_horizontal": 1},
            {"tool": "cutout", "strokes": "x"},
            {"tool": "cutout", "strokes": [{"kind": "erase"}]},
            {"tool": "cutout", "strokes": [{"kind": "draw", "points": [[0, 0]]}]},
            {"tool": "cutout", "strokes": [{"kind": "erase", "points": [[0]]}]},
            {"tool": "cutout", "strokes": [{"kind": "erase", "points": []}]},
            {"tool": "cutout", "mask_id": -1},
            {"tool": "background", "kind": "sky"},
            {"tool": "background", "colour": "red"},
            {"tool": "background", "colour": 7},
            {"tool": "background", "kind": "picture"},
            {"tool": "packshot", "canvas_px": 1000.5},
            {"tool": "packshot", "canvas_px": 10**9},
            {"tool": "packshot", "ratio": "free"},
            {"tool": "upscale", "factor": 3},
            {"tool": "upscale", "method": "magic"},
        ],
    )
    def test_refuses_anything_else(self, value: Any) -> None:  # noqa: ANN401 - that is the point
        with pytest.raises(InvalidInputError):
            step_from_json(value)

    @pytest.mark.parametrize("value", [None, {}, "[]", [None], [{"tool": "crop"}, 5]])
    def test_refuses_what_is_no_list_of_steps(self, value: object) -> None:
        with pytest.raises(InvalidInputError):
            steps_from_json(value)


class TestLimits:
    @pytest.mark.parametrize("value", [float("nan"), float("inf"), -100.1, 101, 10**400])
    def test_of_sliders(self, value: float) -> None:
        with pytest.raises(InvalidInputError, match="exposure has to be a number from -100 to 100"):
            Adjust(exposure=value)

    def test_sharpness_begins_at_0(self) -> None:
        with pytest.raises(InvalidInputError):
            Adjust(sharpness=-1)

    def test_a_crop_stays_in_the_picture(self) -> None:
        with pytest.raises(InvalidInputError, match="beyond"):
            Crop(0.6, 0, 0.5, 1)

    def test_of_strokes(self) -> None:
        with pytest.raises(InvalidInputError, match="at most 100"):
            CutOut(strokes=(STROKE,) * (MAX_STROKES + 1))
        long = Stroke(StrokeKind.ERASE, ((0.5, 0.5),) * (MAX_POINTS + 1))
        with pytest.raises(InvalidInputError, match="too long"):
            CutOut(strokes=(long,))

    def test_of_steps(self) -> None:
        with pytest.raises(InvalidInputError, match="at most 12"):
            some_steps([Rotate()] * (MAX_STEPS + 1))
        with pytest.raises(InvalidInputError, match="at most 12"):
            steps_from_json([{"tool": "rotate"}] * 100_000)

    def test_a_fill_leaves_room_for_its_margin(self) -> None:
        with pytest.raises(InvalidInputError, match="no room"):
            Packshot(fill=90, margin=6)
        assert Packshot(fill=90, margin=5).margin == 5


class TestRatios:
    @pytest.mark.parametrize("name", RATIOS)
    def test_by_name(self, name: str) -> None:
        width, height = name.split(":")
        assert ratio_of(name) == int(width) / int(height)

    def test_of_one_owns(self) -> None:
        assert ratio_of("1.91:1") == 1.91
        assert ratio_of("free") is None

    @pytest.mark.parametrize(
        "text", ["", "1", "0:1", "1:0", "21:1", "-1:1", "1:1:1", "a:b", "1e9:1"]
    )
    def test_that_are_none(self, text: str) -> None:
        with pytest.raises(InvalidInputError, match="width:height"):
            ratio_of(text)


class TestSteps:
    def test_that_change_nothing_are_left_out(self) -> None:
        assert some_steps([Adjust(), Crop(), Rotate(0), Straighten(0), Rotate(1)]) == (Rotate(1),)

    def test_are_named_after_the_one_that_changes_most(self) -> None:
        assert main_tool([CutOut(), Adjust(exposure=1)]) == "cutout"
        assert main_tool([Upscale(), Packshot()]) == "upscale"
        assert main_tool([]) == ""
