"""What every image model promises: Gemini's adapter on a local Gemini, and the compositor."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from core.domain.generation import ASPECT_RATIOS, IMAGE_SIZES, AspectRatio
from core.errors import InvalidRequestError
from core.image_models.base import ImageModel
from core.image_models.prices import gemini_rows
from core.image_models.registry import image_models_from
from tests.core.image_models.asking import ask, failure_of, photo, request_for, settings_for
from tests.fakes.gemini import FakeGemini

MODELS = [row.id for row in gemini_rows()] + [
    pytest.param("compositor", marks=pytest.mark.slow)  # it really cuts out and composes
]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake
    assert fake.complaints == []


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest, fake: FakeGemini) -> Iterator[ImageModel]:
    models = image_models_from(settings_for(fake))
    yield models.get(request.param)
    models.close()


class TestTheSpec:
    def test_names_a_price_for_each_size_it_offers(self, model: ImageModel) -> None:
        prices = model.spec.price_micros

        assert prices
        assert set(prices) <= set(IMAGE_SIZES)
        assert all(price >= 0 for price in [*prices.values(), model.spec.reference_micros])

    def test_names_what_a_person_chooses_by(self, model: ImageModel) -> None:
        spec = model.spec

        assert spec.label
        assert set(spec.aspect_ratios) <= set(ASPECT_RATIOS)
        assert spec.max_references >= 1
        assert 0 < spec.seconds[0] <= spec.seconds[1]

    def test_takes_no_time_to_read(self, model: ImageModel) -> None:
        assert model.spec == model.spec
        assert isinstance(model.prompt_note("A chair in the sun"), str)


class TestAPicture:
    @pytest.mark.parametrize("ratio", ["1:1", "4:5", "16:9"])
    def test_has_the_shape_that_was_asked_for(self, model: ImageModel, ratio: AspectRatio) -> None:
        image = ask(model, aspect_ratio=ratio)

        width, height = map(int, ratio.split(":"))
        with Image.open(io.BytesIO(image.data)) as picture:
            picture.load()
            assert picture.width / picture.height == pytest.approx(width / height, rel=0.02)

    def test_grows_with_the_size_that_was_asked_for(self, model: ImageModel) -> None:
        for size in model.spec.price_micros:
            with Image.open(io.BytesIO(ask(model, size=size).data)) as picture:
                assert max(picture.size) >= 1000 * int(size.removesuffix("K"))

    def test_is_what_it_says_it_is(self, model: ImageModel) -> None:
        image = ask(model)

        with Image.open(io.BytesIO(image.data)) as picture:
            assert image.mime_type == Image.MIME[str(picture.format)]
        assert image.mime_type in {"image/jpeg", "image/png", "image/webp"}

    def test_comes_with_the_facts_for_the_ledger(self, model: ImageModel) -> None:
        image = ask(model)

        is_free = model.spec.price_micros["1K"] == 0
        assert image.model_version
        assert (image.cost_micros == 0) is is_free
        assert image.cost_micros >= model.spec.price_micros["1K"]

    def test_is_made_by_many_threads_at_once(self, model: ImageModel) -> None:
        with ThreadPoolExecutor(4) as pool:
            images = list(pool.map(lambda _: ask(model), range(4)))

        assert all(image.data for image in images)

    def test_tells_its_progress_in_order(self, model: ImageModel) -> None:
        told: list[tuple[int, str]] = []

        model.generate(
            request_for(model.spec.id),
            on_progress=lambda percent, stage: told.append((percent, stage)),
        )

        percents = [percent for percent, _ in told]
        assert percents == sorted(percents)
        assert all(0 <= percent <= 100 and 0 < len(stage) <= 40 for percent, stage in told)


class TestWhatItCannotDo:
    def test_is_refused_with_a_sentence_when_it_is_a_size(self, model: ImageModel) -> None:
        for size in set(IMAGE_SIZES) - set(model.spec.price_micros):
            failure = failure_of(model, size=size)

            assert type(failure) is InvalidRequestError
            assert size in failure.user_message

    def test_is_refused_with_a_sentence_when_there_are_too_many_photos(
        self, model: ImageModel
    ) -> None:
        failure = failure_of(model, references=(photo(),) * (model.spec.max_references + 1))

        assert type(failure) is InvalidRequestError
        assert not failure.is_billed
