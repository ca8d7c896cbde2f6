"""Which file store the settings name."""

from pathlib import Path

from pydantic import SecretStr

from core.settings import Settings
from core.storage.factory import storage_from
from core.storage.local import LocalAssetStorage
from core.storage.s3 import S3AssetStorage


def r2(**changes: str) -> Settings:
    return Settings(
        r2_bucket_name="epox",
        r2_access_key_id="key",
        r2_secret_access_key=SecretStr("secret"),
        **changes,  # type: ignore[arg-type] # only the text settings are changed
    )


class TestStorageFrom:
    def test_without_a_bucket_files_stay_in_the_data_folder(self, tmp_path: Path) -> None:
        storage = storage_from(Settings(data_dir=tmp_path))

        storage.put("w1/a", b"x", mime_type="image/png")

        assert isinstance(storage, LocalAssetStorage)
        assert (tmp_path / "files" / "w1" / "a").read_bytes() == b"x"

    def test_with_an_account_files_go_to_r2(self) -> None:
        storage = storage_from(r2(r2_account_id="abc123"))

        assert isinstance(storage, S3AssetStorage)
        assert storage._endpoint_url == "https://abc123.r2.cloudflarestorage.com"

    def test_an_own_endpoint_goes_before_the_account(self) -> None:
        storage = storage_from(r2(r2_account_id="abc", r2_endpoint_url="http://127.0.0.1:9"))

        assert isinstance(storage, S3AssetStorage)
        assert storage._endpoint_url == "http://127.0.0.1:9"

    def test_naming_a_store_touches_nothing(self, tmp_path: Path) -> None:
        storage_from(Settings(data_dir=tmp_path / "data"))

        assert list(tmp_path.iterdir()) == []
