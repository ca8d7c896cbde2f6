"""Share links in the browser of a guest: what they see, what they may do, and all they may not."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.reviews import ReviewState
from core.domain.share_links import ShareRights
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.sharing import NO_RIGHTS, comment_on, form_of, shared
from tests.ui.making import pictures
from tests.web.site import ORIGIN, Site

pytestmark = pytest.mark.slow

XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "</style><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "${7*7} {{7*7}} %s {0.__class__} $title",
    "javascript:alert(1)",
)


@pytest.fixture
def made(services: Services, actor: Actor) -> list[int]:
    return pictures(with_model(services, FakeImageModel()), actor, 3)


@pytest.fixture
def token(services: Services, actor: Actor, made: list[int]) -> str:
    return shared(services, actor, made)[1]


@pytest.fixture
def guest(site: Site) -> Iterator[TestClient]:
    with site.browser() as browser:
        yield browser


def text_of(html: str) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


class TestGrid:
    def test_shows_the_pictures_to_whoever_has_the_address(
        self, guest: TestClient, token: str, made: list[int], actor: Actor
    ) -> None:
        page = guest.get(f"/s/{token}")

        assert page.status_code == 200
        for asset_id in made:
            assert f'href="/s/{token}/{asset_id}"' in page.text
            file = guest.get(f"/s/{token}/files/{asset_id}/w320")
            assert file.headers["content-type"] == "image/webp"
        assert f"Ann shares 3 pictures with you, from {actor.workspace_name}." in text_of(page.text)

    def test_says_to_the_browser_what_it_may(self, guest: TestClient, token: str) -> None:
        page = guest.get(f"/s/{token}")

        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-robots-tag"] == "noindex, nofollow"
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in page.text
        assert " style=" not in page.text
        assert not re.search(r"\son\w+=", page.text)
        assert "session" not in page.headers.get("set-cookie", "")

    def test_leaves_out_the_addresses_of_other_sites(self, guest: TestClient, token: str) -> None:
        assert "//" not in guest.get(f"/s/{token}").text.replace("<!doctype html>", "")

    def test_has_pages(
        self, guest: TestClient, token: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.services.share_visits.PICTURES_A_PAGE", 2)

        first, second = guest.get(f"/s/{token}"), guest.get(f"/s/{token}?page=2")

        assert f'href="/s/{token}?page=2" rel="next"' in first.text
        assert second.text.count('class="tile"') == 1
        for page in ("0", "3", "-1", "1e9", "x", "9" * 30):
            assert guest.get(f"/s/{token}?page={page}").status_code == 404


class TestView:
    def test_leads_on_and_back(self, guest: TestClient, token: str, made: list[int]) -> None:
        page = guest.get(f"/s/{token}/{made[1]}").text

        assert f'href="/s/{token}/{made[0]}" rel="prev"' in page
        assert f'href="/s/{token}/{made[2]}" rel="next"' in page
        assert "2 of 3" in text_of(page)

    def test_offers_only_what_the_link_allows(
        self, guest: TestClient, services: Services, actor: Actor, made: list[int]
    ) -> None:
        _, closed = shared(services, actor, made, rights=NO_RIGHTS)

        page = guest.get(f"/s/{closed}/{made[0]}").text

        assert "<form" not in page
        assert "/original" not in page

    def test_hands_out_the_original_as_a_file_to_save(
        self, guest: TestClient, token: str, made: list[int]
    ) -> None:
        answer = guest.get(f"/s/{token}/files/{made[0]}/original")

        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert "sandbox" in answer.headers["content-security-policy"]


class TestSaying:
    def test_a_comment_is_sent_shown_and_the_name_is_asked_once(
        self, guest: TestClient, token: str, made: list[int]
    ) -> None:
        path = f"/s/{token}/{made[0]}"

        assert comment_on(guest, path, "Too red.") == 303

        page = guest.get(f"{path}?sent=comment")
        assert "Thank you. Your comment was sent." in text_of(page.text)
        assert "Too red." in text_of(page.text)
        assert form_of(page.text, "comment")["name"] == "Maria"
        assert 'autocomplete="name"' not in page.text
        assert 'autocomplete="name"' in guest.get(f"{path}?who=1").text

    def test_a_verdict_is_sent_and_shown(
        self, guest: TestClient, token: str, made: list[int], services: Services, actor: Actor
    ) -> None:
        path = f"/s/{token}/{made[0]}"
        fields = form_of(guest.get(path).text, "verdict")

        answer = guest.post(
            f"{path}/verdict",
            data={**fields, "name": "Maria", "state": "needs_edit", "note": "Darker"},
        )

        assert (answer.status_code, answer.headers["location"]) == (
            303, f"{path}?sent=verdict#verdict",
        )  # fmt: skip
        assert "Needs an edit by Maria" in text_of(guest.get(path).text)
        assert "Needs an edit" in guest.get(f"/s/{token}").text
        assert services.assets.get(actor, made[0]).review.state is ReviewState.NEEDS_EDIT

    def test_what_was_typed_comes_back_with_what_was_wrong(
        self, guest: TestClient, token: str, made: list[int]
    ) -> None:
        path = f"/s/{token}/{made[0]}"
        fields = form_of(guest.get(path).text, "comment")

        answer = guest.post(f"{path}/comment", data={**fields, "name": "", "body": "My words"})

        assert answer.status_code == 422
        assert "Please enter your name." in text_of(answer.text)
        assert ">My words</textarea>" in answer.text

    def test_cookies_are_out_of_reach_and_stay_with_the_links(
        self, guest: TestClient, token: str, made: list[int]
    ) -> None:
        path = f"/s/{token}/{made[0]}"
        page = guest.get(path)
        fields = form_of(page.text, "comment")

        sent = guest.post(f"{path}/comment", data={**fields, "name": "Maria", "body": "Hi"})

        for cookie in (page.headers["set-cookie"], sent.headers["set-cookie"]):
            assert "HttpOnly" in cookie
            assert "Path=/s/" in cookie
            assert "SameSite=lax" in cookie

    @pytest.mark.parametrize("hostile", XSS)
    def test_markup_is_words(
        self,
        guest: TestClient,
        services: Services,
        actor: Actor,
        made: list[int],
        hostile: str,
    ) -> None:
        services.assets.set_title(actor, made[0], hostile)
        services.assets.set_alt_text(actor, made[0], hostile)
        _, token = services.share_links.create(
            actor, made, title=hostile, message=hostile, rights=ShareRights(may_review=True)
        )
        path = f"/s/{token}/{made[0]}"
        comment_on(guest, path, hostile, name=hostile)
        fields = form_of(guest.get(path).text, "verdict")
        data = {"name": hostile, **fields, "state": "rejected", "note": hostile}
        guest.post(f"{path}/verdict", data=data)
        refused = guest.post(f"{path}/comment", data={**data, "name": "", "body": hostile})

        for page in (
            guest.get(f"/s/{token}"),
            guest.get(path),
            guest.get(f"{path}?who=1"),
            refused,
        ):
            markup = re.sub(r"<[^<>]*>", lambda tag: re.sub(r'"[^"]*"', '""', tag[0]), page.text)
            tags = re.findall(r"<[^<>]*>", markup)
            assert not any(re.search(r"script|svg|onerror|onload|onmouse", tag) for tag in tags)
            assert "49" not in text_of(page.text)
            assert page.headers["content-security-policy"].startswith("default-src 'none'")


class TestAttacks:
    def test_a_wrong_an_expired_and_a_revoked_link_are_one_answer(
        self,
        guest: TestClient,
        token: str,
        services: Services,
        actor: Actor,
        other_actor: Actor,
        made: list[int],
    ) -> None:
        theirs = pictures(with_model(services, FakeImageModel()), other_actor, 1)[0]
        revoked, revoked_token = shared(services, actor, made)
        services.share_links.revoke(actor, revoked.id)
        wrong = "A" * 43

        answers = [
            guest.get(path)
            for path in (
                f"/s/{wrong}",
                f"/s/{revoked_token}",
                f"/s/{revoked_token}/{made[0]}",
                f"/s/{wrong}/{made[0]}",
                f"/s/{token}/{theirs}",
                f"/s/{token}/999999",
                f"/s/{token}x",
                f"/s/{token}/",
                f"/s/{token}/0{made[0]}",
                f"/s/{token}/{made[0]}/",
                f"/s/{token}/{made[0]}/edit",
                "/s/",
                f"/s/{token}/../../login",
            )
        ]

        assert {answer.status_code for answer in answers[:-1]} == {404}
        assert len({answer.text for answer in answers[:-1]}) == 1
        assert "This link does not work" in answers[0].text
        assert len({str(sorted(answer.headers.items())) for answer in answers[:-1]}) == 1

    def test_files_outside_the_link_are_not_there(
        self,
        guest: TestClient,
        token: str,
        services: Services,
        actor: Actor,
        other_actor: Actor,
        made: list[int],
    ) -> None:
        theirs = pictures(with_model(services, FakeImageModel()), other_actor, 1)[0]
        product_id = services.assets.get(actor, made[0]).product_id
        assert product_id is not None
        photo_id = services.products.get(actor, product_id).photos[0].id
        services.assets.trash(actor, [made[2]])

        for path in (
            f"{theirs}/w320",
            f"{photo_id}/w320",
            f"{made[2]}/w320",
            f"{made[0]}/w160",
            f"{made[0]}/answer.png",
            f"{made[0]}/..%2foriginal",
            f"{made[0]}/ORIGINAL",
            f"{made[0]}%20/w320",
            f"-{made[0]}/w320",
            f"{'9' * 18}/w320",
            "..%2f..%2fetc/passwd",
            "1%00/w320",
        ):
            answer = guest.get(f"/s/{token}/files/{path}")
            assert answer.status_code == 404, path
            assert answer.headers["content-type"].startswith("text/"), path

    def test_a_picture_of_another_workspace_is_not_shown_even_by_a_fault(
        self, guest: TestClient, token: str, services: Services, other_actor: Actor
    ) -> None:
        from sqlalchemy import select  # noqa: PLC0415 - only to plant the fault

        from db.gallery_tables import ShareLinkRow, SharePictureRow  # noqa: PLC0415 - likewise

        theirs = pictures(with_model(services, FakeImageModel()), other_actor, 1)[0]
        with services.parts.database.begin() as work:
            link_id = work._session.scalars(select(ShareLinkRow.id)).one()
            work._session.add(SharePictureRow(share_link_id=link_id, asset_id=theirs, position=99))

        assert f"/{theirs}" not in guest.get(f"/s/{token}").text
        assert guest.get(f"/s/{token}/{theirs}").status_code == 404
        assert guest.get(f"/s/{token}/files/{theirs}/w320").status_code == 404

    def test_what_is_revoked_between_page_and_form_is_refused(
        self, guest: TestClient, services: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(services, actor, made)
        path = f"/s/{token}/{made[0]}"
        fields = form_of(guest.get(path).text, "comment")
        services.share_links.revoke(actor, link.id)

        answer = guest.post(f"{path}/comment", data={**fields, "name": "M", "body": "Hi"})

        assert answer.status_code == 404
        assert services.share_links.answers(actor, link.id) == ()

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": f"{ORIGIN}.evil.example"},
            {"Origin": ""},
        ],
    )
    def test_forms_of_other_sites_are_refused(
        self,
        guest: TestClient,
        token: str,
        made: list[int],
        services: Services,
        actor: Actor,
        headers: dict[str, str],
    ) -> None:
        path = f"/s/{token}/{made[0]}"
        fields = form_of(guest.get(path).text, "verdict")
        data = {**fields, "name": "M", "state": "approved"}

        assert guest.post(f"{path}/verdict", data=data, headers=headers).status_code == 403
        assert services.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda fields, _browser: fields.update(form=""),
            lambda fields, _browser: fields.update(form="0" * 64),
            lambda fields, _browser: fields.update(form="é" * 64),
            lambda _fields, browser: browser.cookies.clear(),
        ],
    )
    def test_forms_without_their_token_are_refused(
        self,
        guest: TestClient,
        token: str,
        made: list[int],
        services: Services,
        actor: Actor,
        spoil: Callable[[dict[str, str], TestClient], None],
    ) -> None:
        path = f"/s/{token}/{made[0]}"
        fields = form_of(guest.get(path).text, "verdict")
        spoil(fields, guest)

        answer = guest.post(f"{path}/verdict", data={**fields, "name": "M", "state": "approved"})

        assert answer.status_code == 403
        assert services.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED

    def test_a_form_of_one_link_is_none_of_another(
        self, guest: TestClient, services: Services, actor: Actor, token: str, made: list[int]
    ) -> None:
        _, other = shared(services, actor, made)
        fields = form_of(guest.get(f"/s/{token}/{made[0]}").text, "comment")

        answer = guest.post(
            f"/s/{other}/{made[0]}/comment", data={**fields, "name": "M", "body": "Hi"}
        )

        assert answer.status_code == 403

    def test_nothing_is_written_by_a_mere_link(
        self, guest: TestClient, token: str, made: list[int], services: Services, actor: Actor
    ) -> None:
        fields = form_of(guest.get(f"/s/{token}/{made[0]}").text, "verdict")
        query = f"form={fields['form']}&name=M&state=approved"

        assert guest.get(f"/s/{token}/{made[0]}/verdict?{query}").status_code == 405
        assert services.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED

    def test_bodies_are_forms_of_bounded_length(
        self, guest: TestClient, token: str, made: list[int]
    ) -> None:
        path = f"/s/{token}/{made[0]}/comment"

        assert guest.post(path, data={"body": "x" * 70_000}).status_code == 413
        assert guest.post(path, json={"body": "x"}).status_code == 415
        assert guest.post(path, files={"body": b"x"}).status_code == 415
        many = {f"f{number}": "x" for number in range(100)}
        assert guest.post(path, data=many).status_code == 400

    @pytest.mark.parametrize(
        "name", ["Maria\r\nSet-Cookie: x=1", "Maria\r\n\r\n<b>", "Ma\u2028ria; Path=/", 'M"; x="']
    )
    def test_names_never_become_headers(
        self, guest: TestClient, token: str, made: list[int], name: str
    ) -> None:
        path = f"/s/{token}/{made[0]}"
        fields = form_of(guest.get(path).text, "comment")

        answer = guest.post(f"{path}/comment", data={**fields, "name": name, "body": "Hi"})

        cookies = answer.headers.get_list("set-cookie")
        assert all(cookie.startswith("epox_guest=") for cookie in cookies)
        assert all(re.fullmatch(r"epox_guest=[\w-]*; .*Path=/s/; .*", one) for one in cookies)

    @pytest.mark.parametrize("value", ["%%%", "Zm9v" * 1000, "_w", "AAAA", "4oCu"])
    def test_a_cookie_that_is_no_name_is_none(
        self, guest: TestClient, token: str, made: list[int], value: str
    ) -> None:
        guest.cookies.set("epox_guest", value, path="/s/")

        page = guest.get(f"/s/{token}/{made[0]}")

        assert page.status_code == 200
        assert 'autocomplete="name"' in page.text

    def test_the_rest_of_the_site_stays_closed(
        self, guest: TestClient, token: str, made: list[int], services: Services, actor: Actor
    ) -> None:
        guest.get(f"/s/{token}")
        ref = services.assets.get(actor, made[0]).ref

        assert guest.get(ref.url()).status_code == 401
        assert guest.get("/gallery").status_code == 303
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "FOO"):
            answer = guest.request(method, f"/s/{token}/files/1/2/3/4")
            assert answer.status_code in {404, 405}
            assert "sessions" not in answer.text  # it did not reach Streamlit

    def test_refusals_do_not_write_the_token_into_the_log(
        self, guest: TestClient, token: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        guest.post(f"/s/{token}/1/comment", headers={"Origin": "https://evil.example"})

        assert "refused" in caplog.text
        assert token not in caplog.text

    def test_too_many_requests_have_to_wait(
        self, guest: TestClient, token: str, made: list[int]
    ) -> None:
        statuses = [guest.get(f"/s/{token}/{made[0]}").status_code for _ in range(320)]

        assert set(statuses[:300]) == {200}
        assert set(statuses[300:]) == {429}
        last = guest.get(f"/s/{token}")
        assert last.headers["retry-after"] == "600"
        assert "Please wait" in text_of(last.text)
        assert guest.get(f"/s/{token}/files/{made[0]}/w320").status_code == 200

    def test_a_file_that_was_seen_is_asked_for_again(
        self, guest: TestClient, services: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(services, actor, made)
        path = f"/s/{token}/files/{made[0]}/w640"
        first = guest.get(path)
        known = {"If-None-Match": first.headers["etag"]}
        assert first.headers["cache-control"] == "private, no-cache"
        assert guest.get(path, headers=known).status_code == 304

        services.share_links.revoke(actor, link.id)

        assert guest.get(path, headers=known).status_code == 404
