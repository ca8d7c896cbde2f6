"""What a product's pictures cost is the sum of its lines in the ledger."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.ui.making import pictures, products


@pytest.fixture
def app(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


class TestOfProduct:
    def test_sums_what_was_made_of_it_and_nothing_else(
        self, app: Services, actor: Actor, other_actor: Actor
    ) -> None:
        made = pictures(app, actor, 3)
        product_id = app.assets.get(actor, made[0]).product_id or 0
        [other_id] = products(app, actor, "Pine chair")
        pictures(app, other_actor, 1)

        spent = app.usage.of_product(actor, product_id)

        assert (spent.calls, spent.pictures, spent.cost_micros) == (3, 3, 3 * 39_000)
        assert app.usage.of_product(actor, other_id).calls == 0
        assert app.usage.of_product(other_actor, product_id).calls == 0
