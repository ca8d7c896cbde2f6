"""Signing in, up and out, as a browser without scripts does it."""

from html import escape

import pytest
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.settings import Settings
from tests.support.people import PASSWORD
from tests.web.site import Site
from web.cookies import PLAIN_NAME, SECURE_NAME
from web.forms import MAX_FORM_BYTES

NEW = {"name": "Cleo", "email": "cleo@example.com", "password": PASSWORD}


class TestLogin:
    def test_opens_the_page_that_was_asked_for(self, anonymous: TestClient, actor: Actor) -> None:
        asked = anonymous.get("/product?id=5").headers["location"]
        target = "/product?id=5"
        assert escape(target) in anonymous.get(asked).text

        form = {"email": actor.email, "password": PASSWORD, "next": target}
        response = anonymous.post("/login", data=form)

        assert response.status_code == 303
        assert response.headers["location"] == target
        assert anonymous.get(target).status_code == 200

    @pytest.mark.parametrize("target", ["//evil.com", "https://evil.com", "/\\evil.com", "/\t/x"])
    def test_never_leads_to_another_site(
        self, anonymous: TestClient, actor: Actor, target: str
    ) -> None:
        assert "evil" not in anonymous.get("/login", params={"next": target}).text

        form = {"email": actor.email, "password": PASSWORD, "next": target}
        response = anonymous.post("/login", data=form)

        assert response.headers["location"] == "/"

    def test_gives_a_cookie_out_of_reach_of_scripts(
        self, anonymous: TestClient, actor: Actor
    ) -> None:
        response = anonymous.post("/login", data={"email": actor.email, "password": PASSWORD})

        cookie = response.headers["set-cookie"]
        assert cookie.startswith(f"{PLAIN_NAME}=")
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert {"Secure"}.isdisjoint(cookie.split("; "))

    def test_gives_a_host_cookie_over_https(self, site: Site, actor: Actor) -> None:
        with site.browser("https://localhost") as browser:
            response = browser.post("/login", data={"email": actor.email, "password": PASSWORD})

        cookie = response.headers["set-cookie"]
        assert cookie.startswith(f"{SECURE_NAME}=")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))

    def test_gives_a_new_token_and_ends_the_session_before(
        self, signed_in: TestClient, actor: Actor, services: Services
    ) -> None:
        before = signed_in.cookies[PLAIN_NAME]

        signed_in.post("/login", data={"email": actor.email, "password": PASSWORD})

        assert signed_in.cookies[PLAIN_NAME] != before
        assert services.accounts.session_for_token(before) is None

    def test_says_the_same_for_a_wrong_password_and_an_unknown_person(
        self, anonymous: TestClient, actor: Actor
    ) -> None:
        wrong = anonymous.post("/login", data={"email": actor.email, "password": "no" * 8})
        unknown = anonymous.post("/login", data={"email": "x@example.com", "password": "no" * 8})

        assert wrong.status_code == unknown.status_code == 401
        assert wrong.text.replace(actor.email, "x@example.com") == unknown.text
        assert 'role="alert"' in wrong.text

    def test_keeps_the_email_and_never_the_password(self, anonymous: TestClient) -> None:
        form = {"email": '"><script>alert(1)</script>', "password": "kept nowhere"}

        page = anonymous.post("/login", data=form).text

        assert escape(form["email"]) in page
        assert "<script" not in page
        assert "kept nowhere" not in page

    def test_says_how_long_to_wait_after_many_tries(
        self, anonymous: TestClient, actor: Actor
    ) -> None:
        for _ in range(5):
            anonymous.post("/login", data={"email": actor.email, "password": "no" * 8})

        response = anonymous.post("/login", data={"email": actor.email, "password": PASSWORD})

        assert response.status_code == 429
        assert int(response.headers["retry-after"]) > 0

    def test_says_that_the_session_has_ended(self, anonymous: TestClient) -> None:
        page = anonymous.get("/login?reason=ended").text

        assert "Your session has ended. Please sign in again." in page

    def test_forgets_a_cookie_whose_session_is_over(self, anonymous: TestClient) -> None:
        response = anonymous.get("/login", headers={"Cookie": f"{PLAIN_NAME}=gone"})

        assert f'{PLAIN_NAME}=""; HttpOnly; Max-Age=0' in response.headers["set-cookie"]

    def test_leads_on_whoever_is_signed_in(self, signed_in: TestClient) -> None:
        response = signed_in.get("/login?next=/gallery")

        assert response.status_code == 303
        assert response.headers["location"] == "/gallery"

    def test_offers_the_first_account_to_the_first_visitor(self, anonymous: TestClient) -> None:
        assert "Create the first account" in anonymous.get("/login").text

    def test_offers_an_account_to_later_visitors(self, anonymous: TestClient, actor: Actor) -> None:
        del actor  # has the first account

        assert "Create an account" in anonymous.get("/login").text

    def test_is_kept_by_no_cache(self, anonymous: TestClient) -> None:
        assert anonymous.get("/login").headers["cache-control"] == "no-store"
        assert anonymous.get("/gallery").headers["cache-control"] == "no-store"


