"""The choice of the file store."""

from core.settings import Settings
from core.storage.base import AssetStorage
from core.storage.local import LocalAssetStorage
from core.storage.s3 import S3AssetStorage


def storage_from(settings: Settings) -> AssetStorage:
    """Return the store that the settings name; nothing is opened before its first use."""
    if not settings.uses_object_storage:
        return LocalAssetStorage(settings.data_dir / "files")
    account = settings.r2_account_id
    return S3AssetStorage(
        settings.r2_bucket_name,
        endpoint_url=settings.r2_endpoint_url or f"https://{account}.r2.cloudflarestorage.com",
        access_key_id=settings.r2_access_key_id,
        secret_access_key=settings.r2_secret_access_key,
    )
