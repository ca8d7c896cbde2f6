"""The brand kit of a workspace: kept clean, and refused when it bans itself."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.products import PhotoUpload
from core.errors import AccessDeniedError, InvalidInputError
from tests.images import photo_bytes

KIT = BrandKit(("#112233",), ("calm", "honest"), ("cheap",), "Always daylight.")


def test_is_empty_until_somebody_writes_one(services: Services, actor: Actor) -> None:
    assert services.brand_kits.get(actor) == NO_BRAND


def test_is_kept_as_it_was_written_and_replaced_whole(services: Services, actor: Actor) -> None:
    logo = services.assets.upload(actor, PhotoUpload("logo.png", photo_bytes()))
    first = services.brand_kits.set(actor, replace(KIT, logo_asset_id=logo.id))
    assert services.brand_kits.get(actor) == first == replace(KIT, logo_asset_id=logo.id)

    services.brand_kits.set(actor, BrandKit(words=("bold",)))

    assert services.brand_kits.get(actor) == BrandKit(words=("bold",))


def test_is_cleaned(services: Services, actor: Actor) -> None:
    kit = services.brand_kits.set(
        actor,
        BrandKit(("#ABCDEF", "#abcdef"), (" calm ", "", "Calm"), ("so\n cheap",), " daylight "),
    )

    assert kit == BrandKit(("#abcdef",), ("Calm",), ("so cheap",), "daylight")


@pytest.mark.parametrize(
    "kit",
    [
        BrandKit(("red",)),
        BrandKit(tuple(f"#00000{n}" for n in range(7))),
        BrandKit(words=("x" * 61,)),
        BrandKit(words=tuple(f"word {n}" for n in range(31))),
        BrandKit(banned=tuple(f"word {n}" for n in range(201))),
        BrandKit(notes="x" * 601),
        BrandKit(notes="a\x00b"),
        BrandKit(words=("cheap",), banned=("Cheap",)),
        BrandKit(notes="never cheap", banned=("cheap",)),
        BrandKit(logo_asset_id=987_654),
    ],
)
def test_is_refused_with_a_sentence_when_it_cannot_be(
    services: Services, actor: Actor, kit: BrandKit
) -> None:
    services.brand_kits.set(actor, KIT)

    with pytest.raises(InvalidInputError) as refused:
        services.brand_kits.set(actor, kit)

    assert refused.value.user_message
    assert services.brand_kits.get(actor) == KIT


def test_belongs_to_its_workspace(services: Services, actor: Actor, other_actor: Actor) -> None:
    logo = services.assets.upload(actor, PhotoUpload("logo.png", photo_bytes()))
    services.brand_kits.set(actor, KIT)

    assert services.brand_kits.get(other_actor) == NO_BRAND
    with pytest.raises(InvalidInputError):
        services.brand_kits.set(other_actor, BrandKit(logo_asset_id=logo.id))


def test_is_changed_by_those_who_may_edit(services: Services, actor: Actor) -> None:
    reviewer = replace(actor, role=Role.REVIEWER)

    with pytest.raises(AccessDeniedError):
        services.brand_kits.set(reviewer, KIT)
    assert services.brand_kits.get(reviewer) == NO_BRAND
