"""The headers that every answer carries, whoever gave it."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from tests.web.site import SOCKET, STREAMLIT, Site
from web.headers import app_policy

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
PATHS = [
    "/",
    "/gallery",
    "/login",
    "/signup",
    "/auth/sign-out",
    "/auth/login",
    "/files/1/0123456789abcdef/w160",
    "/files/x",
    "/exports/usage.csv",
    "/exports/usage.csv?since=2026-11-01&until=2026-11-30",
    "/assets/login.css",
    "/assets/none.css",
    "/healthz",
    "/static/js/index.js",
    "/media/x.png",
    "/_stcore/health",
    "/_stcore/metrics",
    "/breaks",
]


class TestEveryAnswer:
    @pytest.mark.parametrize("path", PATHS)
    def test_carries_the_headers_for_anybody(
        self, anonymous: TestClient, signed_in: TestClient, path: str
    ) -> None:
        for browser in (anonymous, signed_in):
            for method in ("GET", "POST", "DELETE"):
                headers = browser.request(method, path).headers

                assert EVERYWHERE.items() <= headers.items()
                assert "frame-ancestors 'none'" in headers["content-security-policy"]
                assert "strict-transport-security" not in headers

    def test_carries_them_when_the_host_is_refused(self, anonymous: TestClient) -> None:
        headers = anonymous.get("/", headers={"Host": "evil.test"}).headers

        assert EVERYWHERE.items() <= headers.items()

    def test_carries_them_when_a_socket_is_refused(self, anonymous: TestClient) -> None:
        with pytest.raises(WebSocketDenialResponse) as refused, anonymous.websocket_connect(SOCKET):
            pass

        assert EVERYWHERE.items() <= refused.value.headers.items()

    def test_says_nothing_about_an_unknown_error(self, signed_in: TestClient) -> None:
        response = signed_in.get("/breaks")

        assert response.status_code == 500
        assert response.text == "Something went wrong. Please try again."


class TestHttps:
    def test_asks_for_encryption_from_now_on(self, site: Site) -> None:
        with site.browser("https://localhost") as browser:
            headers = browser.get("/login").headers

        assert headers["strict-transport-security"].startswith("max-age=31536000")

    def test_secures_the_cookies_of_streamlit_too(self, site: Site) -> None:
        with site.browser("https://localhost") as browser:
            cookie = browser.get("/static/x.js").headers["set-cookie"]

        assert cookie.startswith("_streamlit_xsrf=1;")
        assert cookie.endswith("; Secure")


class TestAppPolicy:
    def test_allows_the_inline_scripts_of_the_installed_streamlit(self) -> None:
        page = (STREAMLIT / "static" / "index.html").read_text()
        [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

        policy = app_policy(STREAMLIT / "static" / "index.html")

        assert f"'sha256-{digest}'" in policy

    def test_shows_pictures_of_others_only_if_told_so(self, tmp_path: Path) -> None:
        page = tmp_path / "index.html"
        page.write_text("<html></html>")

        own, wider = app_policy(page), app_policy(page, ["https://images.example"])

        assert "img-src 'self' data: blob:; " in own
        assert "img-src 'self' data: blob: https://images.example; " in wider

    def test_allows_no_other_script(self, tmp_path: Path) -> None:
        page = tmp_path / "index.html"
        page.write_text("<html></html>")

        [scripts] = [p for p in app_policy(page).split("; ") if p.startswith("script-src")]

        assert scripts.split() == ["script-src", "'self'", "blob:"]
