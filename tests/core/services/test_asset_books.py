"""What a generated picture repeats of its job and of the ledger, for the gallery's filters."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.invariants import broken_rules
from tests.ui.making import pictures


@pytest.fixture
def app(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


class TestRepeatBooks:
    def test_lets_pictures_be_found_by_job_model_and_cost(
        self, app: Services, actor: Actor
    ) -> None:
        made = pictures(app, actor, 2)
        asset = app.assets.get(actor, made[0])
        assert asset.job_id is not None
        cost_micros = app.assets.summaries(actor, made)[0].cost_micros

        for wanted in (
            AssetFilter(job_id=asset.job_id),
            AssetFilter(image_model="fake"),
            AssetFilter(max_cost_micros=cost_micros, is_made=True),
        ):
            assert sorted(app.assets.ids(actor, wanted)) == sorted(made)

        assert asset.cost_micros == cost_micros
        assert app.assets.ids(actor, AssetFilter(job_id=asset.job_id + 1)) == []
        assert [model.value for model in app.assets.facets(actor).image_models] == ["fake"]
        assert broken_rules(app) == []

    def test_gives_each_picture_what_its_own_slot_cost(self, app: Services, actor: Actor) -> None:
        made = pictures(app, actor, 2)

        for asset in app.assets.summaries(actor, made):
            assert asset.cost_micros == app.assets.get(actor, asset.ref.id).cost_micros
            assert asset.cost_micros > 0
