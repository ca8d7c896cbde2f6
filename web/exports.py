"""Files that are written while they are sent: the ledger, and products to take elsewhere."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from pathlib import PurePath

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.exports import ExportFormat
from core.domain.imports import LineOutcome
from core.domain.products import ProductFilter, ProductSort
from core.domain.usage import UsageFilter
from core.errors import (
    AccessDeniedError,
    EpoxError,
    InvalidInputError,
    NotFoundError,
)
from web.files import attachment
from web.gate import session_id_of
from web.threads import Threads

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile(r"[1-9][0-9]{0,17}")
_NO_WORD = re.compile(r"[\W_]+")
_MAX_SLUG_CHARS = 60
_OUTCOMES = {"": None, **{outcome.value: outcome for outcome in LineOutcome}}
_NO_STORE = {"Cache-Control": "no-store"}
# Each piece keeps the database busy for a while, and the screens come first.
_AT_ONCE = 4


@dataclass(frozen=True)
class _File:
    """What is sent: the name to save it under, what it is, and its pieces."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


_MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
}


@dataclass(frozen=True)
class Exports:
    """Answers what is under `/exports/`, each file for the members of its workspace."""

    services: Callable[[], Services]
    _threads: Threads = field(default_factory=partial(Threads, _AT_ONCE))

    async def usage(self, request: Request) -> Response:
        """Send the ledger's lines from `since` to `until`, both included (UTC)."""
        return await self._send(request, _usage)

    async def products(self, request: Request) -> Response:
        """Send the products of a list: its address has the same query as the list's page.

        Or the chosen ones with `ids=1,2,3`; `collection` alone is the products of a collection.
        """
        return await self._send(request, _products)

    async def import_lines(self, request: Request) -> Response:
        """Send the lines of an import, all or those of one outcome, each with its reason."""
        return await self._send(request, _import_lines)

    async def _send(
        self, request: Request, begin: Callable[[Services, Actor, Request], _File]
    ) -> Response:
        session_id = session_id_of(request.scope)
        if session_id is None:
            return _error("Please sign in.", 401)
        try:
            file = await anyio.to_thread.run_sync(
                self._begun, session_id, request, begin, limiter=self._threads.limiter
            )
        except EpoxError as error:
            return _refusal(error)
        if request.method == "HEAD":
            return Response(headers=_headers(file))
        return StreamingResponse(self._sent(file.pieces), headers=_headers(file))

    def _begun(
        self,
        session_id: int,
        request: Request,
        begin: Callable[[Services, Actor, Request], _File],
    ) -> _File:
        services = self.services()
        file = begin(services, services.accounts.actor_for_session(session_id), request)
        # The first one is read before the answer begins: what goes wrong can still be said.
        return replace(file, pieces=chain([next(file.pieces)], file.pieces))

    async def _sent(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        # Starlette would read them in the threads that everything else is answered with.
        read = partial(anyio.to_thread.run_sync, next, pieces, None, limiter=self._threads.limiter)
        while (piece := await read()) is not None:
            yield piece


def _usage(services: Services, actor: Actor, request: Request) -> _File:
    wanted = UsageFilter(_day(request, "since"), _day(request, "until"))
    name = f"epox-usage-{wanted.since}-to-{wanted.until}.csv"
    return _File(name, _MEDIA_TYPES[ExportFormat.CSV], services.usage.export(actor, wanted))


def _products(services: Services, actor: Actor, request: Request) -> _File:
    file_format = _format(request)
    query = dict(request.query_params)
    if "ids" in query:
        what, pieces = "chosen-products", services.exports.chosen(actor, file_format, _ids(query))
    else:
        wanted = ProductFilter.from_query(query)
        what = "products"
        if wanted.collection_id is not None:
            what = _slug(services.collections.get(actor, wanted.collection_id).name) or what
        sort = ProductSort.of(query.get("sort", ""))
        pieces = services.exports.products(actor, file_format, wanted, sort=sort)
    name = f"{what}-{datetime.now(UTC):%Y-%m-%d}.{file_format}"
    return _File(name, _MEDIA_TYPES[file_format], pieces)


def _import_lines(services: Services, actor: Actor, request: Request) -> _File:
    text, wanted = request.query_params.get("import", ""), request.query_params.get("outcome", "")
    if not _ID.fullmatch(text) or wanted not in _OUTCOMES:
        raise NotFoundError("no lines of an import are called so")
    outcome = _OUTCOMES[wanted]
    item = services.imports.get(actor, int(text))
    lines = services.imports.line_csv(actor, item.id, outcome)
    name = f"{_slug(PurePath(item.file_name).stem) or 'import'}-{wanted or 'lines'}.csv"
    return _File(name, _MEDIA_TYPES[ExportFormat.CSV], (line.encode() for line in lines))


def _format(request: Request) -> ExportFormat:
    try:
        return ExportFormat(request.path_params["file_format"])
    except ValueError as error:
        raise NotFoundError(str(error)) from error


def _ids(query: Mapping[str, str]) -> list[int]:
    ids = query["ids"].split(",")
    if not all(map(_ID.fullmatch, ids)):
        raise InvalidInputError(user_message="Please name the products, as in ids=1,2,3.")
    return [int(text) for text in ids]


def _slug(name: str) -> str:
    return _NO_WORD.sub("-", name.casefold()).strip("-")[:_MAX_SLUG_CHARS]


def _day(request: Request, name: str) -> date:
    text = request.query_params.get(name, "")
    try:
        # Python knows more ways to write a day than this one.
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as error:
        how = "Please give both days, as in since=2026-11-01&until=2026-11-30."
        raise InvalidInputError(user_message=how) from error


def _headers(file: _File) -> dict[str, str]:
    return {
        **_NO_STORE,
        "Content-Type": file.media_type,
        "Content-Disposition": attachment(file.name),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }


def _refusal(error: EpoxError) -> Response:
    if isinstance(error, InvalidInputError):
        return _error(error.user_message, 400)
    if isinstance(error, AccessDeniedError):
        return _error("Please sign in.", 401)
    if isinstance(error, NotFoundError):
        return _error("Not found.", 404)
    return _error("The file cannot be made now. Please try again.", 503)


def _error(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status, _NO_STORE)
