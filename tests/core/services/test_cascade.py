"""The cascade: what each level says for a product, the strongest last, and what is not ours."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import Backdrop, ChosenReference, ReferenceRole
from core.domain.plans import MadeFor, StudioRequest
from core.domain.presets import PresetDraft
from core.domain.products import Product, ProductDraft
from core.domain.setting_layers import Level, Resolved, SettingsLayer, Source
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from tests.support.generation import chair_with_photo


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    return chair_with_photo(services, actor)


def resolved(
    services: Services, actor: Actor, product: Product, request: StudioRequest | None = None
) -> Resolved:
    """Return what the layers come to for a product."""
    found = services.generation.resolve(actor, [product.id], request or StudioRequest())
    return found[product.id]


def category_id(services: Services, actor: Actor, name: str = "Chairs") -> int:
    return next(each.id for each in services.categories.tree(actor) if each.name == name)


class TestLevels:
    def test_win_over_those_below_them(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        collection = services.collections.create(actor, "Spring")
        shot = services.shots.add(actor, collection.id, "Hero")
        preset = services.presets.save(actor, PresetDraft("Calm", SettingsLayer(mood="preset")))
        chairs = category_id(services, actor)
        made_for = MadeFor(preset.id, None, collection.id, shot.id)
        steps: list[Callable[[], object]] = [
            lambda: services.cascade.set_workspace_layer(actor, SettingsLayer(mood="workspace")),
            lambda: services.categories.set_defaults(actor, chairs, SettingsLayer(mood="category")),
            lambda: services.categories.set_scene_defaults(
                actor, chairs, "Garden", SettingsLayer(mood="scene")
            ),
            lambda: services.products.set_defaults(actor, chair.id, SettingsLayer(mood="product")),
            lambda: services.collections.set_defaults(
                actor, collection.id, SettingsLayer(mood="collection")
            ),
            lambda: services.shots.set_defaults(actor, shot.id, SettingsLayer(mood="shot")),
        ]
        seen: list[tuple[str | None, Source]] = []
        asked = SettingsLayer(scene_type="garden")
        for step in steps:
            step()
            request = StudioRequest(asked, made_for=MadeFor(None, None, collection.id, shot.id))
            found = resolved(services, actor, chair, request)
            seen.append((found.layer.mood, found.sources["mood"]))
        with_preset = resolved(services, actor, chair, StudioRequest(made_for=made_for))
        all_of_them = resolved(
            services,
            actor,
            chair,
            StudioRequest(SettingsLayer(mood="request"), made_for=made_for),
        )
        only_this = resolved(
            services,
            actor,
            chair,
            StudioRequest(
                SettingsLayer(mood="request"), {chair.id: SettingsLayer(mood="only this")}
            ),
        )

        assert seen == [
            ("workspace", Source(Level.WORKSPACE, actor.workspace_name)),
            ("category", Source(Level.CATEGORY, "Chairs")),
            ("scene", Source(Level.CATEGORY_SCENE, "Chairs, Garden")),
            ("product", Source(Level.PRODUCT, "Oak chair")),
            ("collection", Source(Level.COLLECTION, "Spring")),
            ("shot", Source(Level.SHOT, "Hero")),
        ]
        assert with_preset.sources["mood"] == Source(Level.PRESET, "Calm")
        assert all_of_them.sources["mood"].level is Level.REQUEST
        assert only_this.layer.mood == "only this"
        assert only_this.sources["size"] == Source(Level.EPOX, "Epox")

    def test_of_a_categorys_parents_count_too(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        seats = services.categories.create(actor, "Seats")
        chairs = category_id(services, actor)
        services.categories.move(actor, chairs, seats.id, 0)
        services.categories.set_defaults(
            actor, seats.id, SettingsLayer(mood="Serene", camera="Front", prompt="calm")
        )
        services.categories.set_defaults(actor, chairs, SettingsLayer(camera="Side", prompt="warm"))

        found = resolved(services, actor, chair)

        assert (found.layer.mood, found.layer.camera) == ("Serene", "Side")
        assert found.layer.prompt == "calm\nwarm"
        assert found.sources["mood"] == Source(Level.CATEGORY, "Seats")

    def test_for_a_scene_type_count_only_with_it(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        chairs = category_id(services, actor)
        services.categories.set_scene_defaults(
            actor, chairs, "Patio", SettingsLayer(props="Patio pieces", scene_type="Beach")
        )

        def props(scene_type: str | None) -> str | None:
            request = StudioRequest(SettingsLayer(scene_type=scene_type))
            return resolved(services, actor, chair, request).layer.props

        assert props("outdoor PATIO") == "Patio pieces"
        assert (props("Garden"), props(None), props("")) == (None, None, None)

    def test_hold_for_a_product_without_a_category(self, services: Services, actor: Actor) -> None:
        bare = services.products.create(actor, ProductDraft("Bare", "BARE-1"))

        assert resolved(services, actor, bare).layer.size == "1K"

    def test_leave_out_products_that_are_not_ours(
        self, services: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        services.cascade.set_workspace_layer(actor, SettingsLayer(mood="Serene"))

        found = services.generation.resolve(other_actor, [chair.id], StudioRequest())

        assert found == {}


class TestFrom:
    @pytest.mark.parametrize("name", ["preset_id", "collection_id", "shot_id", "session_id"])
    def test_what_is_anothers_is_not_there(
        self, services: Services, actor: Actor, other_actor: Actor, chair: Product, name: str
    ) -> None:
        theirs = services.collections.create(other_actor, "Theirs")
        ids = {
            "preset_id": services.presets.save(
                other_actor, PresetDraft("Theirs", SettingsLayer(), is_shared=True)
            ).id,
            "collection_id": theirs.id,
            "shot_id": services.shots.add(other_actor, theirs.id, "Hero").id,
            "session_id": services.studio_sessions.open(other_actor).id,
        }

        for wanted in (ids[name], 987_654):
            made_for = MadeFor(**{name: wanted})
            with pytest.raises(NotFoundError):
                resolved(services, actor, chair, StudioRequest(made_for=made_for))

    def test_a_colleagues_own_preset_is_not_there_until_it_is_shared(
        self, services: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        colleague = replace(other_actor, workspace_id=actor.workspace_id)
        draft = PresetDraft("Calm", SettingsLayer(mood="Serene"))
        preset = services.presets.save(colleague, draft)
        request = StudioRequest(made_for=MadeFor(preset.id))

        with pytest.raises(NotFoundError):
            resolved(services, actor, chair, request)
        services.presets.update(colleague, preset.id, replace(draft, is_shared=True))

        assert resolved(services, actor, chair, request).layer.mood == "Serene"


class TestBelow:
    def test_is_what_holds_where_a_level_says_nothing(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        chairs = category_id(services, actor)
        services.cascade.set_workspace_layer(actor, SettingsLayer(mood="Serene", camera="Front"))
        services.categories.set_defaults(actor, chairs, SettingsLayer(mood="Playful"))

        def moods() -> Mapping[Level, tuple[str | None, str | None]]:
            subjects = {Level.CATEGORY: chairs, Level.CATEGORY_SCENE: chairs}
            subjects[Level.PRODUCT] = chair.id
            return {
                level: (
                    services.cascade.below(actor, level, subjects.get(level)).layer.mood,
                    services.cascade.below(actor, level, subjects.get(level)).layer.size,
                )
                for level in (Level.WORKSPACE, Level.CATEGORY, Level.CATEGORY_SCENE,
                              Level.PRODUCT, Level.COLLECTION, Level.PRESET)
            }  # fmt: skip

        assert moods() == {
            Level.WORKSPACE: (None, "1K"),
            Level.CATEGORY: ("Serene", "1K"),
            Level.CATEGORY_SCENE: ("Playful", "1K"),
            Level.PRODUCT: ("Playful", "1K"),
            Level.COLLECTION: ("Serene", "1K"),
            Level.PRESET: ("Serene", "1K"),
        }

    @pytest.mark.parametrize("level", [Level.PRODUCT, Level.CATEGORY, Level.CATEGORY_SCENE])
    def test_of_what_is_anothers_is_not_there(
        self, services: Services, actor: Actor, other_actor: Actor, chair: Product, level: Level
    ) -> None:
        wanted = chair.id if level is Level.PRODUCT else category_id(services, actor)

        with pytest.raises(NotFoundError):
            services.cascade.below(other_actor, level, wanted)


class TestSetWorkspaceLayer:
    def test_keeps_options_in_their_own_spelling_and_cleans_the_rest(
        self, services: Services, actor: Actor
    ) -> None:
        said = SettingsLayer(
            style=" SCANDINAVIAN ", mood="  my   own ", palette=("#FFFFFF", "#ffffff"),
            backdrop=Backdrop("described", "brick WALL"), prompt=" calm\r\nwarm ",
        )  # fmt: skip
        services.cascade.set_workspace_layer(actor, said)

        assert services.cascade.workspace_layer(actor) == SettingsLayer(
            style="Scandinavian", mood="my own", palette=("#ffffff",),
            backdrop=Backdrop("described", "Brick wall"), prompt="calm\nwarm",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "layer",
        [
            SettingsLayer(style="x" * 121),
            SettingsLayer(mood="a\x00b"),
            SettingsLayer(prompt="x" * 4001),
            SettingsLayer(negative="x" * 1001),
            SettingsLayer(palette=("#ffffff",) * 7),
            SettingsLayer(palette=("red",)),
            SettingsLayer(variants=13),
            SettingsLayer(references=(ChosenReference(ReferenceRole.STYLE, 987_654),)),
            SettingsLayer(backdrop=Backdrop("picture", "987654")),
        ],
    )
    def test_refuses_what_cannot_be_with_a_sentence(
        self, services: Services, actor: Actor, layer: SettingsLayer
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            services.cascade.set_workspace_layer(actor, layer)

        assert refused.value.user_message
        assert services.cascade.workspace_layer(actor).is_empty

    def test_takes_no_picture_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        theirs = ChosenReference(ReferenceRole.STYLE, chair.photos[0].id)

        with pytest.raises(InvalidInputError):
            services.cascade.set_workspace_layer(other_actor, SettingsLayer(references=(theirs,)))
        services.cascade.set_workspace_layer(actor, SettingsLayer(references=(theirs,)))

        assert services.cascade.workspace_layer(actor).references == (theirs,)

    def test_is_for_those_who_may_edit(self, services: Services, actor: Actor) -> None:
        with pytest.raises(AccessDeniedError):
            services.cascade.set_workspace_layer(
                replace(actor, role=Role.REVIEWER), SettingsLayer(mood="Serene")
            )
