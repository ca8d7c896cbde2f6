"""What must be true of the catalogue and the studio: counts that are kept, and owners."""

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.domain.reviews import ReviewState
from core.domain.tasks import TaskStatus
from core.repositories.invariant import LONG_DEAD, Invariant
from core.repositories.owner_invariants import edge, link
from db.catalogue_tables import (
    CollectionCoverRow,
    CollectionShotRow,
    PhotoCheckRow,
    ProductTagRow,
    ShotPictureRow,
    TaskRow,
)
from db.generation_tables import GenerationJobRow, GenerationSubmissionRow, WorkerRow
from db.import_tables import ImportLineRow, ImportRow
from db.studio_tables import BrandKitRow, PresetRow, StudioSessionRow
from db.tables import AssetRow, CategoryRow, CollectionRow, ProductPhotoRow, ProductRow

_parent = aliased(CategoryRow)
_photos = (
    select(func.count())
    .select_from(ProductPhotoRow)
    .where(ProductPhotoRow.product_id == ProductRow.id)
    .scalar_subquery()
)
_approved = (
    select(func.count())
    .select_from(AssetRow)
    .where(
        AssetRow.product_id == ProductRow.id,
        AssetRow.review_state == ReviewState.APPROVED,
        AssetRow.trashed_at.is_(None),
    )
    .scalar_subquery()
)
_is_held = (
    select(WorkerRow.id)
    .where(WorkerRow.id == TaskRow.claimed_by, WorkerRow.lease_until > LONG_DEAD)
    .exists()
)

CATALOGUE_INVARIANTS = (
    Invariant(
        "photo_count_differs",
        "product",
        "It counts {photo_count} photos and has {photos}.",
        select(ProductRow.id, ProductRow.photo_count, _photos.label("photos")).where(
            ProductRow.photo_count != _photos
        ),
    ),
    Invariant(
        "approved_count_differs",
        "product",
        "It counts {approved_count} approved pictures and has {approved}.",
        select(ProductRow.id, ProductRow.approved_count, _approved.label("approved")).where(
            ProductRow.purged_at.is_(None), ProductRow.approved_count != _approved
        ),
    ),
    Invariant(
        "purged_and_kept",
        "asset",
        "It was deleted for good on {purged_at}, but was never in the trash.",
        select(AssetRow.id, AssetRow.purged_at).where(
            AssetRow.purged_at.is_not(None), AssetRow.trashed_at.is_(None)
        ),
    ),
    Invariant(
        "task_stuck",
        "task",
        "It is being done by {claimed_by}, which does not live any more.",
        select(TaskRow.id, TaskRow.claimed_by).where(
            TaskRow.status == TaskStatus.RUNNING, ~_is_held
        ),
    ),
    edge("category", CategoryRow, "parent_id", _parent, "parent"),
    edge("product", ProductRow, "import_id", ImportRow, "import"),
    edge("shot", CollectionShotRow, "collection_id", CollectionRow, "collection"),
    edge("job", GenerationJobRow, "shot_id", CollectionShotRow, "shot"),
    edge("job", GenerationJobRow, "preset_id", PresetRow, "preset"),
    edge("submission", GenerationSubmissionRow, "session_id", StudioSessionRow, "session"),
    edge("import line", ImportLineRow, "import_id", ImportRow, "import"),
    link(
        ShotPictureRow,
        (CollectionShotRow, "shot_id", "shot"),
        (AssetRow, "asset_id", "picture"),
    ),
    link(
        CollectionCoverRow,
        (CollectionRow, "collection_id", "collection"),
        (AssetRow, "asset_id", "cover"),
    ),
    Invariant(
        "owner_photo_check",
        "asset",
        "It is of workspace {workspace_id}, but its check is of workspace {other_workspace_id}.",
        select(
            AssetRow.id,
            AssetRow.workspace_id,
            PhotoCheckRow.workspace_id.label("other_workspace_id"),
        )
        .join(PhotoCheckRow, PhotoCheckRow.asset_id == AssetRow.id)
        .where(PhotoCheckRow.workspace_id != AssetRow.workspace_id),
    ),
    Invariant(
        "owner_product_tag",
        "product",
        "It is of workspace {workspace_id}, but its tag {tag} is of workspace"
        " {other_workspace_id}.",
        select(
            ProductRow.id,
            ProductRow.workspace_id,
            ProductTagRow.tag,
            ProductTagRow.workspace_id.label("other_workspace_id"),
        )
        .join(ProductTagRow, ProductTagRow.product_id == ProductRow.id)
        .where(ProductTagRow.workspace_id != ProductRow.workspace_id),
    ),
    Invariant(
        "owner_brand_logo",
        "asset",
        "It is of workspace {workspace_id}, but the logo of workspace {other_workspace_id}.",
        select(
            AssetRow.id,
            AssetRow.workspace_id,
            BrandKitRow.workspace_id.label("other_workspace_id"),
        )
        .join(BrandKitRow, BrandKitRow.logo_asset_id == AssetRow.id)
        .where(BrandKitRow.workspace_id != AssetRow.workspace_id),
    ),
)
