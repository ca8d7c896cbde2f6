"""One transaction: what a service begins and nobody else commits."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's own: no connection became free
)
from sqlalchemy.orm import Session

from core.errors import ConflictError, DatabaseUnavailableError, InvalidInputError
from core.repositories.accounts import AccountRepository
from core.repositories.assets import AssetRepository
from core.repositories.audit_events import AuditEventRepository
from core.repositories.collections import CollectionRepository
from core.repositories.generation_jobs import GenerationJobRepository
from core.repositories.generation_queue import GenerationQueue
from core.repositories.generation_slots import GenerationSlotRepository
from core.repositories.products import ProductRepository
from core.repositories.provider_calls import ProviderCallRepository
from core.repositories.sessions import SessionRepository
from core.repositories.workers import WorkerRepository
from db.engine import READ_ONLY


class UnitOfWork:
    """The repositories of one transaction."""

    def __init__(self, session: Session, queue: GenerationQueue) -> None:
        self._session = session
        self._queue = queue
        self.accounts = AccountRepository(session)
        self.sessions = SessionRepository(session)
        self.products = ProductRepository(session)
        self.collections = CollectionRepository(session)
        self.assets = AssetRepository(session)
        self.generation_jobs = GenerationJobRepository(session)
        self.generation_slots = GenerationSlotRepository(session)
        self.provider_calls = ProviderCallRepository(session)
        self.audit_events = AuditEventRepository(session)
        self.workers = WorkerRepository(session)

    def enqueue(
        self,
        workspace_id: int,
        slot_id: int,
        *,
        attempt: int,
        image_model: str,
        delay_s: float = 0,
    ) -> None:
        """Hand the slot to the workers, in this very transaction."""
        self._queue.enqueue(
            self._session,
            workspace_id,
            slot_id,
            attempt=attempt,
            image_model=image_model,
            delay_s=delay_s,
        )


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Database:
    """Begins transactions on one engine."""

    def __init__(self, engine: Engine, queue: GenerationQueue) -> None:
        self._writing = engine
        self._reading = engine.execution_options(**{READ_ONLY: True, "postgresql_readonly": True})
        self._queue = queue

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that may write: its end commits, an error rolls back."""
        return self._transaction(self._writing)

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that only reads, and so waits for no writer."""
        return self._transaction(self._reading)

    def prepare_queue(self) -> None:
        """Make sure that slots can be enqueued; call it before the transaction that does."""
        with _expected_errors():
            self._queue.prepare()

    def dispose(self) -> None:
        """Close all connections."""
        self._queue.close()
        self._writing.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[UnitOfWork]:
        with (
            _expected_errors(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield UnitOfWork(session, self._queue)


@contextmanager
def _expected_errors() -> Iterator[None]:
    """Turn the database's errors into ours."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(str(error.orig)) from error
    except DataError as error:
        # Text or a number that no column can hold, such as a search for a null character.
        raise InvalidInputError(str(error.orig)) from error
    except (OperationalError, InterfaceError, InternalError) as error:
        raise DatabaseUnavailableError(str(error.orig)) from error
    except TimeoutError as error:
        raise DatabaseUnavailableError(str(error)) from error
