"""The app as an operator starts it, with the real Streamlit behind our middleware."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx2
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.app_server import Launcher, app_server, refusal
from tests.support.browser import OPTIONS, find_chromium
from tests.support.people import PASSWORD

pytestmark = pytest.mark.slow

LAUNCHERS: tuple[Launcher, ...] = get_args(Launcher)
NEW = {"name": "Ann", "email": "ann@example.com", "password": PASSWORD}
OURS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
STREAMLITS = [
    "/",
    "/gallery",
    "/favicon.png",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/stream",
    "/_stcore/agent/mcp",
    "/media/none.png",
    "/component/none/index.html",
    "/static/none.js",
    "/app/static/none.png",
    "/gallery/",
]
TRAVERSALS = [
    "../app.py",
    "%2e%2e/app.py",
    "..%2fapp.py",
    "..%5capp.py",
    "%2e%2e%2f%2e%2e%2fetc/passwd",
    "/etc/passwd",
    "\\\\host\\share",
    "....//app.py",
]
FOLDERS = [
    "",
    "static/",
    "assets/",
    "files/",
    "files/1/0123456789abcdef/",
    "media/",
    "component/",
    "_stcore/bidi-components/",
]


@pytest.fixture(scope="module", params=LAUNCHERS)
def origin(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Start the app once in each way, on an empty folder, without a worker."""
    folder = tmp_path_factory.mktemp("app")
    with app_server(request.param, folder, EPOX_WORKER_IN_APP="false") as origin:
        yield origin


@pytest.fixture
def anonymous(origin: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=origin, headers={"Origin": origin}) as client:
        yield client


@pytest.fixture(scope="module")
def signed_in(origin: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=origin, headers={"Origin": origin}) as client:
        client.post("/signup", data=NEW)
        yield client


class TestServed:
    def test_asks_to_sign_in_before_it_shows_a_page(self, anonymous: httpx2.Client) -> None:
        response = anonymous.get("/product?id=5")

        assert response.status_code == 303
        assert response.headers["location"] == "/login?next=%2Fproduct%3Fid%3D5"

    @pytest.mark.parametrize("path", STREAMLITS)
    def test_protects_all_that_streamlit_answers(self, anonymous: httpx2.Client, path: str) -> None:
        assert OURS.items() <= anonymous.get(path).headers.items()

    @pytest.mark.parametrize("path", STREAMLITS)
    def test_protects_it_for_people_as_well(self, signed_in: httpx2.Client, path: str) -> None:
        headers = signed_in.get(path).headers

        assert OURS.items() <= headers.items()
        assert "frame-ancestors 'none'" in headers["content-security-policy"]

    @pytest.mark.parametrize("folder", FOLDERS)
    def test_serves_no_file_outside_its_folders(
        self, signed_in: httpx2.Client, folder: str
    ) -> None:
        for path in TRAVERSALS:
            response = signed_in.get(f"/{folder}{path}")

            assert "prepared_server" not in response.text
            assert "root:" not in response.text

    def test_serves_streamlits_page_to_people(self, signed_in: httpx2.Client) -> None:
        response = signed_in.get("/gallery")

        assert response.status_code == 200
        assert '<div id="root">' in response.text

    def test_steers_the_app_from_no_other_site(self, signed_in: httpx2.Client) -> None:
        assert signed_in.get("/_stcore/host-config").json()["allowedOrigins"] == []

    def test_answers_its_health(self, anonymous: httpx2.Client) -> None:
        found = anonymous.get("/healthz").json()

        assert found["database"] == found["storage"] == "ok"


@pytest.mark.parametrize("launcher", LAUNCHERS)
class TestRefusedStart:
    def test_names_a_wrong_setting(self, launcher: Launcher, tmp_path: Path) -> None:
        code, said = refusal(launcher, tmp_path, EPOX_WORKER_THREADS="many")

        assert code == 1
        assert "EPOX_WORKER_THREADS" in said
        assert "Traceback" not in said

    def test_is_what_an_open_address_gets(self, launcher: Launcher, tmp_path: Path) -> None:
        option = "--host=0.0.0.0" if launcher == "uvicorn" else "--server.address=0.0.0.0"

        code, said = refusal(launcher, tmp_path, option)

        assert code == 1
        assert "EPOX_ALLOWED_HOSTS" in said
        assert "Traceback" not in said


class TestUnsafeOption:
    def test_of_streamlit_keeps_the_app_from_starting(self, tmp_path: Path) -> None:
        code, said = refusal("streamlit", tmp_path, "--client.showErrorDetails=full")

        assert code == 1
        assert "client.showErrorDetails" in said
        assert "Traceback" not in said

    def test_of_another_folder_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit" / "config.toml").write_text("[server]\nmaxUploadSize = 200\n")

        with app_server("streamlit", tmp_path, EPOX_WORKER_IN_APP="false") as origin:
            assert httpx2.get(f"{origin}/healthz").status_code != httpx2.codes.FORBIDDEN


@pytest.mark.browser
class TestFirstVisit:
    def test_leads_a_deep_link_through_sign_up_to_its_page(self, tmp_path: Path) -> None:
        with app_server("streamlit", tmp_path) as origin, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(),
                args=list(OPTIONS),
            )
            page = browser.new_page()
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))

            page.goto(f"{origin}/gallery?q=oak")
            page.get_by_role("link", name="Create the first account").click()
            page.get_by_label("Your name").fill("Ann")
            page.get_by_label("E-mail").fill("ann@example.com")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Create account").click()

            # The sidebar is the frame's: without the frame there is no access check.
            expect(page.get_by_role("link", name="Dashboard")).to_be_visible(timeout=20_000)
            expect(page.get_by_role("heading", name="Gallery")).to_be_visible()
            assert page.url == f"{origin}/gallery?q=oak"
            fonts = page.evaluate(
                "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
            )
            assert "Inter" in fonts
            ours = (origin, origin.replace("http", "ws"), "blob:", "data:")
            assert [url for url in asked if not url.startswith(ours)] == []
            browser.close()
