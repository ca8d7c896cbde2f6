"""Objects in an S3 bucket, such as one of Cloudflare R2."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import SecretStr

from core.errors import ObjectMissingError, StorageError, StorageFullError
from core.storage.base import StoredObject
from core.storage.chunks import Chunks
from core.storage.keys import checked_key, checked_prefix, is_key
from core.storage.probe import probe

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

_TIMEOUTS_S = (5.0, 60.0)
_PROBE_TIMEOUTS_S = (2.0, 3.0)
_CONNECTIONS = 16
_PART_BYTES = 8 * 1024 * 1024
_OWN_FOLDER = re.compile(r"w[0-9]+/[a-z0-9._/-]+")
_MISSING_CODES = {"NoSuchKey", "404", "NotFound"}
_FULL_CODES = {"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "507"}


class S3AssetStorage:
    """An `AssetStorage` in a bucket. Nothing is sent before its first use."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint_url: str,
        access_key_id: str,
        secret_access_key: SecretStr,
        attempts: int = 4,
        timeouts_s: tuple[float, float] = _TIMEOUTS_S,
    ) -> None:
        self._bucket = bucket
        self._endpoint_url = endpoint_url
        self._access_key_id = access_key_id
        self._secret_access_key = secret_access_key
        self._attempts = attempts
        self._timeouts_s = timeouts_s
        self._building = Lock()

    def put(self, key: str, data: bytes, *, mime_type: str) -> None:
        """Keep the bytes; the server refuses them if they changed on their way."""
        checked_key(key)
        # A header of our own: R2 does not accept the trailer that boto3 would add by itself.
        digest = b64encode(hashlib.sha256(data).digest()).decode()
        with _told(f"put {key}"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=data,
                ContentType=mime_type,
                ChecksumSHA256=digest,
            )

    def put_file(self, key: str, file: Path, *, mime_type: str) -> None:
        """Keep a file's bytes: in one request when it is small, else in parts.

        Each part is checked by the server. One that fails leaves nothing: the parts before it are
        taken back.
        """
        checked_key(key)
        with _told(f"put {key}"):
            if file.stat().st_size <= _PART_BYTES:
                self.put(key, file.read_bytes(), mime_type=mime_type)
                return
            upload = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=mime_type
            )["UploadId"]
            try:
                parts = list(self._parts(key, upload, file))
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
                )
            except BaseException:
                with suppress(StorageError):
                    self._abort(key, upload)
                raise

    def _parts(self, key: str, upload: str, file: Path) -> Iterator["CompletedPartTypeDef"]:
        with file.open("rb") as source:
            for number, data in enumerate(iter(lambda: source.read(_PART_BYTES), b""), start=1):
                digest = b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
                sent = self._client.upload_part(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    PartNumber=number,
                    Body=data,
                    ContentMD5=digest,
                )
                yield {"PartNumber": number, "ETag": sent["ETag"]}

    def _abort(self, key: str, upload: str) -> None:
        with _told(f"abort {key}"):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)

    def get(self, key: str) -> bytes:
        """Return the object's bytes, or raise `ObjectMissingError`."""
        checked_key(key)
        with _told(f"get {key}"):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def stream(
        self, key: str, *, chunk_bytes: int = 262_144, start: int = 0
    ) -> tuple[int, Iterator[bytes]]:
        """Return the size and an iterator over the bytes, or raise `ObjectMissingError`."""
        checked_key(key)
        with _told(f"stream {key}"):
            if start:
                answer = self._client.get_object(
                    Bucket=self._bucket, Key=key, Range=f"bytes={start}-"
                )
            else:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
        body = answer["Body"]

        def read(count: int) -> bytes:
            with _told(f"stream {key}"):
                return body.read(count)

        return start + answer["ContentLength"], Chunks(read, body.close, chunk_bytes)

    def exists(self, key: str) -> bool:
        """Say whether the bucket holds the key."""
        checked_key(key)
        with _told(f"exists {key}"):
            try:
                self._client.head_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.ClientError as error:
                if _code(error) not in _MISSING_CODES:
                    raise
                # The answer to HEAD has no body, and a missing bucket looks the same.
                self._client.head_bucket(Bucket=self._bucket)
                return False
        return True

    def delete(self, key: str) -> None:
        """Remove the object; a missing one is fine."""
        checked_key(key)
        with _told(f"delete {key}"):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose key begins with the prefix; the server keeps them in order."""
        return self._pages(checked_prefix(prefix))

    def unfinished(self, *, min_age_s: float) -> Iterator[StoredObject]:
        """Yield the large files that were begun so long ago; the size of their parts is unknown."""
        return (found for found, _ in self._begun(min_age_s))

    def drop_unfinished(self, *, min_age_s: float) -> int:
        """Take back the parts of large files whose sender died, and return of how many."""
        begun = list(self._begun(min_age_s))
        for found, upload in begun:
            self._abort(found.key, upload)
        return len(begun)

    def _begun(self, min_age_s: float) -> Iterator[tuple[StoredObject, str]]:
        until = datetime.now(UTC) - timedelta(seconds=min_age_s)
        with _told("list what is unfinished"):
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket):
                for each in page.get("Uploads", ()):
                    # Others may send large files of their own into the same bucket.
                    if _OWN_FOLDER.match(each["Key"]) and each["Initiated"] <= until:
                        yield StoredObject(each["Key"], 0, each["Initiated"]), each["UploadId"]

    def check(self) -> None:
        """Raise `StorageError` unless the bucket can be written and read now, and quickly."""
        probe(self._impatient)

    @cached_property
    def _impatient(self) -> "S3AssetStorage":
        # Who asks how the store is wants an answer within seconds, not after all attempts.
        return S3AssetStorage(
            self._bucket,
            endpoint_url=self._endpoint_url,
            access_key_id=self._access_key_id,
            secret_access_key=self._secret_access_key,
            attempts=1,
            timeouts_s=_PROBE_TIMEOUTS_S,
        )

    def _pages(self, prefix: str) -> Iterator[StoredObject]:
        with _told(f"list {prefix or 'all'}"):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for listed in page.get("Contents", ()):
                    # Others may keep objects of their own in the same bucket.
                    if is_key(listed["Key"]):
                        yield StoredObject(listed["Key"], listed["Size"], listed["LastModified"])

    @property
    def _client(self) -> "S3Client":
        with self._building:
            return self._only_client

    @cached_property
    def _only_client(self) -> "S3Client":
        import boto3  # noqa: PLC0415 - half a second that the start of a process is spared
        from botocore.config import Config  # noqa: PLC0415 - likewise

        # A session of its own, because boto3's shared one is not safe between threads.
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self._endpoint_url,
            aws_access_key_id=self._access_key_id,
            aws_secret_access_key=self._secret_access_key.get_secret_value(),
            region_name="auto",
            config=Config(
                signature_version="s3v4",
                connect_timeout=self._timeouts_s[0],
                read_timeout=self._timeouts_s[1],
                max_pool_connections=_CONNECTIONS,
                retries={"mode": "standard", "total_max_attempts": self._attempts},
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn boto's errors into ours; the log learns the code, never a header or a key."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

    try:
        yield
    except ClientError as error:
        detail = f"{what}: {_code(error)}"
        if _code(error) in _MISSING_CODES:
            raise ObjectMissingError(detail) from error
        if _code(error) in _FULL_CODES:
            raise StorageFullError(detail) from error
        raise StorageError(detail) from error
    except (BotoCoreError, OSError) as error:
        raise StorageError(f"{what}: {type(error).__name__}") from error


def _code(error: "ClientError") -> str:
    return error.response.get("Error", {}).get("Code", "unknown")
