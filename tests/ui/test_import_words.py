"""What an import would do, did and took back, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.imports import (
    Import,
    ImportCounts,
    ImportKind,
    ImportOptions,
    ImportStatus,
)
from core.domain.tasks import Task, TaskStatus
from ui.components.import_words import (
    done_sentences,
    encoding_label,
    field_label,
    progress_words,
    summary,
    undone_sentences,
    value_words,
)

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def item(
    status: ImportStatus,
    *,
    kind: ImportKind = ImportKind.PRODUCTS,
    stage: ImportStatus | None = None,
    **counts: int,
) -> Import:
    return Import(
        id=1,
        workspace_id=1,
        kind=kind,
        status=status,
        stage=stage or status,
        file_name="chairs.csv",
        size_bytes=1,
        task_id=None,
        failure=None,
        options=ImportOptions(),
        mapping={},
        counts=ImportCounts(**counts),
        created_by="Ann",
        created_at=NOON,
        finished_at=None,
        undone_at=None,
    )


def task(*, done: int = 0, total: int = 0, started: bool = True, asked: bool = False) -> Task:
    return Task(
        id=1,
        kind="import",
        title="Import",
        payload={},
        status=TaskStatus.RUNNING,
        stage="Reading",
        done=done,
        total=total,
        result={},
        failure=None,
        created_by="Ann",
        created_at=NOON,
        started_at=NOON - timedelta(seconds=10) if started else None,
        finished_at=None,
        cancel_asked_at=NOON if asked else None,
    )


class TestSummary:
    def test_says_nothing_before_the_check(self) -> None:
        assert summary(item(ImportStatus.NEW)) == ""
        assert summary(item(ImportStatus.CHECKING, create=3)) == ""

    def test_says_what_a_table_would_do(self) -> None:
        checked = item(ImportStatus.CHECKED, create=1200, change=2, same=3, refuse=1, photos=1)

        assert summary(checked) == (
            "1,200 new · 2 would change · 3 the same · 1 refused · 1 photo to fetch"
        )

    def test_says_what_photos_would_do(self) -> None:
        checked = item(ImportStatus.CHECKED, kind=ImportKind.PHOTOS, photos=2, refuse=1)

        assert summary(checked) == "2 photos would be added · 1 refused"

    def test_says_what_was_done_before_it_was_cancelled(self) -> None:
        cancelled = item(ImportStatus.CANCELLED, stage=ImportStatus.RUNNING, created=1, create=9)

        assert summary(cancelled) == "1 product added"

    def test_says_what_was_taken_back(self) -> None:
        undone = item(ImportStatus.UNDONE, stage=ImportStatus.UNDOING, created=2, trashed=1, kept=1)

        assert summary(undone) == (
            "1 product put in the trash · 1 product kept, changed by somebody since"
        )


class TestSentences:
    def test_add_up_what_was_refused_of_photos(self) -> None:
        done = item(
            ImportStatus.DONE, kind=ImportKind.PHOTOS, photos_added=2, photos_refused=1, refuse=1
        )

        assert done_sentences(done) == ["2 photos added.", "2 photos refused."]

    def test_say_when_nothing_happened(self) -> None:
        assert done_sentences(item(ImportStatus.DONE)) == [
            "The file changed nothing: all of it was there already."
        ]
        assert undone_sentences(ImportCounts()) == ["There was nothing to take back."]


class TestProgressWords:
    def test_say_how_far_it_is_and_how_long_it_takes(self) -> None:
        words = progress_words(task(done=1200, total=20_000), "lines", 41.0)

        assert words == "Reading · 1,200 of 20,000 lines · about 41 s left"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (task(started=False), "Waiting for its turn ..."),
            (task(done=1, total=2, asked=True), "Stopping at the next step ..."),
            (task(), "Reading"),
            (task(done=7), "Reading · 7 lines"),
        ],
    )
    def test_say_what_is_known(self, given: Task, words: str) -> None:
        assert progress_words(given, "lines", None) == words


class TestValues:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (None, "–"),  # noqa: RUF001 - a dash is meant
            ("", "–"),  # noqa: RUF001 - likewise
            ([], "–"),  # noqa: RUF001 - likewise
            (["oak", "elm"], "oak, elm"),
            (True, "yes"),
            (249, "249"),
            ("x" * 200, "x" * 160 + " ..."),
        ],
    )
    def test_are_shown_as_people_read_them(self, value: object, words: str) -> None:
        assert value_words(value) == words

    def test_have_a_label_for_each_field(self) -> None:
        assert field_label("other_categories") == "Other categories"
        assert field_label("unknown") == "unknown"

    @pytest.mark.parametrize(
        ("encoding", "label"),
        [("utf-8-sig", "UTF-8"), ("utf_16", "UTF-16"), ("cp1252", "Western European (Latin-1)")],
    )
    def test_call_an_encoding_by_its_name(self, encoding: str, label: str) -> None:
        assert encoding_label(encoding) == label
