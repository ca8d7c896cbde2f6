"""Plans from the studio: resolved product by product, with references, brand and own words."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.brand_kits import BrandKit
from core.domain.generation import Backdrop, ChosenReference, GenerationSettings, ReferenceRole
from core.domain.plans import MadeFor, Plan, StudioRequest
from core.domain.presets import PresetDraft
from core.domain.products import PhotoUpload, Product
from core.domain.setting_layers import Level, SettingsLayer, Source
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.image_models.compositor import CompositorModel, compositor_spec
from core.image_models.registry import ImageModels, image_models_from
from core.services.plan_items import GONE, SCENE_IS_HIDDEN
from tests.fakes.gemini import FakeGemini
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import CHAIR, chair_with_photo, many_products, with_model
from tests.support.hands import Hands
from tests.support.statements import statements


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    return chair_with_photo(app, actor)


def upload(app: Services, actor: Actor, name: str, colour: str = "#102030") -> int:
    return app.assets.upload(actor, PhotoUpload(name, photo_bytes(colour=colour))).id


def style(asset_id: int) -> ChosenReference:
    return ChosenReference(ReferenceRole.STYLE, asset_id)


def compositor_on(services: Services) -> Services:
    models = ImageModels([CompositorModel(compositor_spec())])
    return services_on(replace(services.parts, models=models))


class TestResolvedPlans:
    def test_are_completed_by_the_levels_below(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        app.cascade.set_workspace_layer(actor, SettingsLayer(mood="Serene", variants=3))
        app.products.set_defaults(actor, chair.id, SettingsLayer(style="Japandi"))

        plan = app.generation.plan(actor, [chair.id], SettingsLayer(size="2K"))

        [item] = plan.items
        assert (item.settings.mood, item.settings.size, item.count) == ("Serene", "2K", 3)
        assert item.settings.image_model == "fake"
        assert item.settings.photo_id == chair.photos[0].id
        assert item.sources["mood"] == Source(Level.WORKSPACE, actor.workspace_name)
        assert item.sources["lighting"] == Source(Level.PRODUCT, "Oak chair", "Japandi")
        assert "Mood: serene and still." in item.prompt
        assert item.prompt == item.generated_prompt
        assert item.template == "picture@1"

    def test_say_of_the_job_where_its_settings_came_from(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        preset = app.presets.save(actor, PresetDraft("Calm", SettingsLayer(mood="Serene")))
        collection = app.collections.create(actor, "Spring")
        shot = app.shots.add(actor, collection.id, "Hero")
        session = app.studio_sessions.open(actor)
        sea = upload(app, actor, "sea.jpg")
        request = StudioRequest(
            SettingsLayer(palette=("#ffffff",), references=(style(sea),)),
            made_for=MadeFor(preset.id, None, collection.id, shot.id, session.id),
        )

        plan = app.generation.plan(actor, [chair.id], request)
        [job_id] = app.generation.submit(actor, plan)
        job = app.generation.get(actor, job_id)

        assert job.settings == plan.items[0].settings
        assert job.settings.references == (style(sea),)
        assert job.sources == plan.items[0].sources
        assert job.sources["mood"] == Source(Level.PRESET, "Calm")
        assert (job.preset_id, job.preset_version, job.shot_id) == (preset.id, 1, shot.id)
        assert (job.template, job.prompt) == ("picture@1", plan.items[0].prompt)

    def test_may_differ_from_product_to_product(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        table = app.products.create(actor, replace(CHAIR, name="Elm table", sku="TABLE-1"))
        for colour in ("#ff0000", "#00ff00"):
            photo = PhotoUpload(f"{colour}.jpg", photo_bytes(colour=colour))
            app.products.add_photos(actor, table.id, [photo])
        second = app.products.get(actor, table.id).photos[1].id
        request = StudioRequest(
            SettingsLayer(scene_type="Bedroom"),
            {table.id: SettingsLayer(scene_type="Dining room", variants=2)},
            photo_ids={table.id: second},
            written_prompts={chair.id: " Only this. "},
        )

        plan = app.generation.plan(actor, [chair.id, table.id], request)

        of_chair, of_table = plan.items
        assert (of_chair.prompt, of_chair.is_written) == ("Only this.", True)
        assert "Scene: a quiet bedroom" in of_chair.generated_prompt
        assert "Scene: a dining room" in of_table.prompt
        assert of_table.settings.photo_id == second
        assert (of_chair.count, of_table.count, of_table.is_written) == (1, 2, False)

    def test_skip_products_whose_own_settings_cannot_be(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        table = app.products.create(actor, replace(CHAIR, name="Elm table", sku="TABLE-1"))
        app.products.add_photos(actor, table.id, [PhotoUpload("t.jpg", photo_bytes())])
        request = StudioRequest(per_product={table.id: SettingsLayer(size="4K")})

        plan = app.generation.plan(actor, [chair.id, table.id], request)

        assert [item.product_id for item in plan.items] == [chair.id]
        assert [skipped.reason for skipped in plan.skipped] == [
            "Fake model does not make pictures in that size."
        ]
        with pytest.raises(InvalidInputError):
            app.generation.plan(actor, [chair.id, table.id], SettingsLayer(size="4K"))

    def test_are_outdated_once_the_product_changed_but_not_by_a_default(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, [chair.id], SettingsLayer())
        app.cascade.set_workspace_layer(actor, SettingsLayer(mood="Serene"))
        changed = app.generation.plan(actor, [chair.id], SettingsLayer())
        [job_id] = app.generation.submit(actor, plan)
        app.products.update(actor, chair.id, replace(CHAIR, name="Elm chair"))

        assert app.generation.get(actor, job_id).prompt == plan.items[0].prompt
        with pytest.raises(ConflictError):
            app.generation.submit(actor, changed)

    def test_cannot_be_submitted_for_what_is_anothers(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        theirs = app.presets.save(
            other_actor, PresetDraft("Theirs", SettingsLayer(), is_shared=True)
        )
        plan = app.generation.plan(actor, [chair.id], SettingsLayer())

        with pytest.raises(NotFoundError):
            app.generation.submit(actor, replace(plan, made_for=MadeFor(theirs.id)))

    @pytest.mark.slow
    def test_of_many_products_take_few_statements(self, app: Services, actor: Actor) -> None:
        ids = many_products(app, actor, 200)
        collection = app.collections.create(actor, "Spring")
        preset = app.presets.save(actor, PresetDraft("Calm", SettingsLayer(style="Japandi")))
        sea = upload(app, actor, "sea.jpg")
        request = StudioRequest(
            SettingsLayer(variants=4, references=(style(sea),)),
            {each: SettingsLayer(mood=f"mood {each}") for each in ids},
            made_for=MadeFor(preset.id, None, collection.id),
        )

        with statements(app) as said:
            plan = app.generation.plan(actor, ids, request)

        assert plan.count == 800
        assert len({item.prompt for item in plan.items}) == 200
        assert len(said) <= 10


class TestReferences:
    def test_are_sent_in_the_order_in_which_they_were_planned(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel
    ) -> None:
        side, sea = upload(app, actor, "side.jpg"), upload(app, actor, "sea.jpg", "#0000ff")
        chosen = (style(sea), ChosenReference(ReferenceRole.PRODUCT, side))
        plan = app.generation.plan(actor, [chair.id], SettingsLayer(references=chosen))
        app.generation.submit(actor, plan)

        Hands(app).make()

        [item], [request] = plan.items, model.requests
        sent = [(r.role, r.asset_id, r.sha256) for r in request.references]
        assert sent == [(r.role, r.asset_id, r.sha256) for r in item.references]
        assert [asset_id for _, asset_id, _ in sent] == [chair.photos[0].id, side, sea]
        assert request.prompt == item.prompt
        assert "Image 3 is the style reference" in item.prompt

    def test_that_the_model_has_no_room_for_are_named(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        ids = [upload(app, actor, f"{n}.jpg", f"#0000{n}0") for n in range(4)]
        app.cascade.set_workspace_layer(actor, SettingsLayer(references=(style(ids[0]),)))
        asked = SettingsLayer(references=tuple(style(each) for each in ids[1:]))

        [item] = app.generation.plan(actor, [chair.id], asked).items

        assert [r.asset_id for r in item.references] == [chair.photos[0].id, ids[1], ids[2]]
        assert item.settings.references == (style(ids[1]), style(ids[2]))
        [notice] = item.notices
        assert notice.startswith("Fake model can be shown 3 pictures at most.")
        assert notice.endswith("Left out: “3.jpg” (style), “0.jpg” (style).")

    def test_that_are_gone_are_left_out_and_that_is_said(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        sea = upload(app, actor, "sea.jpg")
        app.assets.trash(actor, [sea])

        asked = SettingsLayer(references=(style(sea),))

        [item] = app.generation.plan(actor, [chair.id], asked).items

        assert (item.notices, len(item.references)) == ((GONE,), 1)
        assert "style reference" not in item.prompt

    def test_of_another_workspace_are_never_shown(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        theirs = upload(app, other_actor, "secret.jpg")
        asked = SettingsLayer(references=(style(theirs),))

        [item] = app.generation.plan(actor, [chair.id], asked).items

        assert [r.asset_id for r in item.references] == [chair.photos[0].id]
        stolen = replace(item, settings=replace(item.settings, references=(style(theirs),)))
        plan = app.generation.plan(actor, [chair.id], SettingsLayer())
        with pytest.raises(ConflictError):
            app.generation.submit(actor, replace(plan, items=(stolen,)))

    def test_show_the_same_picture_once_for_the_same_thing(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        photo = ChosenReference(ReferenceRole.PRODUCT, chair.photos[0].id)

        [item] = app.generation.plan(actor, [chair.id], SettingsLayer(references=(photo,))).items

        assert [r.asset_id for r in item.references] == [chair.photos[0].id]


class TestBrandKit:
    def test_is_in_every_prompt(self, app: Services, actor: Actor, chair: Product) -> None:
        app.brand_kits.set(actor, BrandKit(palette=("#112233",), words=("honest",)))
        finished = GenerationSettings("", 0, Backdrop("plain", "#ffffff"), "1:1", "1K", 1, "fake")

        for asked in (SettingsLayer(), finished):
            [item] = app.generation.plan(actor, [chair.id], asked).items
            assert "Brand words, for the impression the picture gives: honest." in item.prompt
            assert "#112233" in item.prompt

    @pytest.mark.parametrize(
        "request_of",
        [
            lambda _: StudioRequest(SettingsLayer(prompt="a cheap look")),
            lambda _: StudioRequest(SettingsLayer(mood="Cheap")),
            lambda chair: StudioRequest(written_prompts={chair: "very CHEAP"}),
        ],
    )
    def test_blocks_a_banned_word_and_names_it(
        self, app: Services, actor: Actor, chair: Product, request_of: object
    ) -> None:
        app.brand_kits.set(actor, BrandKit(banned=("cheap",)))
        assert callable(request_of)

        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, [chair.id], request_of(chair.id))

        assert "bans “cheap”" in refused.value.user_message

    def test_lets_a_banned_word_stand_among_what_is_to_be_left_out(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        app.brand_kits.set(actor, BrandKit(banned=("cheap",)))

        plan = app.generation.plan(actor, [chair.id], SettingsLayer(negative="cheap plastic"))

        assert plan.count == 1

    def test_skips_products_whose_text_holds_a_banned_word(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        table = app.products.create(
            actor, replace(CHAIR, name="Table", sku="T-1", description="Cheap and good")
        )
        app.products.add_photos(actor, table.id, [PhotoUpload("t.jpg", photo_bytes())])
        app.brand_kits.set(actor, BrandKit(banned=("cheap",)))

        plan = app.generation.plan(actor, [chair.id, table.id], SettingsLayer())

        assert [item.product_id for item in plan.items] == [chair.id]
        assert "this product's text holds it" in plan.skipped[0].reason

    def test_blocks_a_banned_word_in_a_prompt_that_is_changed_later(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        asked = SettingsLayer(negative="cheap plastic")
        app.brand_kits.set(actor, BrandKit(banned=("cheap",)))
        [job_id] = app.generation.submit(actor, app.generation.plan(actor, [chair.id], asked))
        sent = app.generation.get(actor, job_id).prompt

        with pytest.raises(InvalidInputError) as refused:
            app.job_control.edit_prompt(actor, job_id, f"{sent}\nMake it look cheap.")

        assert "bans “cheap”" in refused.value.user_message
        assert app.job_control.edit_prompt(actor, job_id, f"{sent}\nMake it shine.") == 1

    def test_outdates_plans_that_it_changes(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, [chair.id], SettingsLayer())
        app.brand_kits.set(actor, BrandKit(words=("honest",)))

        with pytest.raises(ConflictError):
            app.generation.submit(actor, plan)


class TestNotices:
    def test_say_when_the_scene_type_has_no_effect(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        asked = SettingsLayer(scene_type="Beach", backdrop=Backdrop("plain", "#ffffff"))

        assert app.generation.plan(actor, [chair.id], asked).notices == (SCENE_IS_HIDDEN,)


class TestCompositor:
    def plan(self, services: Services, actor: Actor, layer: SettingsLayer) -> Plan:
        app = compositor_on(services)
        product = chair_with_photo(app, actor)
        return app.generation.plan(actor, [product.id], layer)

    @pytest.mark.parametrize(
        ("layer", "backdrop", "said"),
        [
            (SettingsLayer(scene_type="Bedroom"), Backdrop("room", "sage-bedroom"), "Sage bedroom"),
            (
                SettingsLayer(backdrop=Backdrop("described", "a dining room")),
                Backdrop("room", "walnut-dining"),
                "Walnut dining room",
            ),
            (SettingsLayer(scene_type="Beach"), Backdrop("plain", "#f4f1ec"), "#f4f1ec"),
            (SettingsLayer(palette=("#123456",)), Backdrop("plain", "#123456"), "#123456"),
        ],
    )
    def test_is_given_a_backdrop_that_it_can_draw_and_that_is_said(
        self,
        services: Services,
        actor: Actor,
        layer: SettingsLayer,
        backdrop: Backdrop,
        said: str,
    ) -> None:
        plan = self.plan(services, actor, layer)

        assert plan.items[0].settings.backdrop == backdrop
        assert any("draws no place from words" in each and said in each for each in plan.notices)

    def test_is_given_only_the_words_that_it_understands(
        self, services: Services, actor: Actor
    ) -> None:
        plan = self.plan(
            services,
            actor,
            SettingsLayer(
                prompt="on the left", lighting="Warm evening", camera="Close-up", mood="Playful",
                style="Rustic", people="Full", props="Many props",
            ),
        )  # fmt: skip

        [item] = plan.items
        assert (item.prompt, item.template) == ("on the left\nClose-up\nWarm evening", "words@1")
        notices = " ".join(item.notices)
        assert "cannot follow the style, the palette, people and props." in notices
        assert "reads these words: left, close-up, warm, evening" in notices

    def test_is_shown_no_picture_but_photo_and_backdrop(
        self, services: Services, actor: Actor
    ) -> None:
        sea = upload(services, actor, "sea.jpg")
        plan = self.plan(services, actor, SettingsLayer(references=(style(sea),)))

        assert [each.role for each in plan.items[0].references] == [ReferenceRole.PRODUCT]
        assert any("photo and the backdrop only" in each for each in plan.notices)

    @pytest.mark.slow
    def test_makes_what_was_planned(self, services: Services, actor: Actor) -> None:
        app = compositor_on(services)
        product = chair_with_photo(app, actor)
        layer = SettingsLayer(scene_type="Bedroom", style="Rustic", lighting="Golden hour")
        plan = app.generation.plan(actor, [product.id], layer)
        [job_id] = app.generation.submit(actor, plan)

        Hands(app).make_all()

        [slot] = app.generation.get(actor, job_id).slots
        assert slot.asset_id is not None, slot.failure


class TestGemini:
    @pytest.mark.slow
    def test_is_sent_the_preview_byte_for_byte(self, services: Services, actor: Actor) -> None:
        with FakeGemini() as fake:
            settings = services.parts.settings.model_copy(
                update={"gemini_api_key": SecretStr(fake.key), "gemini_base_url": fake.url}
            )
            models = image_models_from(settings)
            app = services_on(replace(services.parts, settings=settings, models=models))
            product = chair_with_photo(app, actor)
            sea = upload(app, actor, "sea.jpg")
            request = StudioRequest(
                SettingsLayer(
                    scene_type="Living room", style="Scandinavian", mood="Serene",
                    references=(style(sea),), prompt="Größe: 2 m²\n\ttabs “and quotes”",
                    aspect_ratio="4:5", size="2K",
                )
            )  # fmt: skip
            plan = app.generation.plan(actor, [product.id], request)
            app.generation.submit(actor, plan)

            Hands(app).make_all()
            models.close()

        [call], [item] = fake.calls, plan.items
        assert call.prompt == item.prompt
        assert call.references == tuple(each.sha256 for each in item.references)
        assert (call.aspect_ratio, call.size) == ("4:5", "2K")
        assert fake.complaints == []
