"""What every test has: its own database, a closed network, and a report of what was left out."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import databases, environment, network, postgres
from tests.support.browser import find_chromium

if TYPE_CHECKING:
    from core.bootstrap import Services
    from core.domain.accounts import Actor
    from core.settings import Settings
    from tests.support.pages import PageRunner

_HAS_POSTGRESQL = postgres.is_available()
_DATABASES = [
    pytest.param("sqlite"),
    *([pytest.param("postgresql", marks=pytest.mark.postgresql)] if _HAS_POSTGRESQL else []),
]
_MISSING = {
    "PostgreSQL": "not found, its tests are left out (Debian: apt-get install postgresql, or set "
    "TEST_DATABASE_URL)",
    "Chromium": "not found, its tests are left out (Debian: apt-get install chromium)",
}


def pytest_configure(config: pytest.Config) -> None:
    """Close the network and make the run's folder, before anything of ours is imported."""
    environment.clean()
    network.close()
    if not _is_worker(config):
        os.environ[environment.RUN_DIR] = tempfile.mkdtemp(prefix="epox-tests-")
    from core.settings import Settings  # noqa: PLC0415 - after the environment is clean

    Settings.model_config["env_file"] = environment.DotEnv()  # type: ignore[typeddict-item] # any PathLike does


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if not _is_worker(config):
        databases.postgres_server().stop()
        shutil.rmtree(os.environ.pop(environment.RUN_DIR))


def pytest_report_header() -> list[str]:
    """Say on what the tests run."""
    return [f"{part}: {state}" for part, state in _parts().items()]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end too what could not be tested here."""
    for part, state in _parts().items():
        if state != "found":
            terminalreporter.line(f"{part}: {state}", red=True, bold=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run; in CI that is an error."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)  # a page takes about a second, and there are many
    missing = [part for part, state in _parts().items() if state != "found"]
    if missing and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"CI must leave nothing out; missing: {', '.join(missing)}")
    if "Chromium" in missing:
        dropped = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _parts() -> dict[str, str]:
    found = {"PostgreSQL": _HAS_POSTGRESQL, "Chromium": find_chromium() is not None}
    return {part: "found" if is_found else _MISSING[part] for part, is_found in found.items()}


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fail the test that reached out, even when the code under test swallowed the refusal."""
    network.attempts.clear()
    yield
    assert network.attempts == []


@pytest.fixture(params=_DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once on SQLite and once on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """Give the test its own migrated database."""
    with databases.database(database_kind, tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """Give the test its own database without any table."""
    with databases.database(database_kind, tmp_path, migrated=False) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> "Settings":
    """Give the test settings of its own: its database, its folder, no key, no worker."""
    from core.settings import Settings  # noqa: PLC0415 - see pytest_configure

    return Settings.model_validate(
        {"data_dir": tmp_path / "data", "database_url": database_url, "worker_in_app": False}
    )


@pytest.fixture
def services(settings: "Settings") -> "Iterator[Services]":
    """Build the real services on the test's own database and files, for its screens too."""
    from core import bootstrap  # noqa: PLC0415 - so that tests of small parts start fast

    built = bootstrap.build_services(settings)
    bootstrap.install(built)
    yield built
    bootstrap.install(None)
    built.close()


@pytest.fixture
def actor(services: "Services") -> "Actor":
    """Sign up Ann, who owns a workspace, is an admin as the first of all, and is signed in."""
    from tests.support.people import signed_in  # noqa: PLC0415 - likewise

    return signed_in(services, "Ann", "ann@example.com")


@pytest.fixture
def other_actor(services: "Services", actor: "Actor") -> "Actor":
    """Sign up Ben, who owns another workspace and is no admin."""
    from tests.support.people import signed_in  # noqa: PLC0415 - likewise

    del actor  # only so that she is the first
    return signed_in(services, "Ben", "ben@example.com")


@pytest.fixture
def page(services: "Services", monkeypatch: pytest.MonkeyPatch) -> "PageRunner":
    """Give the test a way to open pages: `page("pages/gallery.py", actor)`."""
    from tests.support.pages import PageRunner  # noqa: PLC0415 - likewise

    del services  # only so that they are installed
    return PageRunner(monkeypatch)
