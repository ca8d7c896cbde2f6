"""An HTTP client whose answers always end. Imported late: httpx2 is heavy."""

import time

import httpx2

from core.errors import ImageModelError, TransientModelError, UnknownOutcomeError
from core.image_models.failures import wrong_address
from core.image_models.texts import logged

MAX_ANSWER_BYTES = 128 * 1024 * 1024
_UNSENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.WriteTimeout,
)
_OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding"}


class BoundedClient(httpx2.Client):
    """A client whose answers end: after a time, and before they fill the memory.

    httpx2's own timeout starts anew at each byte, and it unpacks whatever comes. No redirect is
    followed, since the key would go along to wherever that leads. Each request has a connection of
    its own: one that was kept may be closed by the other side while a request is on its way, and
    then nobody knows whether it was paid.
    """

    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            timeout=timeout_s,
            follow_redirects=False,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )
        self._timeout_s = timeout_s

    def send(
        self,
        request: httpx2.Request,
        *,
        stream: bool = False,
        auth: object = None,
        follow_redirects: object = None,
    ) -> httpx2.Response:
        """Send the request and return its whole answer, read; the options change nothing."""
        del stream, auth, follow_redirects
        allowed_s = request.extensions.get("timeout", {}).get("read") or self._timeout_s
        deadline = time.monotonic() + allowed_s
        answer = super().send(request, stream=True)
        try:
            content = _read(answer, deadline)
        finally:
            answer.close()
        return httpx2.Response(
            answer.status_code,
            headers=[pair for pair in answer.headers.items() if pair[0] not in _OF_THE_WIRE],
            content=content,
            request=request,
            extensions=answer.extensions,
        )


def failure_from_transport(error: Exception) -> ImageModelError:
    """Tell a request that never left from one whose answer was lost."""
    detail = f"{type(error).__name__}: {logged(str(error))}"
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return wrong_address(detail)
    return (
        TransientModelError(detail) if isinstance(error, _UNSENT) else UnknownOutcomeError(detail)
    )


def _read(answer: httpx2.Response, deadline: float) -> bytes:
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > MAX_ANSWER_BYTES:
            raise httpx2.DecodingError("the answer is too large")
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("the answer did not end in time")
    return bytes(content)
