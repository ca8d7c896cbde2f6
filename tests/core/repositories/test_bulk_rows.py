"""Adding thousands of rows: what a column cannot hold is refused as by every other statement."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.imports import LineOutcome, PlannedLine
from core.errors import InvalidInputError
from tests.support.importing import csv_bytes


def test_refuses_text_that_no_column_can_hold(
    services: Services, actor: Actor, database_kind: str
) -> None:
    # SQLite keeps null characters; half a surrogate pair neither does.
    text = "half a pair: \ud800" if database_kind == "sqlite" else "null: \0"
    begun = services.imports.begin(actor, "p.csv", csv_bytes([["sku", "name"], ["A", "x"]]))
    line = PlannedLine(2, LineOutcome.REFUSE, "A", text)

    with pytest.raises(InvalidInputError), services.parts.database.begin() as work:
        work.imports.add_lines(actor.workspace_id, begun.id, [line])

    assert services.imports.lines(actor, begun.id).items == ()
