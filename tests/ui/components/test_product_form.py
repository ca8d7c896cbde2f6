"""What is typed into the product form becomes a product's facts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.generation import Dimensions
from core.domain.products import ProductDraft
from core.errors import InvalidInputError
from ui.components.product_form import ProductEntry

ENTRY = ProductEntry(
    name="Oak chair", sku="OAK-CHAIR-1", category="Chairs", price=None, description="Oiled",
    tags=("oak",), sides=(None, None, None),
)  # fmt: skip


class TestDraft:
    def test_holds_what_was_typed(self) -> None:
        draft = replace(ENTRY, price=349.1, sides=(52.0, 55.5, 80.0)).draft()

        assert draft == ProductDraft(
            "Oak chair", "OAK-CHAIR-1", "Chairs", "Oiled", Decimal("349.10"), ("oak",),
            Dimensions(52.0, 55.5, 80.0),
        )  # fmt: skip

    def test_leaves_price_and_dimensions_open(self) -> None:
        draft = ENTRY.draft()

        assert (draft.price, draft.dimensions) == (None, None)

    @pytest.mark.parametrize("sides", [(52.0, None, None), (52.0, None, 80.0)])
    def test_refuses_some_dimensions_without_the_others(
        self, sides: tuple[float | None, ...]
    ) -> None:
        with pytest.raises(InvalidInputError, match="leave all three empty"):
            replace(ENTRY, sides=sides).draft()
