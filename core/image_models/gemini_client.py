"""The way to Gemini: one connection pool for the process, on Google's SDK."""

from collections import OrderedDict
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.errors import ModelAuthError
from core.image_models.failures import failure_from, refusal_from, wrong_address
from core.settings import Settings

if TYPE_CHECKING:
    from google import genai
    from google.genai import types

    from core.image_models.bounded_http import BoundedClient

_GOOGLE = "https://generativelanguage.googleapis.com/"
_LONGEST_TIMEOUT_S = 900.0
_REMEMBERED_ANSWERS = 10_000


class GeminiClient:
    """One connection pool to Gemini for the whole process: made late, ended by `close`.

    Safe to call from many threads. Nothing is ever sent twice by itself. A model whose deadline
    passed is given twice the time until it answers again.
    """

    def __init__(self, settings: Settings) -> None:
        self._key = settings.gemini_api_key
        self._base_url = settings.gemini_base_url or _GOOGLE
        self._api_version = settings.gemini_api_version
        self._timeout_s = settings.gemini_timeout_s
        self._lock = Lock()
        self._http: BoundedClient | None = None
        self._sdk: genai.Client | None = None
        self._is_closed = False
        self._late_models: set[str] = set()
        self._answered: OrderedDict[str, None] = OrderedDict()

    def generate_content(
        self, model: str, parts: "list[types.Part]", config: "types.GenerateContentConfig"
    ) -> str:
        """Send one request and return the JSON of its answer, or raise an `ImageModelError`."""
        import httpx2  # noqa: PLC0415 - heavy, and the web process starts without it
        from google.genai import errors, types  # noqa: PLC0415 - likewise

        from core.image_models.bounded_http import failure_from_transport  # noqa: PLC0415 - likewise

        sdk = self._opened()
        config = config.model_copy(update={"http_options": self._options_for(model)})
        try:
            answer = sdk.models.generate_content(
                model=model, contents=types.Content(role="user", parts=parts), config=config
            )
        except errors.APIError as error:
            if error.code == HTTPStatus.GATEWAY_TIMEOUT:
                self._late_models.add(model)
            refusal = refusal_from(
                error.code,
                error.details,
                key=self._secret(),
                retry_after=error.response.headers.get("retry-after"),
            )
            # The SDK's own text holds the whole body, so it stays out of the chain.
            raise failure_from(refusal, image_model=model) from None
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise failure_from_transport(error) from error
        self._late_models.discard(model)
        return (answer.sdk_http_response and answer.sdk_http_response.body) or ""

    def prepare(self) -> None:
        """Make the client, if it is not there yet: the first time takes about a second."""
        self._opened()

    def is_first(self, response_id: str) -> bool:
        """Say whether no answer of late had this id, and remember it; none at all always passes."""
        if not response_id:
            return True
        with self._lock:
            is_known = response_id in self._answered
            self._answered[response_id] = None
            if len(self._answered) > _REMEMBERED_ANSWERS:
                self._answered.popitem(last=False)
        return not is_known

    def close(self) -> None:
        """End the connections; a later call raises `RuntimeError`."""
        with self._lock:
            self._is_closed = True
            if self._sdk:
                self._sdk.close()
            if self._http:
                self._http.close()
            self._sdk = self._http = None

    def _opened(self) -> "genai.Client":
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the way to Gemini is closed: is a worker still running?")
            if self._sdk is None:
                self._check()
                self._sdk = self._connected()
            return self._sdk

    def _connected(self) -> "genai.Client":
        from google import genai  # noqa: PLC0415 - heavy, and only a worker needs it
        from google.genai import types  # noqa: PLC0415 - likewise

        from core.image_models.bounded_http import BoundedClient  # noqa: PLC0415 - likewise

        self._http = BoundedClient(self._timeout_s)
        return genai.Client(
            api_key=self._secret(),
            enterprise=False,  # an environment variable could make it a Vertex client
            http_options=types.HttpOptions(
                base_url=self._base_url,
                api_version=self._api_version,
                timeout=max(1, round(self._timeout_s * 1000)),
                httpx_client=self._http,
            ),
        )

    def _options_for(self, model: str) -> "types.HttpOptions":
        from google.genai import types  # noqa: PLC0415 - heavy, and only a worker needs it

        timeout_s = self._timeout_s
        if model in self._late_models:
            timeout_s = max(timeout_s, min(2 * timeout_s, _LONGEST_TIMEOUT_S))
        return types.HttpOptions(timeout=max(1, round(timeout_s * 1000)))

    def _secret(self) -> str:
        return self._key.get_secret_value().strip()

    def _check(self) -> None:
        """Refuse settings at which the SDK would raise an error of no known kind."""
        key = self._secret()
        # What cannot travel in a header would be shown by the error that says so.
        if not key or not key.isascii() or not key.isprintable():
            raise ModelAuthError("GEMINI_API_KEY is empty or holds characters that no key has")
        if key.startswith("auth_tokens/"):
            raise ModelAuthError("GEMINI_API_KEY is a token for the live API, not a key")
        try:
            is_address = bool(urlsplit(self._base_url).hostname)
        except ValueError:
            is_address = False
        if not is_address:
            raise wrong_address(self._base_url)
