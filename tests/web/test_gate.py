"""Who gets through, and as whom."""

import anyio
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.types import Message, Receive, Scope, Send

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.errors import DatabaseUnavailableError
from tests.web.site import SOCKET
from web.cookies import PLAIN_NAME
from web.gate import GateMiddleware
from web.uploads import MAX_UPLOAD_BYTES

UPLOAD = "/_stcore/upload_file/a-session/a-file"
GATED = [
    "/files/1/0123456789abcdef/w160",
    "/files/",
    "/media/0123456789abcdef.png",
    "/_stcore/host-config",
    "/_stcore/bidi-components/x/y.js",
    "/component/extra.cookie_manager/index.html",
    UPLOAD,
]


class TestAnonymous:
    def test_is_led_from_a_page_to_sign_in_and_back(self, anonymous: TestClient) -> None:
        response = anonymous.get("/product?id=5")

        assert response.status_code == 303
        assert response.headers["location"] == "/login?next=%2Fproduct%3Fid%3D5"

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
    def test_gets_nothing_that_pages_fetch(self, anonymous: TestClient, method: str) -> None:
        answers = {path: anonymous.request(method, path).status_code for path in GATED}

        assert answers == dict.fromkeys(GATED, 401)

    @pytest.mark.parametrize("path", ["/", "/gallery", "//evil.com/x", "/%2e%2e/app.py"])
    def test_reaches_no_page_by_any_method(self, anonymous: TestClient, path: str) -> None:
        assert anonymous.get(path).status_code == 303
        assert anonymous.post(path).status_code == 401

    def test_opens_no_socket(self, anonymous: TestClient) -> None:
        with pytest.raises(WebSocketDenialResponse) as refused, anonymous.websocket_connect(SOCKET):
            pass

        assert refused.value.status_code == 403

    @pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "ü", "1", "' OR '1'='1"])
    def test_is_not_somebody_with_a_cookie_of_their_own(
        self, anonymous: TestClient, cookie: str
    ) -> None:
        header = {b"Cookie": f"{PLAIN_NAME}={cookie}".encode()}

        response = anonymous.get("/_stcore/host-config", headers=header)

        assert response.status_code == 401

    @pytest.mark.parametrize("name", ["X-Epox-Session", "x-epox-session", "X-EPOX-SESSION"])
    def test_is_not_somebody_with_a_header_of_their_own(
        self, anonymous: TestClient, actor: Actor, name: str
    ) -> None:
        claim = {name: str(actor.session_id)}

        assert anonymous.get("/_stcore/host-config", headers=claim).status_code == 401
        assert anonymous.get("/static/js/index.js", headers=claim).json()["sessions"] == []


class TestSignedIn:
    def test_reaches_pages_with_the_live_session_alone(
        self, signed_in: TestClient, services: Services
    ) -> None:
        token = signed_in.cookies[PLAIN_NAME]
        claims = [("X-Epox-Session", "1"), ("x-epox-session", "999")]

        told = signed_in.get("/gallery", headers=claims).json()

        assert told["sessions"] == [str(services.accounts.session_for_token(token))]

    def test_opens_a_socket_with_the_live_session_alone(
        self, signed_in: TestClient, services: Services
    ) -> None:
        token = signed_in.cookies[PLAIN_NAME]

        with signed_in.websocket_connect(SOCKET, headers={"X-Epox-Session": "999"}) as socket:
            sessions = socket.receive_json()

        assert sessions == [str(services.accounts.session_for_token(token))]

    def test_is_nobody_again_when_the_cookie_is_replayed_after_sign_out(
        self, signed_in: TestClient
    ) -> None:
        cookie = {"Cookie": f"{PLAIN_NAME}={signed_in.cookies[PLAIN_NAME]}"}
        signed_in.post("/auth/sign-out")

        assert signed_in.get("/_stcore/host-config", headers=cookie).status_code == 401
        assert signed_in.get("/gallery", headers=cookie).status_code == 303

    @pytest.mark.parametrize(
        "path", ["/auth/login", "/auth/logout", "/oauth2callback", "/_stcore/agent/mcp"]
    )
    def test_finds_no_other_way_in_of_streamlits(self, signed_in: TestClient, path: str) -> None:
        assert signed_in.get(path).status_code == 404
        assert signed_in.post(path).status_code == 404

    def test_uploads_a_file_of_twenty_megabytes(self, signed_in: TestClient) -> None:
        length = {"Content-Length": str(MAX_UPLOAD_BYTES + 500)}

        assert signed_in.put(UPLOAD, headers=length).status_code == 200

    @pytest.mark.parametrize("length", ["99999999", "9" * 400])
    def test_uploads_nothing_larger(self, signed_in: TestClient, length: str) -> None:
        response = signed_in.put(UPLOAD, headers={"Content-Length": length})

        assert response.status_code == 413

    @pytest.mark.parametrize("length", ["", "-1", "x"])
    def test_uploads_nothing_of_unknown_size(self, signed_in: TestClient, length: str) -> None:
        assert signed_in.put(UPLOAD, headers={"Content-Length": length}).status_code == 411


class TestDatabaseAway:
    def test_says_so_for_pages(self, signed_in: TestClient, services: Services) -> None:
        with services.parts.database.begin() as work:
            work._session.execute(text("DROP TABLE sessions"))

        response = signed_in.get("/gallery")

        assert response.status_code == 503
        assert response.text == DatabaseUnavailableError.user_message


async def _receive() -> Message:
    return {"type": "http.request", "body": b""}


async def _send(message: Message) -> None:
    raise AssertionError(message)


class TestFreePaths:
    def test_look_nobody_up(self) -> None:
        passed: list[str] = []

        async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
            passed.append(scope["path"])

        def look_up(token: str) -> int | None:
            raise AssertionError(token)

        gate = GateMiddleware(app, look_up)
        headers = [(b"cookie", b"epox_session=abc")]
        for path in ("/static/x.js", "/assets/login.css", "/healthz", "/_stcore/health"):
            scope: Scope = {"type": "http", "path": path, "method": "GET", "headers": headers}
            anyio.run(gate, scope, _receive, _send)

        assert len(passed) == 4
