"""A database and a store with a bit of everything in them, all of it as Epox leaves it."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.domain.generation import GeneratedImage
from core.imaging.base import CheckedImage
from core.imaging.gate import SubprocessImageGate
from core.repositories.asset_texts import AssetTexts, searched
from core.repositories.asset_words import AssetWordRepository
from core.repositories.assets import AssetRepository
from core.services.backups import BackupService
from core.services.garbage import GarbageService
from core.services.integrity import IntegrityService
from core.settings import Settings
from core.storage.base import AssetStorage
from core.storage.local import LocalAssetStorage
from core.storage.spool import Spool
from core.unit_of_work import Database
from db.engine import build_engine
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    GenerationSubmissionRow,
    ImageModelStateRow,
    ProviderCallRow,
    QueueTurnRow,
    SlotEventRow,
    WorkerRow,
)
from db.tables import (
    AssetRow,
    AuditEventRow,
    CategoryRow,
    CollectionProductRow,
    CollectionRow,
    MembershipRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
    SessionRow,
    SignInFailureRow,
    UserRow,
    WorkspaceRow,
)
from tests.images import photo_bytes
from tests.support.populated_catalogue import add_catalogue
from tests.support.populated_masks import add_masks

MODEL = "gemini-3-pro-image"
COLOURS = ("#8a5a2b", "#224466")


@dataclass(frozen=True)
class Upkeep:
    """The services of upkeep on a database and a store of the test's own."""

    engine: Engine
    database: Database
    storage: AssetStorage
    spool: Spool
    integrity: IntegrityService
    garbage: GarbageService
    backups: BackupService


@contextmanager
def upkeep_on(
    database_url: str, folder: Path, storage: AssetStorage | None = None
) -> Iterator[Upkeep]:
    """Yield the services on this database, and on a store and a spool in the folder."""
    url = Settings.model_validate({"database_url": database_url}).sqlalchemy_url
    engine = build_engine(url)
    database = Database(engine)
    store = storage or LocalAssetStorage(folder / "files")
    spool = Spool(folder / "spool")
    yield Upkeep(
        engine,
        database,
        store,
        spool,
        IntegrityService(database, store, spool, gate=_gate()),
        GarbageService(database, store, spool, idle=timedelta(hours=8)),
        BackupService(database, store, spool, version="0.1.0"),
    )
    engine.dispose()


@dataclass
class Populated:
    """The rows of a populated database, by names that tests use."""

    ids: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - an id: a number or a text
        """Return the id of the row with this name."""
        return self.ids[name]


def populate(upkeep: Upkeep, *, files: bool = True) -> Populated:
    """Fill an empty database and store; without `files` the rows lead to files that are not."""
    with Session(upkeep.engine) as session, session.begin():
        return _Population(session, upkeep if files else None).fill()


def one_more_job(upkeep: Upkeep, made: Populated) -> None:
    """Let a job of one picture be made: its files are stored, then come all rows at once."""
    with Session(upkeep.engine) as session, session.begin():
        _Population(session, upkeep, made).done_job()


@cache
def _gate() -> SubprocessImageGate:
    return SubprocessImageGate(children=1)


@cache
def picture(number: int) -> tuple[bytes, CheckedImage]:
    """Return the bytes of a picture, and what the gate says of them."""
    data = photo_bytes(400, 300 + 10 * number, colour=COLOURS[number % len(COLOURS)])
    return data, _gate().check(data)


