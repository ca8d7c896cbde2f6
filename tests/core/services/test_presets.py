"""Presets: saved, shared, versioned, and what came of them."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.plans import MadeFor, StudioRequest
from core.domain.presets import PresetDraft, PresetResults, starter_presets
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from core.errors import AccessDeniedError, ConflictError, InvalidInputError, NotFoundError
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, with_model
from tests.support.hands import Hands
from tests.support.people import colleague_of

CALM = PresetDraft("Calm", SettingsLayer(mood="Serene"), "For quiet rooms")


@pytest.fixture
def colleague(services: Services, actor: Actor) -> Actor:
    return colleague_of(services, actor, "Cora", "cora@example.com")


class TestSave:
    def test_keeps_it_in_its_first_version(self, services: Services, actor: Actor) -> None:
        preset = services.presets.save(actor, CALM)

        assert services.presets.get(actor, preset.id) == preset
        assert (preset.draft, preset.version, preset.maker) == (CALM, 1, "Ann")
        assert (preset.is_own, preset.trashed_at) == (True, None)
        assert services.presets.list(actor) == (preset,)

    @pytest.mark.parametrize(
        "draft",
        [
            replace(CALM, name=" "),
            replace(CALM, name="x" * 81),
            replace(CALM, description="x" * 601),
            replace(CALM, layer=SettingsLayer(style="x" * 121)),
        ],
    )
    def test_refuses_what_cannot_be(
        self, services: Services, actor: Actor, draft: PresetDraft
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.presets.save(actor, draft)

        assert services.presets.list(actor) == ()

    def test_is_for_those_who_may_edit(self, services: Services, actor: Actor) -> None:
        with pytest.raises(AccessDeniedError):
            services.presets.save(replace(actor, role=Role.VIEWER), CALM)


class TestSharing:
    def test_shows_it_to_the_workspace_and_to_nobody_else(
        self, services: Services, actor: Actor, colleague: Actor, other_actor: Actor
    ) -> None:
        own = services.presets.save(actor, CALM)
        shared = services.presets.save(actor, replace(CALM, name="All", is_shared=True))

        assert [each.id for each in services.presets.list(colleague)] == [shared.id]
        assert services.presets.get(colleague, shared.id).is_own is False
        assert services.presets.list(other_actor) == ()
        for person, preset_id in ((colleague, own.id), (other_actor, shared.id)):
            with pytest.raises(NotFoundError):
                services.presets.get(person, preset_id)

    def test_lets_only_its_maker_and_owners_change_it(
        self, services: Services, actor: Actor, colleague: Actor
    ) -> None:
        anns = services.presets.save(actor, replace(CALM, is_shared=True))
        coras = services.presets.save(colleague, replace(CALM, is_shared=True))

        with pytest.raises(AccessDeniedError):
            services.presets.update(colleague, anns.id, replace(CALM, name="Mine"))
        with pytest.raises(AccessDeniedError):
            services.presets.trash(colleague, [anns.id])
        with pytest.raises(AccessDeniedError):
            services.presets.update(actor, coras.id, replace(CALM, is_shared=False))
        ours = services.presets.update(actor, coras.id, replace(CALM, name="Ours", is_shared=True))
        assert (ours.name, ours.is_own) == ("Ours", False)


class TestUpdate:
    def test_makes_a_new_version_of_other_settings_only(
        self, services: Services, actor: Actor
    ) -> None:
        preset = services.presets.save(actor, CALM)
        renamed = services.presets.update(actor, preset.id, replace(CALM, name="Quiet"))
        playful = replace(CALM, layer=SettingsLayer(mood="Playful"))
        changed = services.presets.update(actor, preset.id, playful)

        assert (renamed.version, changed.version) == (1, 2)
        versions = services.presets.versions(actor, preset.id)
        assert [(each.version, each.layer.mood, each.maker) for each in versions] == [
            (2, "Playful", "Ann"),
            (1, "Serene", "Ann"),
        ]

    def test_can_go_back(self, services: Services, actor: Actor) -> None:
        preset = services.presets.save(actor, CALM)
        services.presets.update(actor, preset.id, replace(CALM, layer=SettingsLayer(mood="Raw")))

        again = services.presets.go_back(actor, preset.id, 1)

        assert (again.version, again.layer) == (3, CALM.layer)
        with pytest.raises(NotFoundError):
            services.presets.go_back(actor, preset.id, 9)

    def test_says_when_somebody_else_was_first(self, services: Services, actor: Actor) -> None:
        preset = services.presets.save(actor, CALM)
        services.presets.update(
            actor, preset.id, replace(CALM, layer=SettingsLayer(mood="Raw")), version=1
        )

        with pytest.raises(ConflictError):
            services.presets.update(
                actor, preset.id, replace(CALM, layer=SettingsLayer(mood="Casual")), version=1
            )

        assert services.presets.get(actor, preset.id).layer.mood == "Raw"


class TestTrash:
    def test_hides_it_until_it_is_restored(self, services: Services, actor: Actor) -> None:
        preset = services.presets.save(actor, CALM)

        assert services.presets.trash(actor, [preset.id, preset.id, 987_654]) == 1
        assert services.presets.list(actor) == ()
        assert [each.id for each in services.presets.list(actor, trashed=True)] == [preset.id]
        with pytest.raises(InvalidInputError):
            services.presets.update(actor, preset.id, CALM)
        assert services.presets.restore(actor, [preset.id]) == 1
        assert services.presets.list(actor) == (preset,)

    def test_leaves_what_is_anothers_alone(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        preset = services.presets.save(actor, replace(CALM, is_shared=True))

        assert services.presets.trash(other_actor, [preset.id]) == 0
        assert services.presets.list(actor) == (preset,)


class TestResults:
    @pytest.mark.slow
    def test_count_pictures_approvals_and_money(self, services: Services, actor: Actor) -> None:
        app = with_model(services, FakeImageModel())
        chair = chair_with_photo(app, actor)
        preset = app.presets.save(actor, replace(CALM, layer=SettingsLayer(variants=3)))
        unused = app.presets.save(actor, replace(CALM, name="Unused"))
        request = StudioRequest(made_for=MadeFor(preset.id))
        app.generation.submit(actor, app.generation.plan(actor, [chair.id], request))
        app.generation.submit(actor, app.generation.plan(actor, [chair.id], SettingsLayer()))
        Hands(app).make_all()
        pictures = app.presets.pictures(actor, preset.id)
        app.reviews.set_state(actor, [pictures[0].ref.id, pictures[1].ref.id], ReviewState.APPROVED)
        app.assets.trash(actor, [pictures[2].ref.id])

        assert app.presets.results_of(actor, [preset.id, unused.id, 987_654]) == {
            preset.id: PresetResults(made=2, approved=2, cost_micros=117_000),
            unused.id: PresetResults(),
        }
        assert app.presets.results(actor, unused.id) == PresetResults()
        [newest] = app.presets.pictures(actor, preset.id, limit=1)
        assert newest.ref == pictures[0].ref
        assert (newest.review_state, newest.product_name) == (ReviewState.APPROVED, chair.name)
        app.reviews.rate(actor, [pictures[1].ref.id], 4)
        best = app.presets.best_pictures(actor, [preset.id, unused.id, 987_654])
        assert best == {preset.id: pictures[1].ref}

    def test_of_what_is_anothers_are_not_there(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        preset = services.presets.save(actor, replace(CALM, is_shared=True))

        for call in (services.presets.results, services.presets.pictures,
                     services.presets.versions):  # fmt: skip
            with pytest.raises(NotFoundError):
                call(other_actor, preset.id)


class TestStarters:
    def test_are_copied_at_their_first_use(self, services: Services, actor: Actor) -> None:
        starter = services.presets.starters()[0]

        first = services.presets.use_starter(actor, starter.slug)
        second = services.presets.use_starter(actor, starter.slug)

        assert first == second
        assert (first.name, first.layer, first.is_shared) == (starter.name, starter.layer, True)
        assert len(services.presets.list(actor)) == 1

    def test_that_are_not_there_are_refused(self, services: Services, actor: Actor) -> None:
        with pytest.raises(NotFoundError):
            services.presets.use_starter(actor, "nonsense")

    @pytest.mark.slow
    def test_can_all_be_planned(self, services: Services, actor: Actor) -> None:
        app = with_model(services, FakeImageModel())
        chair = chair_with_photo(app, actor)

        plans = [
            app.generation.plan(actor, [chair.id], starter.layer) for starter in starter_presets()
        ]

        assert len({plan.items[0].prompt for plan in plans}) == len(plans)
        assert [plan.notices for plan in plans] == [()] * len(plans)
