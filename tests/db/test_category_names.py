"""Categories of an earlier version get names that differ by more than their case."""

from datetime import UTC, datetime

from sqlalchemy import MetaData, insert, text

from db.engine import build_engine
from db.schema import upgrade

AT = datetime(2026, 11, 1, 12, tzinfo=UTC).replace(tzinfo=None)


def test_of_two_names_that_are_one_now_the_later_gets_a_number(empty_url: str) -> None:
    upgrade(empty_url, "0002")
    engine = build_engine(empty_url)
    tables = MetaData()
    tables.reflect(engine)
    names = ("Chairs", "CHAIRS", "chairs", "chairs (2)", "Lamps", "x" * 120, "X" * 120)
    with engine.begin() as connection:
        for workspace_id in (1, 2):
            connection.execute(
                insert(tables.tables["workspaces"]),
                {"id": workspace_id, "name": "Shop", "created_at": AT},
            )
        rows = [{"workspace_id": 1, "name": name} for name in names]
        others = [{"workspace_id": 2, "name": name} for name in ("chairs", "Chairs", "Chairs (2)")]
        connection.execute(insert(tables.tables["categories"]), [*rows, *others])

    upgrade(empty_url)

    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, name_key FROM categories ORDER BY id")).all()
    engine.dispose()
    assert [name for name, _ in found] == [
        "Chairs",
        "CHAIRS (2)",
        "chairs (3)",
        "chairs (2) (2)",
        "Lamps",
        "x" * 120,
        "X" * 110 + " (2)",
        "chairs",
        "Chairs (3)",  # somebody gave the (2) by hand
        "Chairs (2)",
    ]
    assert [key for _, key in found][:3] == ["chairs", "chairs (2)", "chairs (3)"]
