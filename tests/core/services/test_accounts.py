import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor, SignInFailures
from core.domain.jobs import JobStatus
from core.errors import (
    AccessDeniedError,
    ConflictError,
    EpoxError,
    InvalidInputError,
    NotFoundError,
    SignInRefusedError,
    SignInRequiredError,
    SignInThrottledError,
)
from core.settings import Settings
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.people import PASSWORD, sign_in


def try_to_sign_in(services: Services, email: str, password: str) -> str:
    return services.accounts.sign_in(email, password, browser="Firefox", address="10.0.0.1")


class TestSignUp:
    def test_makes_the_first_person_alone_an_admin(self, actor: Actor, other_actor: Actor) -> None:
        assert actor.is_admin
        assert not other_actor.is_admin
        assert actor.workspace_id != other_actor.workspace_id
        assert actor.workspace_name == "Ann's workspace"

    @pytest.mark.usefixtures("actor")
    def test_refuses_a_second_account_with_the_same_email(self, services: Services) -> None:
        with pytest.raises(ConflictError) as refused:
            services.accounts.sign_up(email=" ANN@example.com ", password=PASSWORD, name="Ann")

        assert "already an account" in refused.value.user_message

    @pytest.mark.parametrize(
        ("email", "password", "name"),
        [
            ("ann", PASSWORD, "Ann"),
            ("аnn@example.com", PASSWORD, "Ann"),  # noqa: RUF001 - a Cyrillic letter is the point
            ("ann@example.com", "short", "Ann"),
            ("ann@example.com", "a" * 30, "Ann"),
            ("ann@example.com", "password1234", "Ann"),
            ("ann@example.com", "x" * 300, "Ann"),
            ("ann@example.com", PASSWORD, " "),
            ("ann@example.com", PASSWORD, "A\x00nn"),
        ],
    )
    def test_refuses_what_cannot_be_an_account(
        self, services: Services, email: str, password: str, name: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.accounts.sign_up(email=email, password=password, name=name)

        assert services.accounts.sign_up_is_open()


@pytest.mark.usefixtures("actor")
class TestSignIn:
    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("ann@example.com", "wrong horse battery staple"),
            ("nobody@example.com", PASSWORD),
            ("' OR '1'='1", "' OR '1'='1"),
            ("ann@example.com", "x" * 2_000),
            ("ann@example.com", ""),
            ("ann@example.com", PASSWORD + "\x00"),
        ],
    )
    def test_refuses_all_the_same_way(self, services: Services, email: str, password: str) -> None:
        with pytest.raises(SignInRefusedError) as refused:
            try_to_sign_in(services, email, password)

        assert refused.value.user_message == "E-mail or password is wrong."

    def test_makes_the_sixth_try_wait_even_with_the_right_password(
        self, services: Services, actor: Actor
    ) -> None:
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                try_to_sign_in(services, actor.email, "wrong horse battery")

        with pytest.raises(SignInThrottledError) as waits:
            try_to_sign_in(services, actor.email, PASSWORD)

        assert "about 1 min" in waits.value.user_message

    def test_reads_every_character_of_a_long_password(
        self, services: Services, actor: Actor
    ) -> None:
        long = "correct horse battery staple " * 4
        services.accounts.change_password(actor, old=PASSWORD, new=long + "one")

        with pytest.raises(SignInRefusedError):
            try_to_sign_in(services, actor.email, long + "two")

        assert try_to_sign_in(services, actor.email, long + "one")

    @pytest.mark.slow
    def test_takes_as_long_for_unknown_people(self, services: Services, actor: Actor) -> None:
        services.accounts.change_password(actor, old=PASSWORD, new=PASSWORD + " more")
        seconds = {"ann@example.com": 0.0, "nobody@example.com": 0.0}
        with pytest.raises(SignInRefusedError):
            try_to_sign_in(services, "warm@example.com", "up")

        for number in range(4):
            for email in seconds:
                started = time.process_time()
                with pytest.raises(SignInRefusedError):
                    services.accounts.sign_in(email, "no", browser="", address=f"10.1.0.{number}")
                seconds[email] += time.process_time() - started

        # CPU time of whole hashes: only a missing hash, not a busy machine, moves it this far.
        assert 0.5 < seconds["nobody@example.com"] / seconds["ann@example.com"] < 2


