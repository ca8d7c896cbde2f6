"""The dry run: what a file of products would change, found out without changing anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from core.domain.categories import name_key
from core.domain.imports import (
    Import,
    ImportCounts,
    ImportField,
    ImportOptions,
    ImportStatus,
    LineOutcome,
    LineSubject,
    PlannedLine,
    ProductFacts,
    Reading,
)
from core.errors import InvalidInputError
from core.failpoints import failpoint
from core.remote.fetcher import Fetcher
from core.services.import_files import Table, local_copy
from core.services.import_pace import Pace
from core.services.import_reading import MAX_ROWS
from core.services.import_shapes import Candidate, candidates
from core.services.import_values import SIZES, ProductReader, ReadProduct
from core.services.tasks import TaskRun
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

F = ImportField
_SIZE_LEFT_OUT = "The size is left out: width, depth and height are only kept together."
_Found = ReadProduct | PlannedLine


@dataclass(frozen=True)
class Plan:
    """What one line of a file would do: a line to keep, or nothing."""

    line: PlannedLine | None
    photos: tuple[PlannedLine, ...] = ()


def plan_of(
    read: ReadProduct, facts: ProductFacts | None, options: ImportOptions
) -> PlannedLine | None:
    """Return what a product's line would do; None when that is nothing."""
    wanted, note = _kept_sizes(dict(read.values), facts)
    if facts is None:
        return _creation(read, wanted, note, options)
    wanted = _kept_categories(wanted, facts)
    changed = {
        name: value
        for name, value in wanted.items()
        if not is_same(name, facts.values[name], value)
    }
    if not changed:
        return None
    if not options.changes:
        return PlannedLine(
            read.line, LineOutcome.SKIP, read.sku, "It is there already and stays as it is."
        )
    return PlannedLine(
        read.line,
        LineOutcome.CHANGE,
        read.sku,
        note,
        product_id=facts.product_id,
        before={name: facts.values[name] for name in changed},
        after=changed,
    )


