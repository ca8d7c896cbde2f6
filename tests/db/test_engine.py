from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from db.engine import READ_ONLY, build_engine
from db.tables import CategoryRow, WorkspaceRow

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _add_workspace(engine: Engine, name: str = "Oak & Linen") -> int:
    with engine.begin() as connection:
        made = connection.execute(
            insert(WorkspaceRow).values(name=name, created_at=NOW).returning(WorkspaceRow.id)
        )
        return int(made.scalar_one())


class TestSqlite:
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 1), ("busy_timeout", 30000), ("foreign_keys", 1)],
    )
    def test_is_configured_on_every_connection(
        self, tmp_path: Path, pragma: str, value: str | int
    ) -> None:
        engine = build_engine(f"sqlite:///{tmp_path / 'epox.db'}")

        both = [engine.raw_connection(), engine.raw_connection()]
        found = {one.cursor().execute(f"PRAGMA {pragma}").fetchone()[0] for one in both}

        for connection in both:
            connection.close()
        engine.dispose()
        assert found == {value}

    def test_lets_readers_read_while_one_writes(self, tmp_path: Path) -> None:
        engine = build_engine(f"sqlite:///{tmp_path / 'epox.db'}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE chairs (name TEXT)"))
        reading = engine.execution_options(**{READ_ONLY: True})

        with engine.begin() as writer, reading.connect() as reader:
            writer.execute(text("INSERT INTO chairs VALUES ('oak')"))
            seen = reader.scalar(text("SELECT count(*) FROM chairs"))

        engine.dispose()
        assert seen == 0


class TestBothDatabases:
    def test_four_writers_that_read_first_lose_no_write(self, engine: Engine) -> None:
        workspace_id = _add_workspace(engine, "0")

        def count_up(_: int) -> None:
            for _ in range(25):
                with engine.begin() as connection:
                    # Reading first is what makes SQLite say "database is locked" when it is
                    # set up carelessly; the lock is what makes the sum right on PostgreSQL.
                    name = connection.scalar(
                        select(WorkspaceRow.name)
                        .where(WorkspaceRow.id == workspace_id)
                        .with_for_update()
                    )
                    connection.execute(update(WorkspaceRow).values(name=str(int(name or 0) + 1)))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count_up, range(4)))

        with engine.connect() as connection:
            assert connection.scalar(select(WorkspaceRow.name)) == "100"

    def test_refuses_a_row_that_belongs_to_nothing(self, engine: Engine) -> None:
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(insert(CategoryRow).values(workspace_id=12345, name="Chairs"))

    def test_never_gives_an_id_twice(self, engine: Engine) -> None:
        first = _add_workspace(engine)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM workspaces"))

        second = _add_workspace(engine)

        assert second > first

    def test_takes_back_a_new_table_when_the_transaction_is_rolled_back(
        self, engine: Engine
    ) -> None:
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE chairs (name TEXT)"))
            connection.rollback()

        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE chairs (name TEXT)"))
            assert connection.scalar(select(func.count()).select_from(text("chairs"))) == 0
