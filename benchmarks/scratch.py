"""Throwaway services for a benchmark, on both databases."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.bootstrap import Services, build_services
from core.settings import Settings
from tests.support import databases, postgres

LABELS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def kinds() -> list[str]:
    """Return the databases that this machine has."""
    return ["sqlite", "postgresql"] if postgres.is_available() else ["sqlite"]


@contextmanager
def scratch_services(kind: str, **changes: object) -> Iterator[Services]:
    """Yield services on an empty database of the kind and an empty folder; settings may differ."""
    with (
        tempfile.TemporaryDirectory(prefix="epox-benchmark-") as folder,
        databases.database(kind, Path(folder)) as url,
    ):
        settings = Settings.model_validate(
            {"data_dir": Path(folder) / "data", "database_url": url, **changes}
        )
        services = build_services(settings)
        try:
            yield services
        finally:
            services.close()
