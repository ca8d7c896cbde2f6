"""The Gemini adapter: what it sends, what it returns, what a picture costs."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from core.domain.generation import ASPECT_RATIOS, AspectRatio, ReferenceRole, Usage
from core.errors import InvalidRequestError, NoImageError, UnknownOutcomeError
from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from core.image_models.prices import PriceRow, gemini_rows
from tests.core.image_models.asking import Changes, ask, failure_of, gemini, photo, request_for
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer, Reported
from tests.fakes.gemini_wire import RATIOS


class TestWhatIsSent:
    def test_shows_the_photos_in_their_order(self, model: GeminiModel, fake: FakeGemini) -> None:
        photos = (
            photo("red"),
            photo("green", "PNG", ReferenceRole.BACKDROP),
            photo("blue", "WEBP"),
        )

        ask(model, references=photos)

        [call] = fake.calls
        assert call.references == tuple(hashlib.sha256(shown.data).hexdigest() for shown in photos)

    def test_sends_the_prompt_to_the_byte(self, model: GeminiModel, fake: FakeGemini) -> None:
        prompt = 'Sofa "Åse", 2.10 m,\n\tlinen & oak 🛋️ {"text": 1} \\n'

        ask(model, prompt=prompt)

        assert [call.prompt for call in fake.calls] == [prompt]

    @pytest.mark.parametrize("row", gemini_rows(), ids=lambda row: row.id)
    def test_every_model_of_the_table_gives_every_size_it_names(
        self, client: GeminiClient, fake: FakeGemini, row: PriceRow
    ) -> None:
        model = gemini(client, row.id)

        for size in model.spec.price_micros:
            ask(model, size=size)

        assert [call.size for call in fake.calls] == list(model.spec.price_micros)

    @pytest.mark.parametrize("ratio", ASPECT_RATIOS)
    def test_every_shape_comes_back_in_its_shape(
        self, model: GeminiModel, ratio: AspectRatio
    ) -> None:
        image = ask(model, aspect_ratio=ratio)

        with Image.open(io.BytesIO(image.data)) as picture:
            assert picture.size == RATIOS[ratio]

    def test_works_without_a_photo(self, model: GeminiModel, fake: FakeGemini) -> None:
        ask(model, references=())

        assert [call.references for call in fake.calls] == [()]

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"size": "4K"}, "4K"),
            ({"references": (photo(),) * 15}, "14"),
            ({"aspect_ratio": "8:1"}, "8:1"),
            ({"references": (photo(file_format="GIF"),)}, "JPEG"),
        ],
    )
    def test_refuses_for_free_what_the_model_cannot_do(
        self, client: GeminiClient, fake: FakeGemini, changes: Changes, word: str
    ) -> None:
        failure = failure_of(gemini(client, "gemini-3.1-flash-lite-image"), **changes)

        assert type(failure) is InvalidRequestError
        assert word in failure.user_message
        assert not failure.is_billed
        assert fake.calls == ()

    def test_refuses_photos_that_do_not_fit_into_a_request(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        huge = photo()
        object.__setattr__(huge, "data", bytes(71 * 1024 * 1024))

        assert "too large" in failure_of(model, references=(huge,)).user_message
        assert fake.calls == ()


class TestWhatComesBack:
    def test_keeps_the_bytes_and_the_facts_of_the_answer(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        image = ask(model, size="2K")

        [call] = fake.paid
        assert image.mime_type == "image/jpeg"
        assert image.response_id == call.id
        assert image.model_version == "gemini-nano-banana-2.1-001"

    def test_no_two_pictures_are_the_same(self, model: GeminiModel) -> None:
        assert len({ask(model).data for _ in range(3)}) == 3

    def test_takes_the_last_picture_and_no_draft(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(
            Answer(parts=("draft", "text:Here it is", "nonsense", "picture", "draft", "text:!"))
        )

        image = ask(model)

        with Image.open(io.BytesIO(image.data)) as picture:
            assert str(picture.info["comment"]).startswith("b'3 ")

    def test_believes_the_bytes_and_not_the_label(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(label="image/png"), Answer(label="application/octet-stream"))

        assert [ask(model).mime_type for _ in range(2)] == ["image/jpeg"] * 2

    def test_hands_on_what_only_the_gate_can_judge(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(parts=("huge_png",)))

        assert ask(model).mime_type == "image/png"

    def test_says_how_far_it_is_only_before_money_is_spent(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        seen: list[tuple[int, int]] = []

        def note(percent: int, _stage: str) -> None:
            seen.append((percent, len(fake.calls)))

        model.generate(request_for(), on_progress=note)

        assert seen == [(10, 0)]

    def test_reads_a_packed_answer(self, model: GeminiModel, fake: FakeGemini) -> None:
        fake.script(Answer(is_packed=True))

        assert ask(model).mime_type == "image/jpeg"

    def test_many_threads_share_one_client(self, model: GeminiModel, fake: FakeGemini) -> None:
        fake.script(*[Answer(delay_s=0.5)] * 12)

        with ThreadPoolExecutor(12) as pool:
            images = list(pool.map(lambda n: ask(model, prompt=f"chair {n}"), range(12)))

        assert len({image.response_id for image in images}) == 12
        assert fake.peak_concurrency > 4


class TestWhatItCosts:
    def test_follows_from_the_tokens(self, model: GeminiModel, fake: FakeGemini) -> None:
        fake.script(Answer(parts=("text:four", "picture"), thoughts=201))

        image = ask(model, prompt="x" * 399, references=(photo(), photo()))

        assert image.usage == Usage(input_tokens=2340, image_tokens=1120, text_tokens=203)
        assert image.cost_micros == 3510 + 33_600 + 1523  # 1522.5, rounded up

    def test_counts_all_as_picture_where_the_breakdown_is_missing(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(usage="lump"))

        assert ask(model, size="4K").usage.image_tokens == 3780

    @pytest.mark.parametrize("usage", ["none", "odd"])
    def test_is_never_nothing_where_the_tokens_are_missing(
        self, client: GeminiClient, fake: FakeGemini, usage: Reported
    ) -> None:
        fake.script(Answer(usage=usage))

        image = ask(gemini(client, "gemini-3-pro-image"), references=(photo(), photo()))

        assert image.cost_micros == 134_400 + 2 * 1_120
        assert image.usage == Usage()

    def test_is_known_for_a_picture_that_cannot_be_used(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(parts=("picture", "gif")), Answer(parts=("picture", "broken")))

        useless, lost = failure_of(model), failure_of(model)

        assert (type(useless), type(lost)) == (NoImageError, UnknownOutcomeError)
        for failure, call in zip((useless, lost), fake.paid, strict=True):
            assert failure.is_billed
            assert failure.charge is not None
            assert failure.charge.cost_micros > 33_600
            assert failure.charge.response_id == call.id
