"""Wherever a layer of settings is kept, it is cleaned, and refused if it cannot be."""

from collections.abc import Callable

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.generation import MAX_PROMPT_CHARS, Backdrop, ChosenReference, ReferenceRole
from core.domain.presets import PresetDraft
from core.domain.products import PhotoUpload
from core.domain.setting_layers import SettingsLayer
from core.errors import InvalidInputError
from tests.images import photo_bytes
from tests.support.generation import CHAIR

Keep = Callable[[SettingsLayer], object]
Read = Callable[[], SettingsLayer]
Place = Callable[[Services, Actor], tuple[Keep, Read]]


def of_workspace(services: Services, actor: Actor) -> tuple[Keep, Read]:
    cascade = services.cascade
    return (
        lambda layer: cascade.set_workspace_layer(actor, layer),
        lambda: cascade.workspace_layer(actor),
    )


def of_product(services: Services, actor: Actor) -> tuple[Keep, Read]:
    chair = services.products.create(actor, CHAIR)
    return (
        lambda layer: services.products.set_defaults(actor, chair.id, layer),
        lambda: services.products.get(actor, chair.id).defaults,
    )


def of_category(services: Services, actor: Actor) -> tuple[Keep, Read]:
    chairs = services.categories.create(actor, "Chairs")
    return (
        lambda layer: services.categories.set_defaults(actor, chairs.id, layer),
        lambda: services.categories.get(actor, chairs.id).defaults,
    )


def of_scene(services: Services, actor: Actor) -> tuple[Keep, Read]:
    chairs = services.categories.create(actor, "Chairs")
    return (
        lambda layer: services.categories.set_scene_defaults(actor, chairs.id, "Bedroom", layer),
        lambda: services.categories.get(actor, chairs.id).scene_defaults["Bedroom"],
    )


def of_collection(services: Services, actor: Actor) -> tuple[Keep, Read]:
    spring = services.collections.create(actor, "Spring")
    return (
        lambda layer: services.collections.set_defaults(actor, spring.id, layer),
        lambda: services.collections.get(actor, spring.id).defaults,
    )


def of_shot(services: Services, actor: Actor) -> tuple[Keep, Read]:
    spring = services.collections.create(actor, "Spring")
    shot = services.shots.add(actor, spring.id, "Front")
    return (
        lambda layer: services.shots.set_defaults(actor, shot.id, layer),
        lambda: services.shots.shots(actor, spring.id)[0].defaults,
    )


def of_preset(services: Services, actor: Actor) -> tuple[Keep, Read]:
    calm = services.presets.save(actor, PresetDraft("Calm", SettingsLayer(mood="Serene")))
    return (
        lambda layer: services.presets.update(actor, calm.id, PresetDraft("Calm", layer)),
        lambda: services.presets.get(actor, calm.id).layer,
    )


PLACES = {
    "workspace": of_workspace,
    "product": of_product,
    "category": of_category,
    "scene of a category": of_scene,
    "collection": of_collection,
    "wanted shot": of_shot,
    "preset": of_preset,
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
class TestKeepingALayer:
    def test_cleans_what_was_entered(self, services: Services, actor: Actor, place: Place) -> None:
        keep, kept = place(services, actor)

        keep(SettingsLayer(mood=" serene ", palette=("#FFFFFF", "#ffffff"), prompt=" soft "))

        assert kept() == SettingsLayer(mood="Serene", palette=("#ffffff",), prompt="soft")

    def test_refuses_a_text_that_is_too_long(
        self, services: Services, actor: Actor, place: Place
    ) -> None:
        keep, kept = place(services, actor)
        keep(SettingsLayer(mood="Cosy"))
        before = kept()

        with pytest.raises(InvalidInputError):
            keep(SettingsLayer(prompt="x" * (MAX_PROMPT_CHARS + 1)))

        assert kept() == before

    def test_refuses_a_picture_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor, place: Place
    ) -> None:
        photo = services.assets.upload(other_actor, PhotoUpload("a.jpg", photo_bytes()))
        keep, kept = place(services, actor)
        keep(SettingsLayer(mood="Cosy"))
        before = kept()

        with pytest.raises(InvalidInputError):
            keep(SettingsLayer(references=(ChosenReference(ReferenceRole.STYLE, photo.id),)))
        with pytest.raises(InvalidInputError):
            keep(SettingsLayer(backdrop=Backdrop("picture", str(photo.id))))

        assert kept() == before
