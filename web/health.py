"""Whether Epox is well, for load balancers: at most one look a second."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.bootstrap import VERSION, Services
from core.domain.health import Health
from web.threads import Threads

MAX_AGE_S = 1.0
PATIENCE_S = 5.0
"""Who asks gives up after some seconds; a store that hangs takes minutes."""

NO_ANSWER = Health(
    version=VERSION,
    database="does not answer in time",
    storage="does not answer in time",
    worker="unknown",
    queue_depth=0,
)
# Looks that hang are left behind, but only so many of them.
_LOOKS = 4


@dataclass
class HealthRoute:
    """Answers `/healthz`: 200 when all parts are well, else 503 and which are not.

    Why a part is not well is for the log and the administrators, not for strangers.
    """

    services: Callable[[], Services]
    patience_s: float = PATIENCE_S
    _threads: Threads = field(default_factory=partial(Threads, _LOOKS))
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _found: Health | None = None
    _found_at: float = 0.0

    async def get(self, _request: Request) -> Response:
        """Say how the parts are."""
        async with self._lock:
            if self._found is None or time.monotonic() - self._found_at > MAX_AGE_S:
                self._found = await self._look()
                self._found_at = time.monotonic()
            found = self._found
        parts = {"database": found.database, "storage": found.storage, "worker": found.worker}
        heartbeat_s = found.newest_heartbeat_s
        body: dict[str, str | float | None] = {
            "status": "ok" if found.is_ok else "failing",
            "version": found.version,
            **{name: "ok" if state == "ok" else "failing" for name, state in parts.items()},
            "workers": found.workers_alive,
            "newest_heartbeat_s": None if heartbeat_s is None else round(heartbeat_s, 1),
            "queue_depth": found.queue_depth,
            "running": found.running,
            "oldest_wait_s": round(found.oldest_wait_s, 1),
        }
        return JSONResponse(
            body, 200 if found.is_ok else 503, headers={"Cache-Control": "no-store"}
        )

    async def _look(self) -> Health:
        with anyio.move_on_after(self.patience_s):
            return await anyio.to_thread.run_sync(
                self.services().health.check,
                abandon_on_cancel=True,
                limiter=self._threads.limiter,
            )
        return NO_ANSWER
