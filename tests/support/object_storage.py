"""A real S3 server on the loopback, and stores that talk to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from pydantic import SecretStr

from core.storage.s3 import S3AssetStorage

SECRET = "never-to-be-seen-b7c1"  # noqa: S105 - made up, and looked for in what is shown


@contextmanager
def s3_server() -> Iterator[str]:
    """Yield the address of a server that starts empty."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(endpoint_url: str) -> S3AssetStorage:
    """Return a store in an own, empty bucket."""
    bucket = f"epox-{uuid4().hex}"
    storage = storage_at(endpoint_url, bucket=bucket)
    storage._client.create_bucket(
        Bucket=bucket,
        CreateBucketConfiguration={"LocationConstraint": "auto"},  # type: ignore[typeddict-item] # R2 has one region, which the stubs do not know
    )
    return storage


def storage_at(endpoint_url: str, *, bucket: str = "epox", attempts: int = 1) -> S3AssetStorage:
    """Return a store at the address, which need not answer."""
    return S3AssetStorage(
        bucket,
        endpoint_url=endpoint_url,
        access_key_id="epox-key",
        secret_access_key=SecretStr(SECRET),
        attempts=attempts,
    )
