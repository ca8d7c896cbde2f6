"""The files of assets: whole, for their people alone, and never a way to run something."""

from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.products import PhotoUpload
from tests.images import photo_bytes
from tests.support.people import PASSWORD
from web.files import RENDITIONS, attachment

pytestmark = pytest.mark.slow  # a picture is judged in a process of its own


@pytest.fixture
def asset(services: Services, actor: Actor) -> Asset:
    return services.assets.upload(actor, PhotoUpload("oak chair.jpg", photo_bytes()))


class TestGet:
    @pytest.mark.parametrize("rendition", sorted(RENDITIONS))
    def test_sends_every_rendition_to_be_kept_for_ever(
        self, signed_in: TestClient, asset: Asset, rendition: str
    ) -> None:
        response = signed_in.get(asset.ref.url(rendition))

        assert response.status_code == 200
        assert response.headers["content-type"] in {"image/webp", "image/jpeg"}
        assert response.headers["content-length"] == str(len(response.content))
        assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].endswith("sandbox")
        assert "content-disposition" not in response.headers

    def test_sends_nothing_again_that_the_browser_has(
        self, signed_in: TestClient, asset: Asset
    ) -> None:
        etag = signed_in.get(asset.ref.url()).headers["etag"]

        response = signed_in.get(asset.ref.url(), headers={"If-None-Match": etag})

        assert response.status_code == 304
        assert response.content == b""

    def test_says_how_long_a_file_is_without_sending_it(
        self, signed_in: TestClient, asset: Asset
    ) -> None:
        response = signed_in.head(asset.ref.url())

        length = len(signed_in.get(asset.ref.url()).content)
        assert response.content == b""
        assert response.headers["content-length"] == str(length)

    def test_sends_a_large_file_in_pieces(
        self, signed_in: TestClient, services: Services, actor: Actor
    ) -> None:
        data = _noise(1400)
        large = services.assets.upload(actor, PhotoUpload("large.png", data))

        response = signed_in.get(large.ref.url("original"))

        assert len(response.content) > 1024 * 1024
        assert response.headers["content-length"] == str(len(response.content))

    def test_gives_a_download_its_name(self, signed_in: TestClient, asset: Asset) -> None:
        url = asset.ref.url("original") + "?download=1"

        disposition = signed_in.get(url).headers["content-disposition"]

        assert disposition.startswith('attachment; filename="oak-chair-')
        assert '.jpg"' in disposition


class TestRefusals:
    def test_hides_the_files_of_other_workspaces(
        self, anonymous: TestClient, asset: Asset, other_actor: Actor
    ) -> None:
        anonymous.post("/login", data={"email": other_actor.email, "password": PASSWORD})

        theirs = anonymous.get(asset.ref.url())
        absent = anonymous.get("/files/999999/0123456789abcdef/w320")

        assert theirs.status_code == absent.status_code == 404
        assert theirs.text == absent.text

    def test_is_anonymous_when_nobody_is_signed_in(
        self, anonymous: TestClient, asset: Asset
    ) -> None:
        assert anonymous.get(asset.ref.url()).status_code == 401

    def test_sends_nothing_after_sign_out_even_if_the_browser_has_it(
        self, signed_in: TestClient, asset: Asset
    ) -> None:
        etag = signed_in.get(asset.ref.url()).headers["etag"]
        signed_in.post("/auth/sign-out")

        response = signed_in.get(asset.ref.url(), headers={"If-None-Match": etag})

        assert response.status_code == 401

    def test_knows_no_other_addresses(self, signed_in: TestClient, asset: Asset) -> None:
        digest = asset.sha256[:16]
        for path in (
            f"{asset.id}/{'0' * 16}/w320",
            f"{asset.id}/{digest.upper()}x/w320",
            f"{asset.id}/{asset.sha256}/w320",
            f"{asset.id}/{digest}/w321",
            f"{asset.id}/{digest}/ORIGINAL",
            f"{asset.id}/{digest}/original.jpg",
            f"{asset.id}/{digest}/..%2foriginal",
            f"0{asset.id}/{digest}/w320",
            f"-{asset.id}/{digest}/w320",
            f"{asset.id}%20/{digest}/w320",
            f"٣/{digest}/w320",
            f"{'9' * 30}/{digest}/w320",
            f"999999999999999999/{digest}/w320",
            f"..%2f..%2fetc/{digest}/passwd",
        ):
            response = signed_in.get(f"/files/{path}")

            # What is no address of a file goes on to Streamlit, whose stand-in says 200.
            assert response.status_code == 404 or "sessions" in response.json()
            assert response.headers["content-type"].startswith(("text/plain", "application/json"))

    def test_says_that_the_store_is_away_without_details(
        self, signed_in: TestClient, services: Services, asset: Asset
    ) -> None:
        folder = services.parts.settings.data_dir
        folder.rename(folder.with_name("gone"))

        response = signed_in.get(asset.ref.url())

        assert response.status_code in {404, 503}
        assert str(folder) not in response.text


class TestAttachment:
    @pytest.mark.parametrize(
        "name",
        [
            'a"; filename="x.html',
            "a\r\nSet-Cookie: x=1",
            "a.png\x00.html",
            "\u202egnp.exe",
            "ü/..\\b",
        ],
    )
    def test_is_one_header_whatever_the_name(self, name: str) -> None:
        header = attachment(name)

        assert header.isascii()
        assert header.isprintable()
        assert header.count('"') == 2

    def test_keeps_letters_of_all_languages(self) -> None:
        assert attachment("Stühle.jpg").endswith("filename*=UTF-8''St%C3%BChle.jpg")


def _noise(width: int) -> bytes:
    buffer = BytesIO()
    Image.effect_noise((width, width), 90).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()