def is_same(name: str, stored: Any, wanted: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    """Say whether two values of a field are the same, as people see it."""
    if stored == wanted:
        return True
    if name == F.CATEGORY:
        return name_key(stored) == name_key(wanted)
    if name == F.OTHER_CATEGORIES:
        return sorted(map(name_key, stored)) == sorted(map(name_key, wanted))
    return False


class ImportChecker:
    """Finds out what a file of products would change, in steps that survive a kill."""

    def __init__(self, database: Database, storage: AssetStorage, fetcher: Fetcher) -> None:
        self._database = database
        self._storage = storage
        self._fetcher = fetcher

    def run(self, task: TaskRun, imported: Import, reading: Reading) -> None:
        """Write a line for all that would happen, and the counts."""
        with local_copy(self._storage, imported) as file:
            total = _line_count(file)
            done = int(task.checkpoint.get("candidates", 0))
            counts = imported.counts if done else ImportCounts()
            found = self._read_all(file, imported, reading)
            # What was told before a kill is read again for its SKUs, but not looked up again.
            for _ in islice(found, done):
                pass
            pace, is_over = Pace(), False
            while not is_over:
                with pace.measured():
                    some = tuple(islice(found, pace.lines))
                    is_over = not some
                    done += len(some)
                    counts = self._step(task, imported, some, counts, (done, total))
                failpoint("import_checked")
                task.go_on()
        with self._database.begin() as work:
            work.imports.change(imported.id, status=ImportStatus.CHECKED, counts=counts.to_json())
            task.step(work, done=done, total=done, stage="Checked")

    def _step(
        self,
        task: TaskRun,
        imported: Import,
        some: Sequence[_Found],
        counts: ImportCounts,
        progress: tuple[int, int],
    ) -> ImportCounts:
        done, total = progress
        if not some:
            return counts
        with self._database.begin() as work:
            lines, counts = self._plan(work, imported, some, counts)
            work.imports.add_lines(task.actor.workspace_id, imported.id, lines)
            work.imports.change(imported.id, counts=counts.to_json())
            failpoint("import_checking")
            task.step(
                work,
                done=done,
                total=max(total, done),
                stage="Checking lines",
                checkpoint={"is_clear": True, "candidates": done},
            )
        return counts

    def _read_all(self, file: BinaryIO, imported: Import, reading: Reading) -> Iterator[_Found]:
        rows = Table(reading.encoding, reading.delimiter).rows(file)
        next(rows)
        reader = ProductReader(reading.shape, reading.headers, imported.mapping, imported.options)
        lines_of: dict[str, int] = {}
        for number, candidate in enumerate(
            candidates(reading.shape, reading.headers, imported.mapping, rows)
        ):
            if number >= MAX_ROWS:
                raise InvalidInputError(
                    user_message=f"This file has more than {MAX_ROWS:,} products. "
                    "Please split it into several."
                )
            yield _found(reader, candidate, lines_of)

    def _plan(
        self, work: UnitOfWork, imported: Import, found: Sequence[_Found], counts: ImportCounts
    ) -> tuple[list[PlannedLine], ImportCounts]:
        read = [each for each in found if isinstance(each, ReadProduct)]
        workspace_id = imported.workspace_id
        stored = work.product_imports.facts(workspace_id, [each.sku for each in read])
        known = work.imports.known_photos(
            workspace_id,
            [stored[each.sku].product_id for each in read if each.urls and each.sku in stored],
        )
        lines: list[PlannedLine] = []
        told = dict.fromkeys(("create", "change", "same", "skip", "refuse", "photos"), 0)
        told["photos_refused"] = 0
        for each in found:
            if isinstance(each, PlannedLine):
                lines.append(each)
                told[each.outcome] += 1
                continue
            facts = stored.get(each.sku)
            line = plan_of(each, facts, imported.options)
            told["same" if line is None else line.outcome] += 1
            if line is not None:
                lines.append(line)
            if line is None or line.outcome in (LineOutcome.CREATE, LineOutcome.CHANGE):
                for photo in self._photos(each, facts, known):
                    lines.append(photo)
                    is_wanted = photo.outcome is LineOutcome.CREATE
                    told["photos" if is_wanted else "photos_refused"] += 1
        return lines, counts.plus(lines=len(found), **told)

    def _photos(
        self, read: ReadProduct, facts: ProductFacts | None, known: set[tuple[int, str]]
    ) -> Iterator[PlannedLine]:
        refused: dict[str, list[str]] = {}
        for url in read.urls:
            if facts is not None and (facts.product_id, url) in known:
                continue
            problem = self._fetcher.check(url)
            if problem:
                refused.setdefault(problem, []).append(url)
                continue
            yield PlannedLine(
                read.line,
                LineOutcome.CREATE,
                read.sku,
                subject=LineSubject.PHOTO,
                source=url,
                product_id=None if facts is None else facts.product_id,
            )
        for problem, urls in refused.items():
            more = f" ({len(urls)} addresses)" if len(urls) > 1 else ""
            yield PlannedLine(
                read.line,
                LineOutcome.REFUSE,
                read.sku,
                f"{problem}{more}",
                subject=LineSubject.PHOTO,
                source=urls[0][:500],
            )


def _found(reader: ProductReader, candidate: Candidate, lines_of: dict[str, int]) -> _Found:
    if candidate.problem:
        return PlannedLine(candidate.line, LineOutcome.REFUSE, reason=candidate.problem)
    if candidate.skipped:
        sku = " ".join(candidate.cells.get(F.SKU, ("",))[0].split())
        return _left(candidate, LineOutcome.SKIP, sku, candidate.skipped)
    try:
        read = reader.read(candidate)
    except InvalidInputError as error:
        sku = _told(candidate.cells.get(F.SKU, ("",))[0])
        return _left(candidate, LineOutcome.REFUSE, sku, error.user_message)
    first = lines_of.setdefault(read.sku, read.line)
    if first != read.line:
        reason = f"The SKU stands in line {first:,} already; only that line is taken."
        return _left(candidate, LineOutcome.REFUSE, read.sku, reason)
    return read


def _left(candidate: Candidate, outcome: LineOutcome, sku: str, reason: str) -> PlannedLine:
    """Return a line that is left out, with the name by which people know the product."""
    name = _told(" ".join(candidate.cells.get(F.NAME, ("",))[0].split()))
    return PlannedLine(candidate.line, outcome, sku, reason, source=name)


def _told(text: str) -> str:
    """Return text of a line that cannot be kept, as far as it can be shown."""
    return "".join(char if char.isprintable() else "?" for char in text[:80]).strip()


def _creation(
    read: ReadProduct, wanted: Mapping[str, Any], note: str, options: ImportOptions
) -> PlannedLine:
    if not options.creates:
        reason = "No product has this SKU, and new ones are not wanted."
        return PlannedLine(read.line, LineOutcome.SKIP, read.sku, reason)
    if not wanted.get(F.NAME):
        reason = "A new product needs a name, and this line has none."
        return PlannedLine(read.line, LineOutcome.REFUSE, read.sku, reason)
    values = {name: value for name, value in wanted.items() if value not in ("", None, [], False)}
    primary = name_key(values.get(F.CATEGORY, ""))
    others = [o for o in values.get(F.OTHER_CATEGORIES, ()) if name_key(o) != primary]
    values.pop(F.OTHER_CATEGORIES, None)
    if others:
        values[F.OTHER_CATEGORIES.value] = others
    return PlannedLine(read.line, LineOutcome.CREATE, read.sku, note, after=values)


def _kept_sizes(values: dict[str, Any], facts: ProductFacts | None) -> tuple[dict[str, Any], str]:
    """Return the values without a size of which a part would be missing, and a note about it."""
    if not any(side in values for side in SIZES):
        return values, ""
    stored: Mapping[str, Any] = {} if facts is None else facts.values
    sides = [values.get(side, stored.get(side)) for side in SIZES]
    if all(side is None for side in sides) or None not in sides:
        return values, ""
    return {name: value for name, value in values.items() if name not in SIZES}, _SIZE_LEFT_OUT


def _kept_categories(values: dict[str, Any], facts: ProductFacts) -> dict[str, Any]:
    """Return the values so that no category stands beside itself."""
    if F.CATEGORY not in values and F.OTHER_CATEGORIES not in values:
        return values
    primary = name_key(values.get(F.CATEGORY, facts.values[F.CATEGORY]))
    others = values.get(F.OTHER_CATEGORIES, facts.values[F.OTHER_CATEGORIES])
    kept = [other for other in others if name_key(other) != primary]
    return {**values, F.OTHER_CATEGORIES.value: kept}


def _line_count(file: BinaryIO) -> int:
    """Return about how many lines a file has, to show how far the work is."""
    if file.read(4) == b"PK\x03\x04":
        return 0
    count = 1
    while piece := file.read(1 << 20):
        count += piece.count(b"\n") or piece.count(b"\r")
    return count