class _Population:
    """Writes the rows, each with the ids of those it points to."""

    def __init__(
        self, session: Session, upkeep: Upkeep | None, made: Populated | None = None
    ) -> None:
        self._session = session
        self._upkeep = upkeep
        self._made = made or Populated()
        self._now = datetime.now(UTC) - timedelta(days=1)

    def fill(self) -> Populated:
        for name in ("ann", "ben"):
            self._person(name)
        chair = self._product("ann", "chair")
        lamp = self._product("ann", "lamp")
        sofa = self._product("ben", "sofa")
        self._collection("ann", "collection_ann", [chair, lamp])
        self._collection("ben", "collection_ben", [sofa])
        self._two_done_slots(chair)
        self._partial_job(chair)
        self._lost_job(lamp)
        self._cancelled_job(lamp)
        self._running_job(chair)
        self._queued_job(lamp)
        self._job("ben_done", "ben", sofa, "succeeded")
        self._done_slot("ben_done", 0, "ben")
        self._moments()
        add_catalogue(self._add, self._made.ids, self._now)
        store = None if self._upkeep is None else self._upkeep.storage
        add_masks(self._add, self._made.ids, self._now, store)
        self._repeat_books()
        return self._made

    def done_job(self) -> None:
        name = f"job-{uuid.uuid4().hex}"
        self._job(name, "ann", self._made["chair"], "succeeded")
        self._done_slot(name, 0)
        self._repeat_books()

    def _repeat_books(self) -> None:
        made = select(AssetRow.workspace_id, AssetRow.slot_id).where(AssetRow.slot_id.is_not(None))
        for workspace_id, slot_id in self._session.execute(made).all():
            AssetRepository(self._session).repeat_books(workspace_id, slot_id or 0)

    def _add(self, row: Any, name: str = "") -> Any:  # noqa: ANN401 - any row, and its id
        self._session.add(row)
        self._session.flush()
        if name:
            self._made.ids[name] = row.id
        return getattr(row, "id", None)

    def _person(self, name: str) -> None:
        user_id = self._add(
            UserRow(
                email=f"{name}@example.com",
                name=name.title(),
                password_hash="$2b$04$" + "x" * 53,
                is_admin=name == "ann",
                is_disabled=False,
                created_at=self._now,
            ),
            f"user_{name}",
        )
        workspace_id = self._add(WorkspaceRow(name=name, created_at=self._now), name)
        self._add(MembershipRow(workspace_id=workspace_id, user_id=user_id, role="owner"))
        self._add(
            CategoryRow(
                workspace_id=workspace_id,
                name="Chairs",
                name_key="chairs",
                created_at=self._now,
                updated_at=self._now,
            ),
            f"category_{name}",
        )

    def _product(self, owner: str, name: str) -> int:
        workspace_id = self._made[owner]
        product_id: int = self._add(
            ProductRow(
                workspace_id=workspace_id,
                name=name.title(),
                sku=f"{name.upper()}-1",
                description="Oak, \u00e9l\u00e9gant \U0001f4ba",
                price=Decimal("129.90"),
                tags=["oak", "new"],
                width_cm=54.5,
                search_text=name,
                name_key=name,
                photo_count=1,
                created_at=self._now,
                updated_at=self._now,
            ),
            name,
        )
        self._add(
            ProductCategoryRow(
                product_id=product_id,
                category_id=self._made[f"category_{owner}"],
                is_primary=True,
            )
        )
        photo_id = self._asset(owner, f"photo_{name}", 0, product_id=product_id)
        AssetWordRepository(self._session).set_tags(workspace_id, {photo_id: ["Front"]})
        self._add(ProductPhotoRow(product_id=product_id, asset_id=photo_id, position=0))
        self._add(
            AuditEventRow(
                workspace_id=workspace_id,
                actor_id=self._made[f"user_{owner}"],
                action="create",
                subject="product",
                subject_id=product_id,
                detail={},
                at=self._now,
            )
        )
        return product_id

    def _collection(self, owner: str, name: str, products: Sequence[int]) -> None:
        collection_id = self._add(
            CollectionRow(
                workspace_id=self._made[owner],
                name=name,
                description="",
                created_at=self._now,
                updated_at=self._now,
            ),
            name,
        )
        for position, product_id in enumerate(products):
            self._add(
                CollectionProductRow(
                    collection_id=collection_id, product_id=product_id, position=position
                )
            )

    def _asset(
        self,
        owner: str,
        name: str,
        number: int,
        *,
        product_id: int,
        slot_id: int | None = None,
        folder: str = "",
    ) -> int:
        data, checked = picture(number)
        base = f"w{self._made[owner]}/{folder or uuid.uuid4().hex}"
        key = f"{base}/original.jpg"
        if self._upkeep is not None:
            store = self._upkeep.storage
            for rendition, content in checked.renditions.items():
                store.put(f"{base}/{rendition}.webp", content, mime_type="image/webp")
            store.put(key, data, mime_type=checked.mime_type)
        self._made.ids[f"key_{name}"] = key
        shown = AssetTexts(self._session).product_key(self._made[owner], product_id)
        return int(
            self._add(
                AssetRow(
                    workspace_id=self._made[owner],
                    origin="uploaded" if slot_id is None else "generated",
                    sha256=checked.sha256,
                    size_bytes=checked.size_bytes,
                    mime_type=checked.mime_type,
                    width_px=checked.width_px,
                    height_px=checked.height_px,
                    storage_key=key,
                    label=name,
                    search_text=searched(shown, name),
                    product_key=shown,
                    is_made=slot_id is not None,
                    product_id=product_id,
                    parent_asset_id=None
                    if slot_id is None
                    else self._made[f"photo_{_SHOWN[owner]}"],
                    slot_id=slot_id,
                    created_by=self._made[f"user_{owner}"],
                    created_at=self._now,
                    trashed_at=self._now if name == "picture_partial_0" else None,
                ),
                name,
            )
        )

    def _job(
        self,
        name: str,
        owner: str,
        product_id: int,
        status: str,
        *,
        count: int = 1,
        **values: Any,  # noqa: ANN401 - columns
    ) -> None:
        workspace_id, user_id = self._made[owner], self._made[f"user_{owner}"]
        submission_id = self._add(
            GenerationSubmissionRow(
                workspace_id=workspace_id,
                created_by=user_id,
                idempotency_key=uuid.uuid4().hex,
                request_hash=uuid.uuid4().hex,
                created_at=self._now,
            ),
            f"submission_{name}",
        )
        is_final = status not in ("queued", "running")
        self._add(
            GenerationJobRow(
                workspace_id=workspace_id,
                submission_id=submission_id,
                product_id=product_id,
                created_by=user_id,
                request={
                    "prompt": "soft light",
                    "photo_id": self._made[f"photo_{_SHOWN[owner]}"],
                    "backdrop": {"kind": "plain", "value": "#f4f1ec"},
                    "aspect_ratio": "1:1",
                    "size": "1K",
                    "variants": count,
                    "image_model": MODEL,
                },
                image_model=MODEL,
                prompt="soft light",
                seed=2**40,
                priority=100,
                status=status,
                created_at=self._now,
                finished_at=self._now if is_final else None,
                **values,
            ),
            name,
        )

    def _slot(
        self,
        job: str,
        position: int,
        status: str,
        events: Sequence[tuple[int, str]],
        *,
        owner: str = "ann",
        **values: Any,  # noqa: ANN401 - columns
    ) -> int:
        name = f"{job}_{position}"
        is_final = status not in ("queued", "running")
        slot_id: int = self._add(
            GenerationSlotRow(
                workspace_id=self._made[owner],
                job_id=self._made[job],
                position=position,
                status=status,
                stage="",
                progress_percent=0,
                attempt=max(attempt for attempt, _ in events),
                tries=0,
                crash_count=0,
                run_at=values.pop("run_at", self._now),
                reserved_micros=0 if is_final else 134_000,
                started_at=None if status == "queued" else self._now,
                finished_at=self._now if is_final else None,
                **values,
            ),
            name,
        )
        for attempt, kind in events:
            self._event(slot_id, owner, attempt, kind)
        return slot_id

    def _event(self, slot_id: int, owner: str, attempt: int, kind: str) -> None:
        self._add(
            SlotEventRow(
                workspace_id=self._made[owner],
                slot_id=slot_id,
                attempt=attempt,
                kind=kind,
                detail={"by": "Ann"},
                at=self._now,
            )
        )

    def _call(
        self, slot: str, state: str, *, attempt: int = 1, owner: str = "ann", cost: int = 134_000
    ) -> str:
        call_id = uuid.uuid4().hex
        self._made.ids[f"call_{slot}_{attempt}"] = call_id
        self._add(
            ProviderCallRow(
                id=call_id,
                workspace_id=self._made[owner],
                slot_id=self._made[slot],
                attempt=attempt,
                image_model=MODEL,
                state=state,
                request={"prompt": "soft light", "references": []} if state != "refused" else None,
                estimate_micros=134_000,
                cost_micros=0 if state == "intent" else cost,
                input_tokens=560,
                image_tokens=1120,
                text_tokens=0,
                model_version=MODEL,
                response_id="r-1",
                failure_code=None if state in ("ok", "intent") else state,
                started_at=self._now,
                finished_at=None if state == "intent" else self._now,
            )
        )
        return call_id

    def _done_slot(self, job: str, position: int, owner: str = "ann", *, attempt: int = 1) -> None:
        events = [(0, "queued"), (1, "claimed"), (1, "asked")]
        if attempt > 1:
            events += [(1, "failed"), (1, "queued"), (2, "claimed"), (2, "asked")]
        name = f"{job}_{position}"
        slot_id = self._slot(
            job, position, "succeeded", [*events, (attempt, "succeeded")], owner=owner
        )
        if attempt > 1:
            self._call(name, "unknown")
        call_id = self._call(name, "ok", attempt=attempt, owner=owner)
        self._asset(
            owner,
            f"picture_{name}",
            1,
            product_id=self._made[_SHOWN[owner]],
            slot_id=slot_id,
            folder=call_id,
        )

    def _two_done_slots(self, product_id: int) -> None:
        self._job("done", "ann", product_id, "succeeded", count=2)
        self._done_slot("done", 0)
        self._done_slot("done", 1, attempt=2)

    def _partial_job(self, product_id: int) -> None:
        self._job("partial", "ann", product_id, "partial", count=2)
        self._done_slot("partial", 0)
        events = [(0, "queued"), (1, "claimed"), (1, "asked"), (1, "failed")]
        self._slot(
            "partial", 1, "failed", events, failure_code="refused", failure="Change the prompt."
        )
        self._call("partial_1", "refused", cost=0)

    def _lost_job(self, product_id: int) -> None:
        self._job("lost", "ann", product_id, "failed")
        events = [(0, "queued"), (1, "claimed"), (1, "asked"), (1, "failed")]
        self._slot("lost", 0, "failed", events, failure_code="unknown", failure="It was lost.")
        self._call("lost_0", "unknown")

    def _cancelled_job(self, product_id: int) -> None:
        self._job("cancelled", "ann", product_id, "cancelled", cancelled_at=self._now)
        self._slot("cancelled", 0, "cancelled", [(0, "queued"), (0, "cancelled")])

    def _running_job(self, product_id: int) -> None:
        """Add a job whose first slot runs; its second has its paid answer in this spool."""
        now = datetime.now(UTC)
        spool_id = "a-spool" if self._upkeep is None else self._upkeep.spool.id
        self._add(
            WorkerRow(
                id="worker-1",
                host="here",
                process_id=1,
                spool_id=spool_id,
                threads=4,
                version="0.1.0",
                is_stopping=False,
                started_at=now,
                seen_at=now,
                lease_until=now + timedelta(hours=1),
            )
        )
        self._job("running", "ann", product_id, "running", count=2)
        begun = [(0, "queued"), (1, "claimed"), (1, "asked")]
        self._slot("running", 0, "running", begun, claimed_by="worker-1", claimed_at=now)
        self._call("running_0", "intent")
        self._slot(
            "running",
            1,
            "queued",
            [*begun, (1, "taken_over")],
            run_at=now,
            spool_id=spool_id,
            claimed_at=now,
        )
        call_id = self._call("running_1", "intent")
        if self._upkeep is not None:
            answer = GeneratedImage(picture(0)[0], "image/jpeg", MODEL, 134_000)
            self._upkeep.spool.save(call_id, answer)

    def _queued_job(self, product_id: int) -> None:
        self._job("queued", "ann", product_id, "queued", count=2, paused_at=self._now)
        for position in range(2):
            self._slot("queued", position, "queued", [(0, "queued")])

    def _moments(self) -> None:
        """Add what is about moments and not about pictures."""
        soon = datetime.now(UTC) + timedelta(days=1)
        for number, expires_at in enumerate((soon, soon)):
            self._add(
                SessionRow(
                    user_id=self._made["user_ann"],
                    token_hash=f"{number}" * 64,
                    browser="Firefox",
                    address="127.0.0.1",
                    created_at=self._now,
                    seen_at=soon,
                    expires_at=expires_at,
                ),
                f"session_{number}",
            )
        self._add(SignInFailureRow(key="address:10.0.0.9", count=2, last_at=soon))
        self._add(ImageModelStateRow(image_model=MODEL, failures_in_row=0))
        self._add(
            QueueTurnRow(
                workspace_id=self._made["ann"],
                user_id=self._made["user_ann"],
                served_at=self._now,
            )
        )


_SHOWN = {"ann": "chair", "ben": "sofa"}
"""The product of which each person's pictures are."""
