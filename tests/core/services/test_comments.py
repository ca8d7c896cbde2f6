"""Talking about pictures: who may, who is told, what is kept."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.comments import MAX_COMMENT_CHARS, MAX_COMMENTS, MAX_MENTIONS
from core.domain.products import PhotoUpload
from core.domain.trash import TrashKind
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from db.gallery_tables import AssetCommentRow, CommentMentionRow
from tests.images import photo_bytes
from tests.support.audit import actions_on
from tests.support.people import colleague_of
from tests.support.statements import statements
from tests.ui.roles import join


@pytest.fixture
def asset(services: Services, actor: Actor) -> int:
    """Return an upload of Ann's."""
    return services.assets.upload(actor, PhotoUpload("chair.jpg", photo_bytes())).id


@pytest.fixture
def cy(services: Services, actor: Actor) -> Actor:
    """Return Cy, who works with Ann as a viewer."""
    person = replace(colleague_of(services, actor, "Cy", "cy@example.com"), role=Role.VIEWER)
    join(services, person)
    return person


def bodies(services: Services, actor: Actor, asset: int) -> list[str]:
    """Return what was said of the picture, the newest first."""
    return [comment.body for comment in services.comments.of(actor, asset).items]


class TestAdd:
    def test_is_read_by_all_members(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        services.comments.add(actor, asset, "Too dark.")
        services.comments.add(cy, asset, "  I like it.\r\nReally. ")

        newest, oldest = services.comments.of(cy, asset).items

        assert (newest.author, newest.body) == ("Cy", "I like it.\nReally.")
        assert (oldest.author, oldest.body, oldest.edited_at) == ("Ann", "Too dark.", None)

    @pytest.mark.parametrize("body", ["", "  \n ", "a\0b", "x" * (MAX_COMMENT_CHARS + 1),
                                      "turned \u202e around", "half \ud83d"])  # fmt: skip
    def test_refuses_what_cannot_be_kept(
        self, services: Services, actor: Actor, asset: int, body: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.comments.add(actor, asset, body)

        assert bodies(services, actor, asset) == []

    @pytest.mark.parametrize(
        "body", ["<script>alert(1)</script>", "**bold** [a](b)", "'; --", "😀"]
    )
    def test_keeps_hostile_text_as_it_is(
        self, services: Services, actor: Actor, asset: int, body: str
    ) -> None:
        services.comments.add(actor, asset, body)

        assert bodies(services, actor, asset) == [body]

    def test_is_not_about_a_picture_in_the_trash(
        self, services: Services, actor: Actor, asset: int
    ) -> None:
        services.comments.add(actor, asset, "Before")
        services.assets.trash(actor, [asset])

        with pytest.raises(InvalidInputError, match="trash"):
            services.comments.add(actor, asset, "After")

        assert bodies(services, actor, asset) == ["Before"]

    def test_has_an_end(self, services: Services, actor: Actor, asset: int) -> None:
        with services.parts.database.begin() as work:
            now = work.now()
            work._session.add_all(
                AssetCommentRow(workspace_id=actor.workspace_id, asset_id=asset, body="x",
                                created_by=actor.user_id, created_at=now)
                for _ in range(MAX_COMMENTS)
            )  # fmt: skip

        with pytest.raises(InvalidInputError, match="at most"):
            services.comments.add(actor, asset, "One more")

    def test_is_noted_without_its_text(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        del cy
        comment = services.comments.add(actor, asset, "For @Cy only")
        services.comments.edit(actor, comment, "For all")
        services.comments.delete(actor, comment)

        noted = actions_on(services, actor, "asset")

        assert noted == [
            ("comment", {"comment_id": comment, "mentions": 1}),
            ("edit_comment", {"comment_id": comment, "mentions": 0}),
            ("delete_comment", {"comment_id": comment}),
        ]


class TestChange:
    def test_only_the_author_edits(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        comment = services.comments.add(cy, asset, "Nice")

        with pytest.raises(AccessDeniedError):
            services.comments.edit(actor, comment, "Awful")
        services.comments.edit(cy, comment, "Very nice")

        [found] = services.comments.of(actor, asset).items
        assert found.body == "Very nice"
        assert found.edited_at is not None

    def test_only_author_and_owner_delete(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        mine = services.comments.add(actor, asset, "Mine")
        theirs = services.comments.add(cy, asset, "Theirs")

        with pytest.raises(AccessDeniedError):
            services.comments.delete(cy, mine)
        services.comments.delete(actor, theirs)

        assert bodies(services, cy, asset) == ["Mine"]

    def test_a_deleted_one_leaves_no_text_and_is_not_there_any_more(
        self, services: Services, actor: Actor, asset: int
    ) -> None:
        comment = services.comments.add(actor, asset, "A secret")
        services.comments.delete(actor, comment)

        with services.parts.database.read() as work:
            row = work._session.get(AssetCommentRow, comment)
            assert row is not None
            assert row.body == ""
        with pytest.raises(NotFoundError):
            services.comments.delete(actor, comment)
        with pytest.raises(NotFoundError):
            services.comments.edit(actor, comment, "Back")


class TestMentions:
    def test_reach_who_is_named_until_seen(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        comment = services.comments.add(actor, asset, "@Cy, is this the right oak?")

        assert services.comments.unseen(cy) == 1
        [mention] = services.comments.mentions(cy).items
        assert (mention.comment.id, mention.ref.id, mention.label) == (
            comment, asset, "chair.jpg",
        )  # fmt: skip
        assert [text for text, is_name in mention.comment.parts() if is_name] == ["@Cy"]

        assert services.comments.mark_seen(cy, [comment]) == 1
        assert services.comments.mark_seen(cy, [comment]) == 0
        assert services.comments.mentions(cy).items == ()
        [seen] = services.comments.mentions(cy, unseen_only=False).items
        assert seen.seen_at is not None

    def test_are_seen_by_who_answers(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        services.comments.add(actor, asset, "@Cy?")
        services.comments.add(cy, asset, "Yes, @Ann")

        assert (services.comments.unseen(cy), services.comments.unseen(actor)) == (0, 1)

    def test_of_oneself_and_of_strangers_tell_nobody(
        self, services: Services, actor: Actor, other_actor: Actor, asset: int
    ) -> None:
        services.comments.add(actor, asset, "@Ann and @Ben")

        assert services.comments.unseen(actor) == 0
        assert services.comments.unseen(other_actor) == 0

    def test_change_with_the_text(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        dee = colleague_of(services, actor, "Dee", "dee@example.com")
        join(services, dee)
        comment = services.comments.add(actor, asset, "@Cy")
        services.comments.mark_seen(cy, [comment])

        services.comments.edit(actor, comment, "@Cy and @Dee")
        assert (services.comments.unseen(cy), services.comments.unseen(dee)) == (0, 1)

        services.comments.edit(actor, comment, "@Cy alone")
        assert services.comments.unseen(dee) == 0

    def test_go_with_the_picture_and_the_comment(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        comment = services.comments.add(actor, asset, "@Cy")
        services.assets.trash(actor, [asset])
        assert services.comments.unseen(cy) == 0
        services.assets.restore(actor, [asset])
        assert services.comments.unseen(cy) == 1

        services.comments.delete(actor, comment)

        assert services.comments.unseen(cy) == 0

    def test_have_a_cap(self, services: Services, actor: Actor, asset: int) -> None:
        people = [
            colleague_of(services, actor, f"Person {n}", f"p{n}@example.com")
            for n in range(MAX_MENTIONS + 1)
        ]
        for person in people:
            join(services, person)

        with pytest.raises(InvalidInputError, match="at most 20"):
            services.comments.add(actor, asset, " ".join(f"@{p.name}" for p in people))

        assert bodies(services, actor, asset) == []

    def test_who_left_is_named_by_no_new_comment(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        services.accounts.set_disabled(actor, cy.user_id, is_disabled=True)

        services.comments.add(actor, asset, "@Cy")

        assert [member.name for member in services.comments.members(actor)] == ["Ann"]
        with services.parts.database.read() as work:
            assert work._session.query(CommentMentionRow).all() == []


class TestOf:
    def test_is_read_in_pages_and_few_statements(
        self, services: Services, actor: Actor, asset: int, cy: Actor
    ) -> None:
        del cy
        ids = [services.comments.add(actor, asset, f"@Cy {n}") for n in range(5)]

        with statements(services) as said:
            page = services.comments.of(actor, asset, limit=3)
        later = services.comments.of(actor, asset, limit=3, after=page.next)

        assert [each.id for each in (*page.items, *later.items)] == ids[::-1]
        assert (page.total, later.next) == (5, None)
        assert len([one for one in said if one.lstrip().startswith("SELECT")]) <= 6

    def test_shows_a_guests_name(self, services: Services, actor: Actor, asset: int) -> None:
        with services.parts.database.begin() as work:
            work.comments.add(
                actor.workspace_id, asset, "Looks good", work.now(), guest_name="Eve (guest)"
            )

        [found] = services.comments.of(actor, asset).items

        assert (found.author, found.guest, found.author_id) == ("", "Eve (guest)", None)


def test_what_was_said_of_a_picture_goes_with_it(
    services: Services, actor: Actor, asset: int, cy: Actor
) -> None:
    services.comments.add(actor, asset, "@Cy, a secret")
    services.assets.trash(actor, [asset])

    services.trash.delete_for_good(actor, TrashKind.PICTURES, [asset])

    assert services.comments.unseen(cy) == 0
    with services.parts.database.read() as work:
        assert work._session.query(AssetCommentRow).all() == []
        assert work._session.query(CommentMentionRow).all() == []
