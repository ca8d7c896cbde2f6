"""Google's Gemini text models, as the adapter behind the vision seam."""

from typing import TYPE_CHECKING

from core.errors import UnknownOutcomeError
from core.image_models.gemini_client import GeminiClient
from core.image_models.vision import VisionAnswer, VisionQuestion, VisionRow

if TYPE_CHECKING:
    from google.genai import types


class GeminiVisionModel:
    """One Gemini text model that looks at pictures; it shares the client of the image models."""

    def __init__(self, row: VisionRow, client: GeminiClient) -> None:
        self._row = row
        self._client = client

    @property
    def row(self) -> VisionRow:
        """Return what the model costs and may say."""
        return self._row

    def prepare(self) -> None:
        """Load Google's SDK and make its client; a wrong address raises `InvalidRequestError`."""
        self._client.prepare()

    def ask(self, question: VisionQuestion) -> VisionAnswer:
        """Return the answer's text, or raise an `ImageModelError`."""
        from google.genai import types  # noqa: PLC0415 - heavy, and the web process starts without it

        parts = [
            types.Part.from_bytes(data=question.picture, mime_type=question.mime_type),
            types.Part.from_text(text=question.prompt),
        ]
        body = self._client.generate_content(self._row.id, parts, _config(self._row, question))
        # The models of the answer take a tenth of a second to build, at every start.
        from core.image_models.answers import read_words  # noqa: PLC0415

        answer = read_words(body, self._row)
        if not self._client.is_first(answer.response_id):
            # Somebody between us and Google mixed them up, and where ours went nobody knows.
            raise UnknownOutcomeError(f"an earlier request has the answer {answer.response_id}")
        return answer


def _config(row: VisionRow, question: VisionQuestion) -> "types.GenerateContentConfig":
    from google.genai import types  # noqa: PLC0415 - heavy, and the web process starts without it

    return types.GenerateContentConfig(
        response_mime_type="application/json",
        response_json_schema=dict(question.schema),
        max_output_tokens=row.max_output_tokens,
        store=False,  # Google would keep prompts and photos otherwise
        should_return_http_response=True,  # the answer is read by `answers`, and says why
        automatic_continuation=False,  # it would send further requests, each paid
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