class TestSessions:
    def test_ends_at_once_at_sign_out(self, services: Services, actor: Actor) -> None:
        services.accounts.sign_out(actor)

        with pytest.raises(SignInRequiredError):
            services.accounts.actor_for_session(actor.session_id or 0)

    def test_ends_the_others_when_the_password_changes(
        self, services: Services, actor: Actor
    ) -> None:
        elsewhere = sign_in(services, actor.email)

        services.accounts.change_password(actor, old=PASSWORD, new="four other words here")

        assert services.accounts.actor_for_session(actor.session_id or 0).user_id == actor.user_id
        with pytest.raises(SignInRequiredError):
            services.accounts.actor_for_session(elsewhere.session_id or 0)

    def test_refuses_a_new_password_without_the_old_one(
        self, services: Services, actor: Actor
    ) -> None:
        with pytest.raises(InvalidInputError, match="current password"):
            services.accounts.change_password(actor, old="guess", new="four other words here")

    def test_lists_and_revokes_ones_own(self, services: Services, actor: Actor) -> None:
        elsewhere = sign_in(services, actor.email)
        assert {s.id for s in services.accounts.sessions(actor)} == {
            actor.session_id,
            elsewhere.session_id,
        }

        services.accounts.revoke_session(actor, elsewhere.session_id or 0)

        assert [s.id for s in services.accounts.sessions(actor)] == [actor.session_id]

    def test_never_revokes_somebody_elses(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        with pytest.raises(NotFoundError):
            services.accounts.revoke_session(other_actor, actor.session_id or 0)

        assert services.accounts.actor_for_session(actor.session_id or 0) == actor

    def test_knows_no_made_up_token(self, services: Services) -> None:
        assert services.accounts.session_for_token("made up") is None


class TestAdministration:
    def test_lists_people_and_finds_them(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        everybody = services.accounts.users(actor)
        found = services.accounts.users(actor, text="BEN@")

        assert {user.email for user in everybody.items} == {actor.email, other_actor.email}
        assert [user.id for user in found.items] == [other_actor.user_id]

    def test_ends_the_sessions_of_a_disabled_account(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.accounts.set_disabled(actor, other_actor.user_id, is_disabled=True)

        with pytest.raises(SignInRequiredError):
            services.accounts.actor_for_session(other_actor.session_id or 0)
        with pytest.raises(SignInRefusedError):
            try_to_sign_in(services, other_actor.email, PASSWORD)

    def test_takes_the_admin_flag_at_once(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.accounts.set_admin(actor, other_actor.user_id, is_admin=True)
        assert services.accounts.actor_for_session(other_actor.session_id or 0).is_admin

        services.accounts.set_admin(actor, other_actor.user_id, is_admin=False)

        assert not services.accounts.actor_for_session(other_actor.session_id or 0).is_admin

    def test_is_for_admins_and_never_about_oneself(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        with pytest.raises(AccessDeniedError):
            services.accounts.users(other_actor)
        with pytest.raises(AccessDeniedError):
            services.accounts.set_admin(other_actor, other_actor.user_id, is_admin=True)
        with pytest.raises(InvalidInputError):
            services.accounts.set_disabled(actor, actor.user_id, is_disabled=True)


class TestClosedSignUp:
    def test_lets_only_one_of_two_be_first_at_the_same_moment(self, settings: Settings) -> None:
        closed = settings.model_copy(update={"sign_up": "closed"})
        services = build_services(closed)
        at_once = threading.Barrier(2)
        accounts = services.accounts

        def sign_up(name: str) -> str:
            at_once.wait()
            try:
                accounts.sign_up(email=f"{name}@example.com", password=PASSWORD, name=name)
            except AccessDeniedError as error:
                return error.user_message
            return "made"

        with ThreadPoolExecutor(2) as threads:
            outcomes = sorted(threads.map(sign_up, ("ann", "ben")))
        services.close()

        assert outcomes == [
            "Signing up is closed. Ask an administrator for an account.",
            "made",
        ]


class TestWrongPasswords:
    def test_of_several_people_at_once_get_the_usual_sentence(
        self, services: Services, actor: Actor
    ) -> None:
        at_once = threading.Barrier(2)

        def fail(_number: int) -> str:
            at_once.wait()
            try:
                return try_to_sign_in(services, actor.email, "wrong horse battery")
            except EpoxError as error:
                return error.user_message

        with ThreadPoolExecutor(2) as threads:
            assert set(threads.map(fail, range(2))) == {"E-mail or password is wrong."}

    def test_are_forgotten_for_good_when_they_no_longer_count(
        self, services: Services, actor: Actor
    ) -> None:
        old = datetime.now(UTC) - timedelta(days=2)
        with services.parts.database.begin() as work:
            work.sessions.set_failures("account:gone", SignInFailures(3, old, None))

        sign_in(services, actor.email)

        with services.parts.database.read() as work:
            assert work.sessions.failures("account:gone").count == 0

    def test_with_a_null_character_in_the_email_are_wrong_like_others(
        self, services: Services
    ) -> None:
        with pytest.raises((SignInRefusedError, InvalidInputError)):
            try_to_sign_in(services, "ann\x00@example.com", PASSWORD)


class TestAdministrators:
    def test_who_were_demoted_meanwhile_change_nobody(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.accounts.set_admin(actor, other_actor.user_id, is_admin=True)
        demoted = services.accounts.actor_for_session(other_actor.session_id or 0)
        services.accounts.set_admin(actor, other_actor.user_id, is_admin=False)

        with pytest.raises(AccessDeniedError):
            services.accounts.set_admin(demoted, actor.user_id, is_admin=False)
        with pytest.raises(AccessDeniedError):
            services.accounts.set_disabled(demoted, actor.user_id, is_disabled=True)

    def test_who_lock_an_account_cancel_what_it_queued(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        app = with_model(services, FakeImageModel())
        chair = chair_with_photo(app, other_actor)
        job = submitted(app, other_actor, chair)

        app.accounts.set_disabled(actor, other_actor.user_id, is_disabled=True)

        assert app.generation.get(other_actor, job.id).status is JobStatus.CANCELLED
