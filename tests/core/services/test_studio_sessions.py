"""Studio sessions: saved by themselves, one person's own, and safe from a second tab."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.studio_sessions import MAX_STATE_BYTES
from core.errors import AccessDeniedError, ConflictError, InvalidInputError, NotFoundError
from tests.support.people import colleague_of
from tests.support.statements import statements

STATE = {"products": [1, 2], "layer": {"mood": "Serene"}, "per_product": {"1": {}}, "note": "ü"}


class TestSave:
    def test_is_found_again_as_it_was(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor, "Spring")

        version = services.studio_sessions.save(actor, session.id, STATE, version=1)

        again = services.studio_sessions.get(actor, session.id)
        assert (again.state, again.version, version) == (STATE, 2, 2)
        assert again == services.studio_sessions.find_latest(actor)

    def test_is_refused_when_another_tab_was_first(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor)
        services.studio_sessions.save(actor, session.id, STATE, version=1)

        with pytest.raises(ConflictError) as refused:
            services.studio_sessions.save(actor, session.id, {}, version=1)

        assert "another tab" in refused.value.user_message
        assert services.studio_sessions.get(actor, session.id).state == STATE

    def test_is_refused_in_the_trash(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor)
        services.studio_sessions.trash(actor, [session.id])

        with pytest.raises(ConflictError) as refused:
            services.studio_sessions.save(actor, session.id, STATE, version=1)

        assert "trash" in refused.value.user_message

    @pytest.mark.parametrize(
        "state",
        [
            {"x": "y" * MAX_STATE_BYTES},
            {"x": float("nan")},
            {"x": object()},
            {"x": "a\x00b"},
            {"x": "half a pair: \ud800"},
            {"half a pair: \udc00": 1},
        ],
    )
    def test_refuses_what_cannot_be_kept(
        self, services: Services, actor: Actor, state: dict[str, object]
    ) -> None:
        session = services.studio_sessions.open(actor, state=STATE)

        with pytest.raises(InvalidInputError):
            services.studio_sessions.save(actor, session.id, state, version=1)

        assert services.studio_sessions.get(actor, session.id).state == STATE

    def test_takes_few_statements(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor)

        with statements(services) as said:
            services.studio_sessions.save(actor, session.id, STATE, version=1)

        assert len(said) <= 3

    def test_is_for_those_who_may_edit(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor)
        viewer = replace(actor, role=Role.VIEWER)

        with pytest.raises(AccessDeniedError):
            services.studio_sessions.save(viewer, session.id, STATE, version=1)
        with pytest.raises(AccessDeniedError):
            services.studio_sessions.open(viewer)


class TestList:
    def test_shows_the_last_saved_first_in_pages(self, services: Services, actor: Actor) -> None:
        ids = [services.studio_sessions.open(actor, f"Session {n}").id for n in range(3)]
        services.studio_sessions.save(actor, ids[0], STATE, version=1)

        first = services.studio_sessions.list(actor, limit=2)
        second = services.studio_sessions.list(actor, after=first.next, limit=2)

        assert [each.id for each in (*first.items, *second.items)] == [ids[0], ids[2], ids[1]]
        assert (first.total, second.next) == (3, None)
        assert first.items[0].version == 2

    def test_finds_words_of_the_name(self, services: Services, actor: Actor) -> None:
        spring = services.studio_sessions.open(actor, "Spring chairs")
        services.studio_sessions.open(actor, "Autumn 100%")

        assert [each.id for each in services.studio_sessions.list(actor, "CHAIRS spr").items] == [
            spring.id
        ]
        assert services.studio_sessions.list(actor, "%").total == 1

    def test_leaves_out_what_is_in_the_trash(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor)

        assert services.studio_sessions.trash(actor, [session.id, 987_654]) == 1
        assert services.studio_sessions.list(actor).items == ()
        assert services.studio_sessions.find_latest(actor) is None
        assert services.studio_sessions.get(actor, session.id).trashed_at is not None
        assert services.studio_sessions.restore(actor, [session.id]) == 1
        assert services.studio_sessions.list(actor).total == 1


class TestNames:
    def test_are_cleaned_and_never_empty(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor, "  ")
        assert session.name == "Untitled"

        services.studio_sessions.rename(actor, session.id, " Spring\n 2027 ")

        again = services.studio_sessions.get(actor, session.id)
        assert (again.name, again.version) == ("Spring 2027", 1)
        with pytest.raises(InvalidInputError):
            services.studio_sessions.rename(actor, session.id, "x" * 121)

    def test_of_copies_say_so(self, services: Services, actor: Actor) -> None:
        session = services.studio_sessions.open(actor, "x" * 120, STATE)

        copy = services.studio_sessions.duplicate(actor, session.id)

        assert copy.id != session.id
        assert (copy.state, copy.version, len(copy.name)) == (STATE, 1, 120)
        assert copy.name.endswith(", copy")


class TestPrivacy:
    def test_nobody_else_sees_or_changes_a_session(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        session = services.studio_sessions.open(actor, "Mine", STATE)
        colleague = colleague_of(services, actor, "Cora", "cora@example.com")

        for person in (colleague, other_actor, replace(other_actor, user_id=actor.user_id)):
            for call in (
                lambda p: services.studio_sessions.get(p, session.id),
                lambda p: services.studio_sessions.save(p, session.id, {}, version=1),
                lambda p: services.studio_sessions.rename(p, session.id, "Stolen"),
                lambda p: services.studio_sessions.duplicate(p, session.id),
            ):
                with pytest.raises(NotFoundError):
                    call(person)
            assert services.studio_sessions.trash(person, [session.id]) == 0
            assert services.studio_sessions.list(person).items == ()
            assert services.studio_sessions.find_latest(person) is None
        assert services.studio_sessions.get(actor, session.id) == session
