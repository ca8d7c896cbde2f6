"""Wiring: builds every part once and hands out the services."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.domain.queueing import ModelLimits
from core.image_models.prices import gemini_rows
from core.image_models.registry import ImageModels, image_models_from
from core.imaging.base import ImageGate
from core.imaging.bench import PREVIEW_CPU_S, PREVIEW_SILENCE_S, ToolBench
from core.imaging.gate import SubprocessImageGate
from core.jobs.locks import WorkerLocks
from core.jobs.worker import Worker, WorkerParts
from core.remote.fetcher import Fetcher, FetchRules
from core.remote.unsplash import UnsplashClient
from core.services.accounts import AccountService
from core.services.analyses import AnalysisService
from core.services.analysis_tasks import ANALYSE, AnalysisTask
from core.services.assets import AssetService
from core.services.backups import BackupService
from core.services.brand_kits import BrandKitService
from core.services.budgets import BudgetService
from core.services.cascade import CascadeService
from core.services.categories import CategoryService
from core.services.collections import CollectionService
from core.services.comments import CommentService
from core.services.composites import Composites
from core.services.dashboard import DashboardService
from core.services.edits import EditService
from core.services.exports import ExportService
from core.services.garbage import GarbageService
from core.services.generation import GenerationService
from core.services.health import HealthService
from core.services.image_tool_tasks import ImageToolParts, ImageToolTask
from core.services.image_tools import IMAGE_TOOLS, ImageToolService
from core.services.import_tasks import ImportParts, import_handlers
from core.services.imports import ImportService
from core.services.inspiration import InspirationService
from core.services.integrity import IntegrityService
from core.services.job_control import JobControlService
from core.services.lineage import LineageService
from core.services.looks import MEASURE_LOOKS, LookService, MeasureLooksTask
from core.services.masks import MaskService
from core.services.model_states import ModelStateService
from core.services.notices import NoticeService
from core.services.photo_checks import CHECK_PHOTOS, PhotoCheckService, PhotoCheckTask
from core.services.picture_export_tasks import EXPORT_PICTURES, PictureExportTask
from core.services.picture_exports import PictureExportService
from core.services.presets import PresetService
from core.services.products import ProductService
from core.services.queue import QueueService
from core.services.references import ReferenceReader
from core.services.reviews import ReviewService
from core.services.saved_views import SavedViewService
from core.services.share_links import ShareLinkService
from core.services.share_visits import ShareVisitService
from core.services.shots import ShotService
from core.services.slot_claims import SlotClaimService
from core.services.slot_endings import SlotEndings
from core.services.slot_runs import SlotRunService, Tools
from core.services.studio_sessions import StudioSessionService
from core.services.tasks import TaskHandler, TaskRunService, TaskService
from core.services.trash import EMPTY_TRASH, EmptyTrashTask, TrashService
from core.services.usage import UsageService
from core.services.workers import WorkerService
from core.services.workspace_queues import WorkspaceQueueService
from core.settings import Settings
from core.storage.base import AssetStorage
from core.storage.factory import storage_from
from core.storage.spool import Spool
from core.unit_of_work import Database
from db.engine import build_engine

VERSION = "0.4.0"


@dataclass(frozen=True)
class Parts:
    """What the services and the workers stand on; `close` ends it all."""

    settings: Settings
    database: Database
    storage: AssetStorage
    gate: ImageGate
    models: ImageModels
    spool: Spool
    bench: ToolBench
    preview_bench: ToolBench
    edit_bench: ToolBench
    mask_bench: ToolBench

    def close(self) -> None:
        """Close the connections and end the child processes."""
        self.models.close()
        self.gate.close()
        self.bench.close()
        self.preview_bench.close()
        self.edit_bench.close()
        self.mask_bench.close()
        self.database.dispose()


@dataclass(frozen=True)
class Services:
    """Everything a screen may call."""

    parts: Parts
    accounts: AccountService
    products: ProductService
    categories: CategoryService
    collections: CollectionService
    shots: ShotService
    assets: AssetService
    saved_views: SavedViewService
    reviews: ReviewService
    comments: CommentService
    lineage: LineageService
    generation: GenerationService
    cascade: CascadeService
    presets: PresetService
    brand_kits: BrandKitService
    studio_sessions: StudioSessionService
    job_control: JobControlService
    budgets: BudgetService
    usage: UsageService
    model_states: ModelStateService
    queue: QueueService
    workspace_queues: WorkspaceQueueService
    notices: NoticeService
    integrity: IntegrityService
    garbage: GarbageService
    backups: BackupService
    dashboard: DashboardService
    exports: ExportService
    picture_exports: PictureExportService
    health: HealthService
    tasks: TaskService
    imports: ImportService
    photo_checks: PhotoCheckService
    trash: TrashService
    inspiration: InspirationService
    image_tools: ImageToolService
    edits: EditService
    looks: LookService
    share_links: ShareLinkService
    share_visits: ShareVisitService
    analyses: AnalysisService

    def close(self) -> None:
        """Close what the services stand on."""
        self.parts.close()


def build_parts(settings: Settings) -> Parts:
    """Return the parts for these settings; nothing is opened before its first use."""
    url = settings.sqlalchemy_url
    return Parts(
        settings=settings,
        database=Database(build_engine(url)),
        storage=storage_from(settings),
        gate=SubprocessImageGate(),
        models=image_models_from(settings),
        spool=Spool(settings.data_dir / "spool"),
        bench=ToolBench(),
        preview_bench=ToolBench(
            keeps_canvases=True, cpu_s=PREVIEW_CPU_S, silence_s=PREVIEW_SILENCE_S
        ),
        edit_bench=ToolBench(),
        mask_bench=ToolBench(cpu_s=PREVIEW_CPU_S, silence_s=PREVIEW_SILENCE_S),
    )


def build_services(settings: Settings) -> Services:
    """Return the services for these settings."""
    return services_on(build_parts(settings))


def services_on(parts: Parts) -> Services:
    """Return the services that stand on these parts."""
    assets = AssetService(parts.database, parts.storage, parts.gate)
    products = ProductService(parts.database, assets)
    return Services(
        parts=parts,
        accounts=AccountService(parts.database, parts.settings),
        products=products,
        categories=CategoryService(parts.database),
        collections=CollectionService(parts.database),
        shots=ShotService(parts.database),
        assets=assets,
        saved_views=SavedViewService(parts.database),
        reviews=ReviewService(parts.database),
        comments=CommentService(parts.database),
        lineage=LineageService(parts.database),
        generation=GenerationService(
            parts.database,
            parts.models,
            calls_at_once=parts.settings.worker_threads,
            limits=_limits_of(parts.settings),
        ),
        cascade=CascadeService(parts.database),
        presets=PresetService(parts.database),
        brand_kits=BrandKitService(parts.database),
        studio_sessions=StudioSessionService(parts.database),
        job_control=JobControlService(parts.database, parts.models),
        budgets=BudgetService(parts.database),
        usage=UsageService(parts.database),
        model_states=ModelStateService(parts.database, parts.models),
        queue=QueueService(parts.database),
        workspace_queues=WorkspaceQueueService(parts.database),
        notices=NoticeService(parts.database, parts.models),
        integrity=IntegrityService(
            parts.database,
            parts.storage,
            parts.spool,
            repeat_unknown=parts.settings.repeat_unknown,
            gate=parts.gate,
        ),
        garbage=GarbageService(
            parts.database,
            parts.storage,
            parts.spool,
            idle=timedelta(hours=parts.settings.session_idle_hours),
        ),
        backups=BackupService(parts.database, parts.storage, parts.spool, version=VERSION),
        dashboard=DashboardService(parts.database),
        exports=ExportService(parts.database),
        picture_exports=PictureExportService(
            parts.database, parts.storage, parts.settings.data_dir / "exports"
        ),
        health=HealthService(parts.database, parts.storage, VERSION),
        tasks=TaskService(parts.database),
        imports=ImportService(parts.database, parts.storage),
        photo_checks=PhotoCheckService(parts.database),
        trash=TrashService(parts.database, parts.storage),
        inspiration=_inspiration_on(parts, assets),
        image_tools=ImageToolService(parts.database, parts.storage, parts.preview_bench),
        edits=_edits_on(parts),
        looks=LookService(parts.database),
        share_links=ShareLinkService(parts.database),
        share_visits=ShareVisitService(parts.database),
        analyses=AnalysisService(parts.database, parts.models, products),
    )


def _edits_on(parts: Parts) -> EditService:
    return EditService(
        parts.database,
        parts.models,
        MaskService(parts.database, parts.storage, parts.mask_bench),
        calls_at_once=parts.settings.worker_threads,
        limits=_limits_of(parts.settings),
    )


def _inspiration_on(parts: Parts, assets: AssetService) -> InspirationService:
    settings = parts.settings
    key = settings.unsplash_access_key
    return InspirationService(
        parts.database,
        assets,
        UnsplashClient(key, settings.unsplash_base_url) if key.get_secret_value() else None,
        Fetcher(FetchRules(hosts=settings.image_hosts)).fetch,
        hosts=settings.image_hosts,
        calls_an_hour=settings.unsplash_calls_per_hour,
    )


def slot_runs_on(
    services: Services, *, pause: Callable[[float], None] = time.sleep
) -> SlotRunService:
    """Return the steps in which pictures are made for these services."""
    parts = services.parts
    references = ReferenceReader(parts.database, parts.storage)
    tools = Tools(
        models=parts.models,
        assets=services.assets,
        gate=parts.gate,
        spool=parts.spool,
        references=references,
        composites=Composites(references, parts.storage, parts.edit_bench),
        pause=pause,
    )
    endings = SlotEndings(parts.database, repeat_unknown=parts.settings.repeat_unknown)
    return SlotRunService(parts.database, tools, claims_on(parts), endings)


def claims_on(parts: Parts) -> SlotClaimService:
    """Return what says whose picture is next, within the limits of the settings."""
    return SlotClaimService(parts.database, _limits_of(parts.settings))


def task_handlers_on(services: Services) -> dict[str, TaskHandler]:
    """Return who does which kind of task for these services."""
    return {
        CHECK_PHOTOS: PhotoCheckTask(services.parts.storage),
        MEASURE_LOOKS: MeasureLooksTask(services.parts.storage),
        EMPTY_TRASH: EmptyTrashTask(services.trash),
        EXPORT_PICTURES: PictureExportTask(
            services.parts.storage, services.parts.settings.data_dir / "exports"
        ),
        ANALYSE: AnalysisTask(services.parts.storage, services.parts.models),
        IMAGE_TOOLS: ImageToolTask(
            ImageToolParts(
                database=services.parts.database,
                storage=services.parts.storage,
                assets=services.assets,
                gate=services.parts.gate,
                bench=services.parts.bench,
            )
        ),
        **import_handlers(
            ImportParts(
                database=services.parts.database,
                storage=services.parts.storage,
                assets=services.assets,
                fetcher=Fetcher(FetchRules(hosts=services.parts.settings.image_hosts)),
            )
        ),
    }


def _lanes_on(services: Services) -> tuple[TaskRunService, ...]:
    """Return who runs the tasks: what nobody waits for holds up nothing that somebody watches."""
    handlers = task_handlers_on(services)
    quiet = {kind: handlers.pop(kind) for kind in (CHECK_PHOTOS, MEASURE_LOOKS)}
    exports = {EXPORT_PICTURES: handlers.pop(EXPORT_PICTURES)}
    tools = {IMAGE_TOOLS: handlers.pop(IMAGE_TOOLS)}
    lanes = (handlers, quiet, exports, tools)
    return tuple(TaskRunService(services.parts.database, lane) for lane in lanes)


def _limits_of(settings: Settings) -> dict[str, ModelLimits]:
    limits = ModelLimits(
        settings.gemini_requests_per_minute,
        settings.gemini_images_per_minute,
        settings.gemini_calls_at_once,
    )
    return {row.id: limits for row in gemini_rows()}


def worker_on(services: Services) -> Worker:
    """Return a worker, not yet started, that makes the pictures for these services."""
    parts = services.parts
    worker_parts = WorkerParts(
        runs=slot_runs_on(services),
        tasks=_lanes_on(services),
        workers=WorkerService(parts.database),
        locks=WorkerLocks(parts.settings.data_dir / "workers"),
        tidy=lambda: (
            services.garbage.tidy()
            + services.trash.purge_expired()
            + services.picture_exports.tidy()
            + services.looks.catch_up()
        ),
    )
    return Worker(worker_parts, threads=parts.settings.worker_threads, version=VERSION)


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
