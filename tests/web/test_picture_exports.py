"""Downloads of picture exports: for members, whole or in parts, and kept nowhere on the way."""

import io
import zipfile
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.picture_exports import ExportOptions, PictureExport
from tests.images import photo_bytes
from tests.support.people import PASSWORD
from tests.support.picture_exports import exported, made_picture

pytestmark = pytest.mark.slow


@pytest.fixture
def export(services: Services, actor: Actor) -> PictureExport:
    """Give Ann's workspace an export of one picture."""
    picture = made_picture(services, actor, data=photo_bytes(500, 400))
    return exported(services, actor, [picture], ExportOptions(), "Stühle")


@pytest.fixture
def whole(signed_in: TestClient, export: PictureExport) -> bytes:
    return signed_in.get(export.address).content


class TestGet:
    def test_sends_the_file_with_its_length_and_name(
        self, signed_in: TestClient, export: PictureExport
    ) -> None:
        response = signed_in.get(export.address)

        assert response.status_code == 200
        assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None
        assert int(response.headers["content-length"]) == len(response.content)
        assert len(response.content) == export.size_bytes
        assert response.headers["content-type"] == "application/zip"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["accept-ranges"] == "bytes"
        assert response.headers["content-security-policy"].endswith("sandbox")
        assert "filename*=UTF-8''St%C3%BChle-20" in response.headers["content-disposition"]

    def test_tells_about_the_file_without_sending_it(
        self, signed_in: TestClient, export: PictureExport
    ) -> None:
        response = signed_in.head(export.address)

        assert (response.status_code, response.content) == (200, b"")
        assert int(response.headers["content-length"]) == export.size_bytes

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [("bytes=0-9", 0, 9), ("bytes=100-", 100, None), ("bytes=-20", -20, None)],
    )
    def test_sends_the_part_that_is_missing(
        self, signed_in: TestClient, export: PictureExport, whole: bytes, asked: str,
        first: int, last: int | None,
    ) -> None:  # fmt: skip
        response = signed_in.get(export.address, headers={"Range": asked})

        begin = first % len(whole)
        end = len(whole) - 1 if last is None else last
        assert response.status_code == 206
        assert response.content == whole[begin : end + 1]
        assert response.headers["content-range"] == f"bytes {begin}-{end}/{len(whole)}"
        assert int(response.headers["content-length"]) == len(response.content)

    def test_a_part_beyond_the_end_is_refused(
        self, signed_in: TestClient, export: PictureExport, whole: bytes
    ) -> None:
        response = signed_in.get(export.address, headers={"Range": f"bytes={len(whole)}-"})

        assert response.status_code == 416
        assert response.headers["content-range"] == f"bytes */{len(whole)}"

    @pytest.mark.parametrize(
        "asked", ["bytes=9-1", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes="]
    )
    def test_an_odd_range_is_ignored(
        self, signed_in: TestClient, export: PictureExport, whole: bytes, asked: str
    ) -> None:
        response = signed_in.get(export.address, headers={"Range": asked})

        assert (response.status_code, response.content) == (200, whole)

    def test_of_another_file_the_whole_is_sent(
        self, signed_in: TestClient, export: PictureExport, whole: bytes
    ) -> None:
        tag = signed_in.head(export.address).headers["etag"]

        same = signed_in.get(export.address, headers={"Range": "bytes=1-", "If-Range": tag})
        other = signed_in.get(export.address, headers={"Range": "bytes=1-", "If-Range": '"x"'})

        assert (same.status_code, same.content) == (206, whole[1:])
        assert (other.status_code, other.content) == (200, whole)


class TestRefusals:
    def test_are_for_whoever_is_not_signed_in(
        self, anonymous: TestClient, export: PictureExport
    ) -> None:
        assert anonymous.get(export.address).status_code == 401

    def test_are_for_members_of_other_workspaces(
        self, anonymous: TestClient, export: PictureExport, other_actor: Actor
    ) -> None:
        anonymous.post("/login", data={"email": other_actor.email, "password": PASSWORD})

        response = anonymous.get(export.address)

        assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")

    @pytest.mark.parametrize("name", ["0", "x", "-1", "1.5", "9" * 30, "१", "999"])
    def test_are_for_what_is_no_export(self, signed_in: TestClient, name: str) -> None:
        assert signed_in.get(f"/exports/pictures/{name}").status_code == 404

    def test_are_for_what_is_not_ready_or_over(
        self, signed_in: TestClient, services: Services, actor: Actor, export: PictureExport
    ) -> None:
        waiting = services.picture_exports.again(actor, export.id)
        with services.parts.database.begin() as work:
            work.picture_exports.change(export.id, expires_at=work.now() - timedelta(seconds=1))

        assert signed_in.get(waiting.address).status_code == 404
        assert "made again" in signed_in.get(export.address).text

    def test_are_for_a_file_that_the_store_lost(
        self, signed_in: TestClient, services: Services, export: PictureExport
    ) -> None:
        services.parts.storage.delete(export.storage_key)

        assert signed_in.get(export.address).status_code == 404
