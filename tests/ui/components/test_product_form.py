"""What is typed into the product form becomes a product's facts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.generation import Dimensions
from core.domain.products import ProductDraft
from core.errors import InvalidInputError
from ui.components.product_form import ProductEntry

ENTRY = ProductEntry(
    name="Oak chair", sku="OAK-CHAIR-1", category="Chairs", price="", description="Oiled",
    tags=("oak",), sides=("", "", ""),
)  # fmt: skip


class TestDraft:
    def test_holds_what_was_typed(self) -> None:
        draft = replace(ENTRY, price="349.1", sides=("52", "55,5", "0.8 m")).draft()

        assert draft == ProductDraft(
            "Oak chair", "OAK-CHAIR-1", "Chairs", "Oiled", Decimal("349.10"), ("oak",),
            Dimensions(52.0, 55.5, 80.0),
        )  # fmt: skip

    def test_leaves_price_and_dimensions_open(self) -> None:
        draft = ENTRY.draft()

        assert (draft.price, draft.dimensions) == (None, None)

    @pytest.mark.parametrize("sides", [("52", "", ""), ("52", " ", "80")])
    def test_refuses_some_dimensions_without_the_others(self, sides: tuple[str, ...]) -> None:
        with pytest.raises(InvalidInputError, match="leave all three empty"):
            replace(ENTRY, sides=sides).draft()

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("1299,50", "1299.50"),
            ("1.299,50", "1299.50"),
            ("1,299.50", "1299.50"),
            ("1299.5", "1299.50"),
            (" € 1 299,50 ", "1299.50"),
            ("1,299", "1299"),
        ],
    )
    def test_reads_prices_as_people_write_them(self, typed: str, kept: str) -> None:
        assert replace(ENTRY, price=typed).draft().price == Decimal(kept)

    @pytest.mark.parametrize(
        ("typed", "said"), [("1.299", "could be 1299 or 1.29"), ("much", "is no number")]
    )
    def test_refuses_a_price_that_nobody_can_be_sure_of(self, typed: str, said: str) -> None:
        with pytest.raises(InvalidInputError, match="price") as caught:
            replace(ENTRY, price=typed).draft()

        assert said in caught.value.user_message

    def test_refuses_a_side_that_is_no_length(self) -> None:
        with pytest.raises(InvalidInputError, match="depth"):
            replace(ENTRY, sides=("52", "wide", "80")).draft()


class TestPriceAsRead:
    @pytest.mark.parametrize("plain", ["", "1299", "1299.5", "1299.50"])
    def test_says_nothing_of_a_plain_price(self, plain: str) -> None:
        assert replace(ENTRY, price=plain).price_as_read == ""

    def test_says_what_a_price_was_taken_for(self) -> None:
        assert replace(ENTRY, price="1,299").price_as_read == "The price is 1,299.00."
