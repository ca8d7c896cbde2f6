"""How much a person may upload: Streamlit holds what it is sent in memory."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
AT_ONCE_BYTES = 400 * 1024 * 1024
BYTES_PER_S = 2 * 1024 * 1024

_MULTIPART_BYTES = 64 * 1024
_MAX_SESSIONS = 10_000
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class UploadAllowance:
    """Lets each session upload 400 MB at once, and two more each second."""

    clock: Callable[[], float] = time.monotonic
    _used: dict[int, tuple[float, float]] = field(default_factory=dict)

    def refusal(self, scope: Scope, session_id: int | None) -> Response | None:
        """Return why this upload is refused, or None when it may go on."""
        # How long it is must be known before it is read.
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if len(lengths) != 1 or not lengths[0].isdigit():
            return PlainTextResponse("The upload does not say how long it is.", 411, _NO_STORE)
        size_bytes = int(lengths[0][:20])
        if size_bytes > MAX_UPLOAD_BYTES + _MULTIPART_BYTES:
            return PlainTextResponse("A file may have up to 20 MB.", 413, _NO_STORE)
        wait_s = self._wait_s(session_id or 0, size_bytes)
        if wait_s > 0:
            headers = {**_NO_STORE, "Retry-After": str(math.ceil(wait_s))}
            sentence = "This is a lot at once. Please wait a moment, then upload the rest."
            return PlainTextResponse(sentence, 429, headers)
        return None

    def _wait_s(self, session_id: int, size_bytes: int) -> float:
        now = self.clock()
        used, at = self._used.pop(session_id, (0.0, now))
        used = max(0.0, used - (now - at) * BYTES_PER_S)
        too_much = used + size_bytes - AT_ONCE_BYTES
        if too_much <= 0:
            used += size_bytes
        self._used[session_id] = (used, now)  # as the last one: the first is the oldest
        while len(self._used) > _MAX_SESSIONS:
            del self._used[next(iter(self._used))]
        return max(0.0, too_much / BYTES_PER_S)
