"""What a proxy says about a request counts when there is a proxy, and never otherwise."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.settings import Settings
from tests.support.people import PASSWORD
from tests.web.site import Site

FORWARDED = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.fixture
def proxied(settings: Settings, services: Services) -> Site:
    del services  # only so that they are installed
    changes = {"behind_proxy": True, "allowed_hosts": ("epox.example.com",)}
    return Site(settings.model_copy(update=changes))


class TestWithoutProxy:
    def test_ignores_what_a_program_claims(self, site: Site) -> None:
        with site.browser() as browser:
            told = browser.get("/static/x.js", headers=FORWARDED).json()

        assert told["scheme"] == "http"
        assert told["client"] == "127.0.0.1"


class TestBehindProxy:
    def test_believes_the_proxy_next_to_it(self, proxied: Site) -> None:
        with proxied.browser("http://epox.example.com") as browser:
            told = browser.get("/static/x.js", headers=FORWARDED).json()

        assert told["scheme"] == "https"
        assert told["client"] == "203.0.113.9"

    def test_keeps_what_it_knows_when_the_proxy_says_nothing(self, proxied: Site) -> None:
        with proxied.browser("http://epox.example.com") as browser:
            told = browser.get("/static/x.js", headers={"X-Forwarded-Proto": "gopher"}).json()

        assert told["scheme"] == "http"
        assert told["client"] == "testclient"

    def test_signs_in_with_a_cookie_that_only_travels_encrypted(
        self, proxied: Site, actor: Actor
    ) -> None:
        form = {"email": actor.email, "password": PASSWORD}
        headers = FORWARDED | {"Origin": "https://epox.example.com"}

        with proxied.browser("http://epox.example.com") as browser:
            response = browser.post("/login", data=form, headers=headers)

        assert response.status_code == 303
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-epox_session=")
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
