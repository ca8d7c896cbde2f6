"""A healthy store has no findings, and each fault in the rows is found by its code."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.domain.upkeep import Finding, Severity
from core.repositories.invariants import INVARIANTS
from tests.support.databases import database
from tests.support.faults import ENGINE_FAULTS, ROW_FAULTS, SCHEMA_FAULTS, Fault, execute
from tests.support.populated import Populated, Upkeep, populate, upkeep_on


@pytest.fixture
def upkeep(database_url: str, tmp_path: Path) -> Iterator[Upkeep]:
    with upkeep_on(database_url, tmp_path) as built:
        yield built


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Upkeep]:
    with database("sqlite", tmp_path) as url, upkeep_on(url, tmp_path) as built:
        yield built


def each(faults: Sequence[Fault]) -> pytest.MarkDecorator:
    names = [f"{number}-{fault.code}" for number, fault in enumerate(faults)]
    return pytest.mark.parametrize("fault", faults, ids=names)


def codes(found: Sequence[Finding]) -> set[str]:
    return {finding.code for finding in found}


def found_after(upkeep: Upkeep, fault: Fault) -> tuple[Finding, ...]:
    fault.plant(upkeep, populate(upkeep, files=False))
    return upkeep.integrity.check(files=False)


class TestHealthy:
    def test_an_empty_store_has_no_findings(self, upkeep: Upkeep) -> None:
        assert upkeep.integrity.check() == ()

    def test_a_populated_store_has_no_findings(self, upkeep: Upkeep) -> None:
        populate(upkeep)

        assert upkeep.integrity.check(decode=True) == ()

    def test_a_person_may_lose_as_many_answers_as_they_asked_for(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep, files=False)
        [twice] = [fault for fault in ROW_FAULTS if fault.code == "unknown_too_often"]
        twice.plant(upkeep, rows)
        execute(
            upkeep,
            rows,
            "INSERT INTO slot_events (workspace_id, slot_id, attempt, kind, detail, at)"
            " SELECT workspace_id, slot_id, attempt, 'queued', detail, at FROM slot_events"
            " WHERE slot_id = :lost_0 AND kind = 'failed'",
            "UPDATE generation_slots SET status = 'queued', finished_at = NULL WHERE id = :lost_0",
            "UPDATE generation_jobs SET status = 'queued', finished_at = NULL,"
            " paused_at = created_at WHERE id = :lost",
        )

        assert upkeep.integrity.check(files=False) == ()


@pytest.mark.slow
class TestFaults:
    @each(ROW_FAULTS)
    def test_finds_what_is_wrong_with_the_rows(self, upkeep: Upkeep, fault: Fault) -> None:
        assert fault.code in codes(found_after(upkeep, fault))

    @each(SCHEMA_FAULTS)
    def test_finds_what_is_wrong_with_the_schema(self, upkeep: Upkeep, fault: Fault) -> None:
        assert fault.code in codes(found_after(upkeep, fault))

    @pytest.mark.parametrize("number", range(4))
    def test_finds_what_is_wrong_below_the_rows(self, upkeep: Upkeep, number: int) -> None:
        fault = ENGINE_FAULTS[upkeep.engine.dialect.name][number]

        assert fault.code in codes(found_after(upkeep, fault))

    def test_finds_that_the_file_of_sqlite_is_torn(self, on_sqlite: Upkeep, tmp_path: Path) -> None:
        populate(on_sqlite, files=False)
        execute(on_sqlite, Populated(), "PRAGMA wal_checkpoint(TRUNCATE)")
        on_sqlite.engine.dispose()
        with (tmp_path / "epox.db").open("r+b") as file:
            for page in range(20, 60):
                file.seek(page * 4096)
                file.write(b"\xa5" * 4096)

        assert codes(on_sqlite.integrity.check(files=False)) & {"page_damaged", "query_failed"}

    def test_every_invariant_was_broken_above(self) -> None:
        planted = {fault.code for fault in ROW_FAULTS}

        assert {invariant.code for invariant in INVARIANTS} == planted - {"parent_missing"}

    def test_a_finding_names_its_row_in_a_sentence(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep, files=False)
        execute(upkeep, rows, "UPDATE assets SET slot_id = NULL WHERE id = :picture_done_0")

        found = {finding.code: finding for finding in upkeep.integrity.check(files=False)}

        assert found["job_done_without_pictures"] == Finding(
            "job_done_without_pictures",
            Severity.ERROR,
            f"job {rows['done']}",
            "It is done, but has 1 of 2 pictures.",
        )

    def test_what_waits_for_its_turn_is_no_finding(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep, files=False)
        execute(upkeep, rows, "UPDATE generation_jobs SET paused_at = NULL WHERE id = :queued")

        assert upkeep.integrity.check(files=False) == ()

    def test_what_only_waits_is_a_warning(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep, files=False)
        [waits] = [fault for fault in ROW_FAULTS if fault.code == "slot_waits"]
        waits.plant(upkeep, rows)

        found = upkeep.integrity.check(files=False)

        assert [(finding.code, finding.severity) for finding in found] == [
            ("slot_waits", Severity.WARNING)
        ] * 2