class TestForms:
    def test_may_not_be_endless(self, anonymous: TestClient) -> None:
        form = {"email": "a@example.com", "password": "x" * MAX_FORM_BYTES}

        assert anonymous.post("/login", data=form).status_code == 413

    @pytest.mark.parametrize("body", [b"a=" + b"\xff", b"&".join([b"a=1"] * 50), b"email=%ff"])
    def test_must_be_forms(self, anonymous: TestClient, body: bytes) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}

        assert anonymous.post("/login", content=body, headers=headers).status_code == 400

    @pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", ""])
    def test_must_say_that_they_are_forms(self, anonymous: TestClient, kind: str) -> None:
        response = anonymous.post("/login", content=b"{}", headers={"Content-Type": kind})

        assert response.status_code == 415

    @pytest.mark.parametrize(
        "email", ["' OR '1'='1", "admin' --", "a\x00b", "", "\U0001f600@x", "x" * 5000]
    )
    def test_may_hold_anything_as_email(self, anonymous: TestClient, email: str) -> None:
        response = anonymous.post("/login", data={"email": email, "password": email})

        assert response.status_code == 401


class TestSignup:
    def test_makes_the_account_and_signs_in(self, anonymous: TestClient) -> None:
        response = anonymous.post("/signup", data=NEW | {"next": "/gallery"})

        assert response.status_code == 303
        assert response.headers["location"] == "/gallery"
        assert anonymous.get("/gallery").status_code == 200

    def test_says_what_is_wrong_and_keeps_what_was_entered(self, anonymous: TestClient) -> None:
        response = anonymous.post("/signup", data=NEW | {"password": "short"})

        assert response.status_code == 422
        assert "at least 12 characters" in response.text
        assert 'value="Cleo"' in response.text
        assert "cleo@example.com" in response.text

    def test_says_that_there_is_such_an_account(self, anonymous: TestClient, actor: Actor) -> None:
        response = anonymous.post("/signup", data=NEW | {"email": actor.email})

        assert response.status_code == 409
        assert "already an account" in response.text

    def test_tells_the_password_rule_before(self, anonymous: TestClient) -> None:
        page = anonymous.get("/signup").text

        assert "At least 12 characters" in page
        assert 'autocomplete="new-password"' in page

    def test_is_open_for_the_first_account_only_when_closed(
        self, settings: Settings, services: Services
    ) -> None:
        closed = settings.model_copy(update={"sign_up": "closed"})
        object.__setattr__(services.accounts, "_settings", closed)

        with Site(closed).browser() as browser:
            first = browser.post("/signup", data=NEW)
            browser.cookies.clear()
            second = browser.post("/signup", data=NEW | {"email": "dora@example.com"})

            assert first.status_code == 303
            assert second.status_code == 403
            assert browser.get("/signup").status_code == 403
            assert "/signup" not in browser.get("/login").text


class TestSignOut:
    def test_ends_the_session_and_forgets_the_cookie(
        self, signed_in: TestClient, services: Services
    ) -> None:
        token = signed_in.cookies[PLAIN_NAME]

        response = signed_in.post("/auth/sign-out")

        assert response.headers["location"] == "/login"
        assert PLAIN_NAME not in signed_in.cookies
        assert services.accounts.session_for_token(token) is None

    def test_is_no_link(self, signed_in: TestClient) -> None:
        assert signed_in.get("/auth/sign-out").headers["location"] == "/"
        assert signed_in.get("/gallery").status_code == 200

    def test_does_no_harm_twice(self, anonymous: TestClient) -> None:
        assert anonymous.post("/auth/sign-out").status_code == 303
