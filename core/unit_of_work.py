"""One transaction: what a service begins and nobody else commits."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's own: no connection became free
)
from sqlalchemy.orm import Session

from core.errors import ConflictError, DatabaseUnavailableError, InvalidInputError
from core.repositories.accounts import AccountRepository
from core.repositories.analyses import AnalysisRepository
from core.repositories.asset_facets import AssetFacetRepository
from core.repositories.asset_masks import AssetMaskRepository
from core.repositories.asset_texts import AssetTexts
from core.repositories.asset_words import AssetWordRepository
from core.repositories.assets import AssetRepository
from core.repositories.audit_events import AuditEventRepository
from core.repositories.brand_kits import BrandKitRepository
from core.repositories.budgets import BudgetRepository
from core.repositories.categories import CategoryRepository
from core.repositories.category_followers import CategoryFollowerRepository
from core.repositories.category_removals import CategoryRemovalRepository
from core.repositories.clock import database_now
from core.repositories.collection_products import CollectionProductRepository
from core.repositories.collections import CollectionRepository
from core.repositories.comments import CommentRepository
from core.repositories.garbage import GarbageRepository
from core.repositories.generation_jobs import GenerationJobRepository
from core.repositories.generation_slots import GenerationSlotRepository
from core.repositories.image_tools import ImageToolRepository
from core.repositories.imports import ImportRepository
from core.repositories.inspiration import InspirationRepository
from core.repositories.invariants import InvariantRepository
from core.repositories.lineage import LineageRepository
from core.repositories.looks import LookRepository
from core.repositories.model_states import ModelStateRepository
from core.repositories.overviews import OverviewRepository
from core.repositories.photo_checks import PhotoCheckRepository
from core.repositories.picture_exports import PictureExportRepository
from core.repositories.picture_facts import PictureFactRepository
from core.repositories.presets import PresetRepository
from core.repositories.product_exports import ProductExportRepository
from core.repositories.product_imports import ProductImportRepository
from core.repositories.products import ProductRepository
from core.repositories.provider_calls import ProviderCallRepository
from core.repositories.queue_state import QueueStateRepository
from core.repositories.reviews import ReviewRepository
from core.repositories.saved_views import SavedViewRepository
from core.repositories.sessions import SessionRepository
from core.repositories.setting_layers import LayerRepository
from core.repositories.share_links import ShareLinkRepository
from core.repositories.share_visits import ShareVisitRepository
from core.repositories.shot_matrix import ShotMatrixRepository
from core.repositories.shots import ShotRepository
from core.repositories.slot_events import SlotEventRepository
from core.repositories.slot_queue import SlotQueueRepository
from core.repositories.studio_sessions import StudioSessionRepository
from core.repositories.table_copies import TableCopyRepository
from core.repositories.tasks import TaskRepository
from core.repositories.trash import TrashRepository
from core.repositories.usage import UsageRepository
from core.repositories.workers import WorkerRepository
from core.repositories.workspace_queues import WorkspaceQueueRepository
from db.engine import READ_ONLY


class _Pictures:
    """The repositories of pictures, and of what is seen in them, said of them, made of them."""

    def __init__(self, session: Session) -> None:
        self.assets = AssetRepository(session)
        self.asset_masks = AssetMaskRepository(session)
        self.asset_words = AssetWordRepository(session)
        self.asset_texts = AssetTexts(session)
        self.asset_facets = AssetFacetRepository(session)
        self.reviews = ReviewRepository(session)
        self.comments = CommentRepository(session)
        self.lineage = LineageRepository(session)
        self.looks = LookRepository(session)
        self.share_links = ShareLinkRepository(session)
        self.share_visits = ShareVisitRepository(session)
        self.photo_checks = PhotoCheckRepository(session)
        self.picture_exports = PictureExportRepository(session)
        self.picture_facts = PictureFactRepository(session)
        self.inspiration = InspirationRepository(session)
        self.image_tools = ImageToolRepository(session)
        self.analyses = AnalysisRepository(session)


class UnitOfWork(_Pictures):
    """The repositories of one transaction."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.accounts = AccountRepository(session)
        self.sessions = SessionRepository(session)
        self.products = ProductRepository(session)
        self.categories = CategoryRepository(session)
        self.category_followers = CategoryFollowerRepository(session)
        self.category_removals = CategoryRemovalRepository(session)
        self.collections = CollectionRepository(session)
        self.collection_products = CollectionProductRepository(session)
        self.shots = ShotRepository(session)
        self.shot_matrix = ShotMatrixRepository(session)
        self.generation_jobs = GenerationJobRepository(session)
        self.generation_slots = GenerationSlotRepository(session)
        self.slot_events = SlotEventRepository(session)
        self.slot_queue = SlotQueueRepository(session)
        self.queue_state = QueueStateRepository(session)
        self.model_states = ModelStateRepository(session)
        self.provider_calls = ProviderCallRepository(session)
        self.workspace_queues = WorkspaceQueueRepository(session)
        self.budgets = BudgetRepository(session)
        self.usage = UsageRepository(session)
        self.setting_layers = LayerRepository(session)
        self.presets = PresetRepository(session)
        self.brand_kits = BrandKitRepository(session)
        self.studio_sessions = StudioSessionRepository(session)
        self.invariants = InvariantRepository(session)
        self.garbage = GarbageRepository(session)
        self.table_copies = TableCopyRepository(session)
        self.saved_views = SavedViewRepository(session)
        self.audit_events = AuditEventRepository(session)
        self.workers = WorkerRepository(session)
        self.tasks = TaskRepository(session)
        self.imports = ImportRepository(session)
        self.product_exports = ProductExportRepository(session)
        self.product_imports = ProductImportRepository(session)
        self.overviews = OverviewRepository(session)
        self.trash = TrashRepository(session)

    def now(self) -> datetime:
        """Return what the database's clock says: the one that all processes agree on."""
        return database_now(self._session)


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Database:
    """Begins transactions on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = engine.execution_options(**{READ_ONLY: True, "postgresql_readonly": True})

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that may write: its end commits, an error rolls back."""
        return self._transaction(self._writing)

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that only reads, and so waits for no writer."""
        return self._transaction(self._reading)

    def dispose(self) -> None:
        """Close all connections."""
        self._writing.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[UnitOfWork]:
        with (
            _expected_errors(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield UnitOfWork(session)


@contextmanager
def _expected_errors() -> Iterator[None]:
    """Turn the database's errors into ours."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(_said(error)) from error
    except DataError as error:
        # Text or a number that no column can hold, such as a search for a null character.
        raise InvalidInputError(_said(error)) from error
    except UnicodeEncodeError as error:
        # Half a surrogate pair, on its way into any column.
        raise InvalidInputError(f"text that cannot be kept: {error.reason}") from error
    except (OperationalError, InterfaceError, InternalError) as error:
        raise DatabaseUnavailableError(_said(error)) from error
    except TimeoutError as error:
        raise DatabaseUnavailableError(str(error)) from error


def _said(error: DBAPIError) -> str:
    """Return what the database said, without PostgreSQL's detail: that shows values of the row."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or error.orig)
