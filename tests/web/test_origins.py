"""Host names and origins: no other site reaches in, whatever the browser was told."""

import anyio
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.types import Message, Receive, Scope, Send

from core.bootstrap import Services
from core.settings import Settings
from tests.web.site import SOCKET, Site
from web.origins import OriginMiddleware

REBINDING = {"Host": "evil.test", "Origin": "http://evil.test"}
FOREIGN = [
    {"Origin": "http://evil.test"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "https://localhost"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "http://localhost@evil.test"},
]
HOSTS = ["evil.test", "localhost.evil.test", "", "localhost:x", "a@localhost", "localhost/x"]


class TestHost:
    @pytest.mark.parametrize("host", HOSTS)
    def test_refuses_names_that_are_not_ours(self, anonymous: TestClient, host: str) -> None:
        for path in ("/", "/login", "/static/x.js", "/_stcore/health", "/assets/login.css"):
            assert anonymous.get(path, headers={"Host": host}).status_code == 403

    @pytest.mark.parametrize(
        "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:8501", "[::1]:8501", "localhost."]
    )
    def test_answers_to_this_machines_names(self, anonymous: TestClient, host: str) -> None:
        assert anonymous.get("/login", headers={"Host": host}).status_code == 200

    def test_answers_to_the_names_of_the_settings_only(
        self, settings: Settings, services: Services
    ) -> None:
        del services
        named = settings.model_copy(update={"allowed_hosts": ("epox.example.com",)})

        with Site(named).browser("http://epox.example.com") as browser:
            assert browser.get("/login").status_code == 200
            assert browser.get("/login", headers={"Host": "example.com"}).status_code == 403

    def test_lets_a_load_balancer_ask_by_address(self, anonymous: TestClient) -> None:
        assert anonymous.get("/healthz", headers={"Host": "10.0.0.7:8501"}).status_code != 403


class TestOrigin:
    @pytest.mark.parametrize("headers", [*FOREIGN, REBINDING])
    def test_refuses_a_socket_from_elsewhere(
        self, signed_in: TestClient, headers: dict[str, str]
    ) -> None:
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            signed_in.websocket_connect(SOCKET, headers=headers),
        ):
            pass

        assert refused.value.status_code == 403

    @pytest.mark.parametrize("headers", [*FOREIGN, REBINDING])
    def test_refuses_a_write_from_elsewhere(
        self, signed_in: TestClient, headers: dict[str, str]
    ) -> None:
        assert signed_in.post("/auth/sign-out", headers=headers).status_code == 403
        assert signed_in.post("/login", headers=headers).status_code == 403
        assert signed_in.put("/_stcore/upload_file/a/b", headers=headers).status_code == 403
        assert signed_in.get("/gallery").status_code == 200

    def test_refuses_a_write_that_does_not_say_where_it_comes_from(
        self, signed_in: TestClient
    ) -> None:
        del signed_in.headers["Origin"]

        assert signed_in.post("/auth/sign-out").status_code == 403

    def test_lets_links_from_elsewhere_lead_to_pages(self, signed_in: TestClient) -> None:
        response = signed_in.get("/gallery", headers={"Origin": "http://evil.test"})

        assert response.status_code == 200


class TestAddress:
    @pytest.mark.parametrize(
        ("address", "hosts", "status"),
        [
            ("127.0.0.1", (), 200),
            ("::1", (), 200),
            ("/run/epox.sock", (), 200),
            ("192.168.1.5", (), 403),
            ("2001:db8::1", (), 403),
            ("192.168.1.5", ("epox.example.com",), 200),
        ],
    )
    def test_is_this_machines_unless_hosts_are_named(
        self, address: str, hosts: tuple[str, ...], status: int
    ) -> None:
        assert _status(OriginMiddleware(_answer, frozenset(hosts)), address) == status


async def _answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _receive() -> Message:
    return {"type": "http.request", "body": b""}


def _status(app: OriginMiddleware, address: str) -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/login",
        "scheme": "http",
        "server": (address, 8501),
        "headers": [(b"host", b"localhost:8501")],
    }
    anyio.run(app, scope, _receive, send)
    return int(sent[0]["status"])
