"""Share links: who makes them, what they show, how they end, what guests leave behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.reviews import ReviewState
from core.domain.share_links import (
    MAX_TITLE_CHARS,
    LinkState,
    ShareRights,
    address_group,
)
from core.errors import (
    AccessDeniedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    TooManyRequestsError,
)
from core.services.share_visits import LOOKING, SAID_BY_ALL, SAYING
from db.gallery_tables import ShareLinkRow, ShareTryRow
from db.tables import AuditEventRow, MembershipRow, ProductRow, UserRow, WorkspaceRow
from tests.fakes.image_model import FakeImageModel
from tests.support.audit import actions_on
from tests.support.generation import with_model
from tests.support.people import colleague_of
from tests.support.sharing import ADDRESS, ALL_RIGHTS, NO_RIGHTS, shared
from tests.ui.making import pictures

pytestmark = pytest.mark.slow


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def made(app: Services, actor: Actor) -> list[int]:
    return pictures(app, actor, 3)


def change(app: Services, statement: object) -> None:
    with app.parts.database.begin() as work:
        work._session.execute(statement)  # type: ignore[call-overload] # any statement


def is_closed(app: Services, token: str) -> bool:
    """Say whether every way in answers that there is nothing."""
    tries = (
        lambda: app.share_visits.page(token, 1, address=ADDRESS),
        lambda: app.share_visits.view(token, 1, address=ADDRESS),
        lambda: app.share_visits.file(token, 1, "w320", address=ADDRESS),
        lambda: app.share_visits.comment(token, 1, guest_name="M", body="Hello", address=ADDRESS),
        lambda: app.share_visits.judge(token, 1, guest_name="M", state="approved", address=ADDRESS),
    )
    closed = 0
    for attempt in tries:
        try:
            attempt()
        except NotFoundError:
            closed += 1
    return closed == len(tries)


class TestCreate:
    def test_shows_pictures_in_their_order_and_tells_the_token_once(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        wanted = [made[2], made[0], made[2]]

        link, token = app.share_links.create(
            actor, wanted, title=" For Maria ", message="Please choose.\r\nThanks", days=7
        )

        shown = app.share_visits.page(token, 1, address=ADDRESS)
        assert [picture.ref.id for picture in shown.pictures] == [made[2], made[0]]
        assert (link.title, link.message) == ("For Maria", "Please choose.\nThanks")
        assert len(token) == 43
        assert link.expires_at - link.created_at == timedelta(days=7)
        assert (shown.link.sender, shown.link.workspace_name) == ("Ann", actor.workspace_name)
        assert actions_on(app, actor, "share_link") == [("share", {"pictures": 2, "days": 7})]

    def test_keeps_no_token_anywhere(self, app: Services, actor: Actor, made: list[int]) -> None:
        _, token = shared(app, actor, made)

        with app.parts.database.read() as work:
            kept = work._session.execute(select(*ShareLinkRow.__table__.columns)).all()
            noted = work._session.scalars(select(AuditEventRow.detail)).all()
        assert token not in f"{kept}{noted}"

    def test_never_repeats_a_token(self, app: Services, actor: Actor, made: list[int]) -> None:
        assert len({shared(app, actor, made)[1] for _ in range(5)}) == 5

    def test_leaves_out_what_is_not_there_or_not_theirs(
        self, app: Services, actor: Actor, other_actor: Actor, made: list[int]
    ) -> None:
        theirs = pictures(app, other_actor, 1)
        app.assets.trash(actor, [made[0]])

        link, token = shared(app, actor, [*made, *theirs, 987_654])

        shown = app.share_visits.page(token, 1, address=ADDRESS).pictures
        assert [picture.ref.id for picture in shown] == made[1:]
        assert link.picture_count == 2
        with pytest.raises(InvalidInputError, match="at least one picture"):
            shared(app, actor, theirs)

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"days": 0}, "1 to 90 days"),
            ({"days": 91}, "1 to 90 days"),
            ({"title": "x" * (MAX_TITLE_CHARS + 1)}, "shorten the title"),
            ({"message": "a\0b"}, "cannot be kept"),
            ({"message": "x" * 2001}, "shorten the message"),
        ],
    )
    def test_refuses_what_cannot_be_meant(
        self,
        app: Services,
        actor: Actor,
        made: list[int],
        fields: dict[str, object],
        sentence: str,
    ) -> None:
        with pytest.raises(InvalidInputError) as refusal:
            app.share_links.create(actor, made, **fields)  # type: ignore[arg-type] # named fields

        assert sentence in refusal.value.user_message
        assert app.share_links.list(actor).items == ()

    def test_takes_no_more_than_500(self, app: Services, actor: Actor) -> None:
        with pytest.raises(InvalidInputError, match="at most 500"):
            shared(app, actor, list(range(1, 502)))

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
    def test_is_for_those_who_may_edit(
        self, app: Services, actor: Actor, made: list[int], role: Role
    ) -> None:
        link, _ = shared(app, actor, made)
        looking = replace(actor, role=role)

        for act in (
            lambda: shared(app, looking, made),
            lambda: app.share_links.revoke(looking, link.id),
            lambda: app.share_links.extend(looking, link.id, 5),
        ):
            with pytest.raises(AccessDeniedError):
                act()
        assert app.share_links.list(looking).items == (link,)


class TestEnd:
    def test_a_revoked_link_is_closed_at_once_and_for_good(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)

        assert app.share_links.revoke(actor, link.id)

        assert is_closed(app, token)
        assert not app.share_links.revoke(actor, link.id)
        assert app.share_links.get(actor, link.id).state(datetime.now(UTC)) is LinkState.REVOKED
        with pytest.raises(ConflictError):
            app.share_links.extend(actor, link.id, 5)
        assert is_closed(app, token)

    def test_an_expired_link_is_closed_until_it_is_extended(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)
        past = datetime.now(UTC) - timedelta(seconds=1)
        change(app, update(ShareLinkRow).values(expires_at=past))
        assert is_closed(app, token)
        assert app.share_links.get(actor, link.id).state(datetime.now(UTC)) is LinkState.EXPIRED

        app.share_links.extend(actor, link.id, 3)

        assert app.share_visits.page(token, 1, address=ADDRESS).total == 3

    def test_a_link_lives_as_long_as_its_maker_may_share(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        ben = colleague_of(app, actor, "Ben", "ben@example.com")
        membership = {"workspace_id": actor.workspace_id, "user_id": ben.user_id}
        with app.parts.database.begin() as work:
            work._session.add(MembershipRow(**membership, role=Role.EDITOR))
        link, token = shared(app, ben, made)
        role = update(MembershipRow).filter_by(**membership)
        person = update(UserRow).where(UserRow.id == ben.user_id)

        for breaks, mends in (
            (person.values(is_disabled=True), person.values(is_disabled=False)),
            (role.values(role=Role.REVIEWER), role.values(role=Role.OWNER)),
        ):
            change(app, breaks)
            assert is_closed(app, token)
            state = app.share_links.get(actor, link.id).state(datetime.now(UTC))
            assert state is LinkState.ORPHANED
            change(app, mends)
            assert app.share_visits.page(token, 1, address=ADDRESS).total == 3

    def test_goes_with_its_workspace(
        self, app: Services, actor: Actor, other_actor: Actor, made: list[int]
    ) -> None:
        del made
        _, token = shared(app, other_actor, pictures(app, other_actor, 1))

        change(app, delete(WorkspaceRow).where(WorkspaceRow.id == other_actor.workspace_id))

        assert is_closed(app, token)
        assert app.share_links.list(actor).items == ()

    def test_nothing_else_is_a_token(self, app: Services, actor: Actor, made: list[int]) -> None:
        _, token = shared(app, actor, made)

        for other in ("", token[:-1], token + "A", token.swapcase(), "é" * 43, "\0" * 43):
            assert is_closed(app, other)


class TestVisits:
    def test_trashed_pictures_vanish_at_once_and_come_back(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)

        app.assets.trash(actor, [made[1]])

        assert app.share_visits.page(token, 1, address=ADDRESS).total == 2
        assert app.share_links.get(actor, link.id).picture_count == 2
        for look in (
            lambda: app.share_visits.view(token, made[1], address=ADDRESS),
            lambda: app.share_visits.file(token, made[1], "w320", address=ADDRESS),
        ):
            with pytest.raises(NotFoundError):
                look()
        view = app.share_visits.view(token, made[0], address=ADDRESS)
        assert (view.next_id, view.place, view.total) == (made[2], 1, 2)
        app.assets.restore(actor, [made[1]])
        assert app.share_visits.page(token, 1, address=ADDRESS).total == 3

    def test_knows_the_neighbours(self, app: Services, actor: Actor, made: list[int]) -> None:
        _, token = shared(app, actor, made)

        view = app.share_visits.view(token, made[1], address=ADDRESS)

        assert (view.previous_id, view.next_id, view.place) == (made[0], made[2], 2)

    def test_shows_nothing_of_what_the_team_says(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_state(actor, made, ReviewState.REJECTED, note="secret note")
        app.comments.add(actor, made[0], "secret comment")
        _, token = shared(app, actor, made)

        seen = (
            app.share_visits.page(token, 1, address=ADDRESS),
            app.share_visits.view(token, made[0], address=ADDRESS),
        )

        assert "secret" not in repr(seen)
        assert "REJECTED" not in repr(seen)
        assert "soft morning light" not in repr(seen)  # the prompt

    def test_counts_views_of_the_first_page(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)
        assert link.seen_at is None

        for _ in range(2):
            app.share_visits.page(token, 1, address=ADDRESS)
        app.share_visits.view(token, made[0], address=ADDRESS)

        seen = app.share_links.get(actor, link.id)
        assert seen.view_count == 2
        assert seen.seen_at is not None

    def test_hands_out_the_original_only_if_it_may_be_taken(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        _, closed = shared(app, actor, made, rights=NO_RIGHTS)
        _, open_ = shared(app, actor, made, rights=ALL_RIGHTS)

        stored = app.share_visits.file(open_, made[0], "original", address=ADDRESS)

        assert app.assets.stream(stored)[0] == app.assets.get(actor, made[0]).size_bytes
        with pytest.raises(NotFoundError):
            app.share_visits.file(closed, made[0], "original", address=ADDRESS)
        for rendition in ("w160", "../original", ""):
            with pytest.raises(NotFoundError):
                app.share_visits.file(open_, made[0], rendition, address=ADDRESS)


class TestComments:
    def test_are_kept_with_name_and_link_and_reach_the_team(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)

        app.share_visits.comment(
            token, made[0], guest_name="  Maria <b> ", body=" Too red.\r\nSorry ", address=ADDRESS
        )

        [answer] = app.share_links.answers(actor, link.id)
        [comment] = answer.comments
        assert (comment.guest_name, comment.body) == ("Maria <b>", "Too red.\nSorry")
        [told] = app.comments.of(actor, made[0]).items
        assert told.body == comment.body
        assert app.share_links.get(actor, link.id).comment_count == 1
        assert app.share_visits.page(token, 1, address=ADDRESS).pictures[0].comment_count == 1

    def test_of_one_link_are_not_seen_through_another(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        _, first = shared(app, actor, made)
        _, second = shared(app, actor, made)

        app.share_visits.comment(first, made[0], guest_name="M", body="Hello", address=ADDRESS)

        assert app.share_visits.view(second, made[0], address=ADDRESS).comments == ()
        assert len(app.share_visits.view(first, made[0], address=ADDRESS).comments) == 1

    @pytest.mark.parametrize(
        ("name", "body"),
        [
            ("", "Hello"),
            (" \u200b ", "Hello"),
            ("x" * 81, "Hello"),
            ("M\u202eairam", "Hello"),
            ("Maria", ""),
            ("Maria", "\ud800"),
            ("Maria", "x" * 2001),
            ("Maria", "e" + "\u0301" * 100),
        ],
    )
    def test_refuses_hostile_text(
        self, app: Services, actor: Actor, made: list[int], name: str, body: str
    ) -> None:
        link, token = shared(app, actor, made)

        with pytest.raises(InvalidInputError):
            app.share_visits.comment(token, made[0], guest_name=name, body=body, address=ADDRESS)

        assert app.share_links.answers(actor, link.id) == ()

    def test_only_where_the_link_takes_them(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made, rights=NO_RIGHTS)

        with pytest.raises(AccessDeniedError):
            app.share_visits.comment(token, made[0], guest_name="M", body="Hi", address=ADDRESS)
        with pytest.raises(AccessDeniedError):
            app.share_visits.judge(
                token, made[0], guest_name="M", state="approved", address=ADDRESS
            )

        assert app.share_links.answers(actor, link.id) == ()


class TestVerdicts:
    def judge(self, app: Services, token: str, asset_id: int, state: str, note: str = "") -> None:
        app.share_visits.judge(
            token, asset_id, guest_name="Maria", state=state, note=note, address=ADDRESS
        )

    def test_change_the_picture_for_the_team(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)

        self.judge(app, token, made[0], "approved", "Lovely")
        self.judge(app, token, made[1], "rejected")

        review = app.assets.get(actor, made[0]).review
        assert (review.state, review.note, review.by) == (
            ReviewState.APPROVED, "Lovely", "Maria (guest)",
        )  # fmt: skip
        told = app.share_links.get(actor, link.id)
        assert (told.approved_count, told.needs_edit_count, told.rejected_count) == (1, 0, 1)
        assert self.approved_of_product(app, actor, made[0]) == 1
        [first, second] = app.share_links.answers(actor, link.id)
        assert first.verdict is not None
        assert (first.verdict.by, first.verdict.note) == ("Maria", "Lovely")
        assert second.verdict is not None

    def test_stay_beside_what_a_member_said(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)
        app.reviews.set_state(actor, [made[0]], ReviewState.REJECTED)

        self.judge(app, token, made[0], "approved")

        assert app.assets.get(actor, made[0]).review.state is ReviewState.REJECTED
        assert app.share_links.get(actor, link.id).approved_count == 1
        assert self.approved_of_product(app, actor, made[0]) == 0

    def approved_of_product(self, app: Services, actor: Actor, asset_id: int) -> int:
        product_id = app.assets.get(actor, asset_id).product_id
        with app.parts.database.read() as work:
            kept = select(ProductRow.approved_count).where(ProductRow.id == product_id)
            return work._session.scalars(kept).one()

    def test_are_in_the_history_under_the_guest_s_name(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)

        self.judge(app, token, made[0], "needs_edit", "Darker, please")

        with app.parts.database.read() as work:
            page = work.audit_events.history(actor.workspace_id, "asset", made[0])
        [event] = [event for event in page.items if event.action == "review"]
        assert event.who == "Maria (guest)"
        assert event.changes["state"] == ("unreviewed", "needs_edit")
        assert event.detail["share_link_id"] == link.id

    def test_the_last_one_counts_and_a_member_has_the_last_word(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = shared(app, actor, made)
        self.judge(app, token, made[0], "approved")
        self.judge(app, token, made[0], "rejected")

        app.reviews.set_state(actor, made[:1], ReviewState.APPROVED)

        assert app.assets.get(actor, made[0]).review.by == "Ann"
        told = app.share_links.get(actor, link.id)
        assert (told.approved_count, told.rejected_count) == (0, 1)
        assert self.approved_of_product(app, actor, made[0]) == 1

    def test_are_free_where_another_person_sent_the_link(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(actor, forbids=True)
        ben = colleague_of(app, actor, "Ben", "ben@example.com")
        membership = {"workspace_id": actor.workspace_id, "user_id": ben.user_id}
        with app.parts.database.begin() as work:
            work._session.add(MembershipRow(**membership, role=Role.EDITOR))
        _, token = shared(app, ben, made)

        self.judge(app, token, made[0], "approved")

        assert app.assets.get(actor, made[0]).review.state is ReviewState.APPROVED

    def test_do_not_approve_what_the_sender_made_where_nobody_approves_their_own(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(actor, forbids=True)
        link, token = shared(app, actor, made)

        self.judge(app, token, made[0], "approved", "Lovely")
        self.judge(app, token, made[1], "rejected")

        review = app.assets.get(actor, made[0]).review
        assert (review.state, review.by, review.note) == (ReviewState.UNREVIEWED, None, "")
        assert self.approved_of_product(app, actor, made[0]) == 0
        assert app.share_links.get(actor, link.id).approved_count == 1
        assert app.assets.get(actor, made[1]).review.state is ReviewState.REJECTED
        with app.parts.database.read() as work:
            page = work.audit_events.history(actor.workspace_id, "asset", made[0])
        [event] = [event for event in page.items if event.action == "review"]
        assert event.detail["is_kept_by_link_alone"] is True

    def test_of_a_photo_are_remembered_by_the_link_alone(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        product_id = app.assets.get(actor, made[0]).product_id
        assert product_id is not None
        photo_id = app.products.get(actor, product_id).photos[0].id
        link, token = shared(app, actor, [photo_id])

        self.judge(app, token, photo_id, "approved")

        assert app.share_links.get(actor, link.id).approved_count == 1
        assert app.assets.get(actor, photo_id).review.state is ReviewState.UNREVIEWED

    @pytest.mark.parametrize("state", ["", "unreviewed", "APPROVED", "approved' OR 1=1"])
    def test_are_one_of_three(
        self, app: Services, actor: Actor, made: list[int], state: str
    ) -> None:
        _, token = shared(app, actor, made)

        with pytest.raises(InvalidInputError):
            self.judge(app, token, made[0], state)


class TestLimits:
    def test_hold_for_one_address_and_link(
        self, app: Services, actor: Actor, made: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.services.share_visits.LOOKING", replace(LOOKING, count=3))
        _, token = shared(app, actor, made)
        _, other = shared(app, actor, made)
        for _ in range(3):
            app.share_visits.page(token, 1, address=ADDRESS)

        with pytest.raises(TooManyRequestsError) as refusal:
            app.share_visits.view(token, made[0], address=ADDRESS)

        assert refusal.value.wait_s == 600
        app.share_visits.page(other, 1, address=ADDRESS)
        app.share_visits.page(token, 1, address="203.0.113.8")

    def test_end_with_their_window(
        self, app: Services, actor: Actor, made: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.services.share_visits.LOOKING", replace(LOOKING, count=1))
        _, token = shared(app, actor, made)
        app.share_visits.page(token, 1, address=ADDRESS)
        past = datetime.now(UTC) - LOOKING.window - timedelta(seconds=1)
        change(app, update(ShareTryRow).values(since=past))

        app.share_visits.page(token, 1, address=ADDRESS)

        with pytest.raises(TooManyRequestsError):
            app.share_visits.page(token, 1, address=ADDRESS)

    def test_hold_for_all_who_say_something_through_a_link(
        self, app: Services, actor: Actor, made: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.services.share_visits.SAID_BY_ALL", replace(SAID_BY_ALL, count=2))
        link, token = shared(app, actor, made)

        for number in range(4):
            words = {"guest_name": "M", "body": f"{number}"}
            if number < 2:
                app.share_visits.comment(token, made[0], **words, address=f"203.0.113.{number}")
            else:
                with pytest.raises(TooManyRequestsError):
                    app.share_visits.comment(token, made[0], **words, address=f"2.0.0.{number}")

        [answer] = app.share_links.answers(actor, link.id)
        assert len(answer.comments) == 2

    def test_count_what_was_refused_too(
        self, app: Services, actor: Actor, made: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.services.share_visits.SAYING", replace(SAYING, count=2))
        monkeypatch.setattr("core.services.share_visits.SAID_BY_ALL", SAID_BY_ALL)
        _, token = shared(app, actor, made)
        for _ in range(2):
            with pytest.raises(InvalidInputError):
                app.share_visits.comment(token, made[0], guest_name="", body="", address=ADDRESS)

        with pytest.raises(TooManyRequestsError):
            app.share_visits.comment(token, made[0], guest_name="M", body="Hi", address=ADDRESS)

    def test_forget_old_counts(self, app: Services, actor: Actor, made: list[int]) -> None:
        _, token = shared(app, actor, made)
        app.share_visits.page(token, 1, address="203.0.113.1")
        past = datetime.now(UTC) - timedelta(days=2)
        change(app, update(ShareTryRow).values(since=past))

        app.share_visits.page(token, 1, address="203.0.113.2")

        with app.parts.database.read() as work:
            assert len(work._session.scalars(select(ShareTryRow.key)).all()) == 1

    def test_take_a_house_as_one(self) -> None:
        assert address_group("2001:db8:1:2:3:4:5:6") == address_group("2001:db8:1:2::1")
        assert address_group("2001:db8:1:2::1") != address_group("2001:db8:1:3::1")
        assert address_group("203.0.113.7") == "203.0.113.7"
        assert address_group("x" * 1000) == "x" * 64


class TestList:
    def test_is_a_page_of_the_workspace_newest_first(
        self, app: Services, actor: Actor, other_actor: Actor, made: list[int]
    ) -> None:
        links = [shared(app, actor, made)[0].id for _ in range(3)]

        first = app.share_links.list(actor, limit=2)
        rest = app.share_links.list(actor, after=first.next, limit=2)

        assert [link.id for link in (*first.items, *rest.items)] == links[::-1]
        assert app.share_links.list(other_actor).items == ()

    def test_rights_are_kept(self, app: Services, actor: Actor, made: list[int]) -> None:
        rights = ShareRights(may_comment=False, may_review=True, may_download=False)

        link, _ = shared(app, actor, made, rights=rights)

        assert app.share_links.get(actor, link.id).rights == rights
