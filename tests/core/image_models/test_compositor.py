import io
import subprocess
import sys

import pytest
from PIL import Image

from core.domain.generation import ASPECT_RATIOS, Backdrop
from core.errors import ImageModelError
from core.image_models.compositor import VERSION, CompositorModel, compositor_spec
from tests.core.imaging.samples import request_for

ROOM = Backdrop("room", "living-room")


@pytest.fixture
def compositor() -> CompositorModel:
    return CompositorModel(compositor_spec())


class TestSpec:
    def test_is_free_and_offers_every_shape(self, compositor: CompositorModel) -> None:
        spec = compositor.spec

        assert spec.id == "compositor"
        assert spec.price_micros == {"1K": 0, "2K": 0}
        assert spec.aspect_ratios == ASPECT_RATIOS

    def test_importing_it_brings_no_pixel_library(self) -> None:
        code = (
            "import sys, core.image_models.compositor;"
            "print([m for m in ('cv2', 'numpy', 'PIL') if m in sys.modules])"
        )

        answer = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )

        assert answer.stdout.strip() == "[]"


class TestPromptNote:
    def test_says_what_it_makes_of_the_words(self, compositor: CompositorModel) -> None:
        assert "left, warm" in compositor.prompt_note("on the left, warm")
        assert "only simple words" in compositor.prompt_note("linen")


class TestGenerate:
    @pytest.mark.slow
    def test_gives_the_same_lossless_bytes_again_and_tells_its_stages(
        self, compositor: CompositorModel
    ) -> None:
        request = request_for("sofa.webp", ROOM, ratio="1:1")
        told: list[tuple[int, str]] = []

        image = compositor.generate(request, on_progress=lambda *step: told.append(step))
        again = CompositorModel(compositor_spec()).generate(request, on_progress=lambda *_: None)

        assert image.data == again.data
        assert (image.mime_type, image.model_version) == ("image/png", VERSION)
        assert image.cost_micros == 0
        assert [stage for _, stage in told] == [
            "Cutting out",
            "Placing",
            "Light and shadow",
            "Encoding",
        ]
        percents = [percent for percent, _ in told]
        assert percents == sorted(set(percents))

    @pytest.mark.slow
    def test_at_2k_gives_a_png_of_twice_the_size(self, compositor: CompositorModel) -> None:
        request = request_for("pendant-lamp.jpg", ROOM, ratio="3:2", size="2K")

        image = compositor.generate(request, on_progress=lambda *_: None)

        with Image.open(io.BytesIO(image.data)) as picture:
            assert (picture.format, picture.size) == ("PNG", (2528, 1696))

    def test_refuses_a_request_without_a_photo(self, compositor: CompositorModel) -> None:
        request = request_for("sofa.webp", ROOM)
        bare = type(request)(**{**vars(request), "references": ()})

        with pytest.raises(ImageModelError) as caught:
            compositor.generate(bare, on_progress=lambda *_: None)

        assert not caught.value.is_billed
        assert "Nothing was charged" in caught.value.user_message
