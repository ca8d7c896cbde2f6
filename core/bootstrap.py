"""Wiring: builds every part once and hands out the services."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.image_models.registry import ImageModels, image_models_from
from core.imaging.base import ImageGate
from core.imaging.gate import SubprocessImageGate
from core.jobs.worker import Worker
from core.repositories.generation_queue import GenerationQueue
from core.services.accounts import AccountService
from core.services.assets import AssetService
from core.services.collections import CollectionService
from core.services.dashboard import DashboardService
from core.services.generation import GenerationService
from core.services.health import HealthService
from core.services.products import ProductService
from core.services.references import ReferenceReader
from core.services.slot_runs import Pace, SlotRunService
from core.settings import Settings
from core.storage.base import AssetStorage
from core.storage.factory import storage_from
from core.storage.local import LocalAssetStorage
from core.storage.spool import Spool
from core.unit_of_work import Database
from db.engine import build_engine

VERSION = "0.1.0"


@dataclass(frozen=True)
class Parts:
    """What the services and the workers stand on; `close` ends it all."""

    settings: Settings
    database: Database
    storage: AssetStorage
    gate: ImageGate
    models: ImageModels
    spool: Spool

    def close(self) -> None:
        """Close the connections and end the child processes."""
        self.models.close()
        self.gate.close()
        self.database.dispose()


@dataclass(frozen=True)
class Services:
    """Everything a screen may call."""

    parts: Parts
    accounts: AccountService
    products: ProductService
    collections: CollectionService
    assets: AssetService
    generation: GenerationService
    dashboard: DashboardService
    health: HealthService

    def close(self) -> None:
        """Close what the services stand on."""
        self.parts.close()


def build_parts(settings: Settings) -> Parts:
    """Return the parts for these settings; nothing is opened before its first use."""
    url = settings.sqlalchemy_url
    return Parts(
        settings=settings,
        database=Database(build_engine(url), GenerationQueue(url)),
        storage=storage_from(settings),
        gate=SubprocessImageGate(),
        models=image_models_from(settings),
        spool=Spool(LocalAssetStorage(settings.data_dir / "spool")),
    )


def build_services(settings: Settings) -> Services:
    """Return the services for these settings."""
    return services_on(build_parts(settings))


def services_on(parts: Parts) -> Services:
    """Return the services that stand on these parts."""
    assets = AssetService(parts.database, parts.storage, parts.gate)
    return Services(
        parts=parts,
        accounts=AccountService(parts.database, parts.settings),
        products=ProductService(parts.database, assets),
        collections=CollectionService(parts.database),
        assets=assets,
        generation=GenerationService(
            parts.database, parts.models, threads=parts.settings.worker_threads
        ),
        dashboard=DashboardService(parts.database),
        health=HealthService(parts.database, parts.storage, VERSION),
    )


def slot_runs_on(
    services: Services, *, pause: Callable[[float], None] = time.sleep
) -> SlotRunService:
    """Return the steps in which pictures are made for these services."""
    parts = services.parts
    return SlotRunService(
        parts.database,
        parts.models,
        services.assets,
        parts.gate,
        parts.spool,
        ReferenceReader(parts.database, parts.storage),
        Pace(parts.settings.worker_threads, pause),
    )


def worker_on(services: Services) -> Worker:
    """Return a worker, not yet started, that makes the pictures for these services."""
    parts = services.parts
    # Those that cannot be used too: what waits for them has to be told so.
    model_ids = list(parts.models.known_ids)
    return Worker(parts.settings, parts.database, slot_runs_on(services), model_ids)


_installed: Services | None = None


def install(services: Services | None) -> None:
    """Make these the services of this process; None when they are closed."""
    global _installed  # noqa: PLW0603 - one set of services a process is the point
    _installed = services


def installed() -> Services:
    """Return the services of this process, or raise `RuntimeError` before the server started."""
    if _installed is None:
        raise RuntimeError("the services are not installed: is the server's lifespan running?")
    return _installed
