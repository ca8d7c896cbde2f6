"""Where a person may be sent after signing in, and what needs a session."""

import pytest

from web.addresses import Need, need_of, safe_target, sign_in_address


class TestSafeTarget:
    @pytest.mark.parametrize(
        "target", ["/", "/gallery", "/product?id=5&tab=photos", "/search?q=%2F%2Fevil.com"]
    )
    def test_keeps_a_page_of_ours(self, target: str) -> None:
        assert safe_target(target) == target

    @pytest.mark.parametrize(
        "target",
        [
            "",
            "gallery",
            "//evil.com",
            "///evil.com",
            "/\\evil.com",
            "\\\\evil.com",
            "/gallery\\..\\x",
            "https://evil.com",
            "http:evil.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\tevil.com",
            "/\n/evil.com",
            "/\r\nSet-Cookie: a=b",
            "/\x00",
            "/\u202eevil",
            " /gallery",
            "/" + "x" * 3000,
            "/login",
            "/login?next=/login",
            "/signup",
            "/auth/sign-out",
            "/files/1/0123456789abcdef/w160",
            "/exports/usage.csv",
            "/_stcore/metrics",
            "/healthz",
        ],
    )
    def test_leads_to_the_start_instead_of_anywhere_else(self, target: str) -> None:
        assert safe_target(target) == "/"


class TestSignInAddress:
    def test_leads_back_with_the_query(self) -> None:
        scope = {"path": "/product", "raw_path": b"/product", "query_string": b"id=5&q=a%26b"}

        assert sign_in_address(scope) == "/login?next=%2Fproduct%3Fid%3D5%26q%3Da%2526b"

    def test_is_bare_for_the_start_page(self) -> None:
        assert sign_in_address({"path": "/", "query_string": b""}) == "/login"


class TestNeedOf:
    @pytest.mark.parametrize(
        ("path", "need"),
        [
            ("/_stcore/metrics", Need.CLOSED),
            ("/_stcore/script-health-check", Need.CLOSED),
            ("/", Need.SESSION),
            ("/anything/at/all", Need.SESSION),
            ("/login", Need.SIGN_IN_PAGE),
            ("/login/", Need.SESSION),
            ("/static/js/index.js", Need.NOTHING),
            ("/staticx", Need.SESSION),
            ("/exports/usage.csv", Need.SESSION_OR_401),
            ("/_stcore/health", Need.NOTHING),
            ("/_stcore/healthx", Need.SESSION_OR_401),
            ("/_stcore/agent/mcp", Need.CLOSED),
            ("/auth/logout", Need.CLOSED),
        ],
    )
    def test_asks_for_a_session_unless_a_path_is_known(self, path: str, need: Need) -> None:
        assert need_of(path) is need
