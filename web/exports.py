"""Files that are written while they are sent: the ledger for the bookkeeping."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from core.bootstrap import Services
from core.domain.usage import UsageFilter
from core.errors import AccessDeniedError, EpoxError, InvalidInputError
from web.files import attachment
from web.gate import session_id_of
from web.threads import Threads

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_STORE = {"Cache-Control": "no-store"}
# Each piece keeps the database busy for a while, and the screens come first.
_AT_ONCE = 4


@dataclass(frozen=True)
class Exports:
    """Answers `/exports/usage.csv?since=YYYY-MM-DD&until=YYYY-MM-DD`, both days included (UTC)."""

    services: Callable[[], Services]
    _threads: Threads = field(default_factory=partial(Threads, _AT_ONCE))

    async def usage(self, request: Request) -> Response:
        """Send the ledger's lines of these days, of the workspace of whoever asks."""
        session_id = session_id_of(request.scope)
        if session_id is None:
            return _error("Please sign in.", 401)
        try:
            wanted = UsageFilter(_day(request, "since"), _day(request, "until"))
            pieces = await anyio.to_thread.run_sync(
                self._begin, session_id, wanted, limiter=self._threads.limiter
            )
        except InvalidInputError as error:
            return _error(error.user_message, 400)
        except AccessDeniedError:
            return _error("Please sign in.", 401)
        except EpoxError:
            return _error("The file cannot be made now. Please try again.", 503)
        if request.method == "HEAD":
            return Response(headers=_headers(wanted))
        return StreamingResponse(self._sent(pieces), headers=_headers(wanted))

    def _begin(self, session_id: int, wanted: UsageFilter) -> Iterator[bytes]:
        services = self.services()
        actor = services.accounts.actor_for_session(session_id)
        pieces = services.usage.export(actor, wanted)
        # The first one is read before the answer begins: what goes wrong can still be said.
        return chain([next(pieces)], pieces)

    async def _sent(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        # Starlette would read them in the threads that everything else is answered with.
        read = partial(anyio.to_thread.run_sync, next, pieces, None, limiter=self._threads.limiter)
        while (piece := await read()) is not None:
            yield piece


def _day(request: Request, name: str) -> date:
    text = request.query_params.get(name, "")
    try:
        # Python knows more ways to write a day than this one.
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as error:
        how = "Please give both days, as in since=2026-11-01&until=2026-11-30."
        raise InvalidInputError(user_message=how) from error


def _headers(wanted: UsageFilter) -> dict[str, str]:
    return {
        **_NO_STORE,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": attachment(f"epox-usage-{wanted.since}-to-{wanted.until}.csv"),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }


def _error(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status, _NO_STORE)
