from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import StatementError

from db.tables import WorkspaceRow


class TestUtcDateTime:
    def test_gives_a_moment_of_any_zone_back_in_utc(self, engine: Engine) -> None:
        noon_in_delhi = datetime(2026, 3, 1, 12, 0, 0, 123456, timezone(timedelta(hours=5.5)))
        with engine.begin() as connection:
            connection.execute(insert(WorkspaceRow).values(name="A", created_at=noon_in_delhi))

        with engine.connect() as connection:
            found = connection.scalar(select(WorkspaceRow.created_at))

        assert found == noon_in_delhi
        assert found is not None
        assert found.tzinfo is UTC

    def test_refuses_a_moment_without_a_zone(self, engine: Engine) -> None:
        naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - what is refused

        with (
            pytest.raises(StatementError, match="needs its time zone"),
            engine.begin() as connection,
        ):
            connection.execute(insert(WorkspaceRow).values(name="A", created_at=naive))
