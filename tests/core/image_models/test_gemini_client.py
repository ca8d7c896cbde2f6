"""The way to Gemini: lost answers, slow answers, endless answers, and its end."""

import socket
from collections.abc import Iterator

import pytest

from core.errors import InvalidRequestError, TransientModelError, UnknownOutcomeError
from core.image_models import bounded_http
from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from tests.core.image_models.asking import ask, failure_of, gemini, settings_for
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer, Connection, bomb, refusal


@pytest.fixture
def impatient(fake: FakeGemini) -> Iterator[GeminiModel]:
    """Give a model that waits only for a moment."""
    client = GeminiClient(settings_for(fake, gemini_timeout_s=0.4))
    yield gemini(client)
    client.close()


class TestALostAnswer:
    @pytest.mark.parametrize("connection", ["reset", "close", "cut"])
    def test_may_have_been_charged_and_is_not_asked_for_again(
        self, model: GeminiModel, fake: FakeGemini, connection: Connection
    ) -> None:
        fake.script(Answer(connection=connection))

        failure = failure_of(model)

        assert type(failure) is UnknownOutcomeError
        assert failure.is_billed
        assert failure.retries == 0
        assert len(fake.paid) == 1

    @pytest.mark.parametrize("answer", [Answer(delay_s=2), Answer(connection="drip")])
    def test_that_takes_too_long_may_have_been_charged(
        self, impatient: GeminiModel, fake: FakeGemini, answer: Answer
    ) -> None:
        fake.script(answer)

        failure = failure_of(impatient)

        assert type(failure) is UnknownOutcomeError
        assert "ReadTimeout" in str(failure)
        assert len(fake.paid) == 1

    def test_leaves_the_client_usable(self, model: GeminiModel, fake: FakeGemini) -> None:
        fake.script(Answer(connection="cut"), Answer(connection="reset"))
        failure_of(model)
        failure_of(model)

        assert ask(model).mime_type == "image/jpeg"

    def test_that_would_fill_the_memory_is_given_up(
        self, model: GeminiModel, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bounded_http, "MAX_ANSWER_BYTES", 1_000_000)
        fake.script(Answer(bomb_mb=50))

        failure = failure_of(model)

        assert type(failure) is UnknownOutcomeError
        assert "too large" in str(failure)

    def test_that_claims_to_be_packed_and_is_not(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(raw="{}", headers={"Content-Encoding": "gzip"}))

        assert type(failure_of(model)) is UnknownOutcomeError

    @pytest.mark.slow
    def test_that_unpacks_to_too_much_is_given_up_as_it_ships(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        bomb(150)  # it takes a while, and the answer must not be late
        fake.script(Answer(bomb_mb=150))

        assert "too large" in str(failure_of(model))

    def test_that_never_comes_may_have_been_charged(
        self, impatient: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(connection="hang"))

        failure = failure_of(impatient)

        assert type(failure) is UnknownOutcomeError
        assert failure.is_billed
        assert failure.charge is None

    def test_is_not_replaced_by_that_of_another_request(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        fake.script(Answer(), Answer(is_of_another=True), Answer())
        first = ask(model, prompt="A blue chair")

        failure = failure_of(model, prompt="A red chair")

        assert type(failure) is UnknownOutcomeError
        assert first.response_id in str(failure)
        assert ask(model, prompt="A red chair").response_id == fake.calls[2].id


class TestADeadlineThatPassed:
    def test_gives_the_model_twice_the_time_until_it_answers(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        late = refusal(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete")
        fake.script(late, late, Answer(), Answer())

        for _ in range(2):
            assert type(failure_of(model)) is TransientModelError
        for _ in range(2):
            ask(model)

        assert [call.timeout_s for call in fake.calls] == [5, 10, 10, 5]

    def test_is_of_one_model(self, client: GeminiClient, fake: FakeGemini) -> None:
        fake.script(refusal(504, "DEADLINE_EXCEEDED", "late"), Answer())
        failure_of(gemini(client))

        ask(gemini(client, "gemini-3-pro-image"))

        assert fake.calls[1].timeout_s == 5
        ask(gemini(client))  # which ends it for those after this test

    def test_ends_before_everybody_lost_patience(self, fake: FakeGemini) -> None:
        client = GeminiClient(settings_for(fake, gemini_timeout_s=600))
        fake.script(refusal(504, "DEADLINE_EXCEEDED", "late"), Answer())
        failure_of(gemini(client))

        ask(gemini(client))

        assert [call.timeout_s for call in fake.calls] == [600, 900]
        client.close()


class TestAConnection:
    def test_serves_one_request_so_that_none_is_sent_into_a_closed_one(
        self, model: GeminiModel, fake: FakeGemini
    ) -> None:
        for _ in range(3):
            ask(model)

        assert fake.connections == 3


class TestAnUnsentRequest:
    def test_costs_nothing_and_is_tried_again(self, fake: FakeGemini) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        client = GeminiClient(settings_for(fake, gemini_base_url=url))

        failure = failure_of(gemini(client))

        assert type(failure) is TransientModelError
        assert not failure.is_billed
        client.close()

    def test_says_that_the_address_is_wrong(self, fake: FakeGemini) -> None:
        client = GeminiClient(settings_for(fake, gemini_base_url="http://[nowhere"))

        failure = failure_of(gemini(client))

        assert type(failure) is InvalidRequestError
        assert "GOOGLE_GEMINI_BASE_URL" in failure.user_message
        client.close()


class TestTheClient:
    def test_is_not_turned_by_the_environment(
        self, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")
        monkeypatch.setenv("GOOGLE_API_KEY", "another")
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:1")
        monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v9")
        client = GeminiClient(settings_for(fake))

        ask(gemini(client))

        assert len(fake.paid) == 1
        client.close()

    @pytest.mark.parametrize("version", ["v1", "v1beta"])
    def test_uses_the_version_of_the_settings(self, fake: FakeGemini, version: str) -> None:
        client = GeminiClient(settings_for(fake, gemini_api_version=version))

        assert ask(gemini(client)).mime_type == "image/jpeg"
        client.close()

    def test_can_be_closed_twice_and_before_its_first_call(self, fake: FakeGemini) -> None:
        client = GeminiClient(settings_for(fake))

        client.close()
        client.close()

        with pytest.raises(RuntimeError, match="closed"):
            ask(gemini(client))
        assert fake.calls == ()
