"""Our own fonts, pictures and styles."""

import re

import pytest
from starlette.testclient import TestClient

from web.own_assets import FOLDER

FONT = "/assets/fonts/inter-latin-wght-normal.woff2"


class TestGet:
    def test_sends_fonts_to_be_kept_for_ever(self, anonymous: TestClient) -> None:
        response = anonymous.get(FONT)

        assert response.status_code == 200
        assert response.headers["content-type"] == "font/woff2"
        assert "immutable" in response.headers["cache-control"]

    def test_keeps_a_style_only_under_its_version(self, anonymous: TestClient) -> None:
        [address] = re.findall(r'href="(/assets/login\.css[^"]*)"', anonymous.get("/login").text)

        assert "immutable" in anonymous.get(address).headers["cache-control"]
        assert "immutable" not in anonymous.get("/assets/login.css").headers["cache-control"]
        assert "immutable" not in anonymous.get("/assets/login.css?v=0").headers["cache-control"]

    def test_sends_nothing_again_that_the_browser_has(self, anonymous: TestClient) -> None:
        etag = anonymous.get("/assets/icon.svg").headers["etag"]

        response = anonymous.get("/assets/icon.svg", headers={"If-None-Match": etag})

        assert response.status_code == 304

    def test_serves_every_file_that_its_own_style_names(self, anonymous: TestClient) -> None:
        style = (FOLDER / "login.css").read_text()

        for address in re.findall(r'url\("([^"]+)"\)', style):
            assert anonymous.get(address).status_code == 200

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "fonts",
            "fonts/",
            "fonts/OFL.txt",
            "../server.py",
            "%2e%2e/server.py",
            "..%2fserver.py",
            "/etc/passwd",
            "fonts/../login.css",
            "fonts\\inter-latin-wght-normal.woff2",
            "login.css%00",
            "LOGIN.CSS",
        ],
    )
    def test_knows_only_its_list(self, anonymous: TestClient, name: str) -> None:
        response = anonymous.get(f"/assets/{name}")

        # An address that a browser shortens is another page, which asks to sign in.
        assert response.status_code in {404, 303} or response.url.path == "/assets/login.css"
